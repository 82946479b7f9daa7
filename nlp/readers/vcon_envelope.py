"""What a vCon is wrapped in, and what its bodies are: JWS signatures, base64url, JSON in a text.

vCon: draft-ietf-vcon-vcon-core (0.0.1 to 0.4.0); JWS: RFC 7515, JWE: RFC 7516.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from nlp.readers.vendor import NO_JSON, Source
from nlp.records import parse_json

COMPACT = re.compile(r"[\w-]+={0,2}\.[\w-]+={0,2}\.[\w-]+={0,2}")
SIGNED = "the signature was not checked, as that takes the signer's certificate from somewhere that is trusted"


class Unreadable(ValueError):
    """A body or an envelope cannot be opened, in words."""


def is_envelope(source: Source) -> bool:
    """Whether a document is a signed or encrypted JOSE object, of a vCon or of anything else."""
    value = source.value
    if isinstance(value, Mapping):
        signed = "payload" in value and ("signatures" in value or "signature" in value)
        return signed or is_encrypted(value)
    return value is NO_JSON and COMPACT.fullmatch(source.text.strip()) is not None


def is_encrypted(value: Any) -> bool:
    """Whether an object is an encrypted JOSE object."""
    return isinstance(value, Mapping) and "ciphertext" in value and not {"parties", "dialog"} & value.keys()


def unwrapped(source: Source) -> tuple[Any, tuple[str, ...]]:
    """The value inside of a signature, or the document's own, and what there is to say about it. Raises Unreadable."""
    value = source.value
    if is_encrypted(value):
        raise Unreadable("is encrypted (JWE); decrypt it with its key first")
    if not is_envelope(source):
        return value, ()
    payload = source.text.strip().split(".")[1] if value is NO_JSON else value["payload"]
    if not isinstance(payload, str):
        raise Unreadable("payload: is no text in base64url, which a signed object has")
    try:
        inner = _json(from_base64url(payload))
    except Unreadable as error:
        raise Unreadable(f"payload: {error}") from None
    return inner, (SIGNED,)


def body_of(analysis: Mapping[str, Any]) -> Any:
    """The body of an analysis: a JSON value or text, as its encoding says. Raises Unreadable."""
    body = _body(analysis)
    if not isinstance(body, str):
        return body
    if analysis.get("encoding") == "json":
        return _json(body)
    text = text_of(analysis)
    return _json(text) if _looks_like_json(text) else text


def text_of(dialog: Mapping[str, Any]) -> str:
    """The text that a body is, decoded where it is in base64url. Raises Unreadable."""
    body, encoding = _body(dialog), dialog.get("encoding")
    if not isinstance(body, str):
        raise Unreadable("its body is no text")
    if encoding == "base64url":
        return from_base64url(body)
    if encoding not in (None, "", "none", "json"):
        raise Unreadable(f"encoding: {str(encoding)[:40]!r} is none of none, json and base64url")
    return body


def _body(holder: Mapping[str, Any]) -> Any:
    body = holder.get("body")
    if body is None:
        lies = " lies at a url outside of the file" if holder.get("url") else " is missing"
        raise Unreadable(f"its body{lies}; only what the file holds is read")
    return body


def from_base64url(text: str) -> str:
    """The UTF-8 text that base64url writes, with padding or without. Raises Unreadable."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        raise Unreadable("is no base64url of UTF-8 text") from None


def _looks_like_json(text: str) -> bool:
    text = text.lstrip()
    if not text.startswith(("{", "[")):
        return False
    try:
        parse_json(text)
    except ValueError:
        return False
    return True


def _json(text: str) -> Any:
    start = len(text) - len(text.lstrip())
    try:
        return parse_json(text, start)[0]
    except ValueError as error:
        raise Unreadable(f"is not JSON: {error}") from None

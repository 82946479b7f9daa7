"""Signatures of Standard Webhooks (standardwebhooks.com, specification 1.0.0): HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from nlp.errors import WrongInput

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification asks for 24 to 64."""


class NotASecret(WrongInput):
    """What should be a webhook's secret is none."""

    def __init__(self) -> None:
        super().__init__(f"a webhook's secret is {PREFIX} and base64 of 24 to 64 bytes")


def new_secret() -> str:
    """A secret that nobody else has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message_id: str, at: datetime, body: bytes, secrets_: Iterable[str]) -> dict[str, str]:
    """The three headers by which a receiver knows who sent it what and when, with a signature by each secret."""
    seconds = str(int(at.timestamp()))
    made = " ".join(signature(secret, message_id, seconds, body) for secret in secrets_)
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": made}


def signature(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    """``v1,`` and the signature. Raises NotASecret."""
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise NotASecret from None
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise NotASecret
    return key

"""Bytes as text, and what had to be assumed for it."""

from __future__ import annotations

import codecs

ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_FOREIGN = 0.15
"""The share of bytes over 127 beyond which nobody can tell a Western 8-bit encoding from any other."""

ASSUMED = "its bytes are no UTF-8 and were read as Windows-1252; save it as UTF-8 where letters look wrong"


class NoText(ValueError):
    """The bytes are no text that can be read, in words."""


def wide_encoding(head: bytes) -> str | None:
    """The UTF-16 or UTF-32 that a file's first bytes show, by its mark or by where the zeros are; None for others."""
    for mark, encoding in ENCODINGS[1:]:
        if head.startswith(mark):
            return encoding
    even, odd = head[0:200:2], head[1:200:2]
    if len(head) >= 4 and odd.count(0) > 0.7 * len(odd) and 0 not in even:
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) > 0.7 * len(even) and 0 not in odd:
        return "utf-16-be"
    return None


def decode(raw: bytes, *, strict: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text of a whole document, and what was assumed.

    UTF-8, UTF-16 and UTF-32 with a mark or without. Other bytes are read as Windows-1252, with a note that says so,
    where nearly all of them are ASCII and ``strict`` is off. Raises NoText.
    """
    encoding = wide_encoding(raw[:400]) or "utf-8-sig"
    try:
        return raw.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise NoText(f"is cut or broken {encoding.upper()} (at byte {error.start + 1})") from None
        place = f"byte 0x{raw[error.start]:02x} at position {error.start + 1}"
    foreign = len(raw.translate(None, bytes(range(128))))
    if strict or foreign > MOST_FOREIGN * len(raw):
        raise NoText(f"is not UTF-8 ({place}), perhaps Windows-1252 or Latin-1; save the file as UTF-8")
    try:
        return raw.decode("cp1252"), (ASSUMED,)
    except UnicodeDecodeError:
        raise NoText(f"is not UTF-8 ({place}) and no other text that can be told; save the file as UTF-8") from None

"""Where a list goes on: the time and the key of the last entry, as one opaque word."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime

from starlette.exceptions import HTTPException

Place = tuple[datetime, tuple[str | int, ...]]

LARGEST = 2**63


def written(at: datetime, key: tuple[str | int, ...]) -> str:
    """The word for a place."""
    content = json.dumps([at.astimezone(UTC).isoformat(), *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read(word: str, kinds: tuple[type, ...]) -> Place:
    """The place of a word that ``written`` made, with a key of these kinds. Raises HTTPException 400."""
    try:
        content = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        at, *key = content
        place = datetime.fromisoformat(at).astimezone(UTC), tuple(key)
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError):
        raise _no_cursor() from None
    if len(key) != len(kinds) or not all(_is(kind, part) for kind, part in zip(kinds, key, strict=True)):
        raise _no_cursor()
    return place


def _is(kind: type, part: object) -> bool:
    if kind is int:
        return type(part) is int and -LARGEST < part < LARGEST
    return isinstance(part, str) and "\x00" not in part and part.isprintable()


def _no_cursor() -> HTTPException:
    return HTTPException(400, "The cursor is not one that this list gave.")

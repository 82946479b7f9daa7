"""Keys from content: the same record twice is once."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime

from nlp.noun import Noun


def digest_of(noun: Noun) -> str:
    """sha256 over the record, hex. A time is the instant that it names, whatever its zone.

    What has its default value is not in it: a field that a later version adds leaves the digests of today.
    """
    content = noun.model_dump(exclude_defaults=True)
    return _sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain))


def joined_digest(*parts: str) -> str:
    """sha256 over strings in their order, hex."""
    return _sha256("\x1f".join(parts))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a digest")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Keys from content: the same record twice is once."""

from __future__ import annotations

import hashlib

from nlp.noun import Noun


def digest_of(noun: Noun) -> str:
    """sha256 over the record as JSON, hex."""
    return hashlib.sha256(noun.model_dump_json().encode()).hexdigest()


def joined_digest(*parts: str) -> str:
    """sha256 over strings in their order, hex."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

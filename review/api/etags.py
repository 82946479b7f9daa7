"""A plan's version as an entity tag (RFC 9110, 8.8.3 and 13.1)."""

from __future__ import annotations

import re

TAG = re.compile(r'(W/)?"([^"]*)"')


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def names(header: str | None, version: int, *, strongly: bool = False) -> bool:
    """Whether a header names this version, or any with ``*``. A weak tag names nothing where it is asked strongly."""
    if header is None:
        return False
    tags = TAG.findall(header)
    return header.strip() == "*" or any(tag == str(version) and not (weak and strongly) for weak, tag in tags)

"""A digest of what an answer depends on: files of a model, and the code that reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def revision_of(code: Sequence[str], *contents: bytes) -> str:
    """Twelve digits over ``contents`` and over ``code``: files and folders, relative to this package."""
    here = Path(__file__).parent
    found = [here / name for name in code]
    paths = sorted(path for one in found for path in ([one] if one.is_file() else one.rglob("*")) if path.is_file())
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    for path in paths:
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

"""Phrase families of ``data/phrases.yaml``: which of them a sentence holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Values


def said(family: str, texts: Sequence[str]) -> Values:
    """1 for each text that holds a phrase of the family, else 0; shape (texts,). Typographic apostrophes count."""
    import numpy as np

    pattern = _families()[family]
    return np.array([float(bool(pattern.search(text.replace("’", "'")))) for text in texts])


@lru_cache(maxsize=1)
def _families() -> dict[str, re.Pattern[str]]:
    import yaml

    listed = yaml.safe_load((files("models.signals") / "data" / "phrases.yaml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(phrases), re.IGNORECASE) for name, phrases in listed.items()}

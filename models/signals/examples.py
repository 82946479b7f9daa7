"""A criterion's texts as signals read them: examples without their asides, definitions by sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rubric.criterion import Sounds

ASIDE = re.compile(r"\s*\(([^)]*)\)")
"""An example may explain itself in brackets; nobody says that part, but it tells what came before."""
END = re.compile(r"(?<=[.!?])\s+")


def plain_examples(sounds: Sounds) -> list[str]:
    """The examples as they would be said."""
    return [ASIDE.sub("", text) or text for text in sounds.examples]


def asides(sounds: Sounds) -> list[str]:
    """What the examples say in brackets."""
    return [aside for text in sounds.examples for aside in ASIDE.findall(text) if aside.strip()]


def sentences(text: str) -> list[str]:
    """The sentences of a definition."""
    return [part for part in END.split(text.strip()) if part]

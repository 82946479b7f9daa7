"""Whether a text says anything that an agent could do tomorrow, or only that things should be better."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from nlp.noun import Noun
from rubric.criterion import Sentences
from rubric.document import read_document

Kind = Literal["behavior", "practice"]

FEWEST_WORDS: dict[Kind, int] = {"behavior": 3, "practice": 2}
"""A text is generic where fewer words than these are left beside its phrases and fillers."""

_WORD = re.compile(r"[\w']+")


class GenericPhrases(Noun):
    """The phrases of ``generic_phrases.yaml``; a star in one stands for any one word."""

    behavior: Sentences
    practice: Sentences
    fillers: Annotated[frozenset[str], Field(strict=False)]


def is_generic(text: str, kind: Kind) -> bool:
    """Whether nothing specific is left of ``text`` once the generic phrases are taken out."""
    words = " ".join(_WORD.findall(text.lower().replace("-", " ")))
    left, found = _matcher(kind).subn(" ", words)
    specific = [word for word in left.split() if word not in _phrases().fillers]
    return len(specific) < (FEWEST_WORDS[kind] if found else 1)


@cache
def _phrases() -> GenericPhrases:
    return GenericPhrases.model_validate(read_document(Path(str(files("rubric") / "generic_phrases.yaml"))).value)


@cache
def _matcher(kind: Kind) -> re.Pattern[str]:
    phrases = _phrases().behavior if kind == "behavior" else _phrases().practice
    longest_first = sorted(phrases, key=len, reverse=True)
    choices = (re.escape(phrase).replace(r"\*", r"[\w']+") for phrase in longest_first)
    return re.compile(rf"\b(?:{'|'.join(choices)})\b")

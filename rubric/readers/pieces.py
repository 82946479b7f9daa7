"""Careful hands for evaluations of unknown make; see ``nlp.readers.parts`` for those that hold of any JSON."""

from __future__ import annotations

import json
from typing import Any

from nlp.noun import clean_text
from nlp.readers.parts import identifier
from nlp.readers.vendor import Source
from rubric.evaluation import LostScores

LONGEST_COMMENT = 20_000
"""Characters. Tools take 3,000 or so; beyond this it is something else."""


def comment_of(*found: str | None) -> str | None:
    """The first of these texts that says something, shortened where it is no comment any more by its length."""
    for text in found:
        if text and text.strip():
            try:
                return clean_text(text.strip())[:LONGEST_COMMENT]
            except ValueError:
                return None
    return None


def last_part(value: Any) -> str | None:
    """An id without the path or address before it: ``…/agent/a-17`` and ``projects/p/conversations/c-1``."""
    found = identifier(value)
    return identifier(found.rsplit("/", 1)[-1]) if found is not None else None


def wrong(source: Source, reason: str, record: Any = None, scores: int = 1) -> LostScores:
    """The scores of a document or of a part of it, set aside for ``reason``."""
    shown = json.dumps(record, ensure_ascii=True)[:2000] if record is not None else source.text[:2000]
    return LostScores(file=source.file, line=source.line, reason=reason, record=shown, scores=scores)

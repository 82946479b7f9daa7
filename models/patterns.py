"""spaCy token patterns of a rubric, matched in sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nlp.language import load_language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def matches(texts: Sequence[str], patterns: Sequence[list[dict[str, Any]]]) -> NDArray[np.float64]:
    """1 for each text in which one of the patterns matches, else 0; shape (texts,)."""
    import numpy as np

    matcher = _matcher(json.dumps(list(patterns)))
    language = load_language()
    with language.memory_zone():
        return np.array([float(bool(matcher(doc))) for doc in language.pipe(texts)])


@lru_cache(maxsize=64)
def _matcher(patterns: str) -> Any:
    from spacy.matcher import Matcher

    matcher = Matcher(load_language().vocab)
    matcher.add("pattern", json.loads(patterns))
    return matcher

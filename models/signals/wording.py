"""Shared words, weighed by how rare they are: vectors blur names of things, words keep them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import CallView, Scene, Values

WORD = re.compile(r"[a-z']+")
COMMON = 0.3
"""Weight of a word of function, which spaCy's list of stop words names."""


@family("words_of_failing", "words_of_good", "words_of_definition", "words_of_expected", "words_of_definition_before")
def wording(scene: Scene) -> dict[str, Values]:
    """Words shared with the criterion's texts; and what the customer said before, with the definition."""
    criterion, view = scene.criterion, scene.view
    about = [criterion.definition, criterion.name]
    rarity = _rarity_in(view)
    return {
        "words_of_failing": rarity.shared(scene.texts, criterion.broken_by.examples),
        "words_of_good": rarity.shared(scene.texts, criterion.met_by.examples),
        "words_of_definition": rarity.shared(scene.texts, about),
        "words_of_expected": rarity.shared(scene.texts, [criterion.expected_behavior]),
        "words_of_definition_before": rarity.shared(view.words_before, about),
    }


@lru_cache(maxsize=1)
def _rarity_in(view: CallView) -> _Rarity:
    """The same for every criterion of a call, whose failures come one after the other."""
    counts: Counter[str] = Counter()
    for one in view.utterances:
        counts.update(_words(one.text))
    return _Rarity(counts, len(view.utterances))


class _Rarity:
    """Weights of words: of function little, others by how few utterances of the call have them."""

    def __init__(self, counts: Counter[str], total: int) -> None:
        self._counts, self._total, self._common = counts, total, _stop_words()
        self._weights: dict[str, float] = {}
        self._read: dict[str, tuple[frozenset[str], float]] = {}

    def shared(self, texts: Sequence[str], others: Iterable[str]) -> Values:
        """Weight of the shared words against the root of all of the text's, shape (texts,)."""
        import numpy as np

        wanted = _words(" ".join(others))
        found = {text: self._share(text, wanted) for text in dict.fromkeys(texts)}
        return np.array([found[text] for text in texts])

    def _share(self, text: str, wanted: frozenset[str]) -> float:
        if text not in self._read:
            words = _words(text)
            self._read[text] = words, math.sqrt(self._sum(words)) + 1
        words, size = self._read[text]
        return self._sum(words & wanted) / size

    def _sum(self, words: frozenset[str]) -> float:
        return math.fsum(map(self._weight, words))  # rounded once, so the order of a set does not matter

    def _weight(self, word: str) -> float:
        known = self._weights.get(word)
        if known is None:
            known = self._weights[word] = self._weigh(word)
        return known

    def _weigh(self, word: str) -> float:
        if word in self._common or "'" in word:
            return COMMON
        return 1.0 + math.log((self._total + 1) / (self._counts[word] + 1)) / 4


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    """spaCy's list, read from its file: to import it would load spaCy, which takes longer than a call."""
    spec = find_spec("spacy")
    assert spec is not None
    assert spec.origin is not None
    listed = run_path(str(Path(spec.origin).parent / "lang" / "en" / "stop_words.py"))
    return frozenset(listed["STOP_WORDS"])


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower().replace("’", "'")))

"""Shared words, weighed by how rare they are: vectors blur names of things, words keep them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values

WORD = re.compile(r"[a-z']+")
COMMON = 0.3
"""Weight of a word of function, which spaCy's list of stop words names."""


@family("words_of_failing", "words_of_good", "words_of_definition", "words_of_expected", "words_of_definition_before")
def wording(scene: Scene) -> dict[str, Values]:
    """Words shared with the criterion's texts; and what the customer said before, with the definition."""
    criterion, view = scene.criterion, scene.view
    about = [criterion.definition, criterion.name]
    counts: Counter[str] = Counter()
    for one in view.utterances:
        counts.update(set(_words(one.text)))
    rarity = _Rarity(counts, len(view.utterances))
    return {
        "words_of_failing": rarity.shared(scene.texts, criterion.broken_by.examples),
        "words_of_good": rarity.shared(scene.texts, criterion.met_by.examples),
        "words_of_definition": rarity.shared(scene.texts, about),
        "words_of_expected": rarity.shared(scene.texts, [criterion.expected_behavior]),
        "words_of_definition_before": rarity.shared(view.words_before, about),
    }


class _Rarity:
    """Weights of words: of function little, others by how few utterances of the call have them."""

    def __init__(self, counts: Counter[str], total: int) -> None:
        from spacy.lang.en.stop_words import STOP_WORDS

        self._counts, self._total, self._common = counts, total, STOP_WORDS

    def weight(self, word: str) -> float:
        if word in self._common or "'" in word:
            return COMMON
        return 1.0 + math.log((self._total + 1) / (self._counts[word] + 1)) / 4

    def shared(self, texts: Sequence[str], others: Iterable[str]) -> Values:
        """Weight of the shared words against the root of all of the text's, shape (texts,)."""
        import numpy as np

        wanted = set(_words(" ".join(others)))
        found = {text: self._share(sorted(set(_words(text))), wanted) for text in dict.fromkeys(texts)}
        return np.array([found[text] for text in texts])

    def _share(self, words: Sequence[str], wanted: set[str]) -> float:
        both = math.fsum(self.weight(word) for word in words if word in wanted)
        return both / (math.sqrt(math.fsum(self.weight(word) for word in words)) + 1)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower().replace("’", "'"))

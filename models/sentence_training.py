"""Training where sentences begin: on turns whose marks were taken away, each gap between words one example.

Logistic regression over the words around a gap, their pairs and the distances.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.segment import is_tidy, sentences_of
from nlp.sentence_starts import (
    LEFT,
    MARKED,
    NUMBER,
    RARE,
    SINCE,
    SentencesSheet,
    Table,
    class_of_since,
    keys_at,
    plain_word,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from nlp.call import Call

FEWEST_WORDS = 6
"""Words of a turn that is learned from and measured on."""

FEWEST_SEEN = 3
"""A word is in the vocabulary where it was seen so often."""

FEWEST_KEYS = 2
"""Gaps that a key must have been seen at."""

STRENGTH = 1.0
SMALLEST = 0.05
CHANCE = 0.18
"""The chance from which a sentence begins, by the best F1 on sources that were left out."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A turn without its marks: the words as ``plain_word`` has them, and with which of them sentences begin."""

    source: str
    words: tuple[str, ...]
    starts: frozenset[int]


def bare_turns(source: str, calls: Iterable[Call]) -> list[Bare]:
    """The turns of tidy sides of these calls without marks, with what their marks said."""
    found = []
    for call in calls:
        for speaker in ("agent", "customer"):
            texts = [turn.text for turn in call.turns if turn.speaker == speaker]
            if is_tidy(texts):
                found += [bare for text in texts if len((bare := _bare(source, text)).words) >= FEWEST_WORDS]
    return found


def _bare(source: str, text: str) -> Bare:
    words: list[str] = []
    starts: set[int] = set()
    for start, end in sentences_of(text):
        said = [plain_word(word) for word in text[start:end].split()]
        kept = [word for word in said if word != RARE]
        if kept and words:
            starts.add(len(words))
        words += kept
    return Bare(source, tuple(words), frozenset(starts))


def train_sentences(turns: Sequence[Bare]) -> SentencesSheet:
    """Weights from all these turns."""
    from sklearn.linear_model import LogisticRegression

    vocabulary = _vocabulary(turns)
    rows, truth = _gaps(turns, vocabulary)
    seen = Counter(key for row in rows for key in row)
    keys = {key: n for n, key in enumerate(sorted(key for key, times in seen.items() if times >= FEWEST_KEYS))}
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(_matrix(rows, keys), truth)
    weights = dict(zip(keys, model.coef_[0].tolist(), strict=True))
    return _sheet(weights, float(model.intercept_[0]), vocabulary)


def _vocabulary(turns: Sequence[Bare]) -> list[str]:
    times = Counter(word for turn in turns for word in turn.words)
    return sorted({word for word, seen in times.items() if seen >= FEWEST_SEEN} | {NUMBER, MARKED})


def _gaps(turns: Sequence[Bare], vocabulary: Sequence[str]) -> tuple[list[list[str]], NDArray[np.bool_]]:
    import numpy as np

    known = frozenset(vocabulary)
    rows, truth = [], []
    for turn in turns:
        words = [word if word in known else RARE for word in turn.words]
        last = 0
        for index in range(1, len(words)):
            distances = [f"since {class_of_since(index - last)}", f"left {min(len(words) - index, LEFT)}"]
            rows.append([f"{table} {key}" for table, key in keys_at(words, index)] + distances)
            truth.append(index in turn.starts)
            last = index if index in turn.starts else last
    return rows, np.array(truth)


def _matrix(rows: Sequence[Sequence[str]], keys: dict[str, int]) -> csr_matrix:
    import numpy as np
    from scipy.sparse import csr_matrix

    places = [[keys[key] for key in row if key in keys] for row in rows]
    ends = np.cumsum([0, *map(len, places)])
    columns = np.array([place for row in places for place in row])
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(keys)))


def _sheet(weights: dict[str, float], intercept: float, vocabulary: Sequence[str]) -> SentencesSheet:
    tables: dict[str, Table] = defaultdict(dict)
    for name, weight in weights.items():
        table, _, key = name.partition(" ")
        if table not in ("since", "left") and abs(weight) >= SMALLEST:
            tables[table][key] = round(weight, 2)
    return SentencesSheet(
        at=round(math.log(CHANCE / (1 - CHANCE)) - intercept, 3),
        vocabulary=tuple(vocabulary),
        since=tuple(round(weights.get(f"since {n}", 0.0), 3) for n in range(len(SINCE) + 1)),
        left=tuple(round(weights.get(f"left {n}", 0.0), 3) for n in range(1, LEFT + 1)),
        tables=dict(tables),
    )

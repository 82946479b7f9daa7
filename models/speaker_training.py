"""Training who is the agent: from calls whose roles are known, whole and in pieces, each source counting the same.

Logistic regression over differences of the two sides (both ways round, so that neither place is favoured), after
Bradley and Terry's pairs; the slope is fitted on sources that the weights had not seen, so that its chances hold on
companies that nobody has seen either.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.speaker_roles import Side, SpeakerRoles, SpeakersSheet, side_of
from nlp.call import Call, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIECES = (4, 8, 16, 30)
"""Turns of the pieces that calls are also learned from: recordings begin late and end early."""

FEWEST_SOURCES, FEWEST_CALLS = 3, 8
"""A word is learned from where so many sources and calls have it: names, towns and products are of one."""

FEWEST_WORDS = 5
STRENGTH = 0.1
SMALLEST = 0.005
"""Weights under it are left out: they change no answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two sides of a call, or of a piece of one. ``whole`` says which."""

    source: str
    call_id: str
    whole: bool
    agent: Side
    customer: Side


def pairs_of(calls: Mapping[str, Sequence[Call]], seed: int = 1) -> list[Pair]:
    """The calls of each source, and pieces of them, where each side says at least five words."""
    rng = random.Random(seed)
    found = []
    for source, some in calls.items():
        for call in some:
            for turns in _pieces(call, rng):
                agent, customer = (side_of(t.text for t in turns if t.speaker == who) for who in ("agent", "customer"))
                if min(agent.words, customer.words) >= FEWEST_WORDS:
                    found.append(Pair(source, call.call_id, turns is call.turns, agent, customer))
    return found


def train_speakers(pairs: Sequence[Pair]) -> SpeakersSheet:
    """Weights from all pairs, and a slope from pairs of sources that were left out in turn (at least two)."""
    from scipy.optimize import minimize_scalar

    sources = sorted({one.source for one in pairs})
    unseen: list[NDArray[np.float64]] = []
    for source in sources:
        weights = _weights([one for one in pairs if one.source != source])
        unseen.append(differences(weights, [one for one in pairs if one.source == source]))
    slope = minimize_scalar(lambda value: _loss(value, unseen), bounds=(0.1, 40), method="bounded").x
    weights = {word: round(weight, 4) for word, weight in _weights(pairs).items() if abs(weight) >= SMALLEST}
    return SpeakersSheet(slope=round(float(slope), 3), weights=weights)


def differences(weights: Mapping[str, float], pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """How much more the agent of each pair talks like an agent than the customer does."""
    import numpy as np

    model = SpeakerRoles(SpeakersSheet(slope=1.0, weights=dict(weights)))
    return np.array([model.score(one.agent) - model.score(one.customer) for one in pairs])


def _loss(slope: float, unseen: Sequence[NDArray[np.float64]]) -> float:
    import numpy as np

    return float(np.mean([np.mean(np.logaddexp(0, -slope * some)) for some in unseen]))


def _weights(pairs: Sequence[Pair]) -> dict[str, float]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    words = _vocabulary(pairs)
    rows = np.array([_row(one.agent, words) - _row(one.customer, words) for one in pairs])
    weighing = np.tile(_importance(pairs), 2)
    sides = np.repeat([1, 0], len(rows))
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=1000)
    model.fit(np.vstack([rows, -rows]), sides, sample_weight=weighing)
    return dict(zip(words, model.coef_[0].tolist(), strict=True))


def _vocabulary(pairs: Sequence[Pair]) -> list[str]:
    sources: dict[str, set[str]] = defaultdict(set)
    calls: Counter[str] = Counter()
    for one in pairs:
        if one.whole:
            for word in {*one.agent.counts, *one.customer.counts}:
                sources[word].add(one.source)
                calls[word] += 1
    least = min(FEWEST_SOURCES, len({one.source for one in pairs}))
    return sorted(word for word, seen in sources.items() if len(seen) >= least and calls[word] >= FEWEST_CALLS)


def _row(side: Side, words: Sequence[str]) -> NDArray[np.float64]:
    import numpy as np

    counts = np.array([side.counts.get(word, 0) for word in words], dtype=float)
    row: NDArray[np.float64] = np.log1p(counts) / np.sqrt(side.words + 1)
    return row


def _importance(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Each source counts the same, each call of a source the same, each piece of a call the same."""
    import numpy as np

    pieces = Counter(one.call_id for one in pairs)
    calls = Counter(source for source, _ in {(one.source, one.call_id) for one in pairs})
    shares = np.array([1 / calls[one.source] / pieces[one.call_id] for one in pairs])
    found: NDArray[np.float64] = shares / shares.mean()
    return found


def _pieces(call: Call, rng: random.Random) -> Iterator[Sequence[Turn]]:
    yield call.turns
    for length in PIECES:
        if len(call.turns) > length:
            yield call.turns[:length]
            first = rng.randrange(len(call.turns) - length + 1)
            yield call.turns[first : first + length]

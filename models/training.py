"""Training the ranker: a conditional logit, which learns within each call what sets the accepted sentence apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.ranker import LearnedRanker, within_call
from models.scene import SITUATIONS, CallView, Scene, situation_of
from models.signals import measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from models.labels import Label
    from models.scene import Values
    from nlp.call import Call
    from nlp.encoder import Encoder
    from rubric.criterion import Criterion

    Flags = NDArray[np.bool_]

RIDGE = 60.0
"""How much a weight has to bring before it is believed."""
MOST_STEPS = 200
PLACES = 4


@dataclass(frozen=True)
class Example:
    """A label as it is learned from: signals and acceptance of each candidate, shape (candidates,) each."""

    call: str
    judged: Criterion
    situation: str
    signals: dict[str, Values]
    accepted: Flags
    best: Flags

    @property
    def criterion(self) -> str:
        return self.judged.id

    def without(self, names: Sequence[str]) -> Example:
        """The same example, blind to some signals."""
        return replace(self, signals={name: values for name, values in self.signals.items() if name not in names})


def examples_of(
    labels: Iterable[Label], calls: Mapping[str, Call], encoder: Encoder, without: Sequence[str] = ()
) -> Iterator[Example]:
    """An example for each label whose call is known; labels of one call should stand together, for speed.

    ``without`` are signals that need not be measured.
    """
    import numpy as np

    from models.labels import overlaps

    view: CallView | None = None
    for label in labels:
        if label.call not in calls:
            continue
        if view is None or view.call.call_id != label.call:
            view = CallView(calls[label.call], encoder)
        if not view.candidates or label.criterion.failure == "talk_over":
            continue
        said = [view.utterances[position] for position in view.candidates]
        yield Example(
            label.call,
            label.criterion,
            situation_of(label.criterion),
            measure(Scene(view, label.criterion), without),
            np.array([overlaps(one, label.gold) for one in said]),
            np.array([overlaps(one, label.best) for one in said]),
        )


def train_ranker(examples: Sequence[Example], ridge: float = RIDGE) -> LearnedRanker:
    """The weights under which the accepted sentences are likeliest, shared by all situations and adjusted for each."""
    import numpy as np

    names = tuple(examples[0].signals)
    ordered = sorted(examples, key=lambda one: one.situation)
    columns = [within_call(one.signals, names) for one in ordered]
    rows = np.concatenate(columns)
    spread = np.maximum(rows.std(axis=0), 1e-3).round(PLACES + 2)
    kinds = np.repeat([one.situation for one in ordered], [len(one) for one in columns])
    weights = conditional_logit(rows / spread, kinds, [one.accepted for one in ordered], ridge)
    return LearnedRanker(names, spread, {name: weights[name].round(PLACES) for name in SITUATIONS})


def conditional_logit(
    rows: Values, kinds: NDArray[np.str_], accepted: Sequence[Flags], ridge: float
) -> dict[str, Values]:
    """Weights that maximise the softmax share of the accepted rows of each group, less ``ridge`` times their squares.

    ``rows`` has the groups one after the other, shape (sum of candidates, features), ``kinds`` the situation of each
    row, sorted. A situation's weights are the common ones plus its own; both are held small, so that a rare situation
    leans on the common ones. A group without an accepted row counts for nothing.
    """
    import numpy as np
    from scipy.optimize import minimize

    sizes = np.array([len(flags) for flags in accepted])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    group = np.repeat(np.arange(len(sizes)), sizes)
    good = np.concatenate(accepted).astype(float)
    counts = np.maximum.reduceat(good, starts)
    blocks = [
        slice(int(np.searchsorted(kinds, name, "left")), int(np.searchsorted(kinds, name, "right")))
        for name in SITUATIONS
    ]

    def loss(flat: Values) -> tuple[float, Values]:
        common, own = flat[: rows.shape[1]], flat[rows.shape[1] :].reshape(len(blocks), -1)
        scores = np.empty(len(rows))
        for block, weights in zip(blocks, own, strict=True):
            scores[block] = rows[block] @ (common + weights)
        grown = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        total, right = np.add.reduceat(grown, starts), np.add.reduceat(grown * good, starts) + 1e-30
        value = float((counts * (np.log(total) - np.log(right))).sum() + ridge * (flat @ flat))
        slope = (grown / total[group] - grown * good / right[group]) * counts[group]
        slopes = np.stack([rows[block].T @ slope[block] for block in blocks])
        return value, np.concatenate([slopes.sum(axis=0), slopes.ravel()]) + 2 * ridge * flat

    start = np.zeros(rows.shape[1] * (1 + len(blocks)))
    flat = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}).x
    own = flat[rows.shape[1] :].reshape(len(blocks), -1)
    return {name: flat[: rows.shape[1]] + row for name, row in zip(SITUATIONS, own, strict=True)}

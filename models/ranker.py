"""The learned ranker: a weight for each signal and situation, small enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.scene import situation_of

if TYPE_CHECKING:
    from models.scene import Scene, Values


@dataclass(frozen=True)
class LearnedRanker:
    """Scores are differences within a call, weighed by situation; their softmax is the chance to be accepted.

    ``spread`` has the standard deviation of each signal within calls, ``weights`` a row of the same length for each
    situation of ``models.scene.SITUATIONS``.
    """

    signals: tuple[str, ...]
    spread: Values
    weights: dict[str, Values]
    name: str = "learned"

    def scores(self, scene: Scene, signals: dict[str, Values]) -> Values:
        """See models.evidence_model.Ranker."""
        found: Values = within_call(signals, self.signals) / self.spread @ self.weights[situation_of(scene.criterion)]
        return found

    def shares(self, scene: Scene, signals: dict[str, Values], index: int) -> dict[str, float]:
        """See models.evidence_model.Ranker."""
        row = within_call(signals, self.signals)[index] / self.spread * self.weights[situation_of(scene.criterion)]
        return dict(zip(self.signals, row.tolist(), strict=True))


def within_call(signals: dict[str, Values], names: Sequence[str]) -> Values:
    """The signals as columns, each less its mean in the call: what a call has everywhere tells nothing apart."""
    import numpy as np

    columns = np.stack([signals[name] for name in names], axis=1)
    centered: Values = columns - columns.mean(axis=0)
    return centered

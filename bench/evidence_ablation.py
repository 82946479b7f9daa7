"""What signals are worth: the ranker trained without them, on the folds of the sources, and how much worse it picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.evidence_figures import Figures, over_sources
from bench.evidence_known import Known
from models.evaluating import hit_of, leave_out
from models.ranker import within_call
from models.signals import NAMES, SIGNALS
from models.training import RIDGE, conditional_logit

if TYPE_CHECKING:
    from models.scene import Values


@dataclass(frozen=True, slots=True)
class Worth:
    """What leaving out ``signals`` signals takes from hit@1 and from hit@3, mean over the sources."""

    name: str
    signals: int
    first: float
    third: float


class Folds:
    """One source left out at a time, with the signals of all labels as columns, stacked once for all trainings."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.known = sorted(known, key=lambda one: one.example.situation)
        self._columns = [within_call(one.example.signals, NAMES) for one in self.known]
        self._splits = [
            (learn, test, np.concatenate([self._columns[n] for n in learn]))
            for learn, test in leave_out([one.source for one in self.known])
        ]

    def without(self, names: Sequence[str]) -> tuple[float, float]:
        """hit@1 and hit@3, mean over the sources, of rankers that never had these signals."""
        kept = np.array([name not in names for name in NAMES])
        first, _, third = over_sources([one for split in self._splits for one in self._held(*split, kept)])
        return first, third

    def _held(self, learn: Sequence[int], test: Sequence[int], rows: Values, kept: Values) -> list[Figures]:
        spread = np.maximum(rows[:, kept].std(axis=0), 1e-3)
        examples = [self.known[n].example for n in learn]
        kinds = np.repeat([one.situation for one in examples], [len(one.accepted) for one in examples])
        weights = conditional_logit(rows[:, kept] / spread, kinds, [one.accepted for one in examples], RIDGE)
        found = []
        for n in test:
            one = self.known[n]
            hit = hit_of(one.example, self._columns[n][:, kept] / spread @ weights[one.example.situation])
            found.append(Figures(one.source, one.criterion, float(hit.first), float(hit.best), float(hit.third)))
        return found


def worth_of(known: Sequence[Known]) -> tuple[list[Worth], list[Worth]]:
    """Of each family of signals, and of each signal."""
    folds = Folds(known)
    whole = folds.without(())

    def worth(name: str, names: Sequence[str]) -> Worth:
        first, third = folds.without(names)
        return Worth(name, len(names), whole[0] - first, whole[1] - third)

    return [worth(one.name, one.signals) for one in SIGNALS], [worth(f"`{name}`", (name,)) for name in NAMES]

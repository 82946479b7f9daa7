"""Picks held against their labels, out of sample: each by what a method learned without the label's group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from bench.evidence_known import Known
from bench.evidence_methods import ByLot, Learned, Method
from models.confidence import LearnedConfidence, train_confidence
from models.evaluating import calibration_error, hit_of, out_of_sample, sure_threshold
from models.finder import DIGITS

if TYPE_CHECKING:
    from models.scene import Values

Means = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """One pick held against its label: hit@1, best@1 and hit@3, each 0 or 1, or what is to be expected of a lot.

    ``criterion`` is ``open`` for a criterion that one label alone has. ``confidence`` is -1 where a method has none.
    """

    source: str
    criterion: str
    first: float
    best: float
    third: float
    confidence: float = -1.0
    sure: bool = False

    @property
    def means(self) -> Means:
        return self.first, self.best, self.third


def figures_of(
    method: Method, known: Sequence[Known], groups: Sequence[str], besides: Sequence[tuple[str, Known]] = ()
) -> list[Figures]:
    """The figures of every label, in their order, one of ``groups`` left out at a time.

    ``besides``, each with its group, are learned from like the others and not held against anything.
    """
    if isinstance(method, ByLot):
        return [by_lot(one) for one in known]
    made: dict[str, Learned] = {}

    def learner(left_out: str, learn: Sequence[Known]) -> Callable[[Known], Values]:
        more = [one for group, one in besides if group != left_out]
        made[left_out] = method.learned(left_out, [*learn, *more])
        return made[left_out].scores

    scores = [one.round(DIGITS) for one in out_of_sample(known, groups, learner)]
    sureness = {name: _sureness(name, made[name], known, scores, groups) for name in made}
    return [_held(one, own, *sureness[group]) for one, own, group in zip(known, scores, groups, strict=True)]


def _sureness(
    group: str, learned: Learned, known: Sequence[Known], scores: Sequence[Values], groups: Sequence[str]
) -> tuple[LearnedConfidence, float]:
    """What the method learned of how sure to be; where it learned nothing, a curve over the other groups' picks."""
    if learned.confidence is not None:
        return learned.confidence, learned.sure
    others = [n for n, one in enumerate(groups) if one != group]
    right = [hit_of(known[n].example, scores[n]).first for n in others]
    confidence = train_confidence([scores[n] for n in others], right)
    return confidence, sure_threshold([confidence.certainty(scores[n]) for n in others], right, learned.wanted)


def _held(known: Known, scores: Values, confidence: LearnedConfidence, sure: float) -> Figures:
    hit = hit_of(known.example, scores)
    certain = round(confidence.certainty(scores), DIGITS)
    return Figures(
        known.source, known.criterion, float(hit.first), float(hit.best), float(hit.third), certain, certain >= sure
    )


def by_lot(known: Known) -> Figures:
    """What a pick by lot, and two more without putting back, can be expected to bring."""
    count, good = len(known.example.accepted), int(known.example.accepted.sum())
    drawn = min(3, count)
    missed = comb(count - good, drawn) / comb(count, drawn)
    return Figures(known.source, known.criterion, good / count, float(known.example.best.mean()), 1 - missed)


def measures(figures: Sequence[Figures]) -> Means:
    """hit@1, best@1, hit@3: the macro average over criteria and the mean over open labels, averaged where both are."""
    by_criterion = by(figures, lambda one: one.criterion)
    single = by_criterion.pop("open", [])
    parts = []
    if by_criterion:
        parts.append(mean_of(mean_of(one.means for one in inside) for inside in by_criterion.values()))
    if single:
        parts.append(mean_of(one.means for one in single))
    return mean_of(parts)


def over_sources(figures: Sequence[Figures]) -> Means:
    """The mean over the sources of their measures."""
    return mean_of(measures(inside) for inside in by(figures, lambda one: one.source).values())


def by(figures: Iterable[Figures], key: Callable[[Figures], str]) -> dict[str, list[Figures]]:
    """Figures in groups, by name."""
    found: dict[str, list[Figures]] = defaultdict(list)
    for one in figures:
        found[key(one)].append(one)
    return dict(sorted(found.items()))


def mean_of(rows: Iterable[Means]) -> Means:
    """Column by column; zeros of nothing."""
    listed = np.array(list(rows) or [(0.0, 0.0, 0.0)])
    first, best, third = listed.mean(axis=0).tolist()
    return first, best, third


def error_of(figures: Sequence[Figures]) -> float:
    """The expected calibration error."""
    return calibration_error([one.confidence for one in figures], [bool(one.first) for one in figures])


def sure_of(figures: Sequence[Figures]) -> tuple[float, float]:
    """The share of picks that are marked sure, and the share of those that are right."""
    sure = [one for one in figures if one.sure]
    return len(sure) / max(1, len(figures)), sum(one.first for one in sure) / max(1, len(sure))

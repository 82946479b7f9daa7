"""Holding picks against labels: the measures, and the ways to leave out what is tested."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from models.training import Example, train_ranker

if TYPE_CHECKING:
    from models.ranker import LearnedRanker
    from models.scene import Values

BINS = 10
SURE_IS_RIGHT = 0.87
"""Share of sure picks that must be right on unseen calls of known sources: on a new source it is some points lower."""
Item = TypeVar("Item")
Learner = Callable[[str, Sequence[Item]], Callable[[Item], "Values"]]
"""Learns from items without the group of that name, and gives what scores an item's candidates."""
Split = tuple[list[int], list[int]]
"""Positions to train on and positions to test on."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Whether the first choice was accepted, was a reader's first choice, and whether one of the first three was."""

    first: bool
    best: bool
    third: bool


def hit_of(example: Example, scores: Values) -> Hit:
    """The hit of a ranking of the example's candidates."""
    order = sorted(range(len(scores)), key=lambda index: (-scores[index], index))
    accepted = [bool(example.accepted[index]) for index in order[:3]]
    return Hit(accepted[0], bool(example.best[order[0]]), any(accepted))


def leave_out(groups: Sequence[str]) -> Iterator[Split]:
    """Each group once as the test, the others for training."""
    for group in sorted(set(groups)):
        inside = [n for n, one in enumerate(groups) if one == group]
        yield [n for n, one in enumerate(groups) if one != group], inside


def folds_of(names: Sequence[str], count: int = 10, seed: int = 7) -> list[str]:
    """A fold for each name; the same name is always in the same fold."""
    distinct = sorted(set(names))
    random.Random(seed).shuffle(distinct)
    fold = {name: f"fold {n % count}" for n, name in enumerate(distinct)}
    return [fold[name] for name in names]


def out_of_sample(items: Sequence[Item], groups: Sequence[str], learner: Learner[Item]) -> list[Values]:
    """Scores of each item, by what ``learner`` made of the items of all other groups.

    The one loop that every figure comes through, whatever learns: it is given the group's name, too, for what was
    learned beforehand.
    """
    found: dict[int, Values] = {}
    for learn, test in leave_out(groups):
        scores = learner(groups[test[0]], [items[n] for n in learn])
        found.update({n: scores(items[n]) for n in test})
    return [found[n] for n in range(len(items))]


def linear(left_out: str, examples: Sequence[Example]) -> Callable[[Example], Values]:
    """The first stage as a learner."""
    ranker = train_ranker(examples)
    return lambda example: scores_of(ranker, example)


def scores_of(ranker: LearnedRanker, example: Example) -> Values:
    """The ranker's scores for an example's candidates."""
    from models.ranker import within_call

    rows = within_call(example.signals, ranker.signals) / ranker.spread
    found: Values = rows @ ranker.weights[example.situation]
    return found


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width: how far confidence and right picks lie apart."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, hit in zip(confidences, right, strict=True):
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, hit))
    gaps = [abs(sum(c - h for c, h in inside)) for inside in bins.values()]
    return sum(gaps) / max(1, len(confidences))


def sure_threshold(confidences: Sequence[float], right: Sequence[bool], wanted: float = SURE_IS_RIGHT) -> float:
    """The lowest confidence from which at least ``wanted`` of the picks are right; 1 where no such one exists."""
    ordered = sorted(zip(confidences, right, strict=True), reverse=True)
    found, hits = 1.0, 0
    for count, (confidence, hit) in enumerate(ordered, start=1):
        hits += hit
        if hits / count >= wanted and count >= min(20, len(ordered)):
            found = confidence
    return round(found, 2)

"""Which failing criterion is coached first: critical ones, then weight times shortfall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from nlp.noun import Id, Noun, Text
from rubric.failure import Failure

Rank = tuple[bool, float, float, str]
"""Smaller comes first: not critical, minus weight times shortfall, minus weight, criterion id."""


class Failing(Protocol):
    """A failing criterion, wherever it stands: a failure, a plan's item, a place in the waiting list.

    ``weight`` is in percent; ``score`` and ``threshold`` are in the rubric's scale.
    """

    @property
    def criterion_id(self) -> str: ...
    @property
    def critical(self) -> bool: ...
    @property
    def weight(self) -> float: ...
    @property
    def score(self) -> float | None: ...
    @property
    def threshold(self) -> float: ...


AnyFailing = TypeVar("AnyFailing", bound=Failing)


class Misplaced(Noun):
    """A criterion that waits though it outranks one that is coached, with a sentence for the report."""

    waiting: Id
    coached: Id
    sentence: Text


def rank(failing: Failing) -> Rank:
    """Where a failing criterion stands among those of one agent. Equal only for one and the same criterion."""
    # rounded, so that 0.1 x 3 and 0.3 x 1 tie and the weight decides
    loss = round(failing.weight * _shortfall(failing), 9)
    return not failing.critical, -loss, -failing.weight, failing.criterion_id


def order_criteria(failing: Iterable[AnyFailing]) -> list[AnyFailing]:
    """Failing criteria, one entry each, the first to be coached first."""
    return sorted(failing, key=rank)


def order_failures(failures: Iterable[Failure]) -> list[Failure]:
    """One agent's failures: criterion by criterion in their rank, the largest shortfall of each first.

    A criterion ranks by its largest shortfall. Within it, equal shortfalls go by the newest, then by call id.
    """
    by_criterion: dict[str, list[Failure]] = {}
    for failure in failures:
        by_criterion.setdefault(failure.criterion_id, []).append(failure)
    inside = [sorted(group, key=_within) for group in by_criterion.values()]
    return [failure for group in sorted(inside, key=lambda group: rank(group[0])) for failure in group]


def misplaced(coached: Sequence[Failing], waiting: Iterable[Failing]) -> list[Misplaced]:
    """Where the order of one agent is wrong: a waiting criterion that outranks one already being coached.

    Each waiting criterion is named once, against the lowest one that is coached in its stead.
    """
    if not coached:
        return []
    lowest = max(coached, key=rank)
    wrong = [one for one in order_criteria(waiting) if rank(one) < rank(lowest)]
    return [
        Misplaced(waiting=one.criterion_id, coached=lowest.criterion_id, sentence=_sentence(one, lowest))
        for one in wrong
    ]


def _shortfall(failing: Failing) -> float:
    return max(0.0, failing.threshold - failing.score) if failing.score is not None else 0.0


def _within(failure: Failure) -> tuple[float, float, str]:
    newest_first = -failure.at.timestamp() if failure.at else float("inf")
    return -failure.shortfall, newest_first, failure.call_id


def _sentence(waiting: Failing, coached: Failing) -> str:
    return f"{_named(waiting)} waits while {_named(coached)} is coached; it ranks higher and should come first."


def _named(failing: Failing) -> str:
    critical = "critical, " if failing.critical else ""
    score = f"scored {failing.score:g}" if failing.score is not None else "flagged, no score"
    return f"{failing.criterion_id!r} ({critical}{failing.weight:g}% weight, {score}, threshold {failing.threshold:g})"

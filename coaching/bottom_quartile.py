"""The clock on the lowest quarter: agents with the lowest weighted scores should have an approved plan in 14 days."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from coaching.plan import Day
from nlp.noun import Id, Noun, Text

DAYS = 14
"""From the day on which an agent is first seen in the lowest quarter without an approved plan."""

SMALLEST_TEAM = 4
"""Fewer agents have no quarter."""


class Standing(Noun):
    """An agent's weighted score over some days: the mean of the calls', and of how many."""

    agent_id: Id
    score: float
    calls: Annotated[int, Field(ge=1)]


class ClockLine(Noun):
    """An agent of the lowest quarter without an approved plan. ``plan_id`` is the draft that waits, where there is one.

    ``days_left`` of fourteen; under zero it is overdue by so many.
    """

    agent_id: Id
    agent_name: Text
    team: Text | None = None
    score: float
    calls: int
    since: Day
    days_left: int
    plan_id: Id | None = None
    plan_status: Text | None = None

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


def weighted_standings(points: Iterable[tuple[str, str, float, float]]) -> list[Standing]:
    """The agents' weighted scores, the lowest first, ties by agent.

    ``points`` are agent, call, weight and score, one for each criterion that applied. A call's score is their mean by
    weight, an agent's the mean of the calls'. Criteria without weight count for nothing.
    """
    calls: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for agent_id, call_id, weight, score in points:
        if weight > 0:
            calls[agent_id, call_id].append((weight, score))
    by_agent: dict[str, list[float]] = defaultdict(list)
    for (agent_id, _), given in sorted(calls.items()):
        whole = math.fsum(weight for weight, _ in given)
        by_agent[agent_id].append(math.fsum(weight * score for weight, score in given) / whole)
    standings = [
        Standing(agent_id=agent_id, score=math.fsum(scores) / len(scores), calls=len(scores))
        for agent_id, scores in by_agent.items()
    ]
    return sorted(standings, key=lambda one: (one.score, one.agent_id))


def lowest_quarter(standings: Sequence[Standing]) -> list[Standing]:
    """The lowest quarter, rounded down and at least one; who ties with the last of it is in it too."""
    if len(standings) < SMALLEST_TEAM:
        return []
    ordered = sorted(standings, key=lambda one: (one.score, one.agent_id))
    last = ordered[len(ordered) // 4 - 1].score
    return [one for one in ordered if one.score <= last]


def days_left(since: date, as_of: date) -> int:
    """Of fourteen, those that are left on ``as_of``."""
    return DAYS - (as_of - since).days


def most_urgent_first(lines: Iterable[ClockLine]) -> list[ClockLine]:
    """Overdue ones first, then by the days left, then the lowest score."""
    return sorted(lines, key=lambda one: (one.days_left, one.score, one.agent_id))


def since_when(low: Iterable[str], coached: Iterable[str], kept: Mapping[str, date], as_of: date) -> dict[str, date]:
    """Since when each agent of the lowest quarter has had no approved plan; the clock starts anew after one."""
    without = set(low) - set(coached)
    return {agent_id: min(kept.get(agent_id, as_of), as_of) for agent_id in sorted(without)}

"""The machine's scores before and after an approval, and the spread of its scores in the team: drawn calls, read.

A call takes the machine about two seconds, and an agent may have twenty a day. So calls are drawn by lot, the same lot
whoever draws: enough for a mean that hangs on them no more than on the team's noise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coaching.plan import PlanItem
from coaching.spread import TeamSpread, estimate_spread
from models.scorer import MachineScore
from nlp.call import Call
from operations.comparing import Compared, Ground, Scores, Window
from rubric.criterion import Criterion
from rubric.rubric import Rubric
from store import calls
from store.agent_scores import calls_of_agent


@dataclass(frozen=True, slots=True)
class Lot:
    """How many scores are wanted of some calls, and how many calls are read for them at most."""

    wanted: int
    most: int


SIDE = Lot(30, 120)
"""Of an agent's calls before, and of those after. Some show no opportunity and have no score."""

TEAM_MATE = Lot(10, 20)
AGENTS = 15
"""Agents of a team whose calls are read for its spread: more than make its mean certain enough to lean on."""


class MachineScores(Protocol):
    """The built-in scorer, where the configuration allows it: empty where it may not score this criterion."""

    def __call__(self, calls: Sequence[Call], criterion: Criterion, rubric: Rubric) -> Sequence[MachineScore]: ...


def compare_machine(
    ground: Ground, agent_id: str, item: PlanItem, team: str | None, window: Window, score: MachineScores
) -> Compared | None:
    """What the machine scores, in the calls before and after; None where it may not, or the rubric is gone.

    The team is read only where there are calls enough after the approval to be held against.
    """
    rubric = ground.rubric_of(item)
    if rubric is None or not rubric.has(item.criterion_id):
        return None
    reading = _Reading(ground, rubric, rubric.criterion(item.criterion_id), score)
    before = reading.points(agent_id, window.start, window.middle, SIDE)
    after = reading.points(agent_id, window.middle, window.end, SIDE)
    if not before and not after:
        return None
    enough = before and len(after) >= ground.rules.min_calls
    spread = reading.spread(ground.teams.get(team, []), window) if enough else None
    return Compared(before, after, "machine", not reading.proven, spread)


class _Reading:
    """One criterion read by machine."""

    def __init__(self, ground: Ground, rubric: Rubric, criterion: Criterion, score: MachineScores) -> None:
        self.ground, self.rubric, self.criterion, self.score = ground, rubric, criterion, score
        self.proven = True

    def points(self, agent_id: str, start: datetime, end: datetime, lot: Lot) -> Scores:
        """The machine's points of an agent's calls, by call; no more calls are read than the lot needs."""
        drawn = by_lot(calls_of_agent(self.ground.session, agent_id, start, end))[: lot.most]
        found: Scores = {}
        while drawn and len(found) < lot.wanted:
            some, drawn = drawn[: lot.wanted - len(found)], drawn[lot.wanted - len(found) :]
            found |= self._scored(some)
        return found

    def spread(self, members: Iterable[str], window: Window) -> TeamSpread | None:
        """How the machine's scores lay in the team in the days before; None where too few of it have calls."""
        drawn = by_lot(members)[:AGENTS]
        return estimate_spread(
            {one: list(self.points(one, window.start, window.middle, TEAM_MATE).values()) for one in drawn}
        )

    def _scored(self, call_ids: Sequence[str]) -> Scores:
        given = self.score(calls.get_calls(self.ground.session, call_ids), self.criterion, self.rubric)
        usable = [one for one in given if (one.call_id, one.criterion_id) not in self.ground.wrong]
        self.proven = self.proven and all(one.proven for one in usable)
        return {one.call_id: one.score for one in usable if one.score is not None}


def by_lot(names: Iterable[str]) -> list[str]:
    """These names in an order that hangs on nothing but each of them: whoever draws, draws the same."""
    return sorted(names, key=lambda name: (hashlib.sha256(name.encode()).digest(), name))

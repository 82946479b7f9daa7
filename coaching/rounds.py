"""Rounds of coaching: each cycle of an agent on a criterion as far as it has come, those under way among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from coaching.movement import Verdict
from coaching.plan import Day
from nlp.noun import Id, Noun, Text

if TYPE_CHECKING:
    from pandas import DataFrame


class Round(Noun):
    """A cycle of one agent on one criterion. ``concluded_on`` and ``verdict`` are None until its follow-up.

    ``practice`` names what was practised. ``number`` counts the cycles of the agent on the criterion from 1.
    ``closed``: coaching of the criterion ended with this cycle. ``by_machine``: the verdict rests on machine's scores.
    """

    agent_id: Id
    agent_name: Text
    team: Text | None = None
    criterion_id: Id
    criterion_name: Text
    practice: Text
    number: Annotated[int, Field(ge=1)] = 1
    approved_on: Day
    concluded_on: Day | None = None
    verdict: Verdict | None = None
    delta: float | None = None
    low: float | None = None
    high: float | None = None
    calls: Annotated[int, Field(ge=0)] = 0
    closed: bool = False
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """Rounds of one agent on one criterion, one after the other, until it moved, was closed, or is open still.

    ``days`` and ``cycles`` count to the movement, else to what is known so far. ``by_machine``: of a verdict in it.
    """

    criterion_id: str
    criterion_name: str
    practice: str
    days: int
    cycles: int
    moved: bool
    by_machine: bool = False


def rounds_frame(rounds: Iterable[Round]) -> DataFrame:
    """A row a round, in the order of agent, criterion and approval; dates are timestamps."""
    import pandas as pd

    rows = [one.model_dump() for one in _in_order(rounds)]
    frame = pd.DataFrame(rows, columns=list(Round.model_fields))
    for name in ("approved_on", "concluded_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def episodes(rounds: Iterable[Round], as_of: date, *, by_practice: bool = False) -> list[Episode]:
    """How long agents took to move, or have been at it.

    By criterion, an episode goes from the first approval to the first movement; a closed criterion that comes up again
    begins another. By practice, it ends as well where the practice changes: what comes later is not its doing.
    """
    found = []
    for _, group in groupby(_in_order(rounds), key=lambda one: (one.agent_id, one.criterion_id)):
        run: list[Round] = []
        for one in group:
            if run and by_practice and run[-1].practice != one.practice:
                found.append(_episode(run, as_of))
                run = []
            run.append(one)
            if one.verdict == "moved" or one.closed:
                found.append(_episode(run, as_of))
                run = []
        if run:
            found.append(_episode(run, as_of))
    return found


def stuck(rounds: Iterable[Round]) -> list[Sequence[Round]]:
    """The rounds of each agent and criterion that were measured and did not move in any; the most first.

    A round without enough calls, or without a comparison, measures nothing.
    """
    runs = [list(group) for _, group in groupby(_in_order(rounds), key=lambda one: (one.agent_id, one.criterion_id))]
    measured = [[one for one in run if one.verdict in ("moved", "not_moved", "within_noise")] for run in runs]
    unmoved = [run for run in measured if run and all(one.verdict != "moved" for one in run)]
    return sorted(unmoved, key=lambda run: (-len(run), run[0].approved_on, run[0].agent_id, run[0].criterion_id))


def _in_order(rounds: Iterable[Round]) -> list[Round]:
    return sorted(rounds, key=lambda one: (one.agent_id, one.criterion_id, one.approved_on, one.number))


def _episode(run: Sequence[Round], as_of: date) -> Episode:
    first, last = run[0], run[-1]
    until = last.concluded_on or as_of
    return Episode(
        criterion_id=first.criterion_id,
        criterion_name=first.criterion_name,
        practice=last.practice,
        days=max(0, (until - first.approved_on).days),
        cycles=sum(one.concluded_on is not None for one in run),
        moved=last.verdict == "moved",
        by_machine=any(one.by_machine for one in run),
    )

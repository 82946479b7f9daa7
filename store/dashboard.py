"""The dashboard's figures and lists as they were last worked out, and what is counted anew each time it is seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, delete, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from coaching.dashboard import CycleLine, Figures
from coaching.dashboard_lines import CONTENT, Kind, Line
from store.digests import digest_of, joined_digest
from store.inserting import UNSYNCHRONIZED, insert_new, upsert
from store.plan_list import COUNTED_TO, Listed, ways
from store.tables import PlanRow
from store.tables.dashboards import DashboardLineRow, DashboardRow
from store.tables.follow_ups import FOR_A_PERSON, STILL_OPEN, WAITS_FOR_CALLS, FollowUpRow, MovementRow

Due = Literal["overdue", "soon", "waiting"]
"""Whose day is past; whose day is today or in the next week; who waits for more calls."""

DayPlan = tuple[date, str]
"""A follow-up's day, and its plan."""

SOON_DAYS = 7
LINES_COUNTED_TO = 200
BY_DAY = (FollowUpRow.due_on, FollowUpRow.plan_id)
OF_CYCLE = ("plan_id", "agent_id", "agent_name", "team", "criterion_id", "criterion_name", "number", "approved_on",
            "scored_on")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures that are kept: as of which day, and a digest that changes when they or the lists do."""

    as_of: date
    digest: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A cycle that waits for a decision, and its place in the list of these."""

    cycle: CycleLine
    place: str


def put_dashboard(session: Session, all_figures: Sequence[Figures], lines: Mapping[Kind, Iterable[Line]]) -> None:
    """Keep these figures and lines in place of all before."""
    listed = [digest_of(line) for some in lines.values() for line in some]
    rows = [
        {
            "team": one.team,
            "days": one.days,
            "as_of": one.as_of,
            "digest": joined_digest(digest_of(one), *listed),
            "content": one.model_dump(mode="json"),
        }
        for one in all_figures
    ]
    # the rows first: a second writer waits for them here, and then sees the lines of the first and removes them
    upsert(session, DashboardRow, rows)
    there = set(session.execute(select(DashboardRow.team, DashboardRow.days)).tuples())
    for team, days in sorted(there - {(one.team, one.days) for one in all_figures}):
        gone = delete(DashboardRow).where(DashboardRow.team == team, DashboardRow.days == days)
        session.execute(gone, execution_options=UNSYNCHRONIZED)
    session.execute(delete(DashboardLineRow), execution_options=UNSYNCHRONIZED)
    insert_new(session, DashboardLineRow, [_values(kind, line) for kind, some in lines.items() for line in some])


def kept_figures(session: Session, team: str, days: int) -> Kept | None:
    """Whether there are figures of a team over so many days, and which; None where there are none yet."""
    row = session.execute(
        select(DashboardRow.as_of, DashboardRow.digest).where(DashboardRow.team == team, DashboardRow.days == days)
    ).one_or_none()
    return Kept(*row) if row else None


def get_figures(session: Session, team: str, days: int) -> Figures | None:
    """The figures themselves."""
    query = select(DashboardRow.content).where(DashboardRow.team == team, DashboardRow.days == days)
    content = session.scalar(query)
    return None if content is None else Figures.model_validate(content)


def teams_kept(session: Session, days: int) -> list[str]:
    """The teams that there are figures of, in order; everybody is none of them."""
    row = DashboardRow
    return list(session.scalars(select(row.team).where(row.days == days, row.team > "").order_by(row.team)))


def list_lines(
    session: Session, kind: Kind, teams: Sequence[str] | None, *, after: str = "", limit: int = 25
) -> list[Line]:
    """Lines in their order, from a place on; ``teams`` None for all. Who has an approved plan is off the clock."""
    found = [line for query in _of_teams(kind, teams, after) for line in _lines(session, query.limit(limit))]
    return sorted(found, key=lambda one: one.place)[:limit]


def count_lines(session: Session, kind: Kind, teams: Sequence[str] | None) -> int:
    """How many there are, counted up to ``LINES_COUNTED_TO`` + 1: for each of the clock's a plan is looked up."""
    most = LINES_COUNTED_TO + 1
    counts = (_count(session, query.order_by(None), most) for query in _of_teams(kind, teams, ""))
    return min(sum(counts), most)


def lines_of_agent(session: Session, agent_id: str) -> list[Line]:
    """An agent's lines in all lists, by list and criterion. Whose plan was approved is off the clock."""
    row, found = DashboardLineRow, []
    for kind in CONTENT:
        mine = select(row).where(row.kind == kind, row.agent_id == agent_id, *_still(kind))
        found += list(_lines(session, mine.order_by(row.criterion_id)))
    return found


def plans_of_agent(session: Session, agent_id: str, limit: int) -> list[str]:
    """The ids of an agent's plans, the newest first, at most ``limit``."""
    row = PlanRow
    query = select(row.plan_id).where(row.agent_id == agent_id).order_by(row.as_of.desc(), row.plan_id)
    return list(session.scalars(query.limit(limit)))


def count_due(session: Session, listed: Listed, due: Due, today: date) -> int:
    """How many open follow-ups there are of that kind, counted up to ``COUNTED_TO`` + 1 for each way to a plan."""
    return min(sum(_count(session, _due(one, due, today)) for one in ways(listed)), COUNTED_TO + 1)


def plans_due(
    session: Session, listed: Listed, due: Due, today: date, *, after: DayPlan | None = None, limit: int = 25
) -> list[DayPlan]:
    """The plans of these follow-ups with the day of each, the earliest first, from a place on."""
    found: set[DayPlan] = set()
    for one in ways(listed):
        query = _due(one, due, today).order_by(*BY_DAY).limit(limit)
        if after is not None:
            query = query.where(tuple_(*BY_DAY) > tuple_(*(literal(part) for part in after)))
        found |= {(day, plan_id) for plan_id, day in session.execute(query).tuples()}
    return sorted(found)[:limit]


def count_asking(session: Session, teams: Sequence[str] | None) -> int:
    """How many cycles of plans of these teams wait for a supervisor's decision, counted up to ``COUNTED_TO`` + 1."""
    return _count(session, _asking(select(MovementRow.follow_up_id), teams))


def list_asking(session: Session, teams: Sequence[str] | None, *, after: str = "", limit: int = 25) -> list[Asking]:
    """The cycles that wait for a supervisor's decision, the longest first, from a place on."""
    row = MovementRow
    place = (row.scored_on, row.agent_id, row.criterion_id, row.follow_up_id)
    query = _asking(select(row.content, *place), teams).order_by(*place)
    start = _asked_after(after)
    if start is not None:
        query = query.where(tuple_(*place) > tuple_(*(literal(part) for part in start)))
    return [
        Asking(_cycle_line(content), json.dumps([day.isoformat(), *rest]))
        for content, day, *rest in session.execute(query.limit(limit))
    ]


def _asking(query: Select[Any], teams: Sequence[str] | None) -> Select[Any]:
    """By the plan's team and not by the cycle's: an agent may have changed teams, and the plan has not."""
    query = query.where(FOR_A_PERSON)
    if teams is not None:
        query = query.join(PlanRow, PlanRow.plan_id == MovementRow.plan_id).where(PlanRow.team.in_(teams))
    return query


def _asked_after(place: str) -> tuple[date, str, str, str] | None:
    """A place that ``list_asking`` gave; None for anything else."""
    try:
        day, agent_id, criterion_id, follow_up_id = json.loads(place)
        return date.fromisoformat(day), str(agent_id), str(criterion_id), str(follow_up_id)
    except (ValueError, TypeError):
        return None


def cycles_since(session: Session, since: date, until: date) -> Iterator[CycleLine]:
    """The cycles scored after one day and up to another, each with its plan's team, the oldest first."""
    row = MovementRow
    query = select(row.content, PlanRow.team).join(PlanRow, PlanRow.plan_id == row.plan_id)
    query = query.where(row.scored_on > since, row.scored_on <= until).order_by(row.scored_on)
    for content, team in session.execute(query.execution_options(yield_per=1000)):
        yield _cycle_line({**content, "team": team})


def cycles_of_agent(session: Session, agent_id: str, limit: int) -> list[CycleLine]:
    """An agent's cycles, the newest first, at most ``limit``."""
    row = MovementRow
    mine = select(row.content).where(row.agent_id == agent_id).order_by(row.scored_on.desc(), row.criterion_id)
    return [_cycle_line(content) for content in session.scalars(mine.limit(limit))]


def _due(listed: Listed, due: Due, today: date) -> Select[tuple[str, date]]:
    row = FollowUpRow
    query = select(row.plan_id, row.due_on).where(WAITS_FOR_CALLS if due == "waiting" else STILL_OPEN)
    if listed.teams is not None or listed.supervisor is not None or listed.agent_id is not None:
        query = query.join(PlanRow, PlanRow.plan_id == row.plan_id).where(*_of_plans(listed))
    if due == "overdue":
        return query.where(row.due_on < today)
    if due == "soon":
        return query.where(row.due_on >= today, row.due_on <= date.fromordinal(today.toordinal() + SOON_DAYS))
    return query


def _of_plans(listed: Listed) -> Iterator[ColumnElement[bool]]:
    yield PlanRow.status == "approved"
    if listed.agent_id is not None:
        yield PlanRow.agent_id == listed.agent_id
    if listed.teams is not None:
        yield PlanRow.team == listed.teams[0]
    if listed.supervisor is not None:
        yield PlanRow.supervisor_id == listed.supervisor


def _of_teams(kind: Kind, teams: Sequence[str] | None, after: str) -> Iterator[Select[tuple[DashboardLineRow]]]:
    row = DashboardLineRow
    query = select(row).where(row.kind == kind, row.place > after, *_still(kind)).order_by(row.place)
    yield from [query] if teams is None else [query.where(row.team == team) for team in sorted(set(teams))]


def _still(kind: Kind) -> Iterator[ColumnElement[bool]]:
    """An approval takes an agent off the clock at once, not only when the figures are worked out again."""
    if kind == "clock":
        plan = PlanRow
        yield ~exists().where(plan.agent_id == DashboardLineRow.agent_id, plan.status == "approved")


def _lines(session: Session, query: Select[tuple[DashboardLineRow]]) -> Iterator[Line]:
    for row in session.scalars(query):
        yield Line(
            agent_id=row.agent_id,
            criterion_id=row.criterion_id,
            team=row.team,
            place=row.place,
            content=CONTENT[row.kind].model_validate(row.content),  # type: ignore[index]
        )


def _values(kind: Kind, line: Line) -> dict[str, Any]:
    return {
        "kind": kind,
        "agent_id": line.agent_id,
        "criterion_id": line.criterion_id,
        "team": line.team,
        "place": line.place,
        "content": line.content.model_dump(mode="json"),
    }


def _count(session: Session, query: Select[Any], most: int = COUNTED_TO + 1) -> int:
    return session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0


def _cycle_line(content: Mapping[str, Any]) -> CycleLine:
    movement = content["movement"]
    before, after = movement["before"], movement["after"]
    return CycleLine.model_validate(
        {
            **{name: content[name] for name in OF_CYCLE},
            **{name: movement[name] for name in ("threshold", "delta", "low", "high", "verdict")},
            "before": before["mean"],
            "before_calls": before["calls"],
            "after": after["mean"],
            "after_calls": after["calls"],
            "by_itself": movement["by_regression"],
            "by_machine": movement["scored_by"] == "machine",
        }
    )

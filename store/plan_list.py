"""Plans by status, the earliest follow-up first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import Session

from coaching.plan import Plan, PlanStatus
from store.plans import get_plans
from store.tables import PlanRow

COUNTED_TO = 1000
"""Counts stop here."""

Place = tuple[date, str, str]
"""Where a plan stands in the list: follow-up date, agent, plan."""

ORDER = (PlanRow.follow_up_on, PlanRow.agent_id, PlanRow.plan_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """Which plans: ``teams`` and ``supervisor`` are what the reader may see, both None for all of them."""

    status: PlanStatus | None = None
    agent_id: str | None = None
    teams: tuple[str, ...] | None = None
    supervisor: str | None = None


def list_page(session: Session, listed: Listed, after: Place | None = None, limit: int = 25) -> list[Plan]:
    """The plans after a place, at most ``limit``."""
    places = {place for one in ways(listed) for place in _places(session, one, after, limit)}
    return get_plans(session, [plan_id for _, _, plan_id in sorted(places)[:limit]])


def count_listed(session: Session, listed: Listed) -> int:
    """How many there are, counted up to ``COUNTED_TO`` + 1 for each team."""
    counts = []
    for one in ways(listed):
        some = select(PlanRow.plan_id).where(*_conditions(one)).limit(COUNTED_TO + 1)
        counts.append(session.scalar(select(func.count()).select_from(some.subquery())) or 0)
    return min(sum(counts), COUNTED_TO + 1)


def ways(listed: Listed) -> list[Listed]:
    """The same for one team at a time, and for the plans of one's own people: each has its index."""
    if listed.teams is None:
        return [listed]
    by_team = [replace(listed, teams=(team,), supervisor=None) for team in sorted(set(listed.teams))]
    return by_team + ([replace(listed, teams=None)] if listed.supervisor else [])


def _places(session: Session, listed: Listed, after: Place | None, limit: int) -> Iterable[Place]:
    query = select(*ORDER).where(*_conditions(listed))
    if after is not None:
        query = query.where(tuple_(*ORDER) > tuple_(*(literal(part) for part in after)))
    return [(day, agent, plan) for day, agent, plan in session.execute(query.order_by(*ORDER).limit(limit))]


def _conditions(listed: Listed) -> Iterable[ColumnElement[bool]]:
    if listed.status is not None:
        yield PlanRow.status == listed.status
    if listed.agent_id is not None:
        yield PlanRow.agent_id == listed.agent_id
    if listed.teams is not None:
        yield PlanRow.team == listed.teams[0]
    if listed.supervisor is not None:
        yield PlanRow.supervisor_id == listed.supervisor

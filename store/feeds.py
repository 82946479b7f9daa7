"""What has changed, in the order in which it was written: for programs that ask from where they were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from coaching.follow_up import Cycle, CycleAccount, FollowUp, Overruling
from coaching.plan import Plan
from store.decisions import KeptDecision, kept_decision
from store.movements import overrulings_of
from store.plans import get_plans
from store.tables import DecisionRow, PlanRow
from store.tables.follow_ups import FollowUpRow, MovementRow

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Reach:
    """Of whom somebody is told: the plans of these teams, None for all of them."""

    teams: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class From:
    """Where to go on: what was written since a time, or after the last one that was told, by its time and key."""

    since: datetime | None = None
    after: tuple[datetime, tuple[str | int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Changed(Generic[Told]):
    """Something as it is now, when it was written, and what tells it from what was written in the same moment."""

    at: datetime
    key: tuple[str | int, ...]
    what: Told
    version: int = 0


def changed_plans(
    session: Session, reach: Reach, start: From, limit: int, *, status: str | None = None, agent_id: str | None = None
) -> list[Changed[Plan]]:
    """Plans as they are now, the last written last."""
    query = select(PlanRow.plan_id, PlanRow.version, PlanRow.changed_at).where(_within(reach))
    for column, wanted in ((PlanRow.status, status), (PlanRow.agent_id, agent_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    rows = session.execute(_onward(query, start, PlanRow.changed_at, PlanRow.plan_id).limit(limit)).all()
    found = get_plans(session, [row.plan_id for row in rows])
    return [Changed(r.changed_at, (r.plan_id,), plan, r.version) for r, plan in zip(rows, found, strict=True)]


def changed_plan(session: Session, plan_id: str) -> Changed[Plan] | None:
    """The plan of exactly that id, as it is now."""
    query = select(PlanRow.version, PlanRow.changed_at).where(PlanRow.plan_id == plan_id)
    row = session.execute(query).one_or_none()
    return Changed(row.changed_at, (plan_id,), get_plans(session, [plan_id])[0], row.version) if row else None


def changed_follow_ups(
    session: Session, reach: Reach, start: From, limit: int, *, plan_id: str | None = None, state: str | None = None
) -> list[Changed[FollowUp]]:
    """Follow-ups as they are now, the last written last."""
    query = select(FollowUpRow).outerjoin(PlanRow, PlanRow.plan_id == FollowUpRow.plan_id).where(_within(reach))
    for column, wanted in ((FollowUpRow.plan_id, plan_id), (FollowUpRow.state, state)):
        if wanted is not None:
            query = query.where(column == wanted)
    rows = session.scalars(_onward(query, start, FollowUpRow.changed_at, FollowUpRow.follow_up_id).limit(limit))
    return [Changed(row.changed_at, (row.follow_up_id,), _follow_up(row)) for row in rows]


def changed_movements(
    session: Session, reach: Reach, start: From, limit: int, *, plan_id: str | None = None, agent_id: str | None = None
) -> list[Changed[CycleAccount]]:
    """Concluded cycles with what people decided on them, the last written last; deciding writes one again."""
    query = select(MovementRow).outerjoin(PlanRow, PlanRow.plan_id == MovementRow.plan_id).where(_within(reach))
    for column, wanted in ((MovementRow.plan_id, plan_id), (MovementRow.agent_id, agent_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    keys = (MovementRow.follow_up_id, MovementRow.item_id)
    rows = session.scalars(_onward(query, start, MovementRow.changed_at, *keys).limit(limit)).all()
    decided = overrulings_of(session, [row.follow_up_id for row in rows])
    return [Changed(row.changed_at, (row.follow_up_id, row.item_id), _account(row, decided)) for row in rows]


def made_decisions(
    session: Session, reach: Reach, start: From, limit: int, *, plan_id: str | None = None
) -> list[Changed[KeptDecision]]:
    """Decisions about plans, the last made last."""
    query = select(DecisionRow).outerjoin(PlanRow, PlanRow.plan_id == DecisionRow.plan_id).where(_within(reach))
    if plan_id is not None:
        query = query.where(DecisionRow.plan_id == plan_id)
    keys = (DecisionRow.plan_id, DecisionRow.plan_version)
    rows = session.scalars(_onward(query, start, DecisionRow.decided_at, *keys).limit(limit))
    return [Changed(row.decided_at, (row.plan_id, row.plan_version), kept_decision(row)) for row in rows]


def _within(reach: Reach) -> ColumnElement[bool]:
    return literal(True) if reach.teams is None else PlanRow.team.in_(reach.teams)


def _onward(query: Select[Any], start: From, at: Any, *keys: Any) -> Select[Any]:
    if start.since is not None:
        query = query.where(at >= start.since)
    if start.after is not None:
        last, key = start.after
        place = (literal(last, at.type), *(literal(value, c.type) for c, value in zip(keys, key, strict=True)))
        query = query.where(tuple_(at, *keys) > tuple_(*place))
    return query.order_by(at, *keys)


def _follow_up(row: FollowUpRow) -> FollowUp:
    return FollowUp.model_validate({name: getattr(row, name) for name in FollowUp.model_fields})


def _account(row: MovementRow, decided: Mapping[tuple[str, str], Sequence[Overruling]]) -> CycleAccount:
    overrulings = tuple(decided.get((row.follow_up_id, row.item_id), ()))
    return CycleAccount(cycle=Cycle.model_validate(row.content), overrulings=overrulings)

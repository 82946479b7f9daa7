"""Follow-ups: dated promises, each opened by an approval and concluded once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from coaching.assemble import content_id
from coaching.follow_up import FollowUp, FollowUpState
from store.audit import PROGRAM
from store.facts import note_follow_up
from store.inserting import UNSYNCHRONIZED
from store.session import WRITES
from store.tables.follow_ups import STILL_OPEN, FollowUpRow

COLUMNS = [FollowUpRow.__table__.columns[name] for name in FollowUp.model_fields]


def open_follow_up(
    session: Session,
    plan_id: str,
    agent_id: str,
    *,
    approved_on: date,
    due_on: date,
    last_day: date,
    at: datetime,
    by: str = PROGRAM,
) -> FollowUp:
    """Promise to score a plan's calls; the plan must have no open follow-up, which the database holds to."""
    attempts = select(func.max(FollowUpRow.attempt)).where(FollowUpRow.plan_id == plan_id)
    attempt = (session.scalar(attempts) or 0) + 1
    follow_up = FollowUp(
        follow_up_id=content_id("f", plan_id, str(attempt)),
        plan_id=plan_id,
        agent_id=agent_id,
        attempt=attempt,
        approved_on=approved_on,
        promised_on=due_on,
        due_on=due_on,
        last_day=max(last_day, due_on),
    )
    session.execute(insert(FollowUpRow).values({**dict(follow_up), "opened_at": at, "ended_at": None}))
    note_follow_up(session, "promised", by, None, follow_up)
    return follow_up


def open_follow_up_of(session: Session, plan_id: str) -> FollowUp | None:
    """The plan's open follow-up, or None. In a session of ``begin``, nobody else can end it before that one ends."""
    return next(iter(_found(session, select(*COLUMNS).where(STILL_OPEN, FollowUpRow.plan_id == plan_id))), None)


def open_follow_ups_of(session: Session, plan_ids: Sequence[str]) -> dict[str, FollowUp]:
    """The open follow-ups of these plans, by plan."""
    rows = session.execute(select(*COLUMNS).where(STILL_OPEN, FollowUpRow.plan_id.in_(plan_ids))).mappings()
    return {row["plan_id"]: _follow_up(row) for row in rows}


def follow_ups_of(session: Session, plan_id: str) -> list[FollowUp]:
    """All follow-ups of a plan, the first approval's first."""
    columns = select(*COLUMNS).where(FollowUpRow.plan_id == plan_id)
    return [_follow_up(row) for row in session.execute(columns.order_by(FollowUpRow.attempt)).mappings()]


def due_follow_ups(session: Session, as_of: date) -> list[FollowUp]:
    """Open follow-ups that are due on ``as_of`` or were before, the longest due first."""
    due = select(*COLUMNS).where(STILL_OPEN, FollowUpRow.due_on <= as_of)
    rows = session.execute(due.order_by(FollowUpRow.due_on, FollowUpRow.plan_id)).mappings()
    return [_follow_up(row) for row in rows]


def open_dates(session: Session) -> list[date]:
    """The days on which an open follow-up is due, each once, the earliest first."""
    return list(session.scalars(select(FollowUpRow.due_on).where(STILL_OPEN).distinct().order_by(FollowUpRow.due_on)))


def list_follow_ups(session: Session, state: str | None = None) -> list[FollowUp]:
    """Follow-ups, the earliest due first, then by plan."""
    columns = select(*COLUMNS).order_by(FollowUpRow.due_on, FollowUpRow.plan_id, FollowUpRow.attempt)
    if state is not None:
        columns = columns.where(FollowUpRow.state == state)
    return [_follow_up(row) for row in session.execute(columns).mappings()]


def move_follow_up(session: Session, follow_up_id: str, due_on: date, *, promised: bool, by: str = PROGRAM) -> None:
    """Look at another day: ``promised`` where a person moved it, not where it only waits for calls."""
    values: dict[str, Any] = {"due_on": due_on} | ({"promised_on": due_on} if promised else {})
    _change(session, follow_up_id, values, "moved" if promised else "waits", by)


def end_follow_up(
    session: Session,
    follow_up_id: str,
    state: FollowUpState,
    at: datetime,
    reason: str | None = None,
    by: str = PROGRAM,
) -> None:
    """Note that an open follow-up is done or cancelled."""
    _change(session, follow_up_id, {"state": state, "ended_at": at, "reason": reason}, state, by)


def _change(session: Session, follow_up_id: str, values: dict[str, Any], act: str, by: str) -> None:
    wanted = (FollowUpRow.follow_up_id == follow_up_id, STILL_OPEN)
    before = next(iter(_found(session, select(*COLUMNS).where(*wanted))), None)
    if before is None:
        return
    session.execute(update(FollowUpRow).where(*wanted).values(values), execution_options=UNSYNCHRONIZED)
    known = {name: value for name, value in values.items() if name in FollowUp.model_fields}
    note_follow_up(session, act, by, before, before.model_copy(update=known))


def _found(session: Session, query: Select[Any]) -> Sequence[FollowUp]:
    held = query.with_for_update() if session.info.get(WRITES) else query
    return [_follow_up(row) for row in session.execute(held).mappings()]


def _follow_up(row: Any) -> FollowUp:
    return FollowUp(**row)

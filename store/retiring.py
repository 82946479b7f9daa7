"""Records that have been kept for long enough: which they are, and letting them go some at a time.

What refers to a record goes before it, and a record stays as long as something that stays needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from coaching.plan import OPEN_STATUSES
from store.inserting import KEYS_AT_ONCE, UNSYNCHRONIZED, chunks
from store.remembering import remembered_calls
from store.tables import (
    CallRow,
    DecisionRow,
    ItemFailureRow,
    JudgementRow,
    PlanItemRow,
    PlanRow,
    RunRow,
    SetAsideRow,
)
from store.tables.accounts import PassRow, SessionRow
from store.tables.agents_answers import DisputeRow
from store.tables.deliveries import AttemptRow, DeliveryRow
from store.tables.events import EventRow
from store.tables.follow_ups import FOR_A_PERSON, STILL_OPEN, FollowUpRow, MovementRow

OVER = ("done", "dropped", "dead")
"""The states of a delivery that nobody works on any more."""

Going = tuple[Any, ColumnElement[bool]]
"""A table and which of its rows go."""


def deliveries_going(before: datetime) -> Going:
    """Deliveries that were over before then; each takes its attempts along."""
    return DeliveryRow, and_(DeliveryRow.state.in_(OVER), DeliveryRow.ended_at < before)


def events_going(before: datetime) -> Going:
    """Events from before then of which no delivery stays."""
    stays = select(DeliveryRow.event_id).where(
        DeliveryRow.event_id == EventRow.event_id,
        or_(DeliveryRow.state.not_in(OVER), DeliveryRow.ended_at.is_(None), DeliveryRow.ended_at >= before),
    )
    return EventRow, and_(EventRow.written_at < before, not_(stays.exists()))


def sessions_going(before: datetime) -> Going:
    """Signed-in browsers whose session ended before then."""
    return SessionRow, SessionRow.expires_at < before


def passes_going(before: datetime) -> Going:
    """Links and the like that ended or were used before then."""
    return PassRow, or_(PassRow.expires_at < before, PassRow.used_at < before)


def set_aside_going(before: datetime) -> Going:
    """Records that a run from before then set aside first. Of one that no run met, nobody knows how old it is."""
    older = select(RunRow.run_id).where(RunRow.run_id == SetAsideRow.first_run_id, RunRow.started_at < before)
    return SetAsideRow, older.exists()


def runs_going(before: datetime, aside_before: datetime | None) -> Going:
    """Runs from before then; the last that was done stays, and so does one of which a record set aside stays."""
    named = SetAsideRow.first_run_id == RunRow.run_id
    if aside_before is not None:  # all of a run's records go with the same run: they stay or go together
        named = and_(named, RunRow.started_at >= aside_before)
    stays = select(SetAsideRow.digest).where(named).exists()
    other = aliased(RunRow)
    last = select(other.run_id).where(other.status == "done").order_by(other.started_at.desc(), other.run_id).limit(1)
    is_last = RunRow.run_id == func.coalesce(last.scalar_subquery(), "")
    return RunRow, and_(RunRow.started_at < before, not_(stays), not_(is_last))


def count_going(session: Session, going: Going) -> int:
    """How many rows would go."""
    row, where = going
    return session.scalar(select(func.count()).select_from(row).where(where)) or 0


def let_go(session: Session, going: Going, limit: int) -> int:
    """Delete as many as ``limit`` of the rows that go; how many were deleted."""
    row, where = going
    keys = [getattr(row, column.key) for column in row.__table__.primary_key.columns]
    found = session.execute(select(*keys).where(where).order_by(*keys).limit(limit).with_for_update(of=row)).all()
    for some in chunks((tuple(key) for key in found), KEYS_AT_ONCE):
        if row is DeliveryRow:
            attempts = tuple_(AttemptRow.event_id, AttemptRow.endpoint_id).in_(some)
            session.execute(delete(AttemptRow).where(attempts), execution_options=UNSYNCHRONIZED)
        session.execute(delete(row).where(tuple_(*keys).in_(some)), execution_options=UNSYNCHRONIZED)
    return len(found)


def old_calls(session: Session, before: datetime) -> Iterator[str]:
    """Calls that began before then and still have their words, but those that ``needed_calls`` names; the oldest first.

    A call that does not say when it began stays.
    """
    held = needed_calls(session)
    query = select(CallRow.call_id).where(CallRow.started_at < before).order_by(CallRow.started_at, CallRow.call_id)
    for some in chunks(list(session.scalars(query)), KEYS_AT_ONCE):
        gone = remembered_calls(session, some)
        yield from (one for one in some if one not in gone and one not in held)


def needed_calls(session: Session) -> set[str]:
    """The calls that somebody still works with.

    Those of plans that are open, that wait for a follow-up or for a person's decision on one, or of which a dispute is
    not settled: in the plan as it is, as it was decided or told, and in what was judged.
    """
    found: set[str] = set()
    for some in chunks(sorted(_plans_at_work(session)), KEYS_AT_ONCE):
        row: Any
        for row in (PlanItemRow, ItemFailureRow, JudgementRow, DisputeRow):
            found.update(session.scalars(select(row.call_id).where(row.plan_id.in_(some))))
        for row, column in ((PlanItemRow, "content"), (DecisionRow, "content"), (EventRow, "content")):
            for content in session.scalars(select(getattr(row, column)).where(row.plan_id.in_(some))):
                found.update(_calls_in(content))
    return found


def _plans_at_work(session: Session) -> set[str]:
    found: set[str] = set()
    for query in (
        select(PlanRow.plan_id).where(PlanRow.status.in_(OPEN_STATUSES)),
        select(FollowUpRow.plan_id).where(STILL_OPEN),
        select(MovementRow.plan_id).where(FOR_A_PERSON),
        select(DisputeRow.plan_id).where(DisputeRow.outcome.is_(None)),
    ):
        found.update(session.scalars(query))
    return found


def _calls_in(record: Any) -> Iterator[str]:
    if isinstance(record, dict):
        if isinstance(record.get("call_id"), str):
            yield record["call_id"]
        yield from _in_all(record.values(), _calls_in)
    elif isinstance(record, list):
        yield from _in_all(record, _calls_in)


def _in_all(records: Iterable[Any], look: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    for one in records:
        yield from look(one)

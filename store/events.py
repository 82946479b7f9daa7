"""What others are told of plans, written with what it tells of: an event is there when the change is, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from coaching.assemble import content_id
from coaching.follow_up import Cycle, Overruling
from coaching.plan import Plan
from store.endpoints import put_deliveries
from store.inserting import ROWS_AT_ONCE, insert_new
from store.tables.events import EventRow

EventType = Literal["plan.assigned", "plan.changed", "plan.closed", "follow_up.scored", "agent.escalated"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a plan. ``content`` is the record as it stood then, to the letter, not masked."""

    event_id: str
    type: EventType
    plan_id: str
    agent_id: str
    team: str | None
    content: dict[str, Any]
    written_at: datetime


COLUMNS = tuple(EventRow.__table__.columns[name] for name in Event.__dataclass_fields__)


def tell_of_plan(session: Session, before: Plan | None, after: Plan, version: int) -> None:
    """An approval assigns a plan; what changes an assigned one changes or closes it. Of drafts nobody is told."""
    was, now = before.status if before else None, after.status
    type_: EventType
    if now == "approved":
        type_ = "plan.changed" if was == "approved" else "plan.assigned"
    elif was == "approved":
        type_ = "plan.closed" if now in ("closed", "dismissed") else "plan.changed"
    else:
        return
    content = {"plan": after.model_dump(mode="json"), "version": version}
    _put(session, type_, after.plan_id, after.agent_id, after.team, content, str(version))


def tell_of_cycle(session: Session, cycle: Cycle, overruling: Overruling | None = None, number: int = 0) -> None:
    """A follow-up was scored, or a person decided otherwise on it, for the ``number``-th time.

    Where an escalation follows, that is told as well.
    """
    content = {
        "cycle": cycle.model_dump(mode="json"),
        "overruling": overruling.model_dump(mode="json") if overruling else None,
    }
    key = (cycle.follow_up_id, cycle.item_id, str(number))
    _put(session, "follow_up.scored", cycle.plan_id, cycle.agent_id, cycle.team, content, *key)
    if "escalate" in (overruling.actions if overruling else cycle.next.actions):
        _put(session, "agent.escalated", cycle.plan_id, cycle.agent_id, cycle.team, content, *key)


def events_after(session: Session, last: tuple[datetime, str] | None = None, limit: int = ROWS_AT_ONCE) -> list[Event]:
    """Events in the order in which they were written, after the one of this time and id."""
    query = select(*COLUMNS).order_by(EventRow.written_at, EventRow.event_id).limit(limit)
    if last is not None:
        query = query.where(tuple_(EventRow.written_at, EventRow.event_id) > last)
    return [Event(*row) for row in session.execute(query)]


def events_of(session: Session, plan_id: str) -> Iterator[Event]:
    """All that was told of one plan, the earliest first."""
    query = select(*COLUMNS).where(EventRow.plan_id == plan_id).order_by(EventRow.written_at, EventRow.event_id)
    yield from (Event(*row) for row in session.execute(query))


def _put(
    session: Session,
    type_: EventType,
    plan_id: str,
    agent_id: str,
    team: str | None,
    content: dict[str, Any],
    *key: str,
) -> None:
    event_id = content_id("e", type_, plan_id, *key)
    values = {"event_id": event_id, "type": type_, "plan_id": plan_id, "agent_id": agent_id, "team": team}
    if insert_new(session, EventRow, [{**values, "content": content}]):
        put_deliveries(session, event_id, type_, team)

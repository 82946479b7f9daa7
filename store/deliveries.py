"""Deliveries: an event for an endpoint, held by one deliverer at a time, with each attempt on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from store.endpoints import COLUMNS as OF_ENDPOINT
from store.endpoints import Endpoint, endpoint_of
from store.events import COLUMNS as OF_EVENT
from store.events import Event
from store.inserting import UNSYNCHRONIZED, insert_new
from store.tables.deliveries import AttemptRow, DeliveryRow, EndpointRow
from store.tables.events import EventRow

DeliveryState = Literal["waiting", "done", "dead", "dropped"]
"""``dead``: given up, until a person puts it on its way again; ``dropped``: its endpoint was removed."""

STATES: tuple[DeliveryState, ...] = ("waiting", "done", "dead", "dropped")

HELD = timedelta(minutes=2)
"""How long a deliverer may take for one delivery before another one may take it up: it was killed, most likely."""


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that this deliverer alone works on. ``tries``: how often it was tried since it was put on its way."""

    event: Event
    endpoint: Endpoint
    attempts: int
    tries: int
    held_by: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: ``status`` is what the other side answered, ``problem`` why it does not count as done."""

    number: int
    at: datetime
    status: int | None
    problem: str | None
    took_ms: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an event stands with an endpoint, with its attempts, the earliest first."""

    event_id: str
    endpoint_id: str
    type: str
    plan_id: str
    team: str | None
    state: DeliveryState
    attempts: int
    next_at: datetime
    held_until: datetime | None
    ended_at: datetime | None
    written_at: datetime
    tried: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedDeliveries:
    """Which deliveries are asked for; None is all."""

    state: str | None = None
    endpoint_id: str | None = None
    type: str | None = None
    plan_id: str | None = None


def is_due(session: Session, now: datetime, endpoint_id: str | None = None) -> bool:
    """Whether there is anything to deliver, to one endpoint or to any."""
    return session.execute(_due(select(DeliveryRow.event_id), now, endpoint_id).limit(1)).first() is not None


def due_endpoints(session: Session, now: datetime) -> list[str]:
    """The endpoints for which there is anything to deliver, by name."""
    query = _due(select(DeliveryRow.endpoint_id).distinct(), now).order_by(DeliveryRow.endpoint_id)
    return list(session.scalars(query))


def hold_next(session: Session, now: datetime, held_by: str, endpoint_id: str) -> Held | None:
    """The endpoint's delivery that is due for the longest, held by ``held_by`` until HELD from now; None: nothing is.

    Of one plan an endpoint is told one thing at a time, however many deliver: some look first for what they made of it.
    """
    lock = select(EndpointRow.endpoint_id).where(EndpointRow.endpoint_id == endpoint_id)
    # those who choose for one endpoint choose one after the other; that it gets new deliveries is not held up
    session.execute(lock.with_for_update(key_share=True))
    held = select(EventRow.plan_id).join(DeliveryRow, DeliveryRow.event_id == EventRow.event_id)
    of_others = (DeliveryRow.endpoint_id == endpoint_id, DeliveryRow.state == "waiting", DeliveryRow.held_until > now)
    query = (
        _due(select(DeliveryRow.attempts, DeliveryRow.tries, *OF_EVENT, *OF_ENDPOINT), now, endpoint_id)
        .join(EventRow, EventRow.event_id == DeliveryRow.event_id)
        .where(EventRow.plan_id.not_in(held.where(*of_others).correlate(None)))
        .order_by(DeliveryRow.next_at, EventRow.written_at, DeliveryRow.event_id)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    event, endpoint = Event(*row[2 : 2 + len(OF_EVENT)]), endpoint_of(row[2 + len(OF_EVENT) :])
    values = {"held_until": now + HELD, "held_by": held_by}
    _change(session, _key(event.event_id, endpoint.endpoint_id), values)
    return Held(event, endpoint, row.attempts, row.tries, held_by)


def conclude(
    session: Session, held: Held, attempt: Attempt, state: DeliveryState, next_at: datetime | None = None
) -> bool:
    """Keep what came of an attempt and let the delivery go; ``next_at`` is when a waiting one is tried again.

    False, and nothing is kept, where somebody else has it by now, or its endpoint was removed meanwhile.
    """
    values: dict[str, Any] = {"state": state, "attempts": attempt.number, "tries": held.tries + 1}
    values |= {"held_until": None, "held_by": None, "ended_at": None if state == "waiting" else attempt.at}
    if next_at is not None:
        values["next_at"] = next_at
    mine = (DeliveryRow.held_by == held.held_by, DeliveryRow.state == "waiting")
    where = (*_key(held.event.event_id, held.endpoint.endpoint_id), *mine)
    if not _change(session, where, values):
        return False
    key = {"event_id": held.event.event_id, "endpoint_id": held.endpoint.endpoint_id}
    insert_new(
        session, AttemptRow, [{**key, **{name: getattr(attempt, name) for name in Attempt.__dataclass_fields__}}]
    )
    return True


def give_up(session: Session, endpoint_id: str, at: datetime) -> int:
    """Whatever waits for an endpoint is dead; how many."""
    waits = (DeliveryRow.endpoint_id == endpoint_id, DeliveryRow.state == "waiting")
    values = {"state": "dead", "ended_at": at, "held_until": None, "held_by": None}
    return _change(session, waits, values)


def retry_dead(session: Session, now: datetime, endpoint_id: str | None = None) -> int:
    """Put what is dead on its way again, with a schedule from its beginning; of endpoints that are open. How many."""
    is_open = select(EndpointRow.endpoint_id).where(EndpointRow.state == "open")
    dead: list[Any] = [DeliveryRow.state == "dead", DeliveryRow.endpoint_id.in_(is_open)]
    if endpoint_id is not None:
        dead.append(DeliveryRow.endpoint_id == endpoint_id)
    values = {"state": "waiting", "tries": 0, "next_at": now, "ended_at": None}
    return _change(session, dead, values)


def list_deliveries(
    session: Session, wanted: WantedDeliveries, limit: int = 100, before: tuple[datetime, str, str] | None = None
) -> list[Delivery]:
    """Deliveries with their attempts, of the newest event first; ``before``: the keys of the last one of a page."""
    names = ("event_id", "endpoint_id", "state", "attempts", "next_at", "held_until", "ended_at")
    columns = [DeliveryRow.__table__.columns[name] for name in names]
    order = (EventRow.written_at, DeliveryRow.event_id, DeliveryRow.endpoint_id)
    query = select(*columns, EventRow.type, EventRow.plan_id, EventRow.team, EventRow.written_at)
    query = _filtered(query.join(EventRow, EventRow.event_id == DeliveryRow.event_id), wanted)
    if before is not None:
        at, event_id, endpoint_id = before
        older = and_(EventRow.written_at == at, DeliveryRow.event_id < event_id)
        same = and_(EventRow.written_at == at, DeliveryRow.event_id == event_id, DeliveryRow.endpoint_id < endpoint_id)
        query = query.where(or_(EventRow.written_at < at, older, same))
    found = session.execute(query.order_by(*(one.desc() for one in order)).limit(limit)).mappings().all()
    tried = _attempts(session, [row["event_id"] for row in found])
    return [Delivery(**row, tried=tuple(tried.get((row["event_id"], row["endpoint_id"]), ()))) for row in found]


def count_deliveries(session: Session) -> dict[tuple[str, DeliveryState], int]:
    """How many deliveries stand how, by endpoint and state."""
    columns = (DeliveryRow.endpoint_id, DeliveryRow.state)
    query = select(*columns, func.count()).group_by(*columns)
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def _due(query: Select[Any], now: datetime, endpoint_id: str | None = None) -> Select[Any]:
    free = or_(DeliveryRow.held_until.is_(None), DeliveryRow.held_until <= now)
    reachable = or_(EndpointRow.not_before.is_(None), EndpointRow.not_before <= now)
    mine = (DeliveryRow.endpoint_id == endpoint_id,) if endpoint_id is not None else ()
    return query.join(EndpointRow, EndpointRow.endpoint_id == DeliveryRow.endpoint_id).where(
        *mine, DeliveryRow.state == "waiting", DeliveryRow.next_at <= now, free, EndpointRow.state == "open", reachable
    )


def _filtered(query: Select[Any], wanted: WantedDeliveries) -> Select[Any]:
    asked = {
        DeliveryRow.state: wanted.state,
        DeliveryRow.endpoint_id: wanted.endpoint_id,
        EventRow.type: wanted.type,
        EventRow.plan_id: wanted.plan_id,
    }
    return query.where(*(column == value for column, value in asked.items() if value is not None))


def _attempts(session: Session, event_ids: Sequence[str]) -> dict[tuple[str, str], list[Attempt]]:
    query = select(AttemptRow).where(AttemptRow.event_id.in_(event_ids)).order_by(AttemptRow.number)
    found: dict[tuple[str, str], list[Attempt]] = {}
    for row in session.scalars(query):
        attempt = Attempt(*(getattr(row, name) for name in Attempt.__dataclass_fields__))
        found.setdefault((row.event_id, row.endpoint_id), []).append(attempt)
    return found


def _change(session: Session, where: Sequence[Any], values: dict[str, Any]) -> int:
    """Change the deliveries of which all of that is true; how many."""
    statement = update(DeliveryRow).where(*where).values(values).returning(DeliveryRow.event_id)
    return len(session.execute(statement, execution_options=UNSYNCHRONIZED).all())


def _key(event_id: str, endpoint_id: str) -> tuple[Any, ...]:
    return DeliveryRow.event_id == event_id, DeliveryRow.endpoint_id == endpoint_id

"""Delivering: every event to everybody whom it is for, at least once and always under the same id.

Each delivery is held while it is worked on, sent, and kept with what came of it. Whoever is killed in between leaves
it held for HELD; then it is sent again, and a receiver that drops ids it has seen has it once.
"""

from __future__ import annotations

import logging
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Literal, Protocol, cast

from coaching.recording import View
from nlp.errors import VerbatimError, WrongInput
from operations.retrying import next_wait
from operations.spans import span
from operations.telling import record_of
from store import deliveries
from store.audit import PROGRAM
from store.deliveries import STATES, Attempt, Delivery, DeliveryState, Held, WantedDeliveries
from store.endpoints import Endpoint, get_endpoint, hold_off, set_state
from store.events import Event, EventType
from store.session import Store

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
"""How long an endpoint is left alone that does not answer, where it does not say for how long."""

AT_ONCE = 8
"""Endpoints that are told at the same time."""

GONE = "answered 410, gone for good"
TEST_TYPE = "webhook.test"


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending. ``gone``: the other side wants nothing more, ever.

    ``status`` is its answer as HTTP has it, where there was one; ``wait`` what it asked us to wait. ``pause``: leave
    it alone with everything for that long, and not with this event alone.
    """

    verdict: Literal["done", "later", "gone"]
    status: int | None = None
    problem: str | None = None
    wait: timedelta | None = None
    pause: bool = False


class Sender(Protocol):
    """One way of telling somebody. ``record`` is the open record of the event, masked as the settings say.

    It sends once, follows no redirect, and gives what came of it; it raises nothing for what the other side does.
    """

    @property
    def kind(self) -> str: ...

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent: ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class DeliveryWork:
    """What delivering works with: a sender a kind of endpoint, and what of a plan is told."""

    store: Store
    senders: Mapping[str, Sender]
    view: View
    clock: Callable[[], datetime] = _now
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What was delivered, what will be tried again, what was given up; and the endpoints that are gone."""

    done: int = 0
    later: int = 0
    dead: int = 0
    gone: tuple[str, ...] = ()


def deliver(work: DeliveryWork) -> DeliveryReport:
    """Deliver what is due, to several endpoints at once: a slow one holds up no other. Several may do so at once."""
    counts: Counter[str] = Counter()
    gone: list[str] = []
    while True:
        with work.store.read() as session:
            names = deliveries.due_endpoints(session, work.clock())
        before = counts.total()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deliver") as threads:
            for told in threads.map(lambda name: _deliver_to(work, name), names):
                counts.update(told.counts)
                gone += told.gone
        if counts.total() == before:  # nothing is due, or somebody else is at it
            return DeliveryReport(counts["done"], counts["waiting"], counts["dead"], tuple(gone))


@dataclass(frozen=True, slots=True)
class _Told:
    counts: Counter[str]
    gone: list[str]


def _deliver_to(work: DeliveryWork, endpoint_id: str) -> _Told:
    """Deliver what is due to one endpoint, the longest due first, until nothing is."""
    told = _Told(Counter(), [])
    me = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
    while (held := _hold(work, me, endpoint_id)) is not None:
        started = monotonic()
        sent = _send(work, held)
        told.counts[_keep(work, held, sent, round(1000 * (monotonic() - started)))] += 1
        if sent.verdict == "gone":
            told.gone.append(endpoint_id)
    return told


def retry_dead(work: DeliveryWork, endpoint_id: str | None = None) -> int:
    """Put what was given up on its way again, of one endpoint or of all that are open; how many.

    Raises NoSuchEndpoint.
    """
    return put_back(work.store, work.clock(), endpoint_id)


def put_back(store: Store, now: datetime, endpoint_id: str | None = None) -> int:
    """The same by whoever does not deliver it. Raises NoSuchEndpoint."""
    with store.begin() as session:
        if endpoint_id is not None:
            get_endpoint(session, endpoint_id)
        return deliveries.retry_dead(session, now, endpoint_id)


def send_test(work: DeliveryWork, endpoint_id: str) -> Sent:
    """Send an endpoint an event that says that it is a test, now, and keep nothing of it. Raises NoSuchEndpoint."""
    with work.store.read() as session:
        endpoint = get_endpoint(session, endpoint_id)
    at, id_ = work.clock(), f"test-{uuid.uuid4().hex[:16]}"
    event = Event(id_, cast(EventType, TEST_TYPE), "test", "test", None, {}, at)
    return _sender(work, endpoint).send(event, {"message": f"A test of {endpoint_id}."}, endpoint)


def see_deliveries(
    store: Store, wanted: WantedDeliveries, limit: int = 100, before: tuple[datetime, str, str] | None = None
) -> list[Delivery]:
    """Deliveries with each attempt, of the newest event first."""
    with store.read() as session:
        return deliveries.list_deliveries(session, wanted, limit, before)


def count_deliveries(store: Store) -> dict[tuple[str, DeliveryState], int]:
    """How many deliveries stand how, by endpoint and state."""
    with store.read() as session:
        return deliveries.count_deliveries(session)


class UnknownState(WrongInput):
    """No delivery is in such a state."""

    def __init__(self, state: str) -> None:
        super().__init__(f"state {state!r}: it is one of {', '.join(STATES)}")
        self.state = state


def wanted(
    state: str | None = None, endpoint_id: str | None = None, type_: str | None = None, plan_id: str | None = None
) -> WantedDeliveries:
    """Which deliveries are asked for. Raises UnknownState."""
    if state is not None and state not in STATES:
        raise UnknownState(state)
    return WantedDeliveries(state, endpoint_id, type_, plan_id)


def _hold(work: DeliveryWork, me: str, endpoint_id: str) -> Held | None:
    with work.store.read() as session:
        # most of the time nothing is due, and then nobody needs to be held up
        if not deliveries.is_due(session, work.clock(), endpoint_id):
            return None
    with work.store.begin() as session:
        return deliveries.hold_next(session, work.clock(), me, endpoint_id)


def _send(work: DeliveryWork, held: Held) -> Sent:
    """What came of sending; an event that cannot be told must not keep the others from being told."""
    try:
        record = record_of(held.event, work.view)
        with span("deliver", event=held.event.event_id, endpoint=held.endpoint.endpoint_id, attempt=held.attempts + 1):
            return _sender(work, held.endpoint).send(held.event, record, held.endpoint)
    except VerbatimError as error:
        return Sent("later", problem=str(error))
    except Exception as error:
        log.exception("event %s to %s", held.event.event_id, held.endpoint.endpoint_id)
        return Sent("later", problem=f"could not be sent: {type(error).__name__}")


def _keep(work: DeliveryWork, held: Held, sent: Sent, took_ms: int) -> DeliveryState:
    at, name = work.clock(), held.endpoint.endpoint_id
    state, next_at = _what_follows(work, held, sent, at)
    attempt = Attempt(held.attempts + 1, at, sent.status, sent.problem, took_ms)
    with work.store.begin() as session:
        if not deliveries.conclude(session, held, attempt, state, next_at):
            return "dropped"
        if sent.verdict == "gone":
            deliveries.give_up(session, name, at)
            set_state(session, name, "disabled", PROGRAM, sent.problem)
        else:
            hold_off(session, name, at + (sent.wait or PAUSE) if sent.pause else None)
    if sent.problem:
        log.warning("event %s to %s: %s; %s", held.event.event_id, name, sent.problem, state)
    return state


def _what_follows(work: DeliveryWork, held: Held, sent: Sent, at: datetime) -> tuple[DeliveryState, datetime | None]:
    if sent.verdict == "done":
        return "done", None
    wait = next_wait(held.tries + 1, work.jitter, sent.wait) if sent.verdict == "later" else None
    return ("dead", None) if wait is None else ("waiting", at + wait)


class NoSender(VerbatimError):
    """Nothing here sends to endpoints of that kind."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(f"endpoint {endpoint.endpoint_id!r}: nothing here sends to kind {endpoint.kind!r}")
        self.kind = endpoint.kind


def _sender(work: DeliveryWork, endpoint: Endpoint) -> Sender:
    if endpoint.kind not in work.senders:
        raise NoSender(endpoint)
    return work.senders[endpoint.kind]

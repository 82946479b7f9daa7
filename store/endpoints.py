"""Endpoints: who is told of events; and what they have to be told, written with the event that they are told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nlp.errors import WrongInput
from store.audit import Noted, note
from store.columns import written_now
from store.inserting import UNSYNCHRONIZED, insert_new, upsert
from store.tables.deliveries import DeliveryRow, EndpointRow

EndpointState = Literal["open", "disabled", "removed"]
"""``disabled``: the other side said that it is gone, or a person said so."""


class NoSuchEndpoint(WrongInput):
    """There is no endpoint of that name."""

    def __init__(self, endpoint_id: str) -> None:
        super().__init__(f"endpoint {endpoint_id!r}: there is none; `verbatim webhook list` shows them")
        self.endpoint_id = endpoint_id


class EndpointThere(WrongInput):
    """There is an endpoint of that name already."""

    def __init__(self, endpoint_id: str) -> None:
        super().__init__(f"endpoint {endpoint_id!r}: is there already; remove it first, or take another name")
        self.endpoint_id = endpoint_id


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Somebody who is told of events. ``kind`` says how, ``options`` is what that kind needs besides an address.

    ``types`` and ``teams`` say of which; empty is all. The secrets are left out of what is printed.
    """

    endpoint_id: str
    kind: str
    address: str
    types: tuple[str, ...]
    teams: tuple[str, ...]
    options: dict[str, Any]
    secret: str | None = field(repr=False)
    old_secret: str | None = field(repr=False)
    old_until: datetime | None
    state: EndpointState
    problem: str | None
    not_before: datetime | None
    added_by: str
    added_at: datetime

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets that are valid at ``now``, the newest first."""
        old = self.old_secret if self.old_until is not None and now < self.old_until else None
        return tuple(one for one in (self.secret, old) if one)

    def wants(self, type_: str, team: str | None) -> bool:
        """Whether an event of that type, of an agent in that team, is for this endpoint."""
        return (not self.types or type_ in self.types) and (not self.teams or team in self.teams)

    @property
    def host(self) -> str:
        """The address without what may be a secret in it."""
        return urlsplit(self.address).hostname or self.kind


COLUMNS = tuple(EndpointRow.__table__.columns[name] for name in Endpoint.__dataclass_fields__)


def put_deliveries(session: Session, event_id: str, type_: str, team: str | None) -> int:
    """Write what each endpoint has to be told of a new event; how many are told. Part of the event's transaction."""
    told = [one for one in endpoints(session) if one.state == "open" and one.wants(type_, team)]
    started = {"event_id": event_id, "state": "waiting", "attempts": 0, "tries": 0, "next_at": written_now()}
    return insert_new(session, DeliveryRow, [{**started, "endpoint_id": one.endpoint_id} for one in told])


def endpoints(session: Session) -> list[Endpoint]:
    """All that were not removed, by name."""
    query = select(*COLUMNS).where(EndpointRow.state != "removed").order_by(EndpointRow.endpoint_id)
    return [endpoint_of(row) for row in session.execute(query)]


def get_endpoint(session: Session, endpoint_id: str) -> Endpoint:
    """The endpoint of that name. Raises NoSuchEndpoint, also for one that was removed."""
    query = select(*COLUMNS).where(EndpointRow.endpoint_id == endpoint_id, EndpointRow.state != "removed")
    row = session.execute(query).one_or_none()
    if row is None:
        raise NoSuchEndpoint(endpoint_id)
    return endpoint_of(row)


def add_endpoint(session: Session, endpoint: Endpoint) -> None:
    """Keep a new endpoint; it is told of what happens from now on. Raises EndpointThere."""
    if any(one.endpoint_id == endpoint.endpoint_id for one in endpoints(session)):
        raise EndpointThere(endpoint.endpoint_id)
    values = {name: getattr(endpoint, name) for name in Endpoint.__dataclass_fields__}
    upsert(session, EndpointRow, [values | {"types": list(endpoint.types), "teams": list(endpoint.teams)}])
    _note(session, "added", endpoint.added_by, None, endpoint)


def rotate_secret(session: Session, endpoint_id: str, secret: str, old_until: datetime, by: str) -> None:
    """Another secret; the one before stays valid beside it until ``old_until``. Raises NoSuchEndpoint."""
    before = get_endpoint(session, endpoint_id)
    _change(session, endpoint_id, secret=secret, old_secret=before.secret, old_until=old_until)
    note(
        session,
        Noted(by, "endpoint.rotated", f"endpoint {endpoint_id}", None, {"old_until": old_until.isoformat()}),
    )


def set_state(session: Session, endpoint_id: str, state: EndpointState, by: str, problem: str | None = None) -> None:
    """Open an endpoint or disable it, and why. Raises NoSuchEndpoint."""
    before = get_endpoint(session, endpoint_id)
    _change(session, endpoint_id, state=state, problem=problem, not_before=None)
    _note(session, "opened" if state == "open" else state, by, before, get_endpoint(session, endpoint_id))


def remove_endpoint(session: Session, endpoint_id: str, by: str) -> None:
    """Tell it nothing more, also of what waits, and forget its secrets; what it was told stays on record."""
    before = get_endpoint(session, endpoint_id)
    _change(session, endpoint_id, state="removed", secret=None, old_secret=None, old_until=None)
    waits = (DeliveryRow.endpoint_id == endpoint_id, DeliveryRow.state.in_(("waiting", "dead")))
    dropped = update(DeliveryRow).where(*waits).values(state="dropped", ended_at=written_now())
    session.execute(dropped, execution_options=UNSYNCHRONIZED)
    _note(session, "removed", by, before, None)


def hold_off(session: Session, endpoint_id: str, until: datetime | None) -> None:
    """Leave an endpoint alone until then; None: no longer."""
    there = session.scalar(select(EndpointRow.not_before).where(EndpointRow.endpoint_id == endpoint_id))
    if there != until:
        _change(session, endpoint_id, not_before=until)


def endpoint_of(row: Any) -> Endpoint:
    """An endpoint of its columns, as COLUMNS has them."""
    values = dict(zip(Endpoint.__dataclass_fields__, row, strict=True))
    return Endpoint(**values | {"types": tuple(values["types"]), "teams": tuple(values["teams"])})


def _change(session: Session, endpoint_id: str, **values: object) -> None:
    changed = update(EndpointRow).where(EndpointRow.endpoint_id == endpoint_id).values(values)
    session.execute(changed, execution_options=UNSYNCHRONIZED)


def _note(session: Session, act: str, by: str, before: Endpoint | None, after: Endpoint | None) -> None:
    old, new = (_facts(one) if one else None for one in (before, after))
    named = before or after
    note(session, Noted(by, f"endpoint.{act}", f"endpoint {named.endpoint_id if named else ''}", old, new))


def _facts(endpoint: Endpoint) -> dict[str, Any]:
    """What an endpoint is told and where, without what may be a secret."""
    return {
        "kind": endpoint.kind,
        "host": endpoint.host,
        "types": list(endpoint.types),
        "teams": list(endpoint.teams),
        "state": endpoint.state,
        "problem": endpoint.problem,
    }

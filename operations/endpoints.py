"""Endpoints as people make, change and end them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from nlp.errors import WrongInput
from nlp.noun import nearest
from operations.adapters.kinds import checked_options
from operations.signing import new_secret
from store import endpoints
from store.endpoints import Endpoint, NoSuchEndpoint
from store.events import EVENT_TYPES
from store.session import Store

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
ROTATING = timedelta(hours=24)
"""How long the secret before the newest stays valid."""


class WrongName(WrongInput):
    """No endpoint can have that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"endpoint {name!r}: a name is up to 60 of a-z, 0-9, '.', '_' and '-', like 'lms'")
        self.name = name


class UnknownType(WrongInput):
    """There are no events of that type."""

    def __init__(self, type_: str) -> None:
        like = nearest(type_, EVENT_TYPES)
        hint = f"did you mean {like!r}?" if like else f"it is one of {', '.join(EVENT_TYPES)}"
        super().__init__(f"type {type_!r}: {hint}")
        self.type = type_


class NoSecret(WrongInput):
    """An endpoint that signs nothing has no secret to change."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(f"endpoint {endpoint.endpoint_id!r}: is a {endpoint.kind}, which signs nothing")
        self.endpoint_id = endpoint.endpoint_id


def new_endpoint(
    kind: str,
    name: str,
    address: str,
    types: Sequence[str],
    teams: Sequence[str],
    *,
    options: Sequence[str] = (),
    allow: Collection[str],
    by: str,
    now: datetime,
) -> Endpoint:
    """An endpoint that is not kept yet; a webhook gets a secret of its own. ``options`` are written ``key=value``.

    Raises WrongName, UnknownKind, WrongOptions, AddressRefused, FolderRefused, UnknownType.
    """
    if not NAME.fullmatch(name):
        raise WrongName(name)
    settings = checked_options(kind, address, options, allow)
    for one in types:
        if one not in EVENT_TYPES:
            raise UnknownType(one)
    return Endpoint(
        endpoint_id=name,
        kind=kind,
        address=address,
        types=tuple(sorted(set(types))),
        teams=tuple(sorted(set(teams))),
        options=settings,
        secret=new_secret() if kind == "webhook" else None,
        old_secret=None,
        old_until=None,
        state="open",
        problem=None,
        not_before=None,
        added_by=by,
        added_at=now,
    )


def new_webhook(
    name: str,
    address: str,
    types: Sequence[str],
    teams: Sequence[str],
    *,
    allow: Collection[str],
    by: str,
    now: datetime,
) -> Endpoint:
    """A webhook that is not kept yet, with a secret of its own. Raises WrongName, AddressRefused, UnknownType."""
    return new_endpoint("webhook", name, address, types, teams, allow=allow, by=by, now=now)


def add_endpoint(store: Store, endpoint: Endpoint) -> None:
    """Keep a new endpoint; it is told of what happens from now on. Raises EndpointThere."""
    with store.begin() as session:
        endpoints.add_endpoint(session, endpoint)


def list_endpoints(store: Store) -> list[Endpoint]:
    """All endpoints, by name."""
    with store.read() as session:
        return endpoints.endpoints(session)


def rotate(store: Store, name: str, by: str, now: datetime, both_for: timedelta = ROTATING) -> tuple[str, datetime]:
    """Another secret, and until when the one before it stays valid. Raises NoSuchEndpoint, NoSecret."""
    secret, until = new_secret(), now + both_for
    with store.begin() as session:
        there = endpoints.get_endpoint(session, name)
        if there.secret is None:
            raise NoSecret(there)
        endpoints.rotate_secret(session, name, secret, until, by)
    return secret, until


def set_open(store: Store, name: str, by: str, *, is_open: bool) -> None:
    """Tell an endpoint again, or no longer; of what happens meanwhile it is never told. Raises NoSuchEndpoint."""
    with store.begin() as session:
        endpoints.set_state(session, name, "open" if is_open else "disabled", by, None if is_open else f"by {by}")


def remove(store: Store, name: str, by: str) -> None:
    """End an endpoint, with what waits for it, and forget its secret. Raises NoSuchEndpoint."""
    with store.begin() as session:
        endpoints.remove_endpoint(session, name, by)


__all__ = [
    "NoSecret",
    "NoSuchEndpoint",
    "UnknownType",
    "WrongName",
    "add_endpoint",
    "list_endpoints",
    "new_endpoint",
    "new_webhook",
    "remove",
    "rotate",
    "set_open",
]

"""Who is told of events, what they still have to be told, and each attempt at telling them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import CanonicalJson
from store.tables.core import Base


class EndpointRow(Base):
    """Somebody who is told. ``types`` and ``teams`` say of what; none of them is all.

    ``secret`` signs, and so it stands here as it is; ``old_secret`` signs beside it until ``old_until``.
    ``not_before`` is when the other side wants to hear of us again.
    """

    __tablename__ = "endpoints"
    endpoint_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    address: Mapped[str]
    types: Mapped[list[str]] = mapped_column(CanonicalJson)
    teams: Mapped[list[str]] = mapped_column(CanonicalJson)
    options: Mapped[dict[str, Any]]
    secret: Mapped[str | None]
    old_secret: Mapped[str | None]
    old_until: Mapped[datetime | None]
    state: Mapped[str]
    problem: Mapped[str | None]
    not_before: Mapped[datetime | None]
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class DeliveryRow(Base):
    """One event for one endpoint, written with the event. Whoever delivers it holds it until ``held_until``.

    ``attempts`` counts all that were made, ``tries`` those since it was last put on its way.
    """

    __tablename__ = "deliveries"
    event_id: Mapped[str] = mapped_column(ForeignKey("events.event_id"), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("endpoints.endpoint_id"), primary_key=True)
    state: Mapped[str]
    attempts: Mapped[int]
    tries: Mapped[int]
    next_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    held_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "endpoint_id", "state"))


class AttemptRow(Base):
    """One attempt: what the other side answered, or why there was no answer."""

    __tablename__ = "delivery_attempts"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    took_ms: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "endpoint_id"], ["deliveries.event_id", "deliveries.endpoint_id"]),
        Index(None, "at"),
    )

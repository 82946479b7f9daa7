"""What others are told of: an event is written in the transaction that makes it true, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import written_now
from store.tables.core import Base


class EventRow(Base):
    """Something that happened to a plan. ``event_id`` comes from what happened, so that the same is never there twice.

    ``content`` is the record as it stood then, in its own words; it is masked when it leaves.
    """

    __tablename__ = "events"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    plan_id: Mapped[str]
    agent_id: Mapped[str]
    team: Mapped[str | None]
    content: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(default=written_now)
    __table_args__ = (Index(None, "written_at", "event_id"), Index(None, "plan_id"))

"""The tables of the dashboard: figures over all cycles, worked out ahead so that no page has to.

They hold nothing that cannot be worked out again from the rest, and each time they are, all of them are new.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class DashboardRow(Base):
    """The figures of a team over so many days; ``team`` is empty for everybody."""

    __tablename__ = "dashboards"
    team: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    digest: Mapped[str]
    content: Mapped[dict[str, Any]]


class DashboardLineRow(Base):
    """One line of a list of agents: who has not moved, who is on the clock, how scores go. Read in order of ``place``.

    ``criterion_id`` is empty where the line is about the agent alone.
    """

    __tablename__ = "dashboard_lines"
    kind: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str] = mapped_column(primary_key=True)
    team: Mapped[str | None]
    place: Mapped[str]
    content: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "kind", "place"), Index(None, "kind", "team", "place"))

"""The tables of the loop: follow-ups, what they showed, who overruled it, practice done, the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import CanonicalJson, written_now
from store.tables.core import Base, CallRow, ScoreRow

STILL_OPEN = text("state = 'open'")
WAITS_FOR_CALLS = text("state = 'open' and due_on > promised_on")
FOR_A_PERSON = text("asks")
"""Written out and not bound: only so can a database tell that the index of such rows alone will do."""

ONE_OPEN_FOLLOW_UP = "uq_follow_ups_one_open_a_plan"

BY_AGENT = (
    Index("ix_scores_agent_id_criterion_id_scored_at", ScoreRow.agent_id, ScoreRow.criterion_id, ScoreRow.scored_at),
    Index("ix_calls_agent_id_started_at", CallRow.agent_id, CallRow.started_at),
)
"""A follow-up asks for one agent's scores on one criterion in a window of time."""


class FollowUpRow(Base):
    """A dated promise to score the calls since a plan's approval. A plan that is approved again gets another one.

    It outlives a plan that is taken back, hence no foreign key.
    """

    __tablename__ = "follow_ups"
    follow_up_id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str]
    agent_id: Mapped[str]
    attempt: Mapped[int]
    approved_on: Mapped[date]
    promised_on: Mapped[date]
    due_on: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[str]
    reason: Mapped[str | None]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)
    __table_args__ = (
        Index(None, "plan_id", "attempt", unique=True),
        Index("ix_follow_ups_open", "due_on", "plan_id", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
        Index(
            "ix_follow_ups_waiting",
            *("due_on", "plan_id"),
            sqlite_where=WAITS_FOR_CALLS,
            postgresql_where=WAITS_FOR_CALLS,
        ),
        Index(ONE_OPEN_FOLLOW_UP, "plan_id", unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
        CheckConstraint("due_on <= last_day", name="not_after_the_last_day"),
    )


class MovementRow(Base):
    """One cycle of an item as it was concluded: written once. ``asks``: nobody has decided yet, and somebody must."""

    __tablename__ = "movements"
    follow_up_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str]
    agent_id: Mapped[str]
    team: Mapped[str | None]
    criterion_id: Mapped[str]
    rubric_id: Mapped[str]
    rubric_version: Mapped[int]
    cycle: Mapped[int]
    approved_on: Mapped[date]
    scored_on: Mapped[date]
    scored_by: Mapped[str]
    verdict: Mapped[str]
    asks: Mapped[bool]
    content: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)
    __table_args__ = (
        Index(None, "plan_id", "item_id"),
        Index(None, "agent_id", "criterion_id", "scored_on"),
        Index(None, "scored_on", "agent_id", "criterion_id"),
        Index(None, "team", "scored_on"),
        Index(
            "ix_movements_asks",
            *("scored_on", "agent_id", "criterion_id", "follow_up_id"),
            sqlite_where=FOR_A_PERSON,
            postgresql_where=FOR_A_PERSON,
        ),
    )


class OverrulingRow(Base):
    """What a person decided on a cycle: append only, the highest number counts."""

    __tablename__ = "overrulings"
    follow_up_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    actions: Mapped[list[str]] = mapped_column(CanonicalJson)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    reason: Mapped[str]
    practice: Mapped[dict[str, Any] | None]


class PracticeRow(Base):
    """A practice session that took place."""

    __tablename__ = "practice_done"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str] = mapped_column(primary_key=True)
    done_on: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[float | None]
    by: Mapped[str | None]
    note: Mapped[str | None]


class QuartileRow(Base):
    """An agent of the lowest quarter without an approved plan, and since which day."""

    __tablename__ = "bottom_quartile"
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date]

"""The tables of judging: what a person decided about a piece of evidence, beside what the machine picked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base

STANDING = text("undone_at is null")
WRONG_SCORE = text("verdict = 'wrong_score' and settles and undone_at is null")
BLIND = text("blind and undone_at is null")
"""What the small indexes hold; SQLite uses one only for a query in the same words."""


class JudgementRow(Base):
    """A person's decision on the evidence of an item. ``evidence_id`` is the machine's pick that it was made about.

    Nothing is overwritten: one that was taken back keeps its row, with ``undone_at``. ``place`` is 0 where the chosen
    words are the machine's pick or overlap it, 1 and up for its alternatives. ``agrees`` says whether the machine was
    right, None where the score was wrong. ``before`` is the plan as it was, for undoing; None where nothing changed.
    """

    __tablename__ = "judgements"
    judgement_id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str]
    item_id: Mapped[str]
    call_id: Mapped[str]
    criterion_id: Mapped[str]
    rubric_id: Mapped[str]
    rubric_version: Mapped[int]
    evidence_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.evidence_id", ondelete="SET NULL"), index=True)
    model_version: Mapped[str | None]
    verdict: Mapped[str]
    place: Mapped[int | None]
    agrees: Mapped[bool | None]
    turn: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    quote: Mapped[str]
    reason: Mapped[str | None]
    reviewer: Mapped[str]
    reviewer_name: Mapped[str]
    decided_at: Mapped[datetime]
    blind: Mapped[bool]
    settles: Mapped[bool]
    before: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "plan_id", "item_id", "decided_at"),
        Index(None, "call_id", "criterion_id"),
        Index(None, "reviewer", "decided_at"),
        Index(
            "ix_judgements_standing",
            *("decided_at", "criterion_id", "reviewer", "model_version", "agrees"),
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index(
            "ix_judgements_wrong_score",
            *("call_id", "criterion_id"),
            sqlite_where=WRONG_SCORE,
            postgresql_where=WRONG_SCORE,
        ),
        Index(
            "ix_judgements_blind",
            *("decided_at", "plan_id", "item_id"),
            sqlite_where=BLIND,
            postgresql_where=BLIND,
        ),
        CheckConstraint("(verdict in ('none', 'wrong_score')) = (quote = '')", name="quotes_what_was_chosen"),
        CheckConstraint("quote = '' or \"end\" - start = length(quote)", name="quote_is_as_long_as_its_slice"),
    )


class LeftOutRow(Base):
    """A criterion that a person took out of a plan: it waits until that plan is over."""

    __tablename__ = "left_out"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str] = mapped_column(primary_key=True)
    left_out_by: Mapped[str]
    left_out_at: Mapped[datetime]
    reason: Mapped[str]

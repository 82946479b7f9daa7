"""The tables of what agents answer to their plans."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class AcknowledgementRow(Base):
    """That the agent has read a plan: once for each time that it was assigned."""

    __tablename__ = "acknowledgements"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    assigned_at: Mapped[datetime] = mapped_column(primary_key=True)
    agent_id: Mapped[str]
    at: Mapped[datetime]


class DisputeRow(Base):
    """An agent's dispute of an item, one an item, and what another reviewer decided.

    It outlives an item that is withdrawn, hence no foreign key.
    """

    __tablename__ = "disputes"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str]
    call_id: Mapped[str]
    criterion_id: Mapped[str]
    headline: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str | None]
    judgement_id: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("(outcome is null) = (judgement_id is null)", name="decided_by_a_judgement"),
        CheckConstraint("reason <> ''", name="says_why"),
    )

"""The audit trail: who changed what, when, and what it was before; each entry holds the digest of the one before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class AuditRow(Base):
    """One change. ``before`` and ``after`` are facts and digests, never words of a call: those can be forgotten.

    ``place`` counts from 1 without a gap. ``digest`` is of this entry and of ``previous``, the digest of the entry
    before it. The database refuses to change or to delete an entry.
    """

    __tablename__ = "audit"
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    made_with: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str]
    __table_args__ = (Index(None, "subject", "place"), Index(None, "at"))


class AuditHeadRow(Base):
    """The place and the digest of the last entry: one row, which a writer holds while it appends."""

    __tablename__ = "audit_head"
    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]
    digest: Mapped[str]
    __table_args__ = (CheckConstraint("one = 1", name="one_row"),)

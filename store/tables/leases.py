"""Who works on what right now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class LeaseRow(Base):
    """One unit of work that somebody has for himself, until ``expires_at`` unless he says that he goes on.

    ``task`` is the work in words, ``owner`` a token that nobody else has, ``held_by`` the same in words, ``process``
    what the operating system knows him by, where it can be asked. ``beats`` counts how often he has said so.
    """

    __tablename__ = "leases"
    unit: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    owner: Mapped[str]
    held_by: Mapped[str]
    process: Mapped[str | None]
    taken_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    beats: Mapped[int]

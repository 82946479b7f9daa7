"""The table of what was forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class ForgottenRow(Base):
    """A call, an agent or a customer whose words are not taken up again: by a digest of the id, not by the id."""

    __tablename__ = "forgotten"
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]

"""The table of where scores come from: the evaluation, the form's question, and what a person's tool said of it."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.core import Base


class EvaluatedRow(Base):
    """One answer of one evaluation at one time, and the score that it came to.

    ``told`` is a digest of what the tool said, so that a second file of the same evaluation is known for one.
    ``score_digest`` names the score; there is no foreign key, as a score may go with its call.
    """

    __tablename__ = "evaluated"
    key: Mapped[str] = mapped_column(primary_key=True)
    told: Mapped[str]
    score_digest: Mapped[str] = mapped_column(index=True)
    call_id: Mapped[str]
    criterion_id: Mapped[str]
    vendor: Mapped[str]
    evaluation_id: Mapped[str | None] = mapped_column(index=True)
    form: Mapped[str | None]
    form_version: Mapped[str | None]
    question: Mapped[str]
    answer: Mapped[str | None]
    overall: Mapped[str | None]
    auto_fail: Mapped[bool]
    by_machine: Mapped[bool]
    __table_args__ = (Index(None, "call_id", "criterion_id"),)

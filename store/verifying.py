"""Holding every kept quote against its call, to the letter."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.evidence import Pick
from nlp.call import Call
from nlp.errors import VerbatimError
from store.tables import CallRow, EvidenceRow


def verify_quotes(session: Session) -> Iterator[str]:
    """A line for each kept pick that is not a slice of an agent's turn of its call. None is what is expected."""
    rows = session.execute(
        select(EvidenceRow.pick, CallRow.content)
        .join(CallRow, CallRow.call_id == EvidenceRow.call_id)
        .order_by(EvidenceRow.evidence_id)
        .execution_options(yield_per=200)
    )
    for pick, content in rows:
        try:
            Pick.model_validate(pick).verify(Call.model_validate(content))
        except VerbatimError as error:
            yield str(error)

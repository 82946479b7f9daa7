"""What was set aside, once each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.set_aside import SetAside
from store.digests import digest_of
from store.inserting import insert_new
from store.tables import SetAsideRow


def put_set_aside(session: Session, records: Sequence[SetAside], run_id: str | None = None) -> int:
    """Keep what was set aside, and which run met it first; how many were new."""
    values = [
        {**{name: getattr(record, name) for name in SetAside.model_fields}, "digest": digest_of(record)}
        for record in records
    ]
    return insert_new(session, SetAsideRow, [{**one, "first_run_id": run_id} for one in values])


def list_set_aside(session: Session, run_id: str | None = None) -> list[SetAside]:
    """All that was ever set aside, or what one run met first, by place."""
    rows = select(SetAsideRow).order_by(SetAsideRow.file, SetAsideRow.line.nulls_first(), SetAsideRow.digest)
    if run_id is not None:
        rows = rows.where(SetAsideRow.first_run_id == run_id)
    return [
        SetAside(file=row.file, line=row.line, reason=row.reason, record=row.record) for row in session.scalars(rows)
    ]

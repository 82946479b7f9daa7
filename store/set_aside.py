"""What was set aside, once each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.set_aside import SetAside
from store.digests import digest_of
from store.inserting import insert_new
from store.tables import SetAsideRow


def put_set_aside(session: Session, records: Sequence[SetAside]) -> int:
    """Keep what was set aside; how many were new."""
    plain = {digest_of(record): record for record in records}
    values = [{**{n: getattr(r, n) for n in SetAside.model_fields}, "digest": digest} for digest, r in plain.items()]
    return insert_new(session, SetAsideRow, values)


def list_set_aside(session: Session) -> list[SetAside]:
    """All that was ever set aside, by place."""
    rows = session.scalars(select(SetAsideRow).order_by(SetAsideRow.file, SetAsideRow.line, SetAsideRow.digest))
    return [SetAside(file=row.file, line=row.line, reason=row.reason, record=row.record) for row in rows]

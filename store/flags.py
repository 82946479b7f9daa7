"""Flags: a supervisor's marks on calls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubric.score import Flag
from store.digests import digest_of
from store.inserting import insert_new
from store.tables import FlagRow


def put_flags(session: Session, flags: Sequence[Flag]) -> int:
    """Keep flags; how many were new."""
    return insert_new(session, FlagRow, [{**dict(flag), "digest": digest_of(flag)} for flag in flags])


def list_flags(session: Session) -> list[Flag]:
    """All flags, in a total order."""
    rows = session.scalars(select(FlagRow).order_by(FlagRow.call_id, FlagRow.digest))
    return [Flag(**{name: getattr(row, name) for name in Flag.model_fields}) for row in rows]

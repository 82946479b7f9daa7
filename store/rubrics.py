"""Versions of rubrics, and their locks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubric.lock import RubricLock, lock_of, verify_lock
from rubric.rubric import Rubric
from store.inserting import upsert
from store.tables import RubricRow


def put_rubric(session: Session, rubric: Rubric) -> None:
    """Keep a version. Raises LockedVersionEdited where a plan has used it and it was edited since."""
    lock = get_lock(session, rubric.id, rubric.version)
    if lock is not None:
        verify_lock(rubric, lock)
        return
    _put(session, rubric, None)


def lock_rubric(session: Session, rubric: Rubric) -> None:
    """Lock a version, as its first plan does. Twice is once."""
    if get_lock(session, rubric.id, rubric.version) is None:
        _put(session, rubric, lock_of(rubric))


def get_lock(session: Session, rubric_id: str, version: int) -> RubricLock | None:
    """The lock of a version; None where no plan has used it."""
    row = session.get(RubricRow, (rubric_id, version))
    return RubricLock.model_validate(row.lock) if row is not None and row.lock is not None else None


def list_versions(session: Session, rubric_id: str) -> list[Rubric]:
    """The kept versions of a rubric, the oldest first."""
    rows = session.scalars(select(RubricRow).where(RubricRow.rubric_id == rubric_id).order_by(RubricRow.version))
    return [Rubric.model_validate(row.content) for row in rows]


def _put(session: Session, rubric: Rubric, lock: RubricLock | None) -> None:
    values = {
        "rubric_id": rubric.id,
        "version": rubric.version,
        "content": rubric.model_dump(mode="json", by_alias=True),
        "lock": lock.model_dump(mode="json") if lock else None,
    }
    upsert(session, RubricRow, [values])
    session.expire_all()

"""Versions of rubrics, and their locks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rubric.lock import RubricLock, lock_of, verify_lock
from rubric.rubric import Rubric
from store.facts import note_rubric
from store.inserting import UNSYNCHRONIZED, insert_new
from store.tables import RubricRow


def put_rubric(session: Session, rubric: Rubric) -> None:
    """Keep a version. Raises LockedVersionEdited where a plan has used it and it was edited since."""
    lock = get_lock(session, rubric.id, rubric.version)
    if lock is not None:
        verify_lock(rubric, lock)
    else:
        _put(session, rubric, {})


def lock_rubric(session: Session, rubric: Rubric) -> None:
    """Lock a version, as its first plan does. Twice is once."""
    if get_lock(session, rubric.id, rubric.version) is None:
        lock = lock_of(rubric)
        _put(session, rubric, {"lock": lock.model_dump(mode="json")})
        note_rubric(session, rubric.id, rubric.version, {key: one.whole for key, one in lock.criteria.items()})


def get_lock(session: Session, rubric_id: str, version: int) -> RubricLock | None:
    """The lock of a version; None where no plan has used it."""
    lock = session.scalar(select(RubricRow.lock).where(RubricRow.rubric_id == rubric_id, RubricRow.version == version))
    return None if lock is None else RubricLock.model_validate(lock)


def get_rubric(session: Session, rubric_id: str, version: int) -> Rubric | None:
    """That version of a rubric; None where it was never kept."""
    content = session.scalar(
        select(RubricRow.content).where(RubricRow.rubric_id == rubric_id, RubricRow.version == version)
    )
    return None if content is None else Rubric.model_validate(content)


def list_versions(session: Session, rubric_id: str) -> list[Rubric]:
    """The kept versions of a rubric, the oldest first."""
    rows = session.scalars(
        select(RubricRow.content).where(RubricRow.rubric_id == rubric_id).order_by(RubricRow.version)
    )
    return [Rubric.model_validate(content) for content in rows]


def _put(session: Session, rubric: Rubric, lock: dict[str, Any]) -> None:
    key = {"rubric_id": rubric.id, "version": rubric.version}
    content = {"content": rubric.model_dump(mode="json", by_alias=True), **lock}
    if insert_new(session, RubricRow, [{**key, "lock": None, **content}]):
        return
    # whoever locked it in between was first: a locked version never changes
    unlocked = update(RubricRow).filter_by(**key).where(RubricRow.lock.is_(None))
    session.execute(unlocked.values(content), execution_options=UNSYNCHRONIZED)

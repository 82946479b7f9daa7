"""Criteria that a person took out of a plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.facts import note_left_out
from store.inserting import insert_new
from store.tables import LeftOutRow


def leave_out(session: Session, plan_id: str, criterion_id: str, by: str, at: datetime, reason: str) -> None:
    """Note that a person took a criterion out of a plan; it waits until the plan is over."""
    values = {"plan_id": plan_id, "criterion_id": criterion_id, "left_out_by": by, "left_out_at": at, "reason": reason}
    if insert_new(session, LeftOutRow, [values]):
        note_left_out(session, plan_id, criterion_id, by, reason)


def left_out(session: Session, plan_id: str) -> set[str]:
    """The criteria that a person took out of a plan."""
    return set(session.scalars(select(LeftOutRow.criterion_id).where(LeftOutRow.plan_id == plan_id)))

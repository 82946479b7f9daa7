"""What stood at the end of a day that is over: what had been decided by then, from what is only ever added to.

Drafts are drawn anew each night and not kept, so that a past day has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from coaching.follow_up import Cycle, CycleAccount, FollowUp
from coaching.plan import Plan
from store.feeds import Changed
from store.inserting import KEYS_AT_ONCE
from store.movements import overrulings_of
from store.tables import DecisionRow
from store.tables.follow_ups import FollowUpRow, MovementRow


def plans_at(session: Session, moment: datetime) -> Iterator[Changed[Plan]]:
    """Each plan as the last decision before ``moment`` made it, by id."""
    last = ""
    while True:
        newest = (
            select(DecisionRow.plan_id, func.max(DecisionRow.plan_version).label("version"))
            .where(DecisionRow.decided_at < moment, DecisionRow.plan_id > last)
            .group_by(DecisionRow.plan_id)
            .order_by(DecisionRow.plan_id)
            .limit(KEYS_AT_ONCE)
            .subquery()
        )
        same = (DecisionRow.plan_id == newest.c.plan_id) & (DecisionRow.plan_version == newest.c.version)
        rows = session.scalars(select(DecisionRow).join(newest, same).order_by(DecisionRow.plan_id)).all()
        for row in rows:
            yield Changed(row.decided_at, (row.plan_id,), Plan.model_validate(row.content), row.plan_version)
        if not rows:
            return
        last = rows[-1].plan_id


def follow_ups_at(session: Session, moment: datetime) -> Iterator[Changed[FollowUp]]:
    """Each follow-up as it stood before ``moment``, by id; one that ended later was open, on its promised day."""
    last = ""
    page = select(FollowUpRow).where(FollowUpRow.opened_at < moment).order_by(FollowUpRow.follow_up_id)
    while rows := session.scalars(page.where(FollowUpRow.follow_up_id > last).limit(KEYS_AT_ONCE)).all():
        for row in rows:
            ended = row.ended_at is not None and row.ended_at < moment
            values = {name: getattr(row, name) for name in FollowUp.model_fields}
            if not ended:
                values |= {"state": "open", "reason": None}
            at = row.ended_at if ended and row.ended_at else row.opened_at
            yield Changed(at, (row.follow_up_id,), FollowUp.model_validate(values))
        last = rows[-1].follow_up_id


def movements_at(session: Session, day: date, moment: datetime) -> Iterator[Changed[CycleAccount]]:
    """Each cycle that was scored on ``day`` or before it, with what people had decided on it before ``moment``."""
    key = (MovementRow.follow_up_id, MovementRow.item_id)
    last = ("", "")
    page = select(MovementRow).where(MovementRow.scored_on <= day).order_by(*key).limit(KEYS_AT_ONCE)
    while True:
        onward = or_(key[0] > last[0], (key[0] == last[0]) & (key[1] > last[1]))
        rows = session.scalars(page.where(onward)).all()
        decided = overrulings_of(session, [row.follow_up_id for row in rows])
        for row in rows:
            before = tuple(one for one in decided.get((row.follow_up_id, row.item_id), ()) if one.at < moment)
            at = before[-1].at if before else datetime.combine(row.scored_on, time(), UTC)
            account = CycleAccount(cycle=Cycle.model_validate(row.content), overrulings=before)
            yield Changed(at, (row.follow_up_id, row.item_id), account)
        if not rows:
            return
        last = (rows[-1].follow_up_id, rows[-1].item_id)

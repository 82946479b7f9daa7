"""How the work stands, in figures: what whoever watches over the program asks of the store again and again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.deliveries import DeliveryState, count_deliveries
from store.tables.core import PlanRow, RunRow
from store.tables.deliveries import EndpointRow
from store.tables.follow_ups import STILL_OPEN, FollowUpRow


@dataclass(frozen=True, slots=True)
class NightsRun:
    """The nights of a store: how many ended how, and what they counted, all of them together.

    ``done_at`` is when the last one that was done ended, ``failed_at`` when the last one that failed did, ``counts`` is
    the sum over all that were done, ``last`` what the last of them counted.
    """

    by_status: dict[str, int]
    done_at: datetime | None
    done_as_of: date | None
    failed_at: datetime | None
    counts: dict[str, int]
    last: dict[str, int]


@dataclass(frozen=True, slots=True)
class Promises:
    """Open follow-ups that are due on a day or were before it, how many of them are late, and the day of the first."""

    due: int
    late: int
    first: date | None


@dataclass(frozen=True, slots=True)
class Drafts:
    """Plans that wait for a supervisor, and the day of the oldest."""

    waiting: int
    oldest: date | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, of one moment."""

    nights: NightsRun
    promises: Promises
    drafts: Drafts
    deliveries: dict[tuple[str, DeliveryState], int] = field(default_factory=dict)
    disabled: tuple[str, ...] = ()


def figures(session: Session, today: date) -> Figures:
    """How the work stands on ``today``, in one state of the store."""
    return Figures(
        nights(session), promises(session, today), drafts(session), count_deliveries(session), _disabled(session)
    )


def last_done(session: Session) -> datetime | None:
    """When the last night that was done ended; None where none ever was."""
    done = select(RunRow.finished_at).where(RunRow.status == "done").order_by(RunRow.started_at.desc()).limit(1)
    return session.scalar(done)


def nights(session: Session) -> NightsRun:
    """All nights. One row a night: a year has 365 of them."""
    columns = (RunRow.status, RunRow.finished_at, RunRow.as_of, RunRow.counts)
    rows = session.execute(select(*columns).order_by(RunRow.started_at, RunRow.run_id)).all()
    done = [row for row in rows if row.status == "done"]
    failed = [row for row in rows if row.status == "failed"]
    counts: Counter[str] = Counter()
    for row in done:
        counts.update(row.counts)
    return NightsRun(
        by_status=dict(Counter(row.status for row in rows)),
        done_at=done[-1].finished_at if done else None,
        done_as_of=done[-1].as_of if done else None,
        failed_at=failed[-1].finished_at if failed else None,
        counts=dict(counts),
        last=dict(done[-1].counts) if done else {},
    )


def promises(session: Session, today: date) -> Promises:
    """The open follow-ups that are due on ``today`` or were before it."""
    by_day = select(FollowUpRow.due_on, func.count()).where(STILL_OPEN, FollowUpRow.due_on <= today)
    counted = {row[0]: row[1] for row in session.execute(by_day.group_by(FollowUpRow.due_on))}
    late = sum(number for day, number in counted.items() if day < today)
    return Promises(sum(counted.values()), late, min(counted, default=None))


def drafts(session: Session) -> Drafts:
    """The plans that wait for a supervisor's decision."""
    row = session.execute(select(func.count(), func.min(PlanRow.as_of)).where(PlanRow.status == "draft")).one()
    return Drafts(row[0], row[1])


def _disabled(session: Session) -> tuple[str, ...]:
    query = select(EndpointRow.endpoint_id).where(EndpointRow.state == "disabled").order_by(EndpointRow.endpoint_id)
    return tuple(session.scalars(query))

"""The queue of items that wait for a decision, a page at a time, and what its filters can be set to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from coaching.plan import PlanItem
from coaching.urgency import DISPUTED_FIRST
from store.tables import DecisionRow, JudgementRow, PlanItemRow, PlanRow

COUNTED_TO = 1000
"""Counts stop here, so that no page reads the whole queue in order to say how long it is."""

CRITICAL_BEFORE = "1"
"""Where the keys of critical items end."""

JUDGED = aliased(JudgementRow)
"""Made once: to name a table anew takes longer than to look into it."""

DISPUTED_BEFORE = "0"
"""Where the keys of disputed items end, critical ones first as well: they begin with a sign of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is narrowed to; ``reviewer`` leaves out what they judged already.

    ``other_than``, a reviewer's id and name, leaves out the disputed items that they decided on or approved before.
    The confidence is under one bound and from the other on, the day of the call from one to the other, both included.
    """

    team: str | None = None
    agent_id: str | None = None
    criterion_id: str | None = None
    rubric_version: int | None = None
    confidence_under: float | None = None
    confidence_from: float | None = None
    called_from: date | None = None
    called_until: date | None = None
    disputed: bool = False
    reviewer: str | None = None
    other_than: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that waits, and the plan that it is of."""

    key: str
    plan_id: str
    agent_id: str
    agent_name: str
    team: str | None
    item: PlanItem

    @property
    def name(self) -> str:
        """What no other item is called."""
        return f"{self.plan_id} {self.item.item_id}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, and how many of them are critical, or disputed by their agents."""

    waiting: int
    critical: int
    disputed: int


def entries(session: Session, wanted: Wanted, *, after: str = "", before: str = "", limit: int = 25) -> list[Entry]:
    """The most urgent first: those after a key, or the last ones before one."""
    chosen = _keys(session, wanted, after, before, limit)
    if not chosen:
        return []
    row = PlanItemRow
    columns = (row.queue_key, row.plan_id, row.agent_id, PlanRow.agent_name, row.team, row.content)
    rows = select(*columns).join(PlanRow, PlanRow.plan_id == row.plan_id).order_by(row.queue_key)
    return [
        Entry(key, plan_id, agent_id, name, team, PlanItem.model_validate(content))
        for key, plan_id, agent_id, name, team, content in session.execute(rows.where(row.queue_key.in_(chosen)))
    ]


def count_waiting(session: Session, wanted: Wanted) -> Counts:
    """How many wait, the most urgent ``COUNTED_TO`` + 1 of them counted."""
    keys = select(PlanItemRow.queue_key).where(PlanItemRow.queue_key > "", *_conditions(wanted))
    key = keys.order_by(PlanItemRow.queue_key).limit(COUNTED_TO + 1).subquery().c.queue_key
    of_urgent = and_(key < CRITICAL_BEFORE, or_(key < DISPUTED_FIRST + CRITICAL_BEFORE, key > DISPUTED_BEFORE))
    counted = (func.count(), *(func.count(case((one, 1))) for one in (of_urgent, key < DISPUTED_BEFORE)))
    return Counts(*session.execute(select(*counted)).one())


def waiting_teams(session: Session) -> list[str]:
    """The teams that have something in the queue, in order."""
    return _values(session, PlanItemRow.team)


def waiting_criteria(session: Session) -> list[str]:
    """The criteria that something in the queue is about, in order."""
    return _values(session, PlanItemRow.criterion_id)


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    row = PlanItemRow
    equal = {row.team: wanted.team, row.agent_id: wanted.agent_id, row.criterion_id: wanted.criterion_id}
    yield from (column == value for column, value in equal.items() if value is not None)
    if wanted.rubric_version is not None:
        yield row.rubric_version == wanted.rubric_version
    if wanted.confidence_under is not None:
        yield row.confidence < wanted.confidence_under
    if wanted.confidence_from is not None:
        yield row.confidence >= wanted.confidence_from
    if wanted.called_from is not None:
        yield row.call_date >= wanted.called_from
    if wanted.called_until is not None:
        yield row.call_date <= wanted.called_until
    if wanted.disputed:
        yield row.queue_key < DISPUTED_BEFORE
    if wanted.other_than is not None:
        decided = or_(exists().where(_judged_by(wanted.other_than[0])), _approved_by(wanted.other_than))
        yield or_(row.queue_key >= DISPUTED_BEFORE, not_(decided))
    if wanted.reviewer is not None:
        yield ~exists().where(_judged_by(wanted.reviewer))


def _judged_by(reviewer: str) -> ColumnElement[bool]:
    return and_(
        JUDGED.plan_id == PlanItemRow.plan_id,
        JUDGED.item_id == PlanItemRow.item_id,
        JUDGED.reviewer == reviewer,
        JUDGED.undone_at.is_(None),
    )


def _approved_by(names: tuple[str, str]) -> ColumnElement[bool]:
    by_them = (DecisionRow.status == "approved", DecisionRow.decided_by.in_(names))
    of_plan = select(DecisionRow.plan_version).where(DecisionRow.plan_id == PlanItemRow.plan_id, *by_them)
    # the first one and not "exists", for which PostgreSQL would read and hash all decisions there are
    return of_plan.correlate(PlanItemRow).limit(1).scalar_subquery().is_not(None)


def _keys(session: Session, wanted: Wanted, after: str, before: str, limit: int) -> Sequence[str | None]:
    key = PlanItemRow.queue_key
    query = select(key).where(*_conditions(wanted), key < before if before else key > after)
    return session.scalars(query.order_by(key.desc() if before else key).limit(limit)).all()


def _values(session: Session, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> list[str]:
    """The different values of a column in the queue: from each one the index leads to the next."""
    waits = PlanItemRow.queue_key.is_not(None)
    steps = select(func.min(column).label("value")).where(waits).cte("steps", recursive=True)
    following = select(func.min(column)).where(waits, column > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    found: Sequence[str | None] = session.scalars(select(steps.c.value)).all()
    return [value for value in found if value is not None]

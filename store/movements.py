"""Movements: each cycle of each item as it was concluded, and what people decided on it. Nothing is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlalchemy.orm import Session

from coaching.follow_up import Cycle, CycleAccount, Overruling
from coaching.plan import OPEN_STATUSES
from store.events import tell_of_cycle
from store.facts import note_cycle, note_overruling
from store.inserting import KEYS_AT_ONCE, UNSYNCHRONIZED, chunks, insert_new
from store.plan_list import Listed
from store.practice import practice_of
from store.tables import ItemFailureRow, PlanRow
from store.tables.follow_ups import FOR_A_PERSON, MovementRow, OverrulingRow

IN_ORDER = (MovementRow.scored_on, MovementRow.agent_id, MovementRow.criterion_id, MovementRow.follow_up_id)
IN_ORDER_BACKWARDS = tuple(column.desc() for column in IN_ORDER)


def put_cycle(session: Session, cycle: Cycle) -> bool:
    """Keep a cycle; False where it is there already, which then stays as it is."""
    movement = cycle.movement
    values = {
        "follow_up_id": cycle.follow_up_id,
        "item_id": cycle.item_id,
        "plan_id": cycle.plan_id,
        "agent_id": cycle.agent_id,
        "team": cycle.team,
        "criterion_id": cycle.criterion_id,
        "rubric_id": movement.rubric_id,
        "rubric_version": movement.rubric_version,
        "cycle": cycle.number,
        "approved_on": cycle.approved_on,
        "scored_on": cycle.scored_on,
        "scored_by": movement.scored_by,
        "verdict": movement.verdict,
        "asks": cycle.next.actions == ("ask",),
        "content": cycle.model_dump(mode="json"),
    }
    if not insert_new(session, MovementRow, [values]):
        return False
    note_cycle(session, cycle)
    tell_of_cycle(session, cycle)
    return True


def cycles_of_plan(session: Session, plan_id: str, follow_up_id: str | None = None) -> list[CycleAccount]:
    """What the follow-ups of a plan have shown so far, or one of them."""
    query = select(MovementRow.content).where(MovementRow.plan_id == plan_id)
    if follow_up_id is not None:
        query = query.where(MovementRow.follow_up_id == follow_up_id)
    return _accounts(session, query)


def cycles_of_item(session: Session, agent_id: str, criterion_id: str) -> list[CycleAccount]:
    """Every cycle of an agent on a criterion, the oldest first."""
    of_item = (MovementRow.agent_id == agent_id, MovementRow.criterion_id == criterion_id)
    return _accounts(session, select(MovementRow.content).where(*of_item))


def list_cycles(
    session: Session, *, since: date | None = None, agent_id: str | None = None, team: str | None = None
) -> list[CycleAccount]:
    """The accountability table: cycles in the order in which they were scored."""
    query = select(MovementRow.content)
    if since is not None:
        query = query.where(MovementRow.scored_on >= since)
    if agent_id is not None:
        query = query.where(MovementRow.agent_id == agent_id)
    if team is not None:
        query = query.where(MovementRow.team == team)
    return _accounts(session, query)


def cycles_that_ask(session: Session) -> list[CycleAccount]:
    """Cycles on which a supervisor has to decide and has not, the oldest first."""
    return _accounts(session, select(MovementRow.content).where(FOR_A_PERSON))


def latest_cycles(session: Session, seen: Listed, limit: int, *, asking: bool = False) -> list[CycleAccount]:
    """The cycles that were scored last of those that somebody may see, in the order of scoring.

    ``asking``: only those on which a supervisor has to decide and has not.
    """
    query = select(MovementRow.content)
    if asking:
        query = query.where(FOR_A_PERSON)
    ways = [_accounts(session, query.where(*one), IN_ORDER_BACKWARDS, limit) for one in _ways(seen)]
    found = {_place(one.cycle): one for some in ways for one in some}
    return [found[place] for place in sorted(found)][-limit:]


def _ways(seen: Listed) -> list[tuple[ColumnElement[bool], ...]]:
    """The same for one team at a time, and for the plans of one's own people: each has its index."""
    if seen.teams is None:
        return [()]
    own = select(PlanRow.plan_id).where(PlanRow.supervisor_id == seen.supervisor)
    by_team: list[tuple[ColumnElement[bool], ...]] = [(MovementRow.team == team,) for team in sorted(set(seen.teams))]
    return by_team + ([(MovementRow.plan_id.in_(own),)] if seen.supervisor else [])


def _place(cycle: Cycle) -> tuple[date, str, str, str, str]:
    return cycle.scored_on, cycle.agent_id, cycle.criterion_id, cycle.follow_up_id, cycle.item_id


def add_overruling(session: Session, cycle: Cycle, overruling: Overruling) -> None:
    """Note what a person decided on a cycle."""
    of_item = {"follow_up_id": cycle.follow_up_id, "item_id": cycle.item_id}
    last = select(OverrulingRow.number, OverrulingRow.actions).filter_by(**of_item)
    before = session.execute(last.order_by(OverrulingRow.number.desc()).limit(1)).one_or_none()
    number = before.number + 1 if before else 1
    values = {
        "number": number,
        "actions": list(overruling.actions),
        "decided_by": overruling.by,
        "decided_at": overruling.at,
        "reason": overruling.reason,
        "practice": overruling.practice.model_dump(mode="json") if overruling.practice else None,
    }
    session.execute(insert(OverrulingRow).values({**of_item, **values}))
    asks = {"asks": overruling.actions == ("ask",)}
    decided = update(MovementRow).filter_by(**of_item).values(asks)
    session.execute(decided, execution_options=UNSYNCHRONIZED)
    note_overruling(session, cycle, before.actions if before else cycle.next.actions, overruling)
    tell_of_cycle(session, cycle, overruling, number)


def spent_failures(session: Session, call_ids: Iterable[str]) -> set[tuple[str, str]]:
    """Call and criterion of the failures in these calls that a plan has dealt with which is closed.

    Those that belong to an open plan as well are not among them: the cycle after it works on with them.
    """
    spent: set[tuple[str, str]] = set()
    at_work: set[tuple[str, str]] = set()
    columns = select(ItemFailureRow.call_id, ItemFailureRow.criterion_id, PlanRow.status)
    with_plan = columns.join(PlanRow, PlanRow.plan_id == ItemFailureRow.plan_id)
    in_hand = PlanRow.status.in_(("closed", *OPEN_STATUSES))
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        for call_id, criterion_id, status in session.execute(
            with_plan.where(in_hand, ItemFailureRow.call_id.in_(some))
        ):
            (spent if status == "closed" else at_work).add((call_id, criterion_id))
    return spent - at_work


def _accounts(
    session: Session, query: Select[Any], order: Sequence[Any] = IN_ORDER, limit: int | None = None
) -> list[CycleAccount]:
    cycles = [Cycle.model_validate(content) for content in session.scalars(query.order_by(*order).limit(limit))]
    overrulings = overrulings_of(session, [cycle.follow_up_id for cycle in cycles])
    practice = practice_of(session, [cycle.plan_id for cycle in cycles])
    return [
        CycleAccount(
            cycle=cycle,
            practice=tuple(practice[cycle.plan_id, cycle.criterion_id]),
            overrulings=tuple(overrulings[cycle.follow_up_id, cycle.item_id]),
        )
        for cycle in cycles
    ]


def overrulings_of(session: Session, follow_up_ids: Sequence[str]) -> dict[tuple[str, str], list[Overruling]]:
    """What people decided on the cycles of these follow-ups, by follow-up and item, in the order of deciding."""
    found: dict[tuple[str, str], list[Overruling]] = defaultdict(list)
    rows = select(OverrulingRow).order_by(OverrulingRow.follow_up_id, OverrulingRow.item_id, OverrulingRow.number)
    for some in chunks(sorted(set(follow_up_ids)), KEYS_AT_ONCE):
        for row in session.scalars(rows.where(OverrulingRow.follow_up_id.in_(some))):
            values = {"actions": row.actions, "by": row.decided_by, "at": row.decided_at, "reason": row.reason}
            overruling = Overruling.model_validate({**values, "practice": row.practice})
            found[row.follow_up_id, row.item_id].append(overruling)
    return found

"""Plans, the failures that belong to their items, and the criteria that wait."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from coaching.plan import Plan, PlanItem, Waiting
from nlp.errors import VerbatimError
from store.tables import ItemFailureRow, PlanItemRow, PlanRow, WaitingRow

PLAN_COLUMNS = tuple(name for name in Plan.model_fields if name != "items")


class PlanChanged(VerbatimError):
    """Somebody changed the plan in between; nothing was written."""

    def __init__(self, plan_id: str, expected: int, found: int) -> None:
        super().__init__(f"plan {plan_id}: version {expected} was expected, it is at {found}; look at it again")
        self.plan_id, self.expected, self.found = plan_id, expected, found


def put_plan(session: Session, plan: Plan, expected_version: int | None = None) -> int:
    """Keep a plan as it now is and return its version; one that says the same as before keeps its version.

    Raises PlanChanged where ``expected_version`` is given and is not the kept one.
    """
    row = session.get(PlanRow, plan.plan_id)
    if row is not None and expected_version not in (None, row.version):
        raise PlanChanged(plan.plan_id, expected_version or 0, row.version)
    if row is not None and _plan(session, row) == plan:
        return row.version
    values = {name: getattr(plan, name) for name in PLAN_COLUMNS}
    if row is None:
        row = PlanRow(**values, version=1)
        session.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        session.execute(delete(PlanItemRow).where(PlanItemRow.plan_id == plan.plan_id))
    session.flush()
    session.add_all(_item_row(plan.plan_id, n, item) for n, item in enumerate(plan.items))
    session.flush()
    session.add_all(failure for item in plan.items for failure in _failure_rows(plan.plan_id, item))
    session.flush()
    return row.version


def plan_version(session: Session, plan_id: str) -> int:
    """The version of a plan; 0 where there is none of that id."""
    row = session.get(PlanRow, plan_id)
    return row.version if row else 0


def plans_like(session: Session, beginning: str) -> list[Plan]:
    """Plans of which the id is ``beginning``, else those of which it begins so."""
    exact = session.get(PlanRow, beginning)
    if exact is not None:
        return [_plan(session, exact)]
    return list_plans(session, where=PlanRow.plan_id.startswith(beginning, autoescape=True))


def list_plans(
    session: Session,
    *,
    status: str | None = None,
    agent_id: str | None = None,
    where: ColumnElement[bool] | None = None,
) -> list[Plan]:
    """Plans, the earliest follow-up first, then by agent."""
    query = select(PlanRow).order_by(PlanRow.follow_up_on, PlanRow.agent_id, PlanRow.plan_id)
    if status is not None:
        query = query.where(PlanRow.status == status)
    if agent_id is not None:
        query = query.where(PlanRow.agent_id == agent_id)
    if where is not None:
        query = query.where(where)
    return [_plan(session, row) for row in session.scalars(query).all()]


def open_plan_of(session: Session, agent_id: str) -> Plan | None:
    """The agent's one open plan: a draft, a returned or an approved one."""
    row = session.scalar(select(PlanRow).where(PlanRow.agent_id == agent_id, PlanRow.status != "dismissed"))
    return None if row is None else _plan(session, row)


def count_plans(session: Session, agent_id: str, status: str) -> int:
    """How many plans of that status the agent has."""
    query = select(func.count()).select_from(PlanRow).where(PlanRow.agent_id == agent_id, PlanRow.status == status)
    return session.scalar(query) or 0


def agents_with_drafts(session: Session) -> list[str]:
    """The agents whose open plan is a draft, by id."""
    return list(session.scalars(select(PlanRow.agent_id).where(PlanRow.status == "draft").order_by(PlanRow.agent_id)))


def remove_draft(session: Session, plan_id: str) -> None:
    """Take back a draft that no failure calls for any more."""
    session.execute(delete(PlanRow).where(PlanRow.plan_id == plan_id, PlanRow.status == "draft"))


def dismissed_failures(session: Session) -> set[tuple[str, str]]:
    """Call and criterion of every failure that a person dismissed with its plan."""
    rows = session.execute(
        select(ItemFailureRow.call_id, ItemFailureRow.criterion_id)
        .join(PlanRow, PlanRow.plan_id == ItemFailureRow.plan_id)
        .where(PlanRow.status == "dismissed")
    )
    return {(call_id, criterion_id) for call_id, criterion_id in rows}


def put_waiting(session: Session, waiting: Sequence[Waiting]) -> None:
    """The waiting lists of all agents, in place of those before."""
    session.execute(delete(WaitingRow))
    session.add_all(
        WaitingRow(
            agent_id=one.agent_id,
            criterion_id=one.criterion_id,
            place=one.place,
            content=one.model_dump(mode="json"),
        )
        for one in waiting
    )
    session.flush()


def list_waiting(session: Session) -> list[Waiting]:
    """The waiting lists, by agent and place."""
    rows = session.scalars(select(WaitingRow).order_by(WaitingRow.agent_id, WaitingRow.place))
    return [Waiting.model_validate(row.content) for row in rows]


def _plan(session: Session, row: PlanRow) -> Plan:
    items = session.scalars(
        select(PlanItemRow).where(PlanItemRow.plan_id == row.plan_id).order_by(PlanItemRow.position)
    )
    values = {name: getattr(row, name) for name in PLAN_COLUMNS}
    return Plan(**values, items=tuple(PlanItem.model_validate(item.content) for item in items))


def _item_row(plan_id: str, position: int, item: PlanItem) -> PlanItemRow:
    return PlanItemRow(
        plan_id=plan_id,
        item_id=item.item_id,
        position=position,
        criterion_id=item.criterion_id,
        rubric_id=item.rubric_id,
        rubric_version=item.rubric_version,
        criterion_digest=item.criterion_digest,
        call_id=item.call_id,
        score=item.score,
        threshold=item.threshold,
        weight=item.weight,
        critical=item.critical,
        content=item.model_dump(mode="json"),
    )


def _failure_rows(plan_id: str, item: PlanItem) -> list[ItemFailureRow]:
    calls = [(item.call_id, "triggering"), *((further.call_id, "further") for further in item.further)]
    return [
        ItemFailureRow(
            plan_id=plan_id, item_id=item.item_id, call_id=call_id, criterion_id=item.criterion_id, role=role
        )
        for call_id, role in calls
    ]

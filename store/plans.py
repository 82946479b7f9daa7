"""Plans, the failures that belong to their items, and the criteria that wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coaching.plan import OPEN_STATUSES, Plan, PlanItem, Waiting
from coaching.urgency import queue_key
from nlp.errors import VerbatimError
from store.events import tell_of_plan
from store.evidence import evidence_id_of
from store.facts import note_plan
from store.inserting import KEYS_AT_ONCE, UNSYNCHRONIZED, chunks, insert_new
from store.session import WRITES
from store.tables import DecisionRow, ItemFailureRow, PlanItemRow, PlanRow, WaitingRow

PLAN_COLUMNS = tuple(name for name in Plan.model_fields if name != "items")
IN_ORDER = (PlanRow.follow_up_on, PlanRow.agent_id, PlanRow.plan_id)
AFTER_ALL = "\U0010ffff"
"""Sorts after every character that an id can have."""


class PlanChanged(VerbatimError):
    """Somebody changed the plan in between; nothing was written."""

    def __init__(self, plan_id: str, expected: int, found: int) -> None:
        super().__init__(f"plan {plan_id}: version {expected} was expected, it is at {found}; look at it again")
        self.plan_id, self.expected, self.found = plan_id, expected, found


class OpenPlanThere(VerbatimError):
    """The agent has an open plan already, and may have one; nothing was written."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"plan {plan.plan_id}: agent {plan.agent_id} has another open plan; decide on that one first")
        self.plan_id, self.agent_id = plan.plan_id, plan.agent_id


def put_plan(session: Session, plan: Plan, expected_version: int | None = None) -> int:
    """Keep a plan as it now is and return its version; one that says the same as before keeps its version.

    Raises PlanChanged where ``expected_version`` is given (0: none yet) and is not the kept one, OpenPlanThere where
    the agent has another open plan.
    """
    kept = session.execute(_for_change(session, select(PlanRow.version).where(PlanRow.plan_id == plan.plan_id)))
    version = kept.scalar() or 0
    if expected_version is not None and expected_version != version:
        raise PlanChanged(plan.plan_id, expected_version, version)
    before = _load(session, [plan.plan_id])[0] if version else None
    if before == plan:
        return version
    following = (version or _last_decided(session, plan.plan_id)) + 1
    evidence = _write(session, plan, following, is_new=not version)
    note_plan(session, before, plan, following, evidence)
    tell_of_plan(session, before, plan, following)
    return following


def plan_version(session: Session, plan_id: str) -> int:
    """The version of a plan; 0 where there is none of that id."""
    return session.scalar(select(PlanRow.version).where(PlanRow.plan_id == plan_id)) or 0


def get_plan(session: Session, plan_id: str) -> Plan | None:
    """The plan of that id, or None. In a session of ``begin``, nobody else can change it before it ends."""
    return next(iter(_plans(session, select(PlanRow.plan_id).where(PlanRow.plan_id == plan_id))), None)


def get_plans(session: Session, plan_ids: Sequence[str]) -> list[Plan]:
    """The plans of these ids, which are there, in their order."""
    return _load(session, plan_ids)


def plans_like(session: Session, beginning: str) -> list[Plan]:
    """The plan of which the id is ``beginning``, else those of which it begins so.

    In a session of ``begin``, nobody else can change them before it ends.
    """
    ids = select(PlanRow.plan_id)
    exact = _plans(session, ids.where(PlanRow.plan_id == beginning))
    like = ids.where(PlanRow.plan_id >= beginning, PlanRow.plan_id < beginning + AFTER_ALL)
    return exact or _plans(session, like.order_by(*IN_ORDER))


def list_plans(
    session: Session, *, status: str | None = None, agent_id: str | None = None, limit: int | None = None
) -> list[Plan]:
    """Plans, the earliest follow-up first, then by agent; at most ``limit``."""
    ids = select(PlanRow.plan_id).order_by(*IN_ORDER).limit(limit)
    if status is not None:
        ids = ids.where(PlanRow.status == status)
    if agent_id is not None:
        ids = ids.where(PlanRow.agent_id == agent_id)
    return _load(session, session.scalars(ids).all())


def all_plans(session: Session) -> Iterator[Plan]:
    """Every plan by its id; memory holds some at a time."""
    last = ""
    while ids := session.scalars(_next_ids(last)).all():
        yield from _load(session, ids)
        last = ids[-1]


def open_plans(session: Session) -> list[Plan]:
    """Every agent's open plan, the earliest follow-up first, then by agent."""
    ids = select(PlanRow.plan_id).where(PlanRow.status.in_(OPEN_STATUSES)).order_by(*IN_ORDER)
    return _load(session, session.scalars(ids).all())


def open_plan_of(session: Session, agent_id: str) -> Plan | None:
    """The agent's one open plan: a draft, a returned or an approved one.

    In a session of ``begin``, nobody else can change it before it ends.
    """
    ids = select(PlanRow.plan_id).where(PlanRow.agent_id == agent_id, PlanRow.status.in_(OPEN_STATUSES))
    return next(iter(_plans(session, ids)), None)


def count_plans(session: Session, agent_id: str, status: str) -> int:
    """How many plans of that status the agent has."""
    query = select(func.count()).select_from(PlanRow).where(PlanRow.agent_id == agent_id, PlanRow.status == status)
    return session.scalar(query) or 0


def agents_with_drafts(session: Session) -> list[str]:
    """The agents whose open plan is a draft, by id."""
    return list(session.scalars(select(PlanRow.agent_id).where(PlanRow.status == "draft").order_by(PlanRow.agent_id)))


def remove_draft(session: Session, plan_id: str) -> None:
    """Take back a draft that no failure calls for any more. What people decided about it before is kept."""
    draft = get_plan(session, plan_id)
    if draft is not None and draft.status == "draft":
        session.execute(delete(PlanRow).where(PlanRow.plan_id == plan_id), execution_options=UNSYNCHRONIZED)
        note_plan(session, draft, None, 0, ())


def dismissed_failures(session: Session, call_ids: Iterable[str]) -> set[tuple[str, str]]:
    """Call and criterion of the failures in these calls that a person dismissed with their plan."""
    columns = select(ItemFailureRow.call_id, ItemFailureRow.criterion_id)
    dismissed = columns.join(PlanRow, PlanRow.plan_id == ItemFailureRow.plan_id).where(PlanRow.status == "dismissed")
    found: set[tuple[str, str]] = set()
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        found.update(session.execute(dismissed.where(ItemFailureRow.call_id.in_(some))).tuples())
    return found


def put_waiting(session: Session, waiting: Sequence[Waiting]) -> None:
    """The waiting lists of all agents, in place of those before."""
    session.execute(delete(WaitingRow), execution_options=UNSYNCHRONIZED)
    insert_new(
        session,
        WaitingRow,
        [
            {
                "agent_id": one.agent_id,
                "criterion_id": one.criterion_id,
                "place": one.place,
                "content": one.model_dump(mode="json"),
            }
            for one in waiting
        ],
    )


def list_waiting(session: Session, agent_id: str | None = None) -> list[Waiting]:
    """The waiting lists, or one agent's, by agent and place."""
    rows = select(WaitingRow.content).order_by(WaitingRow.agent_id, WaitingRow.place)
    if agent_id is not None:
        rows = rows.where(WaitingRow.agent_id == agent_id)
    return [Waiting.model_validate(content) for content in session.scalars(rows)]


def _next_ids(last: str) -> Select[tuple[str]]:
    return select(PlanRow.plan_id).where(PlanRow.plan_id > last).order_by(PlanRow.plan_id).limit(KEYS_AT_ONCE)


def _for_change(session: Session, query: Select[Any]) -> Select[Any]:
    """What is read in order to change it is held until the transaction ends; SQLite's writer is alone anyway."""
    return query.with_for_update() if session.info.get(WRITES) else query


def _plans(session: Session, ids: Select[tuple[str]]) -> list[Plan]:
    return _load(session, session.scalars(_for_change(session, ids)).all())


def _load(session: Session, plan_ids: Sequence[str]) -> list[Plan]:
    """The plans of these ids, in their order."""
    found = {}
    for some in chunks(plan_ids, KEYS_AT_ONCE):
        items = _items(session, some)
        columns = [PlanRow.__table__.columns[name] for name in PLAN_COLUMNS]
        for row in session.execute(select(*columns).where(PlanRow.plan_id.in_(some))).mappings():
            found[row["plan_id"]] = Plan(**row, items=tuple(items[row["plan_id"]]))
    return [found[plan_id] for plan_id in plan_ids]


def _items(session: Session, plan_ids: Sequence[str]) -> dict[str, list[PlanItem]]:
    found: dict[str, list[PlanItem]] = {plan_id: [] for plan_id in plan_ids}
    columns = select(PlanItemRow.plan_id, PlanItemRow.content).where(PlanItemRow.plan_id.in_(plan_ids))
    for plan_id, content in session.execute(columns.order_by(PlanItemRow.plan_id, PlanItemRow.position)):
        found[plan_id].append(PlanItem.model_validate(content))
    return found


def _last_decided(session: Session, plan_id: str) -> int:
    """The last version that a person decided on of a plan that was taken back since; 0 for a new one."""
    return session.scalar(select(func.max(DecisionRow.plan_version)).where(DecisionRow.plan_id == plan_id)) or 0


def _write(session: Session, plan: Plan, version: int, *, is_new: bool) -> list[str]:
    """Keep a plan, and tell which evidence its items stand on."""
    values = {**{name: getattr(plan, name) for name in PLAN_COLUMNS}, "version": version}
    row = insert(PlanRow) if is_new else update(PlanRow).where(PlanRow.plan_id == plan.plan_id)
    try:
        session.execute(row.values(values), execution_options=UNSYNCHRONIZED)
    except IntegrityError as error:
        raise OpenPlanThere(plan) from error
    session.execute(delete(PlanItemRow).where(PlanItemRow.plan_id == plan.plan_id), execution_options=UNSYNCHRONIZED)
    items = [_item(session, plan, n, item) for n, item in enumerate(plan.items)]
    insert_new(session, PlanItemRow, items)
    insert_new(session, ItemFailureRow, [one for item in plan.items for one in _failures(plan.plan_id, item)])
    return [one["evidence_id"] for one in items if one["evidence_id"]]


def _item(session: Session, plan: Plan, position: int, item: PlanItem) -> dict[str, Any]:
    return {
        "plan_id": plan.plan_id,
        "item_id": item.item_id,
        "position": position,
        "criterion_id": item.criterion_id,
        "rubric_id": item.rubric_id,
        "rubric_version": item.rubric_version,
        "criterion_digest": item.criterion_digest,
        "call_id": item.call_id,
        "evidence_id": evidence_id_of(session, item),
        "score": item.score,
        "threshold": item.threshold,
        "weight": item.weight,
        "critical": item.critical,
        "content": item.model_dump(mode="json"),
        "agent_id": plan.agent_id,
        "team": plan.team,
        "confidence": item.evidence.confidence,
        "call_date": item.call_date,
        "queue_key": queue_key(plan, item),
    }


def _failures(plan_id: str, item: PlanItem) -> Iterable[dict[str, Any]]:
    calls = [(item.call_id, "triggering"), *((further.call_id, "further") for further in item.further)]
    for call_id, role in calls:
        yield {
            "plan_id": plan_id,
            "item_id": item.item_id,
            "call_id": call_id,
            "criterion_id": item.criterion_id,
            "role": role,
        }

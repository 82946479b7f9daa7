"""What a person decides about a plan: approve, return, dismiss. Nothing is assigned without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from sqlalchemy.orm import Session

from coaching.assemble import PlanRules
from coaching.calendar import follow_up_date
from coaching.plan import Plan, PlanStatus
from coaching.practice import redate
from nlp.errors import WrongInput
from rubric.diffing import PlanReference
from store import agents, decisions, plans
from store.session import Store


class NoSuchPlan(WrongInput):
    """No plan, or more than one, has an id that begins so."""

    def __init__(self, plan_id: str, found: int) -> None:
        many = f"{found} plans have an id that begins so; give more of it"
        super().__init__(f"plan {plan_id!r}: {many if found else 'no such plan; `verbatim plan list` shows them'}")
        self.plan_id, self.found = plan_id, found


class UnknownStatus(WrongInput):
    """No plan ever has that status."""

    def __init__(self, status: str) -> None:
        known = ", ".join(get_args(PlanStatus))
        super().__init__(f"status {status!r}: a plan is one of {known}")
        self.status = status


class NotToBeDecided(WrongInput):
    """The plan is past this decision."""

    def __init__(self, plan: Plan, wanted: str) -> None:
        super().__init__(f"plan {plan.plan_id} is {plan.status}; it can no longer be {wanted}")
        self.plan_id, self.status, self.wanted = plan.plan_id, plan.status, wanted


class ReasonNeeded(WrongInput):
    """A decision that needs a reason in words."""

    def __init__(self, plan_id: str, because: str) -> None:
        super().__init__(f"plan {plan_id}: {because}; say why with --reason")
        self.plan_id = plan_id


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when, on which day of the program's calendar, and why. ``at`` is aware."""

    by: str
    at: datetime
    day: date
    reason: str | None = None


def list_plans(store: Store, status: str | None = None, agent_id: str | None = None) -> list[Plan]:
    """Plans by status, the earliest follow-up first. Raises UnknownStatus."""
    with store.read() as session:
        return plans.list_plans(session, status=_known_status(status), agent_id=agent_id)


def find_plan(store: Store, plan_id: str) -> Plan:
    """The plan of which the id begins so. Raises NoSuchPlan."""
    with store.read() as session:
        return _the_plan(session, plan_id)


def plan_references(store: Store) -> list[PlanReference]:
    """Every item of an open plan, with what was judged when it began."""
    with store.read() as session:
        current = plans.open_plans(session)
    return [
        PlanReference(
            plan_id=plan.plan_id,
            agent=plan.agent_name,
            criterion_id=item.criterion_id,
            rubric_version=item.rubric_version,
            digest=item.criterion_digest,
        )
        for plan in current
        for item in plan.items
    ]


def approve_plan(store: Store, plan_id: str, decision: Decision, rules: PlanRules) -> Plan:
    """Assign a plan and fix its follow-up date, counted from the day of the decision.

    Raises NoSuchPlan; NotToBeDecided for a plan that is neither draft nor returned; ReasonNeeded where an item has no
    quote and no reason is given.
    """
    with store.begin() as session:
        plan = _the_plan(session, plan_id)
        _refuse_unless(plan, ("draft", "returned"), "approved")
        without = [item.criterion_name for item in plan.items if item.evidence.status == "none"]
        if without and not decision.reason:
            raise ReasonNeeded(plan.plan_id, f"{', '.join(without)} has no quote")
        agent = agents.get_agent(session, plan.agent_id)
        calls_per_day = agent.calls_per_day if agent else None
        on = follow_up_date(decision.day, calls_per_day, rules.follow_up, rules.calendar)
        items = tuple(item.model_copy(update={"practice": redate(item, on)}) for item in plan.items)
        return _decide(session, plan.model_copy(update={"follow_up_on": on, "items": items}), "approved", decision)


def return_plan(store: Store, plan_id: str, decision: Decision) -> Plan:
    """Send a plan back with a reason. Raises NoSuchPlan, NotToBeDecided, ReasonNeeded."""
    return _close(store, plan_id, decision, ("draft",), "returned")


def dismiss_plan(store: Store, plan_id: str, decision: Decision) -> Plan:
    """Let a plan go, with a reason; its failures are not planned again. Raises as return_plan does."""
    return _close(store, plan_id, decision, ("draft", "returned"), "dismissed")


def _close(store: Store, plan_id: str, decision: Decision, allowed: tuple[PlanStatus, ...], status: PlanStatus) -> Plan:
    with store.begin() as session:
        plan = _the_plan(session, plan_id)
        _refuse_unless(plan, allowed, status)
        if not (decision.reason or "").strip():
            raise ReasonNeeded(plan.plan_id, f"a plan that is {status} needs a reason")
        return _decide(session, plan, status, decision)


def _refuse_unless(plan: Plan, allowed: tuple[PlanStatus, ...], wanted: str) -> None:
    if plan.status not in allowed:
        raise NotToBeDecided(plan, wanted)


def _decide(session: Session, plan: Plan, status: PlanStatus, decision: Decision) -> Plan:
    decided = plan.model_copy(
        update={
            "status": status,
            "decided_by": decision.by,
            "decided_at": decision.at,
            "reason": decision.reason,
        }
    )
    version = plans.put_plan(session, decided)
    decisions.add_decision(session, decided, version)
    return decided


def _the_plan(session: Session, plan_id: str) -> Plan:
    found = plans.plans_like(session, plan_id)
    if len(found) != 1:
        raise NoSuchPlan(plan_id, len(found))
    return found[0]


def _known_status(status: str | None) -> str | None:
    if status is not None and status not in get_args(PlanStatus):
        raise UnknownStatus(status)
    return status

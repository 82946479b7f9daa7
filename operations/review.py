"""What a person decides about a plan: approve, return, dismiss, cancel. Nothing is assigned without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from sqlalchemy.orm import Session

from coaching.assemble import PlanRules
from coaching.calendar import WorkCalendar, follow_up_date
from coaching.plan import UNDECIDED, Plan, PlanStatus
from coaching.practice import redate
from nlp.errors import WrongInput
from rubric.diffing import PlanReference
from store import agents, decisions, follow_ups, plans
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
        super().__init__(f"plan {plan_id}: {because}; say why in the reason")
        self.plan_id = plan_id


class WrongDay(WrongInput):
    """A day on which a plan's calls cannot be scored."""

    def __init__(self, plan_id: str, day: date, problem: str) -> None:
        super().__init__(f"plan {plan_id}: a follow-up on {day.isoformat()} cannot be: it {problem}")
        self.plan_id, self.day = plan_id, day


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, when, on which day of the program's calendar, and why. ``at`` is aware.

    ``seen`` is the version of the plan that they decided on, where a page showed it: another one there now is a
    PlanChanged.
    """

    by: str
    at: datetime
    day: date
    reason: str | None = None
    seen: int | None = None


def list_plans(
    store: Store, status: str | None = None, agent_id: str | None = None, limit: int | None = None
) -> list[Plan]:
    """Plans by status, the earliest follow-up first, at most ``limit``. Raises UnknownStatus."""
    known = _known_status(status)
    with store.read() as session:
        return plans.list_plans(session, status=known, agent_id=agent_id, limit=limit)


def find_plan(store: Store, plan_id: str) -> Plan:
    """The plan of which the id begins so. Raises NoSuchPlan."""
    with store.read() as session:
        return the_plan(session, plan_id)


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


def approve_plan(store: Store, plan_id: str, decision: Decision, rules: PlanRules, on: date | None = None) -> Plan:
    """Assign a plan and promise its follow-up: on the day that the rules give, or ``on`` where a person wants it.

    Raises NoSuchPlan; NotToBeDecided for a plan that is neither draft nor returned; ReasonNeeded where an item has no
    quote and no reason is given; WrongDay as check_day does.
    """
    with store.begin() as session:
        plan = the_plan(session, plan_id)
        _refuse_unless(plan, UNDECIDED, "approved")
        without = [item.criterion_name for item in plan.items if item.evidence.status == "none"]
        if without and not decision.reason:
            raise ReasonNeeded(plan.plan_id, f"{', '.join(without)} has no quote")
        agent = agents.get_agent(session, plan.agent_id)
        calls_per_day = agent.calls_per_day if agent else None
        last_day = decision.day + timedelta(days=rules.follow_up.max_days)
        if on is not None:
            check_day(plan.plan_id, on, decision.day, last_day, rules.calendar)
        due_on = on or follow_up_date(decision.day, calls_per_day, rules.follow_up, rules.calendar)
        approved = _decide(session, dated(plan, due_on), "approved", decision)
        follow_ups.open_follow_up(
            session,
            plan.plan_id,
            plan.agent_id,
            approved_on=decision.day,
            due_on=due_on,
            last_day=last_day,
            at=decision.at,
            by=decision.by,
        )
        return approved


def return_plan(store: Store, plan_id: str, decision: Decision) -> Plan:
    """Send a plan back with a reason. Raises NoSuchPlan, NotToBeDecided, ReasonNeeded."""
    return _close(store, plan_id, decision, ("draft",), "returned")


def dismiss_plan(store: Store, plan_id: str, decision: Decision) -> Plan:
    """Let a plan go, with a reason; its failures are not planned again. Raises as return_plan does."""
    return _close(store, plan_id, decision, UNDECIDED, "dismissed")


def cancel_plan(store: Store, plan_id: str, decision: Decision) -> Plan:
    """Take an approval back, with a reason: the plan is returned, and its follow-up is cancelled.

    It may be approved again, which counts its days anew, or dismissed. Raises as return_plan does.
    """
    with store.begin() as session:
        plan = the_plan(session, plan_id)
        _refuse_unless(plan, ("approved",), "cancelled")
        if not (decision.reason or "").strip():
            raise ReasonNeeded(plan.plan_id, "an approval that is taken back needs a reason")
        follow_up = follow_ups.open_follow_up_of(session, plan.plan_id)
        if follow_up is not None:
            follow_ups.end_follow_up(
                session, follow_up.follow_up_id, "cancelled", decision.at, decision.reason, decision.by
            )
        return _decide(session, plan, "returned", decision)


def dated(plan: Plan, on: date) -> Plan:
    """The plan with another follow-up date, in its practice sentences too."""
    items = tuple(item.model_copy(update={"practice": redate(item, on)}) for item in plan.items)
    return plan.model_copy(update={"follow_up_on": on, "items": items})


def check_day(plan_id: str, on: date, after: date, last_day: date, calendar: WorkCalendar) -> None:
    """Raises WrongDay where ``on`` is not after ``after``, later than the last day, or no working day."""
    if on <= after:
        raise WrongDay(plan_id, on, f"is not after {after.isoformat()}")
    if on > last_day:
        raise WrongDay(plan_id, on, f"is later than {last_day.isoformat()}, the last day after the approval")
    if not calendar.is_working_day(on):
        raise WrongDay(plan_id, on, "is no working day")


def _close(store: Store, plan_id: str, decision: Decision, allowed: tuple[PlanStatus, ...], status: PlanStatus) -> Plan:
    with store.begin() as session:
        plan = the_plan(session, plan_id)
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
    version = plans.put_plan(session, decided, decision.seen)
    decisions.add_decision(session, decided, version)
    return decided


def the_plan(session: Session, plan_id: str) -> Plan:
    """The plan of which the id begins so, held until the transaction ends. Raises NoSuchPlan."""
    found = plans.plans_like(session, plan_id)
    if len(found) != 1:
        raise NoSuchPlan(plan_id, len(found))
    return found[0]


def _known_status(status: str | None) -> str | None:
    if status is not None and status not in get_args(PlanStatus):
        raise UnknownStatus(status)
    return status

"""What an agent answers to the own plan: that it was read, and which item is disputed and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coaching.account import SessionRules
from coaching.answers import LONGEST_REASON, Acknowledgement, Dispute, Disputed
from coaching.plan import Plan, PlanItem, PlanStatus
from nlp.errors import WrongInput
from operations.judge import NoSuchItem
from operations.review import NoSuchPlan, ReasonNeeded
from operations.sign_in import plan_link
from store import agents_answers, movements, plans
from store.session import Store

LINKED: tuple[PlanStatus, ...] = ("approved", "closed")
"""A plan in one of these is its agent's to see."""


class NotAnswerable(WrongInput):
    """The plan, or the item of it, cannot be answered so any more."""

    def __init__(self, plan_id: str, problem: str) -> None:
        super().__init__(f"plan {plan_id}: {problem}")
        self.plan_id, self.problem = plan_id, problem


@dataclass(frozen=True, slots=True)
class Answers:
    """What the agent answered to a plan: when it was read as it is assigned now, and the disputes, by item."""

    acknowledged: Acknowledgement | None
    disputes: tuple[Dispute, ...]

    def of(self, item_id: str) -> Dispute | None:
        """The dispute of an item, or None."""
        return next((one for one in self.disputes if one.item_id == item_id), None)

    def withdrawn(self, plan: Plan) -> tuple[Dispute, ...]:
        """The disputes of items that the plan has no more, as their scores were found wrong."""
        there = {item.item_id for item in plan.items}
        return tuple(one for one in self.disputes if one.item_id not in there and one.outcome is not None)


def answers_of(store: Store, plan: Plan) -> Answers:
    """What was answered to the plan so far."""
    with store.read() as session:
        read = agents_answers.acknowledgements_of(session, plan.plan_id)
        return Answers(_of_this_assignment(plan, read), tuple(agents_answers.disputes_of(session, plan.plan_id)))


def acknowledge(store: Store, plan_id: str, agent_id: str, at: datetime) -> Acknowledgement:
    """Keep that the agent has read the plan as it is assigned; the first time counts.

    Raises NoSuchPlan, NotAnswerable for a plan that is not assigned.
    """
    with store.begin() as session:
        plan = _assigned(session, plan_id, agent_id)
        if plan.decided_at is None:
            raise NotAnswerable(plan_id, "it is not assigned")
        given = Acknowledgement(plan_id=plan_id, agent_id=agent_id, assigned_at=plan.decided_at, at=at)
        if agents_answers.add_acknowledgement(session, given):
            return given
        known = _of_this_assignment(plan, agents_answers.acknowledgements_of(session, plan_id))
        return known or given


def dispute_item(store: Store, plan_id: str, item_id: str, agent_id: str, reason: str, at: datetime) -> Dispute:
    """Put an item before another reviewer, with the agent's reason; the plan stays assigned.

    Raises NoSuchPlan, NoSuchItem; ReasonNeeded; NotAnswerable where the plan is not assigned any more, the item's
    follow-up was scored, the item was disputed before, or the reason is too long.
    """
    with store.begin() as session:
        plan = _assigned(session, plan_id, agent_id)
        item = _disputable(session, plan, item_id)
        if not reason.strip():
            raise ReasonNeeded(plan_id, "an item that is disputed needs a reason")
        if len(reason) > LONGEST_REASON:
            raise NotAnswerable(plan_id, f"the reason has {len(reason)} characters; at most {LONGEST_REASON} are kept")
        dispute = _dispute_of(plan, item, reason, at)
        if not agents_answers.add_dispute(session, dispute):
            raise NotAnswerable(plan_id, f"{item.criterion_name} was disputed before")
        disputed = item.model_copy(update={"disputed": Disputed(reason=reason, at=at)})
        items = tuple(disputed if one is item else one for one in plan.items)
        plans.put_plan(session, plan.model_copy(update={"items": items}))
        return dispute


def link_to_plan(store: Store, plan: Plan, now: datetime, rules: SessionRules) -> str:
    """The secret of a link that shows the plan to its agent. Raises NotAnswerable where it is not assigned."""
    if plan.status not in LINKED:
        raise NotAnswerable(plan.plan_id, f"it is {plan.status}; the agent sees it once it is approved")
    return plan_link(store, plan, now, rules)


def may_dispute(plan: Plan, item: PlanItem, scored: set[str]) -> bool:
    """Whether the item can be disputed now; ``scored`` are the items of which the follow-up was scored."""
    return plan.status == "approved" and item.disputed is None and item.item_id not in scored


def scored_items(store: Store, plan_id: str) -> set[str]:
    """The items of a plan of which the follow-up was scored."""
    with store.read() as session:
        return _scored(session, plan_id)


def _assigned(session: Session, plan_id: str, agent_id: str) -> Plan:
    plan = plans.get_plan(session, plan_id)
    if plan is None or plan.agent_id != agent_id:
        raise NoSuchPlan(plan_id, 0)
    if plan.status != "approved":
        raise NotAnswerable(plan_id, f"it is {plan.status} and not assigned to you now")
    return plan


def _disputable(session: Session, plan: Plan, item_id: str) -> PlanItem:
    item = next((one for one in plan.items if one.item_id == item_id), None)
    if item is None:
        raise NoSuchItem(plan.plan_id, item_id)
    if item.disputed is not None:
        raise NotAnswerable(plan.plan_id, f"{item.criterion_name} was disputed before")
    if item_id in _scored(session, plan.plan_id):
        raise NotAnswerable(plan.plan_id, f"the follow-up of {item.criterion_name} was scored")
    return item


def _scored(session: Session, plan_id: str) -> set[str]:
    return {one.cycle.item_id for one in movements.cycles_of_plan(session, plan_id)}


def _dispute_of(plan: Plan, item: PlanItem, reason: str, at: datetime) -> Dispute:
    return Dispute(
        plan_id=plan.plan_id,
        item_id=item.item_id,
        agent_id=plan.agent_id,
        call_id=item.call_id,
        criterion_id=item.criterion_id,
        headline=item.headline,
        reason=reason,
        at=at,
    )


def _of_this_assignment(plan: Plan, read: list[Acknowledgement]) -> Acknowledgement | None:
    """The latest acknowledgement, unless the plan was assigned anew since."""
    latest = read[0] if read else None
    anew = latest is not None and plan.status == "approved" and latest.assigned_at != plan.decided_at
    return None if anew else latest

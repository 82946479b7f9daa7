"""Plans that are assigned to their agents, who answer to them."""

from __future__ import annotations

from datetime import date, timedelta

from coaching.answers import Dispute
from coaching.assemble import PlanRules
from coaching.plan import Plan, PlanItem
from judging_builders import INES, NOON, a_waiting_item, decide, keep_draft
from operations.agents_answer import dispute_item
from operations.judge import Reviewer
from operations.review import Decision, approve_plan
from store.plans import get_plan
from store.session import Store

SAM = Reviewer("sam", "Sam Reed")
"""Who approves."""

WHY = "I had said it before; that call was cut."


def keep_assigned(store: Store, agent_id: str = "a-1", *items: PlanItem, judged: bool = True, **fields: str) -> Plan:
    """A plan of two items of which Ines accepted the quotes, and which Sam approved."""
    usual = (
        a_waiting_item(call_id=f"c-{agent_id}", item_id=f"i-{agent_id}"),
        a_waiting_item("closing", f"c-{agent_id}", item_id=f"k-{agent_id}"),
    )
    plan = keep_draft(store, agent_id, *(items or usual), **fields)
    for n in range(len(plan.items) if judged else 0):
        decide(store, plan, item=n, after=n)
    reason = None if judged else "Heard."
    decision = Decision(SAM.name, NOON, date(2026, 11, 16), reason)
    return approve_plan(store, plan.plan_id, decision, PlanRules())


def disputed(store: Store, plan: Plan, item: int = 0, reason: str = WHY) -> Dispute:
    """The agent's dispute of an item, an hour after the approval."""
    at = NOON + timedelta(hours=1)
    return dispute_item(store, plan.plan_id, plan.items[item].item_id, plan.agent_id, reason, at)


def kept(store: Store, plan: Plan) -> Plan:
    """The plan as it is now."""
    with store.read() as session:
        found = get_plan(session, plan.plan_id)
    assert found is not None
    return found


__all__ = ["INES", "SAM", "WHY", "disputed", "keep_assigned", "kept"]

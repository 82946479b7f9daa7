"""The order in which items wait for a decision, as one text that sorts."""

from __future__ import annotations

from coaching.plan import Plan, PlanItem, PlanStatus

JUDGED_WHILE: tuple[PlanStatus, ...] = ("draft", "returned")
"""A plan's evidence waits for a person while the plan itself does."""

LARGEST = 10**12
"""Thousandths of weight times shortfall: no more are told apart."""


def waits(plan: Plan, item: PlanItem) -> bool:
    """Whether the item's evidence waits for a person's decision."""
    return plan.status in JUDGED_WHILE and item.judged is None


def queue_key(plan: Plan, item: PlanItem) -> str | None:
    """Where the item stands in the queue: the smaller, the more urgent. None where it does not wait.

    Critical ones first, then weight times shortfall, then the least confident; no two items have the same.
    """
    if not waits(plan, item):
        return None
    urgency = round(min(LARGEST, max(0.0, item.weight * item.shortfall * 1000)))
    confidence = round(item.evidence.confidence * 1_000_000)
    return f"{0 if item.critical else 1}{LARGEST - urgency:013d}{confidence:07d} {plan.plan_id} {item.item_id}"

"""The order in which items wait for a decision, as one text that sorts."""

from __future__ import annotations

from coaching.plan import Plan, PlanItem

LARGEST = 10**12
"""Thousandths of weight times shortfall: no more are told apart."""

DISPUTED_FIRST = "!"
"""Sorts before every other key: an agent coached on what may be wrong waits for nobody else."""


def waits(plan: Plan, item: PlanItem) -> bool:
    """Whether the item's evidence waits for a person's decision: the first one, or another's where it is disputed."""
    if item.waits_disputed:
        return plan.status != "dismissed"
    return plan.undecided and item.judged is None


def queue_key(plan: Plan, item: PlanItem) -> str | None:
    """Where the item stands in the queue: the smaller, the more urgent. None where it does not wait.

    Disputed ones first, then critical ones, then weight times shortfall, then the least confident; no two items have
    the same.
    """
    if not waits(plan, item):
        return None
    urgency = round(min(LARGEST, max(0.0, item.weight * item.shortfall * 1000)))
    confidence = round(item.evidence.confidence * 1_000_000)
    first = DISPUTED_FIRST if item.waits_disputed else ""
    rank = f"{0 if item.critical else 1}{LARGEST - urgency:013d}{confidence:07d}"
    return f"{first}{rank} {plan.plan_id} {item.item_id}"

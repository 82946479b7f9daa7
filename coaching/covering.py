"""Plans as those see them who are still to judge some of their quotes unseen: without what would sway them."""

from __future__ import annotations

from coaching.double import is_doubled
from coaching.plan import Plan, PlanItem
from coaching.urgency import waits
from models.evidence import Pick

COVERED = "Two people judge this one without seeing the machine’s pick; the quote stands here when they have."
"""Why an item that is covered shows no quote."""


def covered(plan: Plan, share: float) -> Plan:
    """The plan without the picks that two people are still to judge; ``share`` is that of the items that two judge."""
    items = tuple(_covered(one) if waits(plan, one) and is_doubled(one, share) else one for one in plan.items)
    return plan.model_copy(update={"items": items})


def is_covered(item: PlanItem) -> bool:
    """Whether an item shows no quote because two people are still to judge it."""
    return item.evidence.status == "none" and item.evidence.why == COVERED


def _covered(item: PlanItem) -> PlanItem:
    """What was said around the quote goes with it, and so do the customer's words that the practice begins with."""
    seen = item.evidence
    nothing = Pick(
        call_id=seen.call_id,
        criterion_id=seen.criterion_id,
        rubric_id=seen.rubric_id,
        rubric_version=seen.rubric_version,
        score=seen.score,
        threshold=seen.threshold,
        status="none",
        kind=seen.kind,
        why=COVERED,
    )
    practice = item.practice.model_copy(update={"scenario": "", "opening_lines": ()})
    further = tuple(one.model_copy(update={"quote": ""}) for one in item.further)
    return item.model_copy(update={"evidence": nothing, "context": (), "practice": practice, "further": further})

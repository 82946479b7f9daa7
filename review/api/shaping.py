"""Decisions as the API says them."""

from __future__ import annotations

from review.api.shapes import DecisionShape
from store.decisions import KeptDecision


def decision_shape(decision: KeptDecision) -> DecisionShape:
    return DecisionShape(
        plan_id=decision.plan_id,
        version=decision.plan_version,
        status=decision.status,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        reason=decision.reason,
        follow_up_on=decision.plan.follow_up_on,
    )

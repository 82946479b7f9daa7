"""What people decided about plans: append only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coaching.plan import Plan
from store.tables import DecisionRow


def add_decision(session: Session, plan: Plan, version: int) -> None:
    """Note the decision that brought ``plan`` to ``version``. The plan bears who, when and why."""
    session.add(
        DecisionRow(
            plan_id=plan.plan_id,
            plan_version=version,
            status=plan.status,
            decided_by=plan.decided_by,
            decided_at=plan.decided_at,
            reason=plan.reason,
        )
    )
    session.flush()


def decisions_of(session: Session, plan_id: str) -> list[tuple[str, str, str | None]]:
    """Status, who and why of each decision about a plan, the oldest first."""
    rows = session.scalars(select(DecisionRow).where(DecisionRow.plan_id == plan_id).order_by(DecisionRow.plan_version))
    return [(row.status, row.decided_by, row.reason) for row in rows]

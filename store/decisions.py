"""What people decided about plans: append only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coaching.plan import Plan, PlanStatus
from nlp.errors import VerbatimError
from store.tables import DecisionRow


class Undecided(VerbatimError):
    """A plan that does not say who decided and when is no decision."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"plan {plan.plan_id} does not say who decided and when; a decision has both")
        self.plan_id = plan.plan_id


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """One decision: who, when, what, why, the version that it made, and the plan as it was decided."""

    plan_id: str
    plan_version: int
    status: PlanStatus
    decided_by: str
    decided_at: datetime
    reason: str | None
    plan: Plan


def add_decision(session: Session, plan: Plan, version: int) -> None:
    """Note the decision that brought ``plan`` to ``version``. The plan bears who, when and why. Raises Undecided."""
    if plan.decided_by is None or plan.decided_at is None:
        raise Undecided(plan)
    session.execute(
        insert(DecisionRow).values(
            plan_id=plan.plan_id,
            plan_version=version,
            status=plan.status,
            decided_by=plan.decided_by,
            decided_at=plan.decided_at,
            reason=plan.reason,
            content=plan.model_dump(mode="json"),
        )
    )


def decisions_of(session: Session, plan_id: str) -> list[KeptDecision]:
    """Every decision about a plan, the oldest first."""
    rows = session.scalars(select(DecisionRow).where(DecisionRow.plan_id == plan_id).order_by(DecisionRow.plan_version))
    return [kept_decision(row) for row in rows]


def approvers_of(session: Session, plan_id: str) -> set[str]:
    """The names of those who ever approved a plan."""
    query = select(DecisionRow.decided_by).where(DecisionRow.plan_id == plan_id, DecisionRow.status == "approved")
    return set(session.scalars(query))


def kept_decision(row: DecisionRow) -> KeptDecision:
    """A decision as its row has it."""
    plan = Plan.model_validate(row.content)
    return KeptDecision(row.plan_id, row.plan_version, plan.status, row.decided_by, row.decided_at, row.reason, plan)

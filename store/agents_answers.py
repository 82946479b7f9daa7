"""What agents answered to their plans, and what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coaching.answers import Acknowledgement, Dispute, Outcome
from store.audit import Noted, note
from store.facts import sha256
from store.inserting import UNSYNCHRONIZED, insert_new
from store.judgements import Judgement
from store.tables.agents_answers import AcknowledgementRow, DisputeRow

ACKNOWLEDGED = [AcknowledgementRow.__table__.columns[name] for name in Acknowledgement.model_fields]
DISPUTED = [DisputeRow.__table__.columns[name] for name in Dispute.model_fields]


def add_acknowledgement(session: Session, given: Acknowledgement) -> bool:
    """Keep that a plan was read; False where that was kept before, which stays."""
    fresh = insert_new(session, AcknowledgementRow, [dict(given)]) == 1
    if fresh:
        facts = {"assigned_at": given.assigned_at.isoformat()}
        note(session, Noted(given.agent_id, "plan.acknowledged", f"plan {given.plan_id}", None, facts))
    return fresh


def acknowledgements_of(session: Session, plan_id: str) -> list[Acknowledgement]:
    """When the agent read a plan, the latest first."""
    query = select(*ACKNOWLEDGED).where(AcknowledgementRow.plan_id == plan_id)
    rows = session.execute(query.order_by(AcknowledgementRow.at.desc())).mappings()
    return [Acknowledgement(**row) for row in rows]


def add_dispute(session: Session, dispute: Dispute) -> bool:
    """Keep a dispute; False where the item was disputed before, which stays."""
    fresh = insert_new(session, DisputeRow, [dict(dispute)]) == 1
    if fresh:
        _note(session, dispute.agent_id, "item.disputed", dispute, {"reason": sha256(dispute.reason)})
    return fresh


def dispute_of(session: Session, plan_id: str, item_id: str) -> Dispute | None:
    """The dispute of an item, or None."""
    query = select(*DISPUTED).where(DisputeRow.plan_id == plan_id, DisputeRow.item_id == item_id)
    row = session.execute(query).mappings().one_or_none()
    return Dispute(**row) if row else None


def disputes_of(session: Session, plan_id: str) -> list[Dispute]:
    """The disputes of a plan's items, those that were withdrawn among them, the oldest first."""
    query = select(*DISPUTED).where(DisputeRow.plan_id == plan_id).order_by(DisputeRow.at, DisputeRow.item_id)
    return [Dispute(**row) for row in session.execute(query).mappings()]


def settle_dispute(session: Session, dispute: Dispute, outcome: Outcome, judgement: Judgement) -> Dispute:
    """Note what another reviewer decided."""
    decided = {
        "outcome": outcome,
        "judgement_id": judgement.judgement_id,
        "decided_by": judgement.reviewer_name,
        "decided_at": judgement.decided_at,
        "answer": judgement.reason,
    }
    _change(session, dispute, decided)
    _note(session, judgement.reviewer, "dispute.decided", dispute, {"outcome": outcome})
    return dispute.model_copy(update=decided)


def reopen_dispute(session: Session, dispute: Dispute, by: str) -> None:
    """Note that the decision was taken back: it waits again."""
    _change(session, dispute, dict.fromkeys(("outcome", "judgement_id", "decided_by", "decided_at", "answer")))
    _note(session, by, "dispute.reopened", dispute, {})


def _change(session: Session, dispute: Dispute, values: dict[str, Any]) -> None:
    row = DisputeRow
    wanted = update(row).where(row.plan_id == dispute.plan_id, row.item_id == dispute.item_id)
    session.execute(wanted.values(values), execution_options=UNSYNCHRONIZED)


def _note(session: Session, by: str, act: str, dispute: Dispute, facts: dict[str, Any]) -> None:
    said = {"item_id": dispute.item_id, **facts}
    note(session, Noted(by, act, f"plan {dispute.plan_id}", None, said))

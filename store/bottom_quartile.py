"""Since when agents of the lowest quarter have had no approved plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coaching.plan import OPEN_STATUSES
from store.inserting import UNSYNCHRONIZED, insert_new
from store.tables import PlanRow
from store.tables.follow_ups import QuartileRow


def kept_since(session: Session) -> dict[str, date]:
    """The day on which each was first seen so, by agent."""
    columns = select(QuartileRow.agent_id, QuartileRow.since).order_by(QuartileRow.agent_id)
    return dict(session.execute(columns).tuples().all())


def keep_since(session: Session, since: Mapping[str, date]) -> None:
    """Keep these days in place of all before."""
    session.execute(delete(QuartileRow), execution_options=UNSYNCHRONIZED)
    insert_new(session, QuartileRow, [{"agent_id": name, "since": day} for name, day in since.items()])


def open_plan_ids(session: Session) -> dict[str, tuple[str, str]]:
    """The id and the status of each agent's open plan."""
    columns = select(PlanRow.agent_id, PlanRow.plan_id, PlanRow.status).where(PlanRow.status.in_(OPEN_STATUSES))
    return {agent_id: (plan_id, status) for agent_id, plan_id, status in session.execute(columns)}

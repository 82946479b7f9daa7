"""Agents, as the agents' file has them now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coaching.agent import Agent
from store.inserting import upsert
from store.tables import AgentRow


def put_agents(session: Session, agents: Sequence[Agent]) -> None:
    """Keep agents as they are now: a changed team or a changed number of calls replaces what was there."""
    upsert(session, AgentRow, [dict(agent) for agent in agents])


def get_agent(session: Session, agent_id: str) -> Agent | None:
    """The agent of that id, or None."""
    row = session.get(AgentRow, agent_id)
    return None if row is None else _agent(row)


def list_agents(session: Session) -> list[Agent]:
    """All agents, by id."""
    return [_agent(row) for row in session.scalars(select(AgentRow).order_by(AgentRow.agent_id))]


def _agent(row: AgentRow) -> Agent:
    return Agent(**{name: getattr(row, name) for name in Agent.model_fields})

"""Agents, as the agents' file has them now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coaching.agent import Agent
from store.inserting import KEYS_AT_ONCE, chunks, upsert
from store.remembering import remembered
from store.tables import AgentRow


def put_agents(session: Session, agents: Sequence[Agent]) -> None:
    """Keep agents as they are now: a changed team or a changed number of calls replaces what was there.

    One that was forgotten goes by the id.
    """
    gone = remembered(session, others=[("agent", agent.agent_id) for agent in agents])
    named = ({"name": agent.agent_id} if gone.has("agent", agent.agent_id) else {} for agent in agents)
    upsert(session, AgentRow, [{**dict(agent), **name} for agent, name in zip(agents, named, strict=True)])


def retire_absent(session: Session, present: Iterable[str]) -> int:
    """Mark agents that are not among ``present`` as no longer active, and keep them; how many that changed.

    For the end of an agents' file: who left it is neither counted nor coached.
    """
    active = session.scalars(select(AgentRow.agent_id).where(AgentRow.active).order_by(AgentRow.agent_id)).all()
    gone = sorted(set(active) - set(present))
    for some in chunks(gone, KEYS_AT_ONCE):
        session.execute(update(AgentRow).where(AgentRow.agent_id.in_(some)).values(active=False))
    return len(gone)


def get_agent(session: Session, agent_id: str) -> Agent | None:
    """The agent of that id, or None."""
    row = session.scalar(
        select(AgentRow).where(AgentRow.agent_id == agent_id).execution_options(populate_existing=True)
    )
    return None if row is None else _agent(row)


def list_agents(session: Session) -> list[Agent]:
    """All agents, by id."""
    rows = session.scalars(select(AgentRow).order_by(AgentRow.agent_id).execution_options(populate_existing=True))
    return [_agent(row) for row in rows]


def _agent(row: AgentRow) -> Agent:
    return Agent(**{name: getattr(row, name) for name in Agent.model_fields})

"""What is known of one agent: plans, cycles, and what the dashboard's lists say."""

from __future__ import annotations

from dataclasses import dataclass

from coaching.dashboard import CycleLine
from coaching.dashboard_lines import Line
from coaching.plan import Plan
from store import agents, dashboard, plans
from store.session import Store

MOST_PLANS, MOST_CYCLES = 25, 100
"""Of an agent with a longer history, the latest."""


@dataclass(frozen=True, slots=True)
class AgentHistory:
    """An agent with the latest plans and cycles, the newest first, and the lines of the dashboard's lists.

    Name, team and supervisor are those of now; of the newest plan, where the agents' file does not have the agent.
    """

    agent_id: str
    name: str
    team: str | None
    supervisor_id: str | None
    active: bool
    plans: tuple[Plan, ...]
    cycles: tuple[CycleLine, ...]
    lines: tuple[Line, ...]


def see_agent(store: Store, agent_id: str) -> AgentHistory | None:
    """The agent's history; None for one who is in no agents' file and in no plan."""
    with store.read() as session:
        known = agents.get_agent(session, agent_id)
        ids = dashboard.plans_of_agent(session, agent_id, MOST_PLANS)
        found = plans.get_plans(session, ids)
        if known is None and not found:
            return None
        last = found[0] if found else None
        return AgentHistory(
            agent_id=agent_id,
            name=known.name if known else last.agent_name if last else agent_id,
            team=known.team if known else last.team if last else None,
            supervisor_id=known.supervisor_id if known else last.supervisor_id if last else None,
            active=known.active if known else True,
            plans=tuple(found),
            cycles=tuple(dashboard.cycles_of_agent(session, agent_id, MOST_CYCLES)),
            lines=tuple(dashboard.lines_of_agent(session, agent_id)),
        )

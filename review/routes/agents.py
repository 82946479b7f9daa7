"""An agent's history: plans, cycles, and how the scores go on each criterion that was coached."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coaching.across import StuckLine
from coaching.bottom_quartile import DAYS, ClockLine, days_left
from coaching.dashboard import TrendLine
from operations.agent_history import AgentHistory, see_agent
from review.access import EVERY_ROLE, Viewer, allows, may_judge_evidence, may_see_plan, viewer_of
from review.desk import Desk
from review.drawing import trends_drawing


def agent_routes(desk: Desk) -> list[Route]:
    """``/agents/{agent_id}``."""
    return [Route("/agents/{agent_id}", allows(*EVERY_ROLE)(AgentPages(desk).show))]


@dataclass(frozen=True)
class AgentPages:
    desk: Desk

    def show(self, request: Request) -> Response:
        viewer = viewer_of(request)
        history = see_agent(self.desk.store, request.path_params["agent_id"])
        if history is None or not may_see_agent(viewer, history):
            raise HTTPException(404, "There is no such agent.")
        plans = [plan for plan in history.plans if may_see_plan(viewer, plan)]
        of_plans = {plan.plan_id for plan in plans}
        content = [line.content for line in history.lines]
        trends = [one for one in content if isinstance(one, TrendLine)]
        limits = [one.threshold for one in trends if one.threshold is not None]
        return self.desk.page(
            request,
            "agent.html",
            history=history,
            plans=plans,
            blind={
                item_id for plan in plans if may_judge_evidence(viewer, plan) for item_id in self.desk.blind_items(plan)
            },
            cycles=[one for one in history.cycles if viewer.sees_all_teams or one.plan_id in of_plans],
            trends=trends,
            stuck=[one for one in content if isinstance(one, StuckLine)],
            clock=next((one for one in content if isinstance(one, ClockLine)), None),
            clock_days=DAYS,
            days_left=days_left,
            today=self.desk.today(),
            **trends_drawing([one.trend for one in trends], limits, self.desk.scale),
        )


def may_see_agent(viewer: Viewer, history: AgentHistory) -> bool:
    """Whether this agent exists for the viewer: one of an own team, or one that the viewer supervises."""
    supervises = viewer.role == "supervisor" and history.supervisor_id == viewer.user_id
    return viewer.sees_all_teams or supervises or (history.team is not None and history.team in viewer.teams)

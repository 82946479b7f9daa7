"""A small center for tests of follow-ups: one agent's draft plan, and scored calls on the days that a test names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from builders import a_call, a_criterion, a_pick, a_rubric
from coaching.agent import Agent
from coaching.assemble import PlanRules
from coaching.movement import MovementRules
from coaching.plan import Plan
from operations.follow_up import FollowUpWork
from operations.review import Decision, approve_plan
from plan_builders import a_plan, an_item
from rubric.rubric import Rubric
from rubric.score import Score
from store import agents, calls, evidence, plans, rubrics, scores
from store.session import Store

MODEL = "m-1"
APPROVED = date(2026, 11, 2)
"""A Monday."""
PRACTICE = {
    "skill": "naming the trouble",
    "scenario": "A double charge.",
    "sessions": 2,
    "method": "role-play",
    "alternatives": [{"skill": "saying it back", "sessions": 3, "method": "listening to own calls together"}],
}
RUBRIC = a_rubric(a_criterion("empathy", weight=60, practice=PRACTICE), a_criterion("greeting", weight=40))


def decided(day: date, by: str = "ines", reason: str | None = None) -> Decision:
    """A decision at noon of a day."""
    return Decision(by, datetime.combine(day, time(12), UTC), day, reason)


def work_of(store: Store, rubric: Rubric = RUBRIC, **fields: Any) -> FollowUpWork:
    """What follow-ups are scored with, in UTC and by the usual rules. Any field may be given."""
    usual: dict[str, Any] = {
        "store": store,
        "rubric": rubric,
        "rules": PlanRules(),
        "movement": MovementRules(),
        "timezone": ZoneInfo("UTC"),
        "model_version": MODEL,
    }
    return FollowUpWork(**{**usual, **fields})


def open_center(store: Store, agent_ids: Iterable[str] = ("a-1",), rubric: Rubric = RUBRIC) -> None:
    """Keep the rubric and the agents."""
    with store.begin() as session:
        rubrics.put_rubric(session, rubric)
        agents.put_agents(session, [Agent(agent_id=one, name=one.upper(), team="Billing") for one in agent_ids])


def put_scored(
    store: Store,
    points: Sequence[float | None],
    first_day: date,
    *,
    agent_id: str = "a-1",
    criterion_id: str = "empathy",
    prefix: str = "",
    located: bool = False,
    **fields: Any,
) -> list[str]:
    """A scored call on each of the days from ``first_day`` on; the calls' ids. ``located``: with a pick each."""
    ids = []
    with store.begin() as session:
        for number, given in enumerate(points):
            at = datetime.combine(first_day + timedelta(days=number), time(10), UTC)
            call = a_call(call_id=f"{prefix}{agent_id}-{at:%m%d}", agent_id=agent_id, started_at=at)
            calls.put_calls(session, [call])
            score = {"call_id": call.call_id, "criterion_id": criterion_id, "agent_id": agent_id, "score": given}
            scores.put_scores(session, [Score.model_validate({**score, "scored_at": at, **fields})])
            if located:
                pick = a_pick(call, 2, criterion_id=criterion_id)
                digest = RUBRIC.digests()[criterion_id]
                evidence.put_picks(session, [(pick, evidence.FoundBy(call.digest, digest, MODEL))])
            ids.append(call.call_id)
    return ids


def put_draft(store: Store, *criteria: str, agent_id: str = "a-1", rubric: Rubric = RUBRIC, **fields: Any) -> Plan:
    """A draft of these criteria, by default of empathy, as ``rubric`` judges them."""
    digests = rubric.digests()
    items = [an_item(name, criterion_digest=digests[name], rubric_id=rubric.id) for name in criteria or ("empathy",)]
    plan = a_plan(agent_id, *items, **{"team": "Billing", "as_of": APPROVED, **fields})
    with store.begin() as session:
        plans.put_plan(session, plan)
    return plan


def approve(store: Store, plan: Plan, on: date = APPROVED) -> Plan:
    """The plan approved; with the usual rules its follow-up is 14 days later."""
    return approve_plan(store, plan.plan_id, decided(on), PlanRules())

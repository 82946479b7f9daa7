"""Who is in the lowest quarter of the weighted score without an approved plan, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coaching.agent import Agent
from coaching.bottom_quartile import (
    ClockLine,
    Standing,
    days_left,
    lowest_quarter,
    most_urgent_first,
    since_when,
    weighted_standings,
)
from models.scorer import is_machines
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.trigger import current_scores
from store import agents, bottom_quartile, calls, judgements, rubrics, scores
from store.session import Store

LOOKBACK_DAYS = 30


def wind_clock(
    store: Store, rubric: Rubric, as_of: date, timezone: ZoneInfo, days: int = LOOKBACK_DAYS
) -> list[ClockLine]:
    """The clock as ``see_clock`` shows it, and kept: who is on it now stays on it from the day first seen."""
    with store.read() as session:
        low = _lowest(session, rubric, as_of, timezone, days)
    with store.begin() as session:
        lines = _lines(session, low, as_of)
        bottom_quartile.keep_since(session, {one.agent_id: one.since for one in lines})
    return lines


def see_clock(
    store: Store, rubric: Rubric, as_of: date, timezone: ZoneInfo, days: int = LOOKBACK_DAYS
) -> list[ClockLine]:
    """Agents in the lowest quarter of the weighted score of the last days, without an approved plan, overdue first.

    People's scores count, each criterion by its weight in the rubric version that it was scored under. Only active
    agents of the agents' file are ranked; all that were scored, where there is none.
    """
    with store.read() as session:
        return _lines(session, _lowest(session, rubric, as_of, timezone, days), as_of)


def _lowest(session: Session, rubric: Rubric, as_of: date, timezone: ZoneInfo, days: int) -> list[Standing]:
    end = datetime.combine(as_of + timedelta(days=1), time(), timezone)
    points = _points(session, rubric, end - timedelta(days=days), end)
    active = {agent.agent_id: agent.active for agent in agents.list_agents(session)}
    return lowest_quarter([one for one in weighted_standings(points) if not active or active.get(one.agent_id)])


def _points(
    session: Session, rubric: Rubric, start: datetime, end: datetime
) -> Iterator[tuple[str, str, float, float]]:
    """Agent, call, weight and score of every current score by people that lies on the rubric's scale."""
    kept = rubrics.list_versions(session, rubric.id)
    weights = {one.version: _weights(one) for one in (*kept, rubric) if one.scale == rubric.scale}
    wrong = judgements.wrong_scores(session)
    for one, agent_id in _current(session, start, end):
        weight = weights.get(one.rubric_version or rubric.version, {}).get(one.criterion_id)
        on_scale = one.score is not None and rubric.scale.min <= one.score <= rubric.scale.max
        if weight is not None and on_scale and (one.call_id, one.criterion_id) not in wrong:
            yield agent_id, one.call_id, weight, one.score or 0.0


def _current(session: Session, start: datetime, end: datetime) -> Iterator[tuple[Score, str]]:
    """Every current score by people whose agent is known, some calls at a time."""
    for some in scores.calls_between(session, start, end):
        current = current_scores(one for one in some if not is_machines(one.scored_by))
        facts = calls.call_facts(session, [one.call_id for one in current])
        for one in current:
            fact = facts.get(one.call_id)
            if agent_id := one.agent_id or (fact.agent_id if fact else None):
                yield one, agent_id


def _weights(rubric: Rubric) -> Mapping[str, float]:
    return {criterion.id: criterion.weight for criterion in rubric.criteria}


def _lines(session: Session, low: list[Standing], as_of: date) -> list[ClockLine]:
    current = bottom_quartile.open_plan_ids(session)
    coached = [agent_id for agent_id, (_, status) in current.items() if status == "approved"]
    since = since_when([one.agent_id for one in low], coached, bottom_quartile.kept_since(session), as_of)
    known = {agent.agent_id: agent for agent in agents.list_agents(session)}
    lines = []
    for one in low:
        if one.agent_id in since:
            agent = known.get(one.agent_id) or Agent(agent_id=one.agent_id, name=one.agent_id)
            plan_id, status = current.get(one.agent_id, (None, None))
            lines.append(
                ClockLine(
                    agent_id=one.agent_id,
                    agent_name=agent.name,
                    team=agent.team,
                    score=one.score,
                    calls=one.calls,
                    since=since[one.agent_id],
                    days_left=days_left(since[one.agent_id], as_of),
                    plan_id=plan_id,
                    plan_status=status,
                )
            )
    return most_urgent_first(lines)

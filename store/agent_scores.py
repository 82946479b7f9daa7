"""One criterion's scores of some agents in a window of time: what a follow-up compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from rubric.score import Score
from store.inserting import KEYS_AT_ONCE, chunks
from store.tables import CallRow, ScoreRow

COLUMNS = [ScoreRow.__table__.columns[name] for name in Score.model_fields]
BEFORE_ITS_CALL = timedelta(days=1)
"""No score is given earlier than so long before its call: clocks and time zones differ by less."""


@dataclass(frozen=True, slots=True)
class AgentScore:
    """A score, whose it is, and when its call began; else when it was scored."""

    score: Score
    agent_id: str
    at: datetime


def scores_of_agents(
    session: Session, agent_ids: Sequence[str], criterion_id: str, start: datetime, end: datetime
) -> list[AgentScore]:
    """Every score of these agents on a criterion, of calls from ``start`` on and before ``end`` (both aware).

    A call without a start counts by when it was scored. Scores that were given at ``end`` or later are left out, and
    so are those that name another agent than their call. By call id; the older scores of a call are among them.
    """
    found: list[AgentScore] = []
    for some in chunks(sorted(set(agent_ids)), KEYS_AT_ONCE):
        for query in _queries(some, criterion_id, start, end):
            for agent_id, at, *values in session.execute(query):
                score = Score(**dict(zip(Score.model_fields, values, strict=True)))
                found.append(AgentScore(score, agent_id, at))
    return sorted(found, key=lambda one: one.score.call_id)


def calls_of_agent(session: Session, agent_id: str, start: datetime, end: datetime) -> list[str]:
    """The ids of an agent's calls that began from ``start`` on and before ``end``, by id."""
    began = (CallRow.agent_id == agent_id, CallRow.started_at >= start, CallRow.started_at < end)
    return list(session.scalars(select(CallRow.call_id).where(*began).order_by(CallRow.call_id)))


def _queries(agents: Sequence[str], criterion_id: str, start: datetime, end: datetime) -> list[Select[Any]]:
    """By the agent that the score names and by the call's, each by its own index; when a score was given, or never."""
    of_score = [ScoreRow.criterion_id == criterion_id, ScoreRow.agent_id.in_(agents)]
    at = func.coalesce(CallRow.started_at, ScoreRow.scored_at)
    named = (
        select(ScoreRow.agent_id, at, *COLUMNS)
        .outerjoin(CallRow, CallRow.call_id == ScoreRow.call_id)
        .where(*of_score, at >= start, at < end, or_(CallRow.agent_id.is_(None), CallRow.agent_id == ScoreRow.agent_id))
    )
    by_call = (
        select(CallRow.agent_id, at, *COLUMNS)
        .join(ScoreRow, ScoreRow.call_id == CallRow.call_id)
        .where(CallRow.agent_id.in_(agents), ScoreRow.agent_id.is_(None), ScoreRow.criterion_id == criterion_id)
    )
    given_by_then = or_(ScoreRow.scored_at.is_(None), ScoreRow.scored_at < end)
    return [
        named.where(ScoreRow.scored_at >= start - BEFORE_ITS_CALL, ScoreRow.scored_at < end),
        named.where(ScoreRow.scored_at.is_(None)),
        by_call.where(CallRow.started_at >= start, CallRow.started_at < end, given_by_then),
        by_call.where(CallRow.started_at.is_(None), ScoreRow.scored_at >= start, ScoreRow.scored_at < end),
    ]

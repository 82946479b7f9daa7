"""Scores: every one is kept; which counts is for rubric.trigger to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from rubric.score import Score
from store.digests import digest_of
from store.inserting import insert_new
from store.tables import CallRow, ScoreRow


def put_scores(session: Session, scores: Sequence[Score]) -> int:
    """Keep scores; how many were new."""
    return insert_new(session, ScoreRow, [{**dict(score), "digest": digest_of(score)} for score in scores])


def scores_between(session: Session, after: datetime, until: datetime) -> Iterator[Score]:
    """Scores of calls that began after ``after`` and until ``until`` (both aware), in a total order.

    A call without a start counts by when it was scored, and one without either is always among them. Scores that were
    given later than ``until`` are not.
    """
    at = func.coalesce(CallRow.started_at, ScoreRow.scored_at)
    rows = (
        select(ScoreRow)
        .outerjoin(CallRow, CallRow.call_id == ScoreRow.call_id)
        .where(or_(at.is_(None), (at > after) & (at <= until)))
        .where(or_(ScoreRow.scored_at.is_(None), ScoreRow.scored_at <= until))
        .order_by(ScoreRow.call_id, ScoreRow.criterion_id, ScoreRow.digest)
    )
    for row in session.scalars(rows.execution_options(yield_per=1000)):
        yield Score(**{name: getattr(row, name) for name in Score.model_fields})

"""Scores: every one is kept; which counts is for rubric.trigger to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, or_, select, text, union_all
from sqlalchemy.orm import Session

from rubric.score import Score
from store.digests import digest_of
from store.inserting import insert_new
from store.tables import CallRow, ScoreRow

SCORES_AT_ONCE = 2000
COLUMNS = [ScoreRow.__table__.columns[name] for name in Score.model_fields]


def put_scores(session: Session, scores: Sequence[Score]) -> int:
    """Keep scores; how many were new."""
    return insert_new(session, ScoreRow, [{**dict(score), "digest": digest_of(score)} for score in scores])


def scores_between(session: Session, start: datetime, end: datetime) -> Iterator[Score]:
    """Scores of calls that began at ``start`` or later and before ``end`` (both aware), in a total order.

    A call without a start counts by when it was scored, and one without either is always among them. Scores that were
    given at ``end`` or later are not. They stream: memory holds a thousand.
    """
    ids = union_all(*_of_calls_between(start, end)).subquery()
    rows = (
        select(*COLUMNS)
        .join(ids, ids.c.digest == ScoreRow.digest)
        .order_by(ScoreRow.call_id, ScoreRow.criterion_id, ScoreRow.digest)
    )
    _plan_for_all(session)
    for row in session.execute(rows.execution_options(yield_per=1000)).mappings():
        yield Score(**row)


def _plan_for_all(session: Session) -> None:
    """PostgreSQL plans a stream as if its first tenth were wanted.

    On tables that it has not counted yet, those of a first night, that took the square of the scores: 5.6 s for 9,000.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL cursor_tuple_fraction = 1"))


def calls_between(session: Session, start: datetime, end: datetime) -> Iterator[list[Score]]:
    """The same scores, those of some whole calls at a time: what is done with them needs no more of them at once."""
    some: list[Score] = []
    for _, of_call in groupby(scores_between(session, start, end), key=lambda one: one.call_id):
        some += of_call
        if len(some) >= SCORES_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _of_calls_between(start: datetime, end: datetime) -> list[Select[Any]]:
    """Digests by the call's start, by when it was scored, and of neither: each by its own index."""
    digests = select(ScoreRow.digest)
    began = digests.join(CallRow, CallRow.call_id == ScoreRow.call_id).where(
        CallRow.started_at >= start,
        CallRow.started_at < end,
        or_(ScoreRow.scored_at.is_(None), ScoreRow.scored_at < end),
    )
    no_start = ~exists().where(CallRow.call_id == ScoreRow.call_id, CallRow.started_at.is_not(None))
    scored = digests.where(ScoreRow.scored_at >= start, ScoreRow.scored_at < end, no_start)
    neither = digests.where(ScoreRow.scored_at.is_(None), no_start)
    return [began, scored, neither]

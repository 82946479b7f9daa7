from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from builders import STARTED_AT, a_call, a_score
from rubric.trigger import current_scores
from store.calls import put_calls
from store.scores import put_scores, scores_between

DAY = timedelta(days=1)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
BEFORE, WITHIN, AFTER = START - DAY, START + DAY, END + DAY


def found(session, start=START, end=END):
    return list(scores_between(session, start, end))


def test_a_score_comes_back_as_it_went_in(store):
    whole = a_score(42.5, scored_by="qa-1", rubric_version=3, comment="Zu spät — 👀")
    bare = a_score(None, call_id="0012", agent_id=None, scored_at=None)
    with store.begin() as session:
        assert put_scores(session, [whole, bare]) == 2
    with store.read() as session:
        assert found(session) == [bare, whole]


def test_a_score_is_kept_once_however_often_and_in_whatever_zone_it_comes(store):
    elsewhere = a_score(scored_at=STARTED_AT.astimezone(timezone(timedelta(hours=9))))
    with store.begin() as session:
        assert put_scores(session, [a_score(), a_score(), elsewhere]) == 1
        assert put_scores(session, [elsewhere]) == 0


def test_an_older_score_of_the_same_criterion_is_kept_beside_the_newer(store):
    scores = [a_score(42), a_score(80, scored_at=STARTED_AT + DAY), a_score(None, scored_at=STARTED_AT + 2 * DAY)]
    with store.begin() as session:
        assert put_scores(session, scores) == 3
    with store.read() as session:
        kept = found(session)
    assert len(kept) == 3
    assert current_scores(kept) == [scores[-1]]


@pytest.mark.parametrize(
    ("call_at", "scored_at", "is_found"),
    [
        (WITHIN, WITHIN, True),
        (WITHIN, None, True),
        (BEFORE, WITHIN, False),
        (AFTER, WITHIN, False),
        (WITHIN, AFTER, False),
        (None, WITHIN, True),
        (None, BEFORE, False),
        (None, AFTER, False),
        (None, None, True),
        ("no call", WITHIN, True),
        ("no call", BEFORE, False),
        ("no call", None, True),
        (START, None, True),
        (END, None, False),
        (None, START, True),
        (None, END, False),
    ],
)
def test_a_score_counts_by_its_calls_start_else_by_when_it_was_scored(store, call_at, scored_at, is_found):
    with store.begin() as session:
        if call_at != "no call":
            put_calls(session, [a_call(started_at=call_at)])
        put_scores(session, [a_score(scored_at=scored_at)])
    with store.read() as session:
        assert bool(found(session)) is is_found


def test_scores_come_in_one_order_whatever_order_they_went_in(store):
    scores = [a_score(n, call_id=call, criterion_id=one) for n in (1, 2) for call in ("b", "A", "é") for one in "zy"]
    with store.begin() as session:
        put_scores(session, scores[::-1])
    with store.read() as session:
        keys = [(score.call_id, score.criterion_id) for score in found(session)]
    assert keys == sorted(keys)
    assert len(keys) == len(scores)


def test_scores_stream_in_chunks_that_lose_none(store):
    with store.begin() as session:
        put_scores(session, [a_score(call_id=f"c-{number}") for number in range(2500)])
    with store.read() as session:
        assert len(found(session)) == 2500


def test_a_stream_of_scores_is_planned_for_all_of_them(store):
    # for a tenth of them PostgreSQL compares every score with every other while it has no statistics
    with store.begin() as session:
        put_scores(session, [a_score(call_id=f"c-{number}", scored_at=WITHIN) for number in range(3)])
    with store.read() as session:
        stream = scores_between(session, START, END)
        assert next(stream).call_id == "c-0"
        if session.get_bind().dialect.name == "postgresql":
            assert session.scalar(text("SHOW cursor_tuple_fraction")) == "1"
        assert [one.call_id for one in stream] == ["c-1", "c-2"]

"""What is selected of a store some calls at a time is what would be selected of all at once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from builders import a_criterion, a_rubric, a_score
from operations.select import TriggerRules, select
from rubric.score import Flag
from rubric.trigger import select_failures
from store import flags, scores
from store.session import open_store
from store.tables import FlagRow, ScoreRow

AS_OF = date(2026, 11, 16)
RUBRIC = a_rubric(a_criterion("empathy", weight=50), a_criterion("tone", weight=50))
CALLS = st.integers(0, 9).map(lambda number: f"c-{number}")
SCORES = st.builds(
    lambda call_id, criterion_id, score, agent, hour: a_score(
        call_id=call_id,
        criterion_id=criterion_id,
        score=score,
        agent_id=agent,
        scored_at=datetime.combine(AS_OF, time(hour), UTC) - timedelta(days=1),
    ),
    CALLS,
    st.sampled_from(["empathy", "tone", "unknown"]),
    st.none() | st.sampled_from([10.0, 50.0, 95.0, 400.0]),
    st.none() | st.sampled_from(["a-1", "a-2", "a-3"]),
    st.integers(0, 23),
)
FLAGS = st.builds(
    lambda call_id, criterion_id: Flag(call_id=call_id, criterion_id=criterion_id),
    st.integers(0, 12).map(lambda number: f"c-{number}"),
    st.none() | st.sampled_from(["empathy", "tone", "unknown"]),
)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(scores, "SCORES_AT_ONCE", 3)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('select')}/store.db") as opened:
        yield opened


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(SCORES, max_size=20),
    st.lists(FLAGS, max_size=5),
    st.sampled_from(["score", "flagged", "auto"]),
    st.integers(0, 3),
)
def test_a_selection_in_parts_is_that_of_all_at_once(store, given_scores, marked, mode, limit):
    with store.begin() as session:
        for row in (ScoreRow, FlagRow):
            session.execute(delete(row))
        scores.put_scores(session, given_scores)
        flags.put_flags(session, marked)
    found = select(store, RUBRIC, TriggerRules(mode=mode, auto_limit=limit), AS_OF, ZoneInfo("UTC"), has_flags=True)
    with store.read() as session:
        until = datetime.combine(AS_OF + timedelta(days=1), time(), UTC)
        recent = list(scores.scores_between(session, until - timedelta(days=30), until))
        kept_flags = flags.list_flags(session)
    whole = select_failures(recent, RUBRIC, calls={}, mode=mode, flags=kept_flags, auto_limit=limit)
    assert tuple(found.failures) == whole.failures
    assert (found.mode, found.note, found.set_aside) == (whole.mode, whole.note, whole.set_aside)
    assert found.idle_flags == whole.idle_flags

"""The clock on the lowest quarter: who has no approved plan, and the days left of fourteen."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.accountability import clock_rows
from coaching.bottom_quartile import Standing, lowest_quarter, since_when, weighted_standings
from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored
from operations.bottom_quartile import see_clock, wind_clock
from operations.review import list_plans
from store.session import open_store

DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")
AGENTS = [f"a-{number}" for number in range(1, 9)]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened, AGENTS)
        for number, agent in enumerate(AGENTS):
            put_scored(opened, [50 + number] * 3, APPROVED - 3 * DAY, agent_id=agent)
        yield opened


def wound(store, day):
    return [(one.agent_id, one.days_left) for one in wind_clock(store, RUBRIC, day, UTC)]


def test_the_lowest_quarter_without_a_plan_has_fourteen_days(store):
    assert wound(store, APPROVED) == [("a-1", 14), ("a-2", 14)]
    assert wound(store, APPROVED + 5 * DAY) == [("a-1", 9), ("a-2", 9)]
    assert wound(store, APPROVED + 16 * DAY) == [("a-1", -2), ("a-2", -2)]


def test_overdue_agents_stand_first(store):
    put_scored(store, [9] * 9, APPROVED - 12 * DAY, agent_id="a-8", prefix="low-")
    assert wound(store, APPROVED) == [("a-8", 14), ("a-1", 14)]
    put_scored(store, [5] * 9, APPROVED + DAY, agent_id="a-7", prefix="lower-")
    assert wound(store, APPROVED + 15 * DAY) == [("a-8", -1), ("a-7", 14)]


def test_an_approved_plan_stops_the_clock_and_a_draft_does_not(store):
    plan = put_draft(store, agent_id="a-1")
    (first, _) = see_clock(store, RUBRIC, APPROVED, UTC)
    assert (first.agent_id, first.plan_status) == ("a-1", "draft")
    approve(store, plan)
    assert wound(store, APPROVED + DAY) == [("a-2", 14)]
    assert [plan.agent_id for plan in list_plans(store, "approved")] == ["a-1"]


def test_looking_keeps_nothing_and_the_same_night_twice_changes_nothing(store):
    see_clock(store, RUBRIC, APPROVED, UTC)
    assert wound(store, APPROVED + 3 * DAY) == wound(store, APPROVED + 3 * DAY) == [("a-1", 14), ("a-2", 14)]


def test_who_has_left_the_company_is_not_on_the_clock(store):
    from store import agents

    with store.begin() as session:
        agents.retire_absent(session, AGENTS[1:])
    assert [name for name, _ in wound(store, APPROVED)] == ["a-2"]


def test_a_calls_score_is_the_mean_by_weight_of_what_applied():
    points = [("a", "c-1", 60.0, 50.0), ("a", "c-1", 40.0, 100.0), ("a", "c-2", 60.0, 30.0), ("a", "c-2", 0.0, 0.0)]
    assert weighted_standings(points) == [Standing(agent_id="a", score=50.0, calls=2)]


def test_the_table_says_how_overdue(store):
    wind_clock(store, RUBRIC, APPROVED, UTC)
    rows = clock_rows(see_clock(store, RUBRIC, APPROVED + 15 * DAY, UTC))
    assert (rows[0]["agent"], rows[0]["days left"], rows[0]["plan"]) == ("A-1", "1 day overdue", "none")


@given(st.lists(st.integers(0, 20), min_size=4, max_size=40))
def test_the_lowest_quarter_is_a_quarter_and_who_ties_with_it(scores):
    standings = [Standing(agent_id=f"a-{n}", score=score, calls=1) for n, score in enumerate(scores)]
    low = lowest_quarter(standings)
    assert len(low) >= len(standings) // 4
    strictly = [one for one in standings if one.score < max(one.score for one in low)]
    assert len(strictly) < max(1, len(standings) // 4)
    assert max(one.score for one in low) <= min((s.score for s in standings if s not in low), default=99)


def test_fewer_than_four_agents_have_no_quarter():
    assert lowest_quarter([Standing(agent_id=name, score=1, calls=1) for name in "abc"]) == []


def test_the_clock_begins_anew_after_a_plan():
    kept = {"a": date(2026, 11, 1), "b": date(2026, 11, 1)}
    assert since_when(["a"], [], kept, date(2026, 11, 9)) == {"a": date(2026, 11, 1)}
    assert since_when(["a"], ["a"], kept, date(2026, 11, 9)) == {}
    assert since_when(["c"], [], kept, date(2026, 11, 9)) == {"c": date(2026, 11, 9)}

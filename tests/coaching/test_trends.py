"""Trends over weeks, and criteria that nearly everyone fails."""

from datetime import date, timedelta

import numpy as np
import pytest

from coaching.trends import ScoreFact, agent_trends, fails_for_nearly_all, scores_frame, team_trends

MONDAY = date(2026, 3, 2)


def facts(
    agent: str, start: float, per_day: float, days: int = 56, *, team: str | None = "north", criterion: str = "empathy"
) -> list[ScoreFact]:
    random = np.random.default_rng(len(agent) + days)
    return [
        ScoreFact(agent, team, criterion, MONDAY + timedelta(days=n), start + per_day * n + random.normal(0, 2))
        for n in range(0, days, 2)
    ]


def test_a_rise_is_told_in_points_a_month_with_its_interval() -> None:
    (found,) = agent_trends(scores_frame(facts("a-1", 50, 0.3)))
    assert found.per_month == pytest.approx(9, abs=1.5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 9 < found.high
    assert (found.direction, found.agent_id, found.team) == ("up", "a-1", "north")


def test_scores_that_only_vary_have_no_trend() -> None:
    (found,) = agent_trends(scores_frame(facts("a-1", 50, 0.0)))
    assert found.direction == "no trend"


def test_weeks_begin_on_mondays_and_count_their_calls() -> None:
    (found,) = agent_trends(scores_frame(facts("a-1", 50, 0.0, days=14)))
    assert [(week.monday, week.calls) for week in found.weeks] == [(MONDAY, 4), (MONDAY + timedelta(days=7), 3)]
    assert found.calls == 7


@pytest.mark.parametrize("days", [2, 13])
def test_too_little_is_not_given_a_direction(days: int) -> None:
    (found,) = agent_trends(scores_frame(facts("a-1", 50, 1.0, days=days)))
    assert (found.per_month, found.direction) == (None, "too few to tell")


def test_in_a_team_every_agent_counts_the_same() -> None:
    busy = [fact for _ in range(10) for fact in facts("a-1", 90, 0.0)]
    (found,) = team_trends(scores_frame([*busy, *facts("a-2", 50, 0.0)]))
    assert [week.mean for week in found.weeks] == pytest.approx([70] * 8, abs=3)
    assert found.agent_id is None


def test_teams_and_criteria_are_told_apart_and_no_team_is_one_too() -> None:
    frame = scores_frame(
        [*facts("a-1", 50, 0.0), *facts("a-2", 50, 0.0, team=None), *facts("a-1", 50, 0.0, criterion="closing")]
    )
    assert [(one.criterion_id, one.team) for one in team_trends(frame)] == [
        ("closing", "north"),
        ("empathy", None),
        ("empathy", "north"),
    ]


def test_what_nearly_everyone_fails_is_named_with_how_many() -> None:
    low = [fact for n in range(9) for fact in facts(f"a-{n}", 40, 0.0)]
    frame = scores_frame([*low, *facts("a-9", 90, 0.0), *facts("a-1", 90, 0.0, criterion="closing")])
    (found,) = fails_for_nearly_all(frame, {"empathy": 60, "closing": 60})
    assert (found.criterion_id, found.agents, found.short) == ("empathy", 10, 9)
    assert found.low < found.share < found.high


def test_few_agents_are_not_nearly_everyone() -> None:
    low = [fact for n in range(4) for fact in facts(f"a-{n}", 40, 0.0)]
    assert fails_for_nearly_all(scores_frame(low), {"empathy": 60}) == []


def test_no_scores_give_nothing() -> None:
    frame = scores_frame([])
    assert (agent_trends(frame), team_trends(frame), fails_for_nearly_all(frame, {"empathy": 60})) == ([], [], [])

"""The dashboard's figures: before and after by criterion, trends of the right days, and lists in their order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from across_builders import AGENTS, AS_OF, facts_of, rounds_of
from builders import a_criterion, a_rubric
from coaching.charts import across, curve_band
from coaching.dashboard import EVERYBODY, PERIODS, CycleLine, Given, changes, figures
from coaching.dashboard_charts import forest_axis, half_by, trend_axis, week_points
from coaching.dashboard_lines import clock_lines, stuck_lines, trend_lines
from coaching.response import respond
from coaching.rounds import episodes, stuck
from coaching.trends import agent_trends, scores_frame
from cycle_builders import a_clock_line

RUBRIC = a_rubric(
    a_criterion("empathy", name="Empathy", weight=60, threshold=60),
    a_criterion("closing", name="Closing", weight=40, threshold=70),
)
POINTS = st.floats(-100, 100).map(lambda value: round(value, 2))


def a_line(agent_id="a-1", delta: float | None = 5.0, **fields) -> CycleLine:
    usual = {
        "plan_id": f"p-{agent_id}",
        "agent_id": agent_id,
        "agent_name": agent_id.upper(),
        "criterion_id": "empathy",
        "criterion_name": "Empathy",
        "number": 1,
        "approved_on": date(2026, 11, 2),
        "scored_on": date(2026, 11, 16),
        "threshold": 60,
        "before": 50.0,
        "after": None if delta is None else 50.0 + delta,
        "delta": delta,
        "verdict": "within_noise",
    }
    return CycleLine.model_validate({**usual, **fields})


@pytest.fixture(scope="module")
def boards():
    rounds = [*rounds_of("empathy", "Empathy", 0.55, 1), *rounds_of("closing", "Closing", 0.1, 2)]
    facts = [*facts_of("empathy", 50, 1.2, 3), *facts_of("closing", 48, 0.0, 4)]
    cycles = [a_line(scored_on=AS_OF - timedelta(days=age), delta=age / 10) for age in (0, 20, 29, 30, 89, 90, 181)]
    given = Given(RUBRIC, AS_OF, rounds, scores_frame(facts), cycles, falling=())
    return {one.days: one for one in figures(EVERYBODY, given)}


def test_figures_are_made_over_each_period(boards):
    assert tuple(boards) == PERIODS
    assert [boards[days].changes[0].cycles for days in PERIODS] == [3, 5, 7]
    assert all(len(one.by_criterion) == 2 for one in boards.values())


def test_trends_hold_the_weeks_of_the_period_alone(boards):
    for days, board in boards.items():
        mondays = [week.monday for one in board.trends for week in one.weeks]
        assert AS_OF - min(mondays) < timedelta(days=days + 7)
        assert {one.criterion_id for one in board.trends} == {"empathy", "closing"}
    rising = next(one for one in boards[182].trends if one.criterion_id == "empathy")
    assert rising.direction == "up"
    # 1.2 points a week, and a month is thirty days
    assert rising.low < 1.2 * 30 / 7 < rising.high


def test_a_criterion_that_nearly_everyone_fails_is_told_by_the_last_thirty_days_in_every_period(boards):
    assert {tuple(one.criterion_id for one in board.fails_for_all) for board in boards.values()} == {("closing",)}


def test_teams_stand_apart_only_where_all_are_looked_at(boards):
    assert {one.team for one in boards[182].teams_apart} == {"North", "South"}
    alone = Given(RUBRIC, AS_OF, [], scores_frame(facts_of("empathy", 50, 1.2, 3)), [], falling=())
    assert next(figures("North", alone)).teams_apart == ()


def test_every_agent_counts_the_same_in_before_and_after():
    (found,) = changes([a_line("a-1", 0.0), a_line("a-1", 0.0), a_line("a-1", 0.0), a_line("a-2", 20.0)])
    assert (found.delta, found.cycles, found.agents) == (10.0, 4, 2)


def test_the_interval_of_a_change_is_students():
    (found,) = changes([a_line(f"a-{n}", value) for n, value in enumerate([4.0, 6.0, 8.0, 10.0, 12.0])])
    # mean 8, standard deviation sqrt(10), t(0.95; 4) = 2.131847
    assert found.delta == 8
    assert found.high - found.delta == pytest.approx(2.131847 * (10 / 5) ** 0.5, abs=1e-5)


def test_of_one_agent_there_is_a_change_and_no_interval():
    (found,) = changes([a_line("a-1", 4.0), a_line("a-1", 6.0)])
    assert (found.delta, found.low, found.high) == (5.0, None, None)


def test_cycles_without_a_comparison_do_not_count():
    assert changes([a_line(delta=None, verdict="not_enough_calls")]) == []


@given(st.dictionaries(st.integers(0, 20), st.lists(POINTS, min_size=1, max_size=4), min_size=2))
def test_a_change_lies_within_its_interval_and_within_what_agents_did(deltas):
    (found,) = changes([a_line(f"a-{n}", value) for n, values in deltas.items() for value in values])
    assert found.low - 1e-9 <= found.delta <= found.high + 1e-9
    every = [value for values in deltas.values() for value in values]
    assert min(every) - 1e-9 <= found.delta <= max(every) + 1e-9


def test_who_has_not_moved_stands_in_the_order_of_cycles():
    lines = stuck_lines(stuck(rounds_of("closing", "Closing", 0.1, 2)))
    cycles = [one.content.cycles for one in lines]
    assert cycles == sorted(cycles, reverse=True)
    assert [one.place for one in lines] == sorted(one.place for one in lines)


def test_the_longest_on_the_clock_stands_first_and_of_these_the_lowest_score():
    days = [date(2026, 11, 5), date(2026, 11, 3), date(2026, 11, 3)]
    lines = clock_lines(
        a_clock_line(agent_id=f"a-{n}", since=day, score=score)
        for n, (day, score) in enumerate(zip(days, [10.0, 9.5, -3.0], strict=True))
    )
    assert [one.agent_id for one in lines] == ["a-2", "a-1", "a-0"]
    assert [one.place for one in lines] == sorted(one.place for one in lines)


def test_trends_that_fall_for_sure_stand_first_and_the_steepest_of_them_before():
    falling = agent_trends(scores_frame([*facts_of("empathy", 80, -1.2, 3), *facts_of("closing", 48, 0.0, 4)]))
    lines = trend_lines(falling, RUBRIC, AGENTS)
    order = [one.content.trend.direction for one in lines]
    assert order == sorted(order, key=["down", "no trend", "up", "too few to tell"].index)
    slopes = [one.content.trend.per_month for one in lines if one.content.trend.direction == "down"]
    assert slopes == sorted(slopes)
    assert lines[0].content.agent_name.startswith("Agent")


def test_charts_beside_each_other_have_one_axis_that_holds_all_values(boards):
    board = boards[182]
    axis = trend_axis(board.trends, board.thresholds.values(), (0, 100))
    heights = [y for one in board.trends for _, y in week_points(one, axis)]
    assert all(0 < y < 110 for y in heights)
    assert axis.low % 10 == axis.high % 10 == 0
    assert trend_axis([], [], (0, 100)) == trend_axis([], [0, 100], (0, 100))


def test_a_forest_plot_has_zero_in_its_middle_and_no_mark_outside(boards):
    axis = forest_axis(boards[182].changes)
    assert axis.right(0) == 80
    assert all(0 <= axis.right(one.delta) <= 160 for one in boards[182].changes)
    assert forest_axis([]).high > 0


def test_a_curve_is_told_in_words(boards):
    fast, slow = boards[90].by_criterion
    assert half_by(fast).startswith("half have moved by day ")
    assert half_by(slow) == f"{slow.moved} of {slow.episodes} have moved, fewer than half"


def test_the_band_of_a_curve_ends_where_no_interval_is_known():
    few = rounds_of("closing", "Closing", 0.8, 2)
    (response,) = respond(episodes(few, AS_OF))
    # everybody has moved at the end: the last step has no interval
    assert response.curve[-1].share == 0
    known = [point for point in response.curve if point.low is not None]
    drawn = [float(pair.split(",")[0]) for pair in curve_band(response, 60).strip("MZ").split("L") if pair]
    assert max(drawn) == across(response.curve[len(known)].at, 60) < across(60, 60)

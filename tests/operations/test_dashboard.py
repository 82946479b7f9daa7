"""The dashboard's figures from a store: worked out after each night and each scoring run, and asked for by team."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from judging_builders import a_waiting_item, decide, keep_draft
from operations.across import gather
from operations.agent_history import see_agent
from operations.dashboard import Listed, list_due, list_lines, refresh, see_figures, see_now, teams_kept
from operations.follow_up import score_due
from programs import open_program, run_sample, sample_program
from store.session import open_store

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)
DUE = APPROVED + 14 * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
SAME = [41, 44, 40, 39, 43, 42, 41, 40]
ALL, EVERYBODY = Listed(), ("", 90)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened, ["a-1", "a-2"])
        yield opened


def coach(store, agent_id, after):
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-", agent_id=agent_id)
    approve(store, put_draft(store, agent_id=agent_id))
    put_scored(store, after, APPROVED + DAY, agent_id=agent_id)


def test_before_the_first_night_there_are_counts_and_no_figures(store):
    put_draft(store)
    counts, kept = see_now(store, ALL, APPROVED, EVERYBODY)
    assert (counts.plans, kept, see_figures(store, *EVERYBODY)) == (
        {"draft": 1, "returned": 0, "approved": 0},
        None,
        None,
    )


def test_what_was_followed_up_stands_in_the_figures_of_everybody_and_of_the_team(store):
    coach(store, "a-1", HIGH)
    coach(store, "a-2", SAME)
    score_due(work_of(store), DUE)
    done = refresh(store, RUBRIC, DUE, UTC)
    assert (done.teams, done.lines["stuck"], done.as_of) == (1, 1, DUE)
    assert teams_kept(store) == ("Billing",)
    for team in ("", "Billing"):
        found = see_figures(store, team, 90)
        (change,) = found.changes
        assert (change.cycles, change.agents, change.moved) == (2, 2, 1)
        # the means of 8 and 8 calls before, of 8 and 8 after
        assert change.before == pytest.approx(41.5)
        assert change.delta == pytest.approx((sum(HIGH) + sum(SAME)) / 16 - 41.5)
        assert change.low < change.delta < change.high
        assert {(one.agent_id, one.verdict) for one in found.latest} == {("a-1", "moved"), ("a-2", "not_moved")}
        assert (found.by_criterion[0].episodes, found.by_criterion[0].moved) == (2, 1)
    (line,) = list_lines(store, "stuck", None).lines
    assert (line.agent_id, line.content.cycles) == ("a-2", 1)
    assert list_lines(store, "stuck", ["Sales"]).lines == ()


def test_working_them_out_twice_gives_the_same(store):
    coach(store, "a-1", HIGH)
    score_due(work_of(store), DUE)
    refresh(store, RUBRIC, DUE, UTC)
    before = see_now(store, ALL, DUE, EVERYBODY)
    refresh(store, RUBRIC, DUE, UTC)
    assert see_now(store, ALL, DUE, EVERYBODY) == before


def test_what_was_gathered_for_the_report_spares_work_and_changes_nothing(store):
    coach(store, "a-1", SAME)
    score_due(work_of(store), DUE)
    refresh(store, RUBRIC, DUE, UTC)
    before = list_lines(store, "trend", None), see_now(store, ALL, DUE, EVERYBODY)
    assert before[0].count == 1
    refresh(store, RUBRIC, DUE, UTC, gathered=gather(store, RUBRIC, DUE, UTC, uncoached=True))
    assert (list_lines(store, "trend", None), see_now(store, ALL, DUE, EVERYBODY)) == before


def test_what_came_after_the_day_is_not_in_the_figures(store):
    coach(store, "a-1", HIGH)
    score_due(work_of(store), DUE)
    refresh(store, RUBRIC, DUE - DAY, UTC)
    found = see_figures(store, *EVERYBODY)
    assert (found.changes, found.rounds) == ((), 0)


def test_trends_are_told_before_anybody_was_coached(store):
    for week in range(6):
        put_scored(store, [50 + week, 52 + week], APPROVED + 7 * week * DAY)
    refresh(store, RUBRIC, APPROVED + 40 * DAY, UTC)
    (trend,) = see_figures(store, *EVERYBODY).trends
    assert (trend.criterion_id, trend.direction, len(trend.weeks)) == ("empathy", "up", 6)
    assert list_lines(store, "trend", None).lines == ()


def test_the_page_counts_what_is_open_due_and_asked_as_it_stands(store):
    coach(store, "a-1", HIGH)
    counts = see_now(store, ALL, DUE - 3 * DAY, EVERYBODY)[0]
    assert (counts.plans["approved"], counts.due) == (1, {"overdue": 0, "soon": 1, "waiting": 0})
    assert see_now(store, ALL, DUE + DAY, EVERYBODY)[0].due["overdue"] == 1
    ((plan, due_on),) = [
        (one.plan, one.due_on) for one in list_due(store, Listed(teams=("Billing",)), "overdue", DUE + DAY).rows
    ]
    assert (plan.agent_id, due_on) == ("a-1", DUE)
    assert list_due(store, Listed(teams=("Sales",)), "overdue", DUE + DAY).rows == ()


def test_reviewers_agreement_is_told_of_everybody_alone(store):
    plan = keep_draft(store, "a-7", a_waiting_item(), a_waiting_item("closing", "c-2", item_id="i-2"))
    decide(store, plan)
    decide(store, plan, "alternative", rank=1, item=1)
    refresh(store, RUBRIC, APPROVED + 20 * DAY, UTC)
    agreed = see_figures(store, *EVERYBODY).agreed
    assert (agreed.overall.part, agreed.overall.whole) == (1, 2)
    assert [one.name for one in agreed.by_criterion] == ["closing", "Empathy"]
    assert see_figures(store, "Billing", 90).agreed is None


def test_an_agents_history_has_plans_cycles_and_lines(store):
    coach(store, "a-2", SAME)
    score_due(work_of(store), DUE)
    refresh(store, RUBRIC, DUE, UTC)
    history = see_agent(store, "a-2")
    assert (history.name, history.team, history.active) == ("A-2", "Billing", True)
    assert [one.verdict for one in history.cycles] == ["not_moved"]
    assert history.plans[-1].plan_id == "p-a-2"
    assert {type(line.content).__name__ for line in history.lines} == {"StuckLine", "TrendLine"}
    assert see_agent(store, "nobody") is None


def test_an_agent_who_is_in_a_plan_alone_has_a_history(store):
    put_draft(store, agent_id="a-9", team="Sales", supervisor_id="s-1")
    history = see_agent(store, "a-9")
    assert (history.team, history.supervisor_id, len(history.plans)) == ("Sales", "s-1", 1)


def test_a_night_of_the_sample_leaves_figures_and_the_clock(tmp_path):
    config = sample_program(tmp_path / "sample")
    night = run_sample(config)
    with open_program(config) as program:
        day = program.day("2026-11-16")
        counts, kept = see_now(program.store, ALL, day, EVERYBODY)
        assert kept.as_of == day
        assert {one.agent_id for one in counts.clock} == {one.agent_id for one in night.report.clock}
        assert counts.on_clock == len(counts.clock) >= 1
        assert {trend.criterion_id for trend in see_figures(program.store, *EVERYBODY).trends}

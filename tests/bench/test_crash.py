"""A few kills on a small scale, and that what is held against the uninterrupted life finds what it looks for."""

from collections import Counter
from dataclasses import replace

import pytest

from bench.crash import crash
from bench.crash_check import State, broken

pytestmark = pytest.mark.slow
TRUTH = State(
    rows={"plans": Counter(["('p-1',)", "('p-2',)"])},
    reports={"2026-11-09.html": "digest"},
    told=[("e-1", '{"changed_at": "2026-11-09", "plan_id": "p-1"}')],
    problems=(),
)


def test_a_life_that_was_killed_and_begun_again_is_as_one_that_was_not(tmp_path):
    truth, tally, _ = crash(tmp_path, "sqlite", 10, 7)
    assert tally.broken == []
    assert tally.counts["points"] == 10
    assert tally.killed.total() >= 8
    assert len(truth.state.told) == len(truth.state.rows["events"]) > 10
    assert len(truth.state.rows["movements"]) > 5
    assert all(one.moments for one in truth.stages)


def test_a_row_that_is_lost_doubled_or_another_is_found():
    for rows in (["('p-1',)"], ["('p-1',)", "('p-2',)", "('p-2',)"], ["('p-1',)", "('p-3',)"]):
        assert any(line.startswith("plans: ") for line in broken(TRUTH, replace(TRUTH, rows={"plans": Counter(rows)})))


def test_a_report_that_is_missing_or_another_is_found():
    for reports in ({}, {"2026-11-09.html": "other"}, {**TRUTH.reports, "2026-11-10.html": "digest"}):
        assert any(line.startswith("report ") for line in broken(TRUTH, replace(TRUTH, reports=reports)))


def test_an_event_that_was_not_told_or_told_as_another_is_found():
    for told in ([], [("e-1", '{"plan_id": "p-2"}')]):
        assert any(line.startswith("event e-1") for line in broken(TRUTH, replace(TRUTH, told=told)))


def test_what_is_told_again_and_when_it_was_written_break_nothing():
    again = ("e-1", '{"changed_at": "2026-11-10", "plan_id": "p-1"}')
    found = replace(TRUTH, told=[again, again])
    assert list(broken(TRUTH, found)) == []
    assert found.repeated == 1


def test_a_problem_of_the_life_itself_is_a_broken_promise():
    assert list(broken(TRUTH, replace(TRUTH, problems=("1 deliveries not done",)))) == ["1 deliveries not done"]

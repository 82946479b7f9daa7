"""A night takes up what follow-ups were missed, and what goes on from a cycle outlives every redrawing of drafts."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import a_pick
from follow_up_builders import decided
from holding import held_by_another
from operations.follow_up import accountability, score_due
from operations.follow_up_run import FOLLOW_UPS
from operations.night import run_night
from operations.review import approve_plan, cancel_plan, list_plans
from operations.start import init_program
from programs import open_program
from store import runs
from store.snapshot import snapshot

DAY = timedelta(days=1)
APPROVED = date(2026, 11, 2)
DUE = APPROVED + 14 * DAY
LOW, HIGH, MIXED = [40, 44, 42, 38, 41, 43], [85, 90, 88, 84, 91, 87], [30, 58, 24, 55, 41, 52]


class FirstWords:
    """Quotes the agent's first turn, without a model: which words are quoted is no matter here."""

    model_version = "first-words"

    def find(self, call, failures, rubric):
        fields = {"rubric_id": rubric.id, "rubric_version": rubric.version}
        return [
            a_pick(call, 0, criterion_id=one.criterion_id, score=one.score, threshold=one.threshold, **fields)
            for one in failures
        ]


@pytest.fixture
def program(tmp_path):
    config = init_program(tmp_path / "program")
    (config.parent / "agents.csv").write_text("agent_id,name,team\na-1,Ana,Billing\na-2,Bo,Billing\n")
    with open_program(config) as opened:
        yield opened


def come_in(program, first_day, points, agent="a-1", criterion="acknowledgement"):
    """Calls with scores in the input folders, one on each day from ``first_day`` on."""
    folder, name = program.settings.folder, f"{agent}-{criterion}-{first_day.isoformat()}"
    with (
        (folder / "calls" / f"{name}.jsonl").open("w") as calls,
        (folder / "scores" / f"{name}.csv").open("w", newline="") as scores,
    ):
        table = csv.writer(scores)
        table.writerow(["call_id", "criterion_id", "score", "scored_at"])
        for number, score in enumerate(points):
            at = f"{first_day + number * DAY}T10:00:00Z"
            turns = [{"speaker": "agent", "text": "Account number?"}, {"speaker": "customer", "text": "I lost it all."}]
            call_id = f"{name}-{number}"
            call = {"call_id": call_id, "agent_id": agent, "started_at": at, "call_type": "billing", "turns": turns}
            calls.write(json.dumps(call) + "\n")
            table.writerow([call_id, criterion, score, at])


def night(program, day, run_id="r"):
    work = replace(program.night_work(), finder=FirstWords(), guess_type=lambda call, rubric: None)
    return run_night(work, day, f"{run_id} {day}").report


def approve_all(program, day):
    for plan in list_plans(program.store, "draft"):
        approve_plan(program.store, plan.plan_id, decided(day), program.settings.plan.rules())


def coached(program, after, before=LOW):
    """A night that drafts, an approval, and the calls after it."""
    come_in(program, APPROVED - 6 * DAY, before)
    night(program, APPROVED)
    approve_all(program, APPROVED)
    come_in(program, APPROVED + DAY, after)


def rows(program):
    with program.store.read() as session:
        return snapshot(session)


def test_a_missed_follow_up_is_taken_up_by_the_next_night_and_by_no_other(program):
    coached(program, HIGH)
    night(program, DUE)
    assert accountability(program.store) == []
    report = night(program, DUE + DAY)
    (account,) = accountability(program.store)
    assert (account.cycle.verdict, account.cycle.scored_on) == ("moved", DUE + DAY)
    assert report.followed == (account,)
    night(program, DUE + 2 * DAY)
    assert len(accountability(program.store)) == 1


def test_what_another_run_is_at_work_on_is_left_to_it_and_the_night_is_done(program, monkeypatch, caplog):
    monkeypatch.setattr("operations.follow_up_run.NIGHT_WAITS", timedelta(seconds=0.5))
    coached(program, HIGH)
    with held_by_another(str(program.store.engine.url), FOLLOW_UPS) as other:
        night(program, DUE + DAY)
    assert "left to another run: the scoring of follow-ups is at work since" in caplog.text
    assert f": process {other.pid} of " in caplog.text
    assert accountability(program.store) == []
    with program.store.read() as session:
        assert {one.status for one in runs.list_runs(session)} == {"done"}
    night(program, DUE + 2 * DAY)
    assert len(accountability(program.store)) == 1


def test_a_closed_plan_is_not_drafted_again_from_the_calls_it_was_about(program):
    coached(program, HIGH)
    report = night(program, DUE + DAY)
    assert list_plans(program.store, "draft") == []
    assert report.not_planned == {"a plan with it is closed": len(LOW)}


def test_a_new_failure_after_the_close_starts_a_new_first_cycle(program):
    coached(program, HIGH)
    night(program, DUE + DAY)
    come_in(program, DUE + 2 * DAY, [20])
    night(program, DUE + 3 * DAY)
    (draft,) = list_plans(program.store, "draft")
    assert [(item.cycle, item.follows, item.score) for item in draft.items] == [(1, None, 20)]


def test_what_goes_on_stays_first_with_its_practice_while_the_nights_redraw_the_draft(program):
    coached(program, MIXED)
    night(program, DUE + DAY)
    (first,) = list_plans(program.store, "draft")
    assert [(item.criterion_id, item.cycle, item.score) for item in first.items] == [("acknowledgement", 2, 24)]
    come_in(program, DUE, [10, 12], criterion="identity")
    come_in(program, DUE + DAY, [5])
    night(program, DUE + 2 * DAY)
    (second,) = list_plans(program.store, "draft")
    assert second.plan_id == first.plan_id
    assert [(item.criterion_id, item.cycle, item.score) for item in second.items] == [
        ("acknowledgement", 2, 5),
        ("identity", 1, 10),
    ]
    assert second.items[0].practice.skill == first.items[0].practice.skill
    assert second.items[0].because == first.items[0].because
    assert second.items[0].follows == first.items[0].follows


def test_what_goes_on_stays_also_without_any_failure_left(program):
    coached(program, MIXED)
    night(program, DUE + DAY)
    later = DUE + 60 * DAY
    night(program, later)
    (draft,) = list_plans(program.store, "draft")
    assert [(item.criterion_id, item.cycle) for item in draft.items] == [("acknowledgement", 2)]


def test_the_same_night_twice_changes_nothing_after_a_follow_up(program):
    coached(program, MIXED)
    night(program, DUE + DAY)
    before = rows(program)
    night(program, DUE + DAY, "again")
    assert rows(program) == before


def test_by_the_flow_on_the_day_or_by_the_night_after_it_ends_the_same(program, tmp_path):
    coached(program, MIXED)
    night(program, DUE)
    work = replace(program.follow_up_work(), model_version=FirstWords.model_version)
    score_due(work, DUE)
    night(program, DUE + DAY)
    (draft,) = list_plans(program.store, "draft")
    assert [(item.criterion_id, item.cycle, item.score) for item in draft.items] == [("acknowledgement", 2, 24)]
    assert accountability(program.store)[0].cycle.scored_on == DUE


def test_every_failure_is_in_one_open_plan_or_waits_or_is_spent(program):
    coached(program, MIXED)
    come_in(program, DUE - DAY, [10, 12], criterion="identity")
    come_in(program, DUE - DAY, [30], criterion="courtesy")
    report = night(program, DUE + DAY)
    (draft,) = list_plans(program.store, "draft")
    planned = [
        (call, item.criterion_id)
        for item in draft.items
        for call in (item.call_id, *(one.call_id for one in item.further))
    ]
    waiting = [(call, line.waiting.criterion_id) for line in report.waiting for call in line.waiting.call_ids]
    assert len(planned + waiting) == len(set(planned + waiting))
    assert len(planned + waiting) + report.not_planned["a plan with it is closed"] == report.failures


def test_a_cancelled_plan_is_not_followed_up_and_can_be_approved_again(program):
    coached(program, HIGH)
    (plan,) = list_plans(program.store, "approved")
    cancel_plan(program.store, plan.plan_id, decided(APPROVED + DAY, reason="The wrong week."))
    night(program, DUE + DAY)
    assert accountability(program.store) == []
    (again,) = [one for status in ("returned", "draft") for one in list_plans(program.store, status)]
    assert again.plan_id == plan.plan_id

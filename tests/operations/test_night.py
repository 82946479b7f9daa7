"""A night from files to plans, on the sample company, without Prefect."""

import json
import shutil
from datetime import date

import pytest
from sqlalchemy import select

from coaching.plan import Plan
from nlp.errors import WrongInput
from operations import night, report, selected
from operations.review import (
    Decision,
    NoSuchPlan,
    NotToBeDecided,
    ReasonNeeded,
    approve_plan,
    dismiss_plan,
    find_plan,
    list_plans,
    return_plan,
)
from operations.start import init_program
from programs import open_program, rows_of, run_sample, sample_program
from rubric.lock import LockedVersionEdited
from store import scores
from store.tables import EvidenceRow
from store.verifying import verify_quotes


@pytest.fixture
def finished(sample_night):
    """The sample after its night; tests that change it take a copy."""
    return sample_night


@pytest.fixture
def program(finished, tmp_path):
    folder = tmp_path / "program"
    shutil.copytree(finished[0].parent, folder)
    with open_program(folder / "verbatim.toml") as opened:
        yield opened


def test_every_agent_with_failures_has_one_draft_of_at_most_two_items(finished):
    plans = finished[1].report.plans
    assert len({plan.agent_id for plan in plans}) == len(plans) == 7
    assert all(plan.status == "draft" and 1 <= len(plan.items) <= 2 for plan in plans)
    assert "0012" not in {plan.agent_id for plan in plans}


def test_every_failure_has_one_item_or_one_place_in_the_waiting_list(finished):
    report = finished[1].report
    planned = [
        (call, item.criterion_id)
        for plan in report.plans
        for item in plan.items
        for call in (item.call_id, *(further.call_id for further in item.further))
    ]
    waiting = [(call, one.waiting.criterion_id) for one in report.waiting for call in one.waiting.call_ids]
    assert len(planned + waiting) == len(set(planned + waiting)) == report.failures
    assert report.not_planned == {}


def test_critical_criteria_stand_first(finished):
    for plan in finished[1].report.plans:
        assert [item.critical for item in plan.items] == sorted((item.critical for item in plan.items), reverse=True)


def test_every_kept_quote_is_a_slice_of_the_call(program):
    with program.store.read() as session:
        assert list(verify_quotes(session)) == []


def test_the_same_night_twice_changes_nothing(finished, tmp_path):
    folder = tmp_path / "twice"
    shutil.copytree(finished[0].parent, folder)
    before, page = rows_of(folder / "verbatim.toml"), (folder / "reports/2026-11-16.html").read_bytes()
    result = run_sample(folder / "verbatim.toml", run_id="r-2")
    assert rows_of(folder / "verbatim.toml") == before
    assert result.report_path.read_bytes() == page


def test_the_next_night_has_chunks_only_of_what_was_not_found_before(program, finished):
    with program.store.begin() as session:
        first = session.scalars(select(EvidenceRow).order_by(EvidenceRow.call_id)).first()
        session.delete(first)
    start = night.begin(program.night_work(), date(2026, 11, 16), "r-2")
    assert [[one.call_id for one in chunk] for chunk in start.chunks] == [[first.call_id]]
    counts = [night.locate_chunk(program.night_work(), chunk) for chunk in start.chunks]
    assert sum(one.fresh for one in counts) == 1
    assert night.finish(program.night_work(), start, counts).report.found == finished[1].report.found


def test_a_night_a_call_and_an_agent_at_a_time_gives_the_same_rows_and_report(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(selected, "FAILURES_AT_ONCE", 1)
    monkeypatch.setattr(scores, "SCORES_AT_ONCE", 1)
    monkeypatch.setattr(report, "CALLS_AT_ONCE", 1)
    config = sample_program(tmp_path / "small")
    config.write_text(config.read_text() + "\n[evidence]\nchunk_size = 1\n")
    result = run_sample(config)
    assert rows_of(config) == rows_of(finished[0])
    assert result.report == finished[1].report


def test_a_broken_file_is_reported_and_the_others_are_done(tmp_path, finished):
    config = sample_program(tmp_path / "broken")
    (config.parent / "calls" / "broken.jsonl").write_bytes(b'{"call_id": "x", "turns": [')
    result = run_sample(config)
    assert result.set_aside == 1
    assert "broken.jsonl" in result.report.set_aside[0].file
    assert result.report.plans == finished[1].report.plans


def test_a_call_without_a_type_is_given_one_of_the_rubrics(program):
    from store import calls

    with program.store.read() as session:
        found = calls.get_calls(session, ["hm-1106-04", "hm-1111-02"])
    assert all(call.call_type in program.rubric.call_types for call in found)


def test_approving_fixes_the_date_from_the_day_of_the_decision(program):
    plan = first_plan(program, "0047")
    approved = approve_plan(program.store, plan.plan_id, decided(program, "2026-11-18"), rules(program))
    assert approved.status == "approved"
    assert approved.follow_up_on.isoformat() == "2026-11-25"
    assert "25 November 2026" in approved.items[0].practice.sentence
    assert find_plan(program.store, plan.plan_id[:9]) == approved


def test_an_approved_plan_stays_as_it_is_on_the_next_night(program):
    plan = first_plan(program, "0047")
    approved = approve_plan(program.store, plan.plan_id, decided(program), rules(program))
    run_sample(program.settings.path, "2026-11-17", "r-2")
    assert find_plan(program.store, plan.plan_id) == approved


def test_an_approved_plan_is_not_decided_again(program):
    plan = first_plan(program, "0047")
    approve_plan(program.store, plan.plan_id, decided(program), rules(program))
    with pytest.raises(NotToBeDecided, match="is approved"):
        dismiss_plan(program.store, plan.plan_id, decided(program))


def test_returning_and_dismissing_need_a_reason(program):
    plan = first_plan(program, "0047")
    for decide in (return_plan, dismiss_plan):
        with pytest.raises(ReasonNeeded):
            decide(program.store, plan.plan_id, decided(program, reason=None))
    assert find_plan(program.store, plan.plan_id).status == "draft"


def test_what_was_dismissed_is_not_planned_again_and_what_waited_moves_up(program):
    plan = first_plan(program, "0047")
    gone = {(item.criterion_id, item.call_id) for item in plan.items}
    dismiss_plan(program.store, plan.plan_id, decided(program, reason="On leave."))
    run_sample(program.settings.path, "2026-11-17", "r-2")
    (fresh,) = [one for one in list_plans(program.store, agent_id="0047") if one.status == "draft"]
    assert fresh.plan_id != plan.plan_id
    assert not gone & {(item.criterion_id, item.call_id) for item in fresh.items}


def test_a_returned_plan_stays_returned_while_nothing_new_fails(program):
    plan = first_plan(program, "0047")
    return_plan(program.store, plan.plan_id, decided(program, reason="Another quote, please."))
    run_sample(program.settings.path, "2026-11-17", "r-2")
    again = find_plan(program.store, plan.plan_id)
    assert (again.status, again.reason) == ("returned", "Another quote, please.")


def test_a_returned_plan_is_a_draft_again_when_new_failures_change_it(program):
    plan = first_plan(program, "0047")
    return_plan(program.store, plan.plan_id, decided(program, reason="Another quote, please."))
    add_call(program, "hm-new", "0047", plan.items[0].criterion_id, score=0)
    run_sample(program.settings.path, "2026-11-17", "r-2")
    again = find_plan(program.store, plan.plan_id)
    assert (again.status, again.items[0].call_id) == ("draft", "hm-new")


def test_a_plan_that_is_not_there_is_said(program):
    with pytest.raises(NoSuchPlan, match="verbatim plan list"):
        find_plan(program.store, "p-nothing")


def test_an_edit_of_a_rubric_that_plans_use_is_refused(program):
    rubric = program.settings.folder / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("threshold: 65", "threshold: 66", 1))
    with pytest.raises(LockedVersionEdited, match="version 2"):
        run_sample(program.settings.path, "2026-11-17", "r-2")


def test_flagged_mode_without_flags_plans_nothing_and_says_why(tmp_path):
    config = sample_program(tmp_path / "flagged")
    config.write_text(config.read_text().replace('mode = "score"', 'mode = "flagged"'))
    (config.parent / "flags.csv").write_text("call_id,criterion_id,flagged_by,reason\n")
    report = run_sample(config).report
    assert report.plans == ()
    assert "Nothing is planned" in report.note


@pytest.mark.parametrize("missing", ["calls", "scores", "agents.csv", "rubric.yaml"])
def test_a_missing_input_stops_the_night_before_anything_is_written(tmp_path, missing):
    config = sample_program(tmp_path / "missing")
    (config.parent / missing).rename(config.parent / "elsewhere")
    with pytest.raises(WrongInput) as caught:
        run_sample(config)
    assert missing in str(caught.value)
    assert not (config.parent / "verbatim.db").exists()


@pytest.mark.slow
def test_of_a_hundred_files_one_broken_the_others_are_done(tmp_path):
    config = init_program(tmp_path / "hundred")
    turns = '[{"speaker": "customer", "text": "Nobody came."}, {"speaker": "agent", "text": "Account number."}]'
    rows = ["call_id,criterion_id,score,scored_at"]
    for n in range(99):
        call = f'{{"call_id": "c-{n}", "agent_id": "a-{n % 9}", "turns": {turns}}}'
        (config.parent / "calls" / f"{n}.json").write_text(call)
        rows.append(f"c-{n},acknowledgement,{n % 50},2026-11-13")
    (config.parent / "scores" / "all.csv").write_text("\n".join(rows) + "\n")
    (config.parent / "calls" / "broken.json").write_text('{"call_id":')
    report = run_sample(config).report
    assert (report.kept["calls"], report.found, len(report.set_aside)) == (99, 99, 1)
    assert report.set_aside[0].file.endswith("broken.json")


def test_who_left_the_agents_file_is_no_longer_coached(program):
    path = program.settings.folder / "agents.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("0047,")))
    report = run_sample(program.settings.path, "2026-11-17", "r-2").report
    assert "0047" not in {plan.agent_id for plan in report.plans}


def test_an_agents_file_with_a_bad_row_retires_nobody(program):
    path = program.settings.folder / "agents.csv"
    path.write_text(path.read_text().replace("0047,", "0047,x,x,x,x,x,", 1))
    report = run_sample(program.settings.path, "2026-11-17", "r-2").report
    assert "0047" in {plan.agent_id for plan in report.plans}


def first_plan(program, agent_id) -> Plan:
    return list_plans(program.store, agent_id=agent_id)[0]


def decided(program, day="2026-11-17", reason="Because.") -> Decision:
    return program.decision("maeve", reason, day)


def rules(program):
    return program.settings.plan.rules()


def add_call(program, call_id, agent_id, criterion_id, score):
    turns = [{"speaker": "customer", "text": "Nobody came, and I took the day off."}]
    turns.append({"speaker": "agent", "text": "Account number."})
    call = {"call_id": call_id, "agent_id": agent_id, "started_at": "2026-11-17T09:00:00+00:00", "turns": turns}
    (program.settings.folder / "calls" / f"{call_id}.json").write_text(json.dumps(call))
    line = f"{call_id},{criterion_id},{score},2026-11-17T12:00:00+00:00\n"
    path = program.settings.folder / "scores" / "late.csv"
    path.write_text(f"call_id,criterion_id,score,scored_at\n{line}")

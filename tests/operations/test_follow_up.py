"""The scoring run: what is due is concluded once, waits at most to day 21, and what goes on is a draft again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from builders import a_criterion, a_rubric
from coaching.calendar import WorkCalendar
from follow_up_builders import APPROVED, PRACTICE, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from operations.comparing import Window
from operations.follow_up import accountability, next_look, score_due
from operations.review import find_plan, list_plans
from store import follow_ups, movements, rubrics
from store.session import open_store
from store.snapshot import snapshot

DAY = timedelta(days=1)
DUE, LAST = APPROVED + 14 * DAY, APPROVED + 21 * DAY
LOW, SOME, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [30, 58, 24, 55, 41, 52], [85, 90, 88, 84, 91, 87, 89, 86]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        put_scored(opened, LOW, APPROVED - 9 * DAY, prefix="before-")
        yield opened


def the_cycle(store):
    (only,) = accountability(store)
    return only


def test_nothing_is_scored_before_its_day(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH, APPROVED + DAY)
    assert score_due(work_of(store), DUE - DAY).scored == ()
    assert accountability(store) == []


def test_a_score_that_moved_over_the_threshold_closes_the_plan(store):
    plan = approve(store, put_draft(store))
    put_scored(store, HIGH, APPROVED + DAY)
    (scored,) = score_due(work_of(store), DUE).scored
    account = the_cycle(store)
    assert (account.cycle.verdict, account.actions, account.decided_by) == ("moved", ("close",), "machine")
    assert (account.cycle.movement.before.calls, account.cycle.movement.after.calls) == (8, 8)
    assert (account.cycle.scored_on, account.cycle.approved_on, account.cycle.approved_by) == (DUE, APPROVED, "ines")
    assert scored.next_plan_id is None
    assert find_plan(store, plan.plan_id).status == "closed"


def test_a_follow_up_is_concluded_once(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH, APPROVED + DAY)
    assert len(score_due(work_of(store), DUE).scored) == 1
    put_scored(store, LOW, DUE + DAY)
    assert score_due(work_of(store), DUE + 5 * DAY).scored == ()
    assert the_cycle(store).cycle.movement.after.calls == 8


def test_two_workers_at_once_conclude_each_follow_up_once(store):
    agents = [f"a-{number}" for number in range(1, 9)]
    open_center(store, agents)
    for agent in agents:
        put_scored(store, LOW, APPROVED - 9 * DAY, agent_id=agent, prefix="b-")
        approve(store, put_draft(store, agent_id=agent))
        put_scored(store, LOW, APPROVED + DAY, agent_id=agent)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: score_due(work_of(store), DUE), range(3)))
    assert not any(report.failed for report in reports)
    assert sorted(one.follow_up.agent_id for report in reports for one in report.scored) == agents
    assert len(accountability(store)) == len(list_plans(store, "draft")) == len(list_plans(store, "closed")) == 8


def test_a_worker_that_is_cut_off_leaves_its_follow_up_to_the_next(store, monkeypatch):
    approve(store, put_draft(store))
    put_scored(store, LOW, APPROVED + DAY)
    with store.read() as session:
        before = snapshot(session)

    def cut_off(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("operations.next_cycle.draft_of", cut_off)
        with pytest.raises(KeyboardInterrupt):
            score_due(work_of(store), DUE)
    with store.read() as session:
        assert snapshot(session) == before
    assert len(score_due(work_of(store), DUE).scored) == 1


def test_too_few_calls_wait_to_the_next_working_day_and_at_most_to_day_21(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH[:4], APPROVED + DAY)
    day, looks = DUE, []
    while follow_up := open_one(store):
        assert follow_up.due_on == day
        score_due(work_of(store), day)
        looks.append(day)
        day = open_one(store).due_on if open_one(store) else None
    assert (looks[0], looks[-1]) == (DUE, LAST)
    assert all(day.weekday() < 5 or day == LAST for day in looks)
    account = the_cycle(store)
    assert (account.cycle.verdict, account.actions) == ("not_enough_calls", ("ask",))
    assert account.waits_for_a_person
    assert "4 scored calls" in account.cycle.next.note


def test_calls_that_come_while_it_waits_conclude_it_at_once(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH[:4], APPROVED + DAY)
    score_due(work_of(store), DUE)
    put_scored(store, HIGH[:2], DUE)
    score_due(work_of(store), DUE + DAY)
    assert (the_cycle(store).cycle.scored_on, the_cycle(store).cycle.movement.after.calls) == (DUE + DAY, 6)


def test_an_item_with_calls_enough_does_not_wait_for_the_other(store):
    plan = approve(store, put_draft(store, "empathy", "greeting"))
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-", criterion_id="greeting")
    put_scored(store, HIGH, APPROVED + DAY)
    (scored,) = score_due(work_of(store), DUE).scored
    assert scored.waits_until == DUE + DAY
    assert [one.cycle.criterion_id for one in scored.cycles] == ["empathy"]
    assert find_plan(store, plan.plan_id).status == "approved"
    put_scored(store, LOW, APPROVED + DAY, criterion_id="greeting")
    (scored,) = score_due(work_of(store), DUE + DAY).scored
    assert [one.cycle.criterion_id for one in scored.cycles] == ["greeting"]
    (draft,) = list_plans(store, "draft")
    assert [item.criterion_id for item in draft.items] == ["greeting"]


def test_what_goes_on_is_a_draft_with_the_newest_evidence_and_the_same_practice(store):
    plan = approve(store, put_draft(store))
    put_scored(store, SOME, APPROVED + DAY, located=True)
    score_due(work_of(store), DUE)
    assert the_cycle(store).cycle.verdict == "within_noise"
    (draft,) = list_plans(store, "draft")
    (item,) = draft.items
    assert (item.cycle, item.follows, draft.agent_id) == (2, plan.plan_id, "a-1")
    assert item.call_id == f"a-1-{APPROVED + 3 * DAY:%m%d}"
    assert (item.score, item.practice.skill, item.practice.method) == (24, "naming the trouble", "role-play")
    assert "within noise" in item.because
    assert draft.follow_up_on == DUE + 14 * DAY


def test_not_moved_is_reassigned_to_the_alternative_of_the_rubric(store):
    approve(store, put_draft(store))
    put_scored(store, LOW, APPROVED + DAY)
    score_due(work_of(store), DUE)
    assert (the_cycle(store).cycle.verdict, the_cycle(store).actions) == ("not_moved", ("reassign",))
    (draft,) = list_plans(store, "draft")
    assert (draft.items[0].practice.skill, draft.items[0].practice.sessions) == ("saying it back", 3)
    assert draft.items[0].call_id == "c-1"  # nothing was located since, so the first evidence stays


def test_a_second_cycle_without_movement_is_escalated_and_every_cycle_keeps_its_record(store):
    day = APPROVED
    approve(store, put_draft(store), day)
    for _ in range(2):
        put_scored(store, LOW, day + DAY)
        score_due(work_of(store), day + 14 * DAY)
        (draft,) = list_plans(store, "draft")
        day += 15 * DAY
        approve(store, draft, day)
    first, second = accountability(store)
    assert (first.cycle.number, second.cycle.number, second.cycle.follows) == (1, 2, first.cycle.plan_id)
    assert second.actions == ("reassign", "escalate")
    assert second.cycle.practice.skill == "saying it back"


def test_a_changed_criterion_is_not_comparable_and_says_what_changed(store):
    approve(store, put_draft(store))
    changed = a_criterion("empathy", weight=60, practice=PRACTICE, definition="Something else.", threshold=70)
    newer = a_rubric(changed, a_criterion("greeting", weight=40), version=2)
    put_scored(store, HIGH, APPROVED + DAY, rubric_version=2)
    score_due(work_of(store, newer), DUE)
    account = the_cycle(store)
    assert (account.cycle.verdict, account.actions) == ("not_comparable", ("ask",))
    assert account.cycle.movement.changed == ("definition in version 2",)


def test_a_new_version_that_judges_the_same_is_comparable(store):
    approve(store, put_draft(store))
    newer = a_rubric(
        a_criterion("empathy", weight=50, threshold=65, practice=PRACTICE),
        a_criterion("greeting", weight=50),
        version=2,
    )
    put_scored(store, HIGH, APPROVED + DAY, rubric_version=2)
    score_due(work_of(store, newer), DUE)
    assert the_cycle(store).cycle.verdict == "moved"


def test_scores_under_the_wording_of_the_plan_are_compared_where_there_are_enough(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH[:5], APPROVED + DAY, rubric_version=1)
    with store.begin() as session:
        rubrics.put_rubric(session, RUBRIC)
    newer = a_rubric(
        a_criterion("empathy", weight=60, definition="Other."), a_criterion("greeting", weight=40), version=2
    )
    before = {"rubric_version": 1, "prefix": "v1-"}
    put_scored(store, LOW, APPROVED - 9 * DAY, **before)
    score_due(work_of(store, newer), DUE)
    assert the_cycle(store).cycle.verdict == "moved"


def test_a_score_that_a_person_found_wrong_is_in_no_before_and_no_after(store, monkeypatch):
    approve(store, put_draft(store))
    ids = put_scored(store, HIGH, APPROVED + DAY)
    wrong = {(ids[0], "empathy"), (f"before-a-1-{APPROVED - 9 * DAY:%m%d}", "empathy")}
    monkeypatch.setattr("store.judgements.wrong_scores", lambda session: wrong)
    score_due(work_of(store), DUE)
    movement = the_cycle(store).cycle.movement
    assert (movement.before.calls, movement.after.calls) == (7, 7)


def test_empty_and_replaced_scores_are_not_counted(store):
    approve(store, put_draft(store))
    ids = put_scored(store, [*HIGH, None], APPROVED + DAY)
    put_scored(store, [10], APPROVED + DAY, scored_at="2026-11-03T09:00:00Z")  # older than the one that stands
    assert len(ids) == 9
    score_due(work_of(store), DUE)
    assert the_cycle(store).cycle.movement.after.calls == 8
    assert the_cycle(store).cycle.movement.after.mean == pytest.approx(sum(HIGH) / 8)


def test_the_windows_are_thirty_days_to_the_approval_and_from_the_day_after_it(store):
    approve(store, put_draft(store))
    put_scored(store, [50, 51], APPROVED - 30 * DAY, prefix="edge-")  # the first is one day too early
    put_scored(store, [52], APPROVED, prefix="edge-")
    put_scored(store, HIGH, APPROVED + DAY)
    put_scored(store, [99], DUE + DAY)
    score_due(work_of(store), DUE)
    movement = the_cycle(store).cycle.movement
    assert (movement.before.calls, movement.after.calls) == (10, 8)


def test_windows_begin_at_midnight_of_the_program_also_when_the_clocks_change():
    from zoneinfo import ZoneInfo

    window = Window(date(2027, 3, 27), date(2027, 4, 10), 30, ZoneInfo("Europe/Berlin"))
    assert window.middle.isoformat() == "2027-03-28T00:00:00+01:00"
    assert window.end.isoformat() == "2027-04-11T00:00:00+02:00"


def test_the_next_look_is_a_working_day_and_never_after_the_last():
    friday = date(2026, 11, 13)
    assert next_look(friday, friday + 9 * DAY, WorkCalendar()) == date(2026, 11, 16)
    assert next_look(friday, friday + DAY, WorkCalendar()) == friday + DAY


def test_the_night_takes_up_only_what_was_due_before_its_date(store):
    approve(store, put_draft(store))
    put_scored(store, HIGH, APPROVED + DAY)
    assert score_due(work_of(store), DUE, before=True).scored == ()
    assert len(score_due(work_of(store), DUE + DAY, before=True).scored) == 1


def test_a_follow_up_that_fails_does_not_hold_up_the_others_and_stays_open(store, monkeypatch):
    from nlp.errors import VerbatimError

    open_center(store, ["a-1", "a-2"])
    put_scored(store, LOW, APPROVED - 9 * DAY, agent_id="a-2", prefix="b-")
    for agent in ("a-1", "a-2"):
        approve(store, put_draft(store, agent_id=agent))
        put_scored(store, HIGH, APPROVED + DAY, agent_id=agent)
    real = movements.put_cycle

    def failing(session, cycle):
        if cycle.agent_id == "a-1":
            raise VerbatimError("the disk is full")
        return real(session, cycle)

    with monkeypatch.context() as patched:
        patched.setattr(movements, "put_cycle", failing)
        report = score_due(work_of(store), DUE)
    assert dict(report.failed) == {"p-a-1": "the disk is full"}
    assert [one.follow_up.agent_id for one in report.scored] == ["a-2"]
    assert [one.follow_up.agent_id for one in score_due(work_of(store), DUE).scored] == ["a-1"]


def open_one(store):
    with store.read() as session:
        return next(iter(follow_ups.list_follow_ups(session, "open")), None)

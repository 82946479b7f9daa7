"""Which runs a scheduler should have for what the store says, and moving a promise."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.assemble import PlanRules
from follow_up_builders import APPROVED, approve, decided, open_center, put_draft, put_scored, work_of
from operations.follow_up import score_due
from operations.review import NotToBeDecided, ReasonNeeded, WrongDay, approve_plan, cancel_plan, dismiss_plan, find_plan
from operations.schedule import Changes, KnownRun, NewRun, NothingToMove, move_date, open_dates, reconcile, run_at
from store import decisions, follow_ups
from store.session import open_store

DAY = timedelta(days=1)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
RULES = PlanRules()


def a_run(day, attempt=1, state="scheduled", config="ours", run_id=""):
    key = NewRun(day, attempt).key
    return KnownRun(run_id or f"{key} of {config}", key, config, state)


def test_a_date_without_a_run_gets_one_and_with_one_keeps_it():
    assert reconcile([MONDAY], [], "ours") == Changes((NewRun(MONDAY, 1),))
    assert reconcile([MONDAY, MONDAY], [a_run(MONDAY)], "ours") == Changes()


def test_a_run_is_cancelled_where_no_open_plan_has_its_date():
    stale = a_run(MONDAY)
    assert reconcile([TUESDAY], [stale, a_run(TUESDAY)], "ours") == Changes((), (stale,))


def test_a_run_that_has_begun_is_left_alone():
    assert reconcile([], [a_run(MONDAY, state="running")], "ours") == Changes()


def test_after_a_cancelled_run_a_date_is_armed_by_a_new_key():
    assert reconcile([MONDAY], [a_run(MONDAY, state="cancelled")], "ours").schedule == (NewRun(MONDAY, 2),)


def test_a_date_that_its_run_did_not_conclude_is_tried_three_times_and_then_left_to_the_night():
    ended = [a_run(MONDAY, attempt, "ended") for attempt in (1, 2, 3)]
    assert reconcile([MONDAY], ended[:2], "ours").schedule == (NewRun(MONDAY, 3),)
    assert reconcile([MONDAY], ended, "ours") == Changes()


def test_another_programs_runs_are_neither_ours_nor_cancelled_and_their_keys_are_not_used():
    theirs = a_run(MONDAY, config="theirs")
    assert reconcile([MONDAY], [theirs], "ours") == Changes((NewRun(MONDAY, 2),))
    assert reconcile([], [theirs], "ours") == Changes()


def test_of_two_runs_of_a_date_the_later_is_cancelled():
    assert reconcile([MONDAY], [a_run(MONDAY, 2), a_run(MONDAY, 1)], "ours") == Changes((), (a_run(MONDAY, 2),))


def test_runs_with_keys_of_other_purposes_are_left_alone():
    assert reconcile([], [KnownRun("r", "scheduled nightly 1", "ours", "scheduled")], "ours") == Changes()


DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 6))
RUNS = st.builds(
    a_run,
    DAYS,
    st.integers(1, 4),
    st.sampled_from(["scheduled", "running", "ended", "cancelled"]),
    st.sampled_from(["ours", "theirs"]),
)


@given(st.sets(DAYS), st.lists(RUNS, unique_by=lambda run: run.key))
def test_carried_out_once_there_is_nothing_left_to_do(days, runs):
    changes = reconcile(days, runs, "ours")
    cancelled = {run.run_id for run in changes.cancel}
    after = [run if run.run_id not in cancelled else a_run_like(run, "cancelled") for run in runs]
    after += [a_run(new.day, new.attempt) for new in changes.schedule]
    assert len({run.key for run in after}) == len(after)
    assert reconcile(days, after, "ours") == Changes()
    waiting = [run.key for run in after if run.state == "scheduled" and run.config == "ours"]
    assert {key.split(":")[1] for key in waiting} <= {day.isoformat() for day in days}


def a_run_like(run, state):
    return KnownRun(run.run_id, run.key, run.config, state)


def test_a_run_begins_at_six_in_the_programs_time_zone_in_summer_and_in_winter():
    berlin = ZoneInfo("Europe/Berlin")
    summer, winter = (run_at(day, time(6), berlin) for day in (date(2027, 3, 29), date(2027, 3, 26)))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (4, 5)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        yield opened


def test_approving_promises_a_follow_up_and_cancelling_takes_it_back(store):
    plan = approve(store, put_draft(store))
    assert open_dates(store) == [plan.follow_up_on] == [APPROVED + 14 * DAY]
    returned = cancel_plan(store, plan.plan_id, decided(APPROVED + DAY, reason="The wrong agent."))
    assert (returned.status, open_dates(store)) == ("returned", [])
    again = approve(store, returned, APPROVED + 2 * DAY)
    assert open_dates(store) == [again.follow_up_on] == [APPROVED + 16 * DAY]
    with store.read() as session:
        kept = follow_ups.follow_ups_of(session, plan.plan_id)
    assert [(one.attempt, one.state) for one in kept] == [(1, "cancelled"), (2, "open")]


def test_cancelling_needs_a_reason_and_an_approved_plan(store):
    plan = put_draft(store)
    with pytest.raises(NotToBeDecided):
        cancel_plan(store, plan.plan_id, decided(APPROVED, reason="No."))
    approve(store, plan)
    with pytest.raises(ReasonNeeded):
        cancel_plan(store, plan.plan_id, decided(APPROVED, reason="  "))
    assert open_dates(store) != []


def test_a_cancelled_plan_can_be_dismissed_and_is_not_scored(store):
    approve(store, put_draft(store))
    cancel_plan(store, "p-a-1", decided(APPROVED, reason="No."))
    dismiss_plan(store, "p-a-1", decided(APPROVED, reason="No."))
    assert score_due(work_of(store), APPROVED + 30 * DAY).scored == ()


def test_a_date_chosen_at_the_approval_keeps_within_the_rules(store):
    plan = put_draft(store)
    for day, why in ((22, "later than 2026-11-23"), (12, "no working day"), (0, "not after 2026-11-02")):
        with pytest.raises(WrongDay, match=why):
            approve_plan(store, plan.plan_id, decided(APPROVED), RULES, on=APPROVED + day * DAY)
    assert find_plan(store, plan.plan_id).status == "draft"
    approved = approve_plan(store, plan.plan_id, decided(APPROVED), RULES, on=APPROVED + 10 * DAY)
    assert open_dates(store) == [approved.follow_up_on] == [APPROVED + 10 * DAY]


def test_moving_a_date_keeps_the_approval_and_says_who_moved_it(store):
    plan = approve(store, put_draft(store))
    to = APPROVED + 17 * DAY
    moved = move_date(store, plan.plan_id, to, decided(APPROVED + DAY, by="odile", reason="Leave."), RULES)
    assert (moved.follow_up_on, moved.decided_by, open_dates(store)) == (to, "ines", [to])
    assert "19 November 2026" in moved.items[0].practice.sentence
    with store.read() as session:
        last = decisions.decisions_of(session, plan.plan_id)[-1]
    assert (last.decided_by, last.reason) == ("odile", "follow-up moved from 2026-11-16 to 2026-11-19: Leave.")


def test_a_date_moves_at_most_to_day_21_to_a_working_day_and_not_into_the_past(store):
    approve(store, put_draft(store))
    today = decided(APPROVED + 5 * DAY)
    for day, why in ((22, "later"), (13, "no working day"), (4, "not after")):
        with pytest.raises(WrongDay, match=why):
            move_date(store, "p-a-1", APPROVED + day * DAY, today, RULES)
    assert open_dates(store) == [APPROVED + 14 * DAY]


def test_moving_to_the_same_day_changes_nothing(store):
    plan = approve(store, put_draft(store))
    assert move_date(store, "p-a-1", plan.follow_up_on, decided(APPROVED), RULES) == plan
    with store.read() as session:
        assert len(decisions.decisions_of(session, "p-a-1")) == 1


def test_a_plan_without_an_open_follow_up_has_nothing_to_move(store):
    put_draft(store)
    with pytest.raises(NothingToMove, match="is draft"):
        move_date(store, "p-a-1", TUESDAY, decided(APPROVED), RULES)


def test_a_moved_follow_up_is_scored_on_its_new_day_from_the_same_approval(store):
    put_scored(store, [40] * 8, APPROVED - 9 * DAY, prefix="b-")
    approve(store, put_draft(store))
    put_scored(store, [80] * 8, APPROVED + DAY)
    move_date(store, "p-a-1", APPROVED + 17 * DAY, decided(APPROVED), RULES)
    assert score_due(work_of(store), APPROVED + 14 * DAY).scored == ()
    (scored,) = score_due(work_of(store), APPROVED + 17 * DAY).scored
    (account,) = scored.cycles
    assert (account.cycle.approved_on, account.cycle.promised_on) == (APPROVED, APPROVED + 17 * DAY)
    assert isinstance(account.cycle.scored_on, date)
    assert not isinstance(account.cycle.scored_on, datetime)

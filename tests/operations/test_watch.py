"""Whether the night ran when it should have, across changes of clocks, and what else somebody has to see to."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery_builders import assign, put_endpoint
from operations.watch import NotACron, WatchRules, night_due, watch
from plan_builders import a_plan
from store import follow_ups, runs
from store.deliveries import Attempt, conclude, hold_next
from store.endpoints import set_state
from store.plans import put_plan
from store.session import open_store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def rules(cron="15 4 * * *", hours=2, **fields):
    return WatchRules(cron, BERLIN, timedelta(hours=hours), **fields)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def a_night(store, run_id, at, problem="", counts=None):
    with store.begin() as session:
        runs.start_run(session, run_id, at.date(), at)
        runs.finish_run(session, run_id, at + timedelta(minutes=20), counts or {}, problem)


def kinds(store, at=NOW, given=None):
    return [alarm.kind for alarm in watch(store, given or rules(), at).alarms]


def test_a_store_without_a_night_is_an_alarm_and_one_that_was_done_in_time_is_none(store):
    assert kinds(store) == ["night_missed"]
    a_night(store, "r-1", datetime(2026, 11, 24, 3, 15, tzinfo=UTC))
    assert kinds(store) == []


def test_a_night_is_missed_when_its_time_has_run_out_and_not_before(store):
    a_night(store, "r-1", datetime(2026, 11, 23, 3, 15, tzinfo=UTC))
    began = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
    assert kinds(store, began + timedelta(hours=1, minutes=59)) == []
    assert kinds(store, began + timedelta(hours=2)) == ["night_missed"]


def test_one_that_failed_is_said_to_have_failed_and_its_problem_is_not_told(store):
    a_night(store, "r-1", datetime(2026, 11, 23, 3, 15, tzinfo=UTC))
    a_night(store, "r-2", datetime(2026, 11, 24, 3, 15, tzinfo=UTC), "scores.csv: 'my mother' is no number")
    (alarm,) = watch(store, rules(), NOW).alarms
    assert alarm.said == "the night of 2026-11-24 03:15 UTC failed; the last one was done at 2026-11-23 03:35 UTC"


def test_the_same_alarm_has_the_same_key_until_another_night_is_missed(store):
    keys = [watch(store, rules(), NOW + timedelta(hours=hours)).alarms[0].key for hours in (0, 5, 24)]
    assert keys[0] == keys[1] != keys[2]


def test_clocks_that_change_move_the_night_with_them():
    before, after = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert night_due(rules(), before) == datetime(2026, 10, 24, 2, 15, tzinfo=UTC)
    assert night_due(rules(), after) == datetime(2026, 10, 25, 3, 15, tzinfo=UTC)


@given(st.integers(0, 2 * 365 * 1440), st.integers(1, 40))
def test_there_is_always_a_night_due_within_a_day_before_the_grace_began(moment, hours):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=moment)
    due = night_due(rules(hours=hours), now)
    assert timedelta(hours=hours) <= now - due <= timedelta(hours=hours + 25)


@pytest.mark.parametrize("cron", ["15 25 * * *", "a b c d e", "0 0 31 2 *"])
def test_what_is_no_cron_is_named(store, cron):
    with pytest.raises(NotACron, match=r"schedule\.cron"):
        watch(store, rules(cron), NOW)


def test_follow_ups_that_are_late_and_plans_that_wait_are_counted(store):
    a_night(store, "r-1", datetime(2026, 11, 24, 3, 15, tzinfo=UTC))
    with store.begin() as session:
        for number, day in enumerate((20, 23, 24, 25), start=1):
            due = date(2026, 11, day)
            approved = {"approved_on": date(2026, 11, 9), "due_on": due, "last_day": date(2026, 11, 30), "at": NOW}
            follow_ups.open_follow_up(session, f"p-{number}", f"a-{number}", **approved)
        put_plan(session, a_plan("a-9"))
    found = watch(store, rules(), NOW)
    assert (found.figures.promises.due, found.figures.promises.late) == (3, 2)
    assert found.figures.drafts.waiting == 1
    assert [alarm.said for alarm in found.alarms] == ["2 follow-ups are late, the first by 4 days"]
    assert kinds(store, NOW, rules(late_days=4)) == []


def test_what_was_given_up_and_an_endpoint_that_is_disabled_are_alarms(store):
    a_night(store, "r-1", datetime(2026, 11, 24, 3, 15, tzinfo=UTC))
    put_endpoint(store)
    assign(store)
    with store.begin() as session:
        held = hold_next(session, datetime(2030, 1, 1, tzinfo=UTC), "me", "lms")
        conclude(session, held, Attempt(1, NOW, 500, "it fell over", 3), "dead")
        set_state(session, held.endpoint.endpoint_id, "disabled", "admin-1")
    found = watch(store, rules(), NOW)
    assert [alarm.kind for alarm in found.alarms] == ["deliveries_given_up", "endpoint_disabled"]
    assert repr(held.endpoint.endpoint_id) in found.alarms[0].said
    assert kinds(store, NOW, rules(dead=1)) == ["endpoint_disabled"]

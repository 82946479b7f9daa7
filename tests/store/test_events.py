"""What others are told: once for each thing that happened, and only where the change was kept."""

from datetime import UTC, datetime

import pytest

from coaching.follow_up import Overruling
from cycle_builders import an_account
from plan_builders import a_plan
from store import movements, plans
from store.events import EVENT_TYPES, events_after, events_of

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def put(store, *steps):
    for plan in steps:
        with store.begin() as session:
            plans.put_plan(session, plan)


def told(store):
    with store.read() as session:
        return events_after(session)


def step(status, reason=None):
    return a_plan(status=status, decided_by="Ines", decided_at=AT, reason=reason)


def test_of_drafts_nobody_is_told(store):
    put(store, a_plan(), step("returned", "Too many."), step("dismissed", "No."))
    assert told(store) == []


def test_an_assigned_plan_is_told_of_with_each_change_and_its_end(store):
    put(store, a_plan(), step("approved"), step("approved"), step("approved", "Moved."), step("closed"))
    assert [one.type for one in told(store)] == ["plan.assigned", "plan.changed", "plan.closed"]
    assert [one.content["version"] for one in told(store)] == [2, 3, 4]
    assert told(store)[0].content["plan"] == step("approved").model_dump(mode="json")


def test_an_approval_taken_back_and_given_again_is_told_as_such(store):
    put(store, step("approved"), step("returned", "Not yet."), step("approved"))
    assert [one.type for one in told(store)] == ["plan.assigned", "plan.changed", "plan.assigned"]
    assert len({one.event_id for one in told(store)}) == 3


def test_an_event_is_lost_with_the_change_that_it_tells_of(store):
    def fail_after_writing():
        with store.begin() as session:
            plans.put_plan(session, step("approved"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert told(store) == []


def test_a_scored_follow_up_is_told_of_once_and_again_where_a_person_overrules(store):
    cycle = an_account([40, 42], [80]).cycle
    said = Overruling(actions=("escalate",), by="Ines", at=AT, reason="Twice now.")
    with store.begin() as session:
        movements.put_cycle(session, cycle)
        movements.put_cycle(session, cycle)
    assert [one.type for one in told(store)] == ["follow_up.scored"]
    with store.begin() as session:
        movements.add_overruling(session, cycle, said)
    with store.read() as session:
        types = sorted(one.type for one in events_of(session, cycle.plan_id))
    assert types == ["agent.escalated", "follow_up.scored", "follow_up.scored"]


def test_pages_of_events_go_on_where_the_last_one_ended(store):
    put(store, step("approved"), step("approved", "Moved."), step("closed"))
    with store.read() as session:
        first = events_after(session, limit=2)
        rest = events_after(session, (first[-1].written_at, first[-1].event_id))
    assert [one.event_id for one in (*first, *rest)] == [one.event_id for one in told(store)]
    assert {one.type for one in (*first, *rest)} <= set(EVENT_TYPES)

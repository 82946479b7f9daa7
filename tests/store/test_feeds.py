"""What has changed, told in the order in which it was written, on every database."""

from datetime import UTC, datetime, timedelta

import pytest

from plan_builders import a_plan
from store.decisions import add_decision
from store.feeds import From, Reach, changed_follow_ups, changed_movements, changed_plan, changed_plans, made_decisions
from store.follow_ups import open_follow_up
from store.plans import put_plan

ALL = Reach(None)
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def plans(store):
    made = [a_plan(f"a-{n}", team="east" if n % 2 else "west", supervisor_id=f"s-{n}") for n in range(6)]
    for plan in made:
        with store.begin() as session:
            put_plan(session, plan)
    return made


def ids(changed):
    return [one.what.plan_id for one in changed]


def test_plans_are_told_in_the_order_of_their_changes(store, plans):
    with store.begin() as session:
        put_plan(session, plans[2].model_copy(update={"agent_name": "Changed"}))
    with store.read() as session:
        told = changed_plans(session, ALL, From(), 10)
        assert ids(told) == ["p-a-0", "p-a-1", "p-a-3", "p-a-4", "p-a-5", "p-a-2"]
        assert [one.version for one in told] == [1, 1, 1, 1, 1, 2]
        assert changed_plan(session, "p-a-2") == told[-1]
        assert changed_plan(session, "p-a-") is None


def test_who_goes_on_from_an_entry_is_told_what_comes_after_it(store, plans):
    with store.read() as session:
        whole = changed_plans(session, ALL, From(), 10)
        for place, one in enumerate(whole):
            after = changed_plans(session, ALL, From(after=(one.at, one.key)), 10)
            assert after == whole[place + 1 :]
            since = changed_plans(session, ALL, From(since=one.at), 10)
            assert since == whole[place:]


def test_plans_of_one_moment_are_told_each_once(store):
    with store.begin() as session:
        for n in range(6):
            put_plan(session, a_plan(f"a-{n}"))
    from sqlalchemy import text

    with store.begin() as session:
        session.execute(text("UPDATE plans SET changed_at = '2026-11-16 09:00:00.000000'"))
    told, start = [], From()
    while True:
        with store.read() as session:
            page = changed_plans(session, ALL, start, 2)
        if not page:
            break
        told += ids(page)
        start = From(after=(page[-1].at, page[-1].key))
    assert told == [f"p-a-{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        (ALL, ["p-a-0", "p-a-1", "p-a-2", "p-a-3", "p-a-4", "p-a-5"]),
        (Reach(("east",)), ["p-a-1", "p-a-3", "p-a-5"]),
        (Reach(("west",)), ["p-a-0", "p-a-2", "p-a-4"]),
        (Reach(("east", "west")), ["p-a-0", "p-a-1", "p-a-2", "p-a-3", "p-a-4", "p-a-5"]),
        (Reach(("north",)), []),
        (Reach(), []),
    ],
    ids=str,
)
def test_a_reach_is_told_of_its_own_alone(store, plans, reach, expected):
    with store.begin() as session:
        for plan in plans:
            decided = plan.model_copy(update={"status": "approved", "decided_by": "Ines", "decided_at": NOW})
            add_decision(session, decided, 2)
            days = {"approved_on": plan.as_of, "due_on": plan.follow_up_on, "last_day": plan.follow_up_on}
            open_follow_up(session, plan.plan_id, plan.agent_id, at=NOW, **days)
    with store.read() as session:
        for ask in (changed_plans, changed_follow_ups, made_decisions):
            assert sorted(ids(ask(session, reach, From(), 10))) == expected
        assert changed_movements(session, reach, From(), 10) == []


def test_what_is_asked_for_narrows_what_is_told(store, plans):
    with store.read() as session:
        assert ids(changed_plans(session, ALL, From(), 10, agent_id="a-3")) == ["p-a-3"]
        assert changed_plans(session, ALL, From(), 10, status="approved") == []
        assert len(changed_plans(session, ALL, From(), 4)) == 4
        later = From(since=datetime.now(UTC) + timedelta(days=1))
        assert changed_plans(session, ALL, later, 10) == []

"""What each endpoint has to be told: written with the event, held by one at a time, with every attempt on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from delivery_builders import SECRET, assign, put_endpoint
from plan_builders import a_plan
from store.audit import entries
from store.columns import written_now
from store.deliveries import (
    HELD,
    Attempt,
    WantedDeliveries,
    conclude,
    count_deliveries,
    due_endpoints,
    give_up,
    hold_next,
    list_deliveries,
    retry_dead,
)
from store.endpoints import (
    EndpointThere,
    NoSuchEndpoint,
    endpoints,
    get_endpoint,
    hold_off,
    remove_endpoint,
    rotate_secret,
    set_state,
)
from store.plans import put_plan
from store.session import open_store


def hold(store, now=None, by="w-1"):
    with store.begin() as session:
        at = now or written_now()
        found = (hold_next(session, at, by, name) for name in due_endpoints(session, at))
        return next((held for held in found if held is not None), None)


def end(store, held, state, at, status=204, next_at=None):
    attempt = Attempt(held.attempts + 1, at, status, None if state == "done" else "no", 12)
    with store.begin() as session:
        return conclude(session, held, attempt, state, next_at)


def told(store, **wanted):
    with store.read() as session:
        return list_deliveries(session, WantedDeliveries(**wanted))


def test_an_event_is_for_every_open_endpoint_that_wants_its_type_and_team(store):
    put_endpoint(store, "all")
    put_endpoint(store, "closed", types=("plan.closed",))
    put_endpoint(store, "east", teams=("east",))
    put_endpoint(store, "west", teams=("west",))
    put_endpoint(store, "off", state="disabled")
    assign(store, team="east")
    assign(store, "a-2")
    assert {(one.plan_id, one.endpoint_id) for one in told(store)} == {
        ("p-a-1", "all"),
        ("p-a-1", "east"),
        ("p-a-2", "all"),
    }


def test_the_same_event_twice_is_told_once(store):
    put_endpoint(store)
    for _ in range(2):
        assign(store)
    assert len(told(store)) == 1


def test_a_delivery_is_lost_with_the_change_that_it_tells_of(store):
    put_endpoint(store)

    def fail_after_writing():
        with store.begin() as session:
            put_plan(session, a_plan(status="approved", decided_by="Ines", decided_at=written_now()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert told(store) == []


def test_an_endpoint_is_told_nothing_of_what_was_before_it(store):
    assign(store)
    put_endpoint(store)
    assert told(store) == []


def test_what_is_held_is_nobody_elses_until_its_time_is_over(store):
    put_endpoint(store)
    assign(store)
    now = written_now()
    first = hold(store, now)
    assert first.event.plan_id == "p-a-1"
    assert first.endpoint.secret == SECRET
    assert hold(store, now + HELD - timedelta(seconds=1), "w-2") is None
    second = hold(store, now + HELD, "w-2")
    assert second.event.event_id == first.event.event_id
    assert not end(store, first, "done", now)
    assert end(store, second, "done", now)
    assert [one.number for one in told(store)[0].tried] == [1]


def test_a_delivery_waits_for_its_next_attempt_and_is_not_taken_up_when_it_is_done(store):
    put_endpoint(store)
    assign(store)
    now = written_now()
    end(store, hold(store, now), "waiting", now, 500, now + timedelta(minutes=5))
    assert hold(store, now + timedelta(minutes=4)) is None
    again = hold(store, now + timedelta(minutes=5))
    assert (again.attempts, again.tries) == (1, 1)
    end(store, again, "done", now)
    assert hold(store, now + timedelta(days=9)) is None
    assert [(one.number, one.status) for one in told(store)[0].tried] == [(1, 500), (2, 204)]


def test_an_endpoint_that_asked_for_it_is_left_alone_and_the_others_are_not(store):
    put_endpoint(store, "slow")
    put_endpoint(store, "quick")
    assign(store)
    now = written_now()
    with store.begin() as session:
        hold_off(session, "slow", now + timedelta(hours=1))
    quick = hold(store, now)
    assert quick.endpoint.endpoint_id == "quick"
    end(store, quick, "done", now)
    assert hold(store, now) is None
    assert hold(store, now + timedelta(hours=1)).endpoint.endpoint_id == "slow"


def test_what_is_dead_stays_so_until_it_is_put_on_its_way_again(store):
    put_endpoint(store)
    put_endpoint(store, "gone")
    assign(store)
    now = written_now()
    with store.begin() as session:
        assert [give_up(session, name, now) for name in ("lms", "gone")] == [1, 1]
        set_state(session, "gone", "disabled", "verbatim", "410")
    assert hold(store, now) is None
    assert len(told(store, state="dead")) == 2
    with store.begin() as session:
        assert retry_dead(session, now) == 1
    held = hold(store, now)
    assert (held.endpoint.endpoint_id, held.tries) == ("lms", 0)
    with store.read() as session:
        assert count_deliveries(session) == {("gone", "dead"): 1, ("lms", "waiting"): 1}


def test_a_removed_endpoint_is_told_nothing_more_and_keeps_no_secret(store):
    put_endpoint(store)
    assign(store)
    held = hold(store)
    with store.begin() as session:
        remove_endpoint(session, "lms", "ines.duarte")
    assert not end(store, held, "done", written_now())
    assert [one.state for one in told(store)] == ["dropped"]
    with store.read() as session:
        assert endpoints(session) == []
        with pytest.raises(NoSuchEndpoint):
            get_endpoint(session, "lms")
    put_endpoint(store)  # the name is free again


def test_a_name_is_taken_once(store):
    put_endpoint(store)
    with pytest.raises(EndpointThere):
        put_endpoint(store)


def test_both_secrets_are_valid_while_one_takes_the_others_place(store):
    put_endpoint(store)
    until = written_now() + timedelta(hours=24)
    with store.begin() as session:
        rotate_secret(session, "lms", "whsec_bmV3", until, "ines.duarte")
        kept = get_endpoint(session, "lms")
    assert kept.secrets_at(until - timedelta(seconds=1)) == ("whsec_bmV3", SECRET)
    assert kept.secrets_at(until) == ("whsec_bmV3",)
    assert "whsec" not in repr(kept)


def test_what_is_done_to_an_endpoint_is_in_the_audit_trail_without_its_secrets(store):
    put_endpoint(store, address="https://hooks.example.com/T0/secret-path?token=x")
    with store.begin() as session:
        rotate_secret(session, "lms", "whsec_bmV3", datetime.fromisoformat("2026-11-17T00:00:00Z"), "ines.duarte")
        set_state(session, "lms", "disabled", "verbatim", "410")
        remove_endpoint(session, "lms", "ines.duarte")
    with store.read() as session:
        trail = list(entries(session, "endpoint lms"))
    assert [one.act for one in trail] == [
        "endpoint.added",
        "endpoint.rotated",
        "endpoint.disabled",
        "endpoint.removed",
    ]
    assert trail[0].after["host"] == "hooks.example.com"
    assert not any(word in repr(trail) for word in ("whsec", "secret-path", "token"))


def test_pages_of_deliveries_go_on_where_the_last_one_ended(store):
    for name in ("one", "two"):
        put_endpoint(store, name)
    for agent in ("a-1", "a-2", "a-3"):
        assign(store, agent)
    with store.read() as session:
        found, last = [], None
        while page := list_deliveries(session, WantedDeliveries(), 2, last):
            found += page
            last = (page[-1].written_at, page[-1].event_id, page[-1].endpoint_id)
    assert found == told(store)
    assert len(found) == 6


def test_of_many_who_ask_at_once_each_gets_another_delivery_and_none_is_left(store, store_url):
    put_endpoint(store)
    for number in range(20):
        assign(store, f"a-{number}")
    now = written_now()

    def take_all(who):
        with open_store(store_url) as own:
            taken = []
            while (held := hold(own, now, who)) is not None:
                taken.append(held.event.event_id)
                assert end(own, held, "done", now)
            return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [one for some in pool.map(take_all, ["w-1", "w-2", "w-3", "w-4"]) for one in some]
    assert len(taken) == len(set(taken)) == 20
    assert {one.state for one in told(store)} == {"done"}

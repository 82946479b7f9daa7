"""Every event once in effect, whatever fails in between: against real servers, with a clock of its own."""

import json
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from coaching.recording import View
from delivery_builders import a_receiver, assign, put_endpoint
from operations.delivering import (
    PAUSE,
    DeliveryReport,
    DeliveryWork,
    deliver,
    retry_dead,
    see_deliveries,
    send_test,
)
from operations.retrying import WAITS
from operations.webhook import Webhook
from store.audit import PROGRAM, entries
from store.columns import written_now
from store.deliveries import HELD, WantedDeliveries
from store.endpoints import get_endpoint
from store.session import open_store
from web_builders import Clock

HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def receiver():
    with a_receiver() as started:
        yield started


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'verbatim.db'}"


@pytest.fixture
def store(url):
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def clock():
    return Clock(written_now() + timedelta(minutes=1))


def a_work(store, clock, allow=HERE):
    sender = Webhook("urn:verbatim:harbour", allow, timeout=5, clock=clock)
    return DeliveryWork(store, {"webhook": sender}, View(True, True), clock, lambda: 0.0)


def told(store, **wanted):
    return see_deliveries(store, WantedDeliveries(**wanted))


def test_each_event_goes_to_each_endpoint_once(store, clock, receiver):
    for name in ("lms", "warehouse"):
        put_endpoint(store, name, address=receiver.address)
    for agent in ("a-1", "a-2", "a-3"):
        assign(store, agent)
    assert deliver(a_work(store, clock)) == DeliveryReport(done=6)
    assert len(receiver.ids) == 6
    assert len(set(receiver.ids)) == 3
    assert deliver(a_work(store, clock)) == DeliveryReport()


def test_what_fails_is_tried_again_under_the_same_id_until_it_is_done(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    assign(store)
    receiver.answers = [(500, {}), (404, {})]
    reports = []
    for wait in (timedelta(0), *WAITS[:2]):
        clock.now += wait
        reports.append(deliver(a_work(store, clock)))
    assert reports == [DeliveryReport(later=1), DeliveryReport(later=1), DeliveryReport(done=1)]
    assert len(set(receiver.ids)) == 1
    assert [(one.number, one.status, one.problem) for one in told(store)[0].tried] == [
        (1, 500, "answered 500"),
        (2, 404, "answered 404"),
        (3, 204, None),
    ]


def test_three_days_of_failures_end_in_the_list_of_the_dead_and_a_retry_takes_it_from_there(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    assign(store)
    receiver.usual = (500, {})
    begun, reports = clock.now, []
    for wait in (timedelta(0), *WAITS):
        clock.now += wait
        reports.append(deliver(a_work(store, clock)))
    assert [one.later for one in reports] == [1] * len(WAITS) + [0]
    assert reports[-1].dead == 1
    assert clock.now - begun > timedelta(days=3)
    clock.now += timedelta(days=30)
    assert deliver(a_work(store, clock)) == DeliveryReport()
    assert [one.attempts for one in told(store, state="dead")] == [len(WAITS) + 1]

    receiver.usual = (204, {})
    assert retry_dead(a_work(store, clock), "lms") == 1
    assert deliver(a_work(store, clock)) == DeliveryReport(done=1)
    assert told(store, state="dead") == []
    assert told(store)[0].attempts == len(WAITS) + 2


def test_retry_after_is_kept_for_all_that_is_for_the_endpoint(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    for agent in ("a-1", "a-2"):
        assign(store, agent)
    receiver.answers = [(503, {"retry-after": "7200"})]
    assert deliver(a_work(store, clock)) == DeliveryReport(later=1)
    clock.now += timedelta(seconds=7199)
    assert deliver(a_work(store, clock)) == DeliveryReport()
    clock.now += timedelta(seconds=1)
    assert deliver(a_work(store, clock)) == DeliveryReport(done=2)


def test_an_endpoint_that_does_not_answer_costs_one_attempt_and_the_others_are_served(store, clock, receiver):
    with a_receiver() as stopped:
        pass
    put_endpoint(store, "dead-host", address=stopped.address)
    put_endpoint(store, "lms", address=receiver.address)
    for agent in ("a-1", "a-2", "a-3"):
        assign(store, agent)
    assert deliver(a_work(store, clock)) == DeliveryReport(done=3, later=1)
    clock.now += PAUSE
    assert deliver(a_work(store, clock)) == DeliveryReport(later=1)


def test_410_ends_an_endpoint_and_says_so(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    for agent in ("a-1", "a-2"):
        assign(store, agent)
    receiver.usual = (410, {})
    report = deliver(a_work(store, clock))
    assert (report.dead, report.gone, len(receiver.got)) == (1, ("lms",), 1)
    assert [one.state for one in told(store)] == ["dead", "dead"]
    assign(store, "a-3")
    assert len(told(store)) == 2
    with store.read() as session:
        kept = get_endpoint(session, "lms")
        last = list(entries(session, "endpoint lms"))[-1]
    assert (kept.state, "410" in kept.problem) == ("disabled", True)
    assert (last.act, last.by) == ("endpoint.disabled", PROGRAM)
    assert retry_dead(a_work(store, clock)) == 0


def test_nothing_is_sent_to_this_machine_unless_it_is_allowed_by_name(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    assign(store)
    assert deliver(a_work(store, clock, frozenset())) == DeliveryReport(later=1)
    assert receiver.got == []
    assert "only https" in told(store)[0].tried[0].problem


def test_an_event_that_cannot_be_told_keeps_no_other_from_being_told(store, clock, receiver):
    from sqlalchemy import update

    from store.tables.events import EventRow

    put_endpoint(store, address=receiver.address)
    put_endpoint(store, "fax", kind="fax")
    for agent in ("a-1", "a-2"):
        assign(store, agent)
    with store.begin() as session:
        broken = update(EventRow).where(EventRow.plan_id == "p-a-1").values(content={"plan": {}, "version": 1})
        session.execute(broken, execution_options={"synchronize_session": False})
    assert deliver(a_work(store, clock)) == DeliveryReport(done=1, later=3)
    problems = {(one.endpoint_id, one.plan_id): one.tried[0].problem for one in told(store, state="waiting")}
    assert problems["lms", "p-a-1"] == "could not be sent: ValidationError"
    assert "nothing here sends to kind 'fax'" in problems["fax", "p-a-2"]


def test_two_that_deliver_at_once_send_each_event_once(store, url, receiver):
    put_endpoint(store, address=receiver.address)
    for number in range(12):
        assign(store, f"a-{number}")
    reports = []

    def one():
        with open_store(url) as own:
            reports.append(deliver(a_work(own, written_now)))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.done for one in reports) == 12
    assert sorted(receiver.ids) == sorted(set(receiver.ids))
    assert len(receiver.ids) == 12


def test_a_slow_endpoint_holds_up_no_other(store, clock, receiver):
    go = threading.Event()
    with a_receiver() as slow:
        slow.before_answering = lambda: go.wait(10)
        put_endpoint(store, "a-slow-one", address=slow.address)
        put_endpoint(store, "lms", address=receiver.address)
        for agent in ("a-1", "a-2", "a-3"):
            assign(store, agent)

        def freed():  # the quick one has had all of its own while the slow one still thinks of its first
            if len(receiver.got) == 3:
                go.set()

        receiver.before_answering = freed
        assert deliver(a_work(store, clock)) == DeliveryReport(done=6)
        assert go.is_set()


def test_of_one_plan_an_endpoint_is_told_one_thing_at_a_time(store, clock):
    from store.deliveries import hold_next

    put_endpoint(store)
    assign(store, "a-1")
    assign(store, "a-1", team="billing")
    assign(store, "a-2")
    with store.begin() as session:
        held = [hold_next(session, clock.now, who, "lms") for who in ("first", "second", "third")]
    assert [one and one.event.plan_id for one in held] == ["p-a-1", "p-a-2", None]
    with store.begin() as session:
        assert hold_next(session, clock.now + HELD, "later", "lms").event.plan_id == "p-a-1"


DELIVER = """
import sys
from coaching.recording import View
from operations.delivering import DeliveryWork, deliver
from operations.webhook import Webhook
from store.session import open_store
with open_store(sys.argv[1]) as store:
    sender = Webhook("urn:verbatim:harbour", frozenset({"127.0.0.1"}))
    print(deliver(DeliveryWork(store, {"webhook": sender}, View(True, True))))
"""


def test_whoever_is_killed_between_sending_and_keeping_it_has_it_sent_again_under_the_same_id(store, url, receiver):
    put_endpoint(store, address=receiver.address)
    assign(store)
    started = subprocess.Popen([sys.executable, "-c", DELIVER, url], stdout=subprocess.PIPE)

    def kill():
        started.kill()
        started.wait()

    receiver.before_answering = kill  # it has been sent, and nobody will keep that it was
    assert started.communicate(timeout=60) == (b"", None)
    assert started.returncode == -9
    receiver.before_answering = lambda: None
    assert [(one.state, one.attempts) for one in told(store)] == [("waiting", 0)]
    now = written_now()
    assert deliver(a_work(store, Clock(now))) == DeliveryReport()  # held, as far as anybody knows
    assert deliver(a_work(store, Clock(now + HELD))) == DeliveryReport(done=1)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert receiver.got[0].body == receiver.got[1].body


def test_a_test_is_sent_at_once_and_nothing_of_it_is_kept(store, clock, receiver):
    put_endpoint(store, address=receiver.address)
    assert send_test(a_work(store, clock), "lms").verdict == "done"
    body = json.loads(receiver.got[0].body)
    assert body["type"] == "webhook.test"
    assert "dataschema" not in body
    assert told(store) == []

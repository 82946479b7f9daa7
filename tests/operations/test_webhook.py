"""What a receiver gets, and where nothing is sent: against real servers on this machine."""

import base64
import hashlib
import hmac
import json
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import jsonschema
import pytest

from coaching.recording import View
from coaching.schemas import schema
from cycle_builders import an_account
from delivery_builders import AT, SECRET, a_receiver, an_endpoint, assign, certificate
from operations.asking import asked_wait
from operations.telling import record_of, schema_of
from operations.webhook import Webhook, hosts
from store import movements
from store.endpoints import Endpoint
from store.events import events_after
from store.session import open_store

HERE = frozenset({"127.0.0.1"})
MASKED = View(evidence=True, redacted=True)


@pytest.fixture
def receiver():
    with a_receiver() as started:
        yield started


@pytest.fixture
def event(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        assign(store)
        with store.read() as session:
            return events_after(session)[0]


def send(event, address, allow=HERE, endpoint: Endpoint | None = None, **fields):
    sender = Webhook("urn:verbatim:harbour", allow, clock=lambda: AT, **fields)
    return sender.send(event, record_of(event, MASKED), endpoint or an_endpoint(address=address))


def stands_for(*addresses):
    return lambda host, port: [(2, 1, 6, "", (one, port)) for one in addresses]


def verified(received, secret):
    """As a receiver does it, without any of our code."""
    headers = received.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split(" "))


def test_an_event_is_a_cloud_event_with_the_record_of_its_schema(receiver, event):
    assert send(event, receiver.address).verdict == "done"
    (got,) = receiver.got
    body = json.loads(got.body)
    assert got.headers["content-type"].startswith("application/cloudevents+json")
    assert got.headers["webhook-id"] == body["id"] == event.event_id
    assert {name: body[name] for name in ("specversion", "source", "type", "subject", "datacontenttype")} == {
        "specversion": "1.0",
        "source": "urn:verbatim:harbour",
        "type": "plan.assigned",
        "subject": "p-a-1",
        "datacontenttype": "application/json",
    }
    assert datetime.fromisoformat(body["time"]) == event.written_at
    assert body["dataschema"] == schema("plan")["$id"]
    jsonschema.validate(body["data"], schema("plan"))
    assert body["data"]["items"][0]["evidence"]["redacted"] is True


def test_a_scored_follow_up_is_told_as_a_movement_with_what_a_person_decided(tmp_path):
    cycle = an_account([40, 42], [80]).cycle
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        with store.begin() as session:
            movements.put_cycle(session, cycle)
        with store.read() as session:
            (told,) = events_after(session)
    record = record_of(told, MASKED)
    jsonschema.validate(record, schema("movement"))
    assert schema_of(told.type) == schema("movement")["$id"]
    assert record["verdict"] == cycle.movement.verdict


def test_a_receiver_can_verify_what_it_gets_by_either_secret_while_they_rotate(receiver, event):
    old = "whsec_" + base64.b64encode(b"o" * 32).decode()
    both = {"old_secret": old, "old_until": AT + timedelta(hours=1)}
    send(event, receiver.address, endpoint=an_endpoint(address=receiver.address, **both))
    over = both | {"old_until": AT}
    send(event, receiver.address, endpoint=an_endpoint(address=receiver.address, **over))
    during, after = receiver.got
    assert [verified(during, one) for one in (SECRET, old)] == [True, True]
    assert [verified(after, one) for one in (SECRET, old)] == [True, False]
    assert during.headers["webhook-timestamp"] == str(int(AT.timestamp()))


def test_the_same_event_is_the_same_bytes_at_every_attempt(receiver, event):
    for _ in range(2):
        send(event, receiver.address)
    assert receiver.got[0] == receiver.got[1]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_an_answer_of_2xx_is_done(receiver, event, status):
    receiver.usual = (status, {})
    assert send(event, receiver.address).verdict == "done"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(receiver, event, status):
    with a_receiver() as elsewhere:
        receiver.usual = (status, {"location": elsewhere.address})
        sent = send(event, receiver.address)
        assert (sent.verdict, sent.status) == ("later", status)
        assert "not followed" in sent.problem
        assert (len(receiver.got), elsewhere.got) == (1, [])


def test_410_is_gone_and_other_answers_are_tried_again(receiver, event):
    receiver.answers = [(410, {}), (400, {}), (404, {}), (500, {}), (503, {}), (429, {"retry-after": "120"})]
    sent = [send(event, receiver.address) for _ in range(6)]
    assert [one.verdict for one in sent] == ["gone", *["later"] * 5]
    assert [one.pause for one in sent] == [False, False, False, False, True, True]
    assert sent[-1].wait == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("999999999999", timedelta(hours=24)),
        (format_datetime(datetime(2026, 11, 16, 9, 40, tzinfo=UTC), usegmt=True), timedelta(minutes=10)),
        (format_datetime(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), usegmt=True), None),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(written, wait):
    assert asked_wait(written, AT) == wait


def test_without_being_allowed_by_name_this_machine_is_sent_nothing(receiver, event):
    sent = send(event, receiver.address, frozenset())
    assert (sent.verdict, sent.status, receiver.got) == ("later", None, [])
    assert "only https" in sent.problem
    sent = send(event, receiver.address.replace("http://", "https://"), frozenset())
    assert "no public address" in sent.problem
    assert receiver.got == []


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(receiver, event):
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return stands_for("127.0.0.1" if len(asked) == 1 else "10.0.0.5")(host, port)

    address = receiver.address.replace("127.0.0.1", "hooks.test")
    assert send(event, address, frozenset({"hooks.test"}), lookup=rebinding).verdict == "done"
    assert (asked, len(receiver.got)) == (["hooks.test"], 1)


def test_a_private_name_is_refused_before_anything_is_sent(receiver, event):
    port = receiver.address.rpartition(":")[2]
    sent = send(event, f"https://hooks.example.com:{port}", frozenset(), lookup=stands_for("127.0.0.1"))
    assert (sent.status, sent.pause, receiver.got) == (None, False, [])
    assert "127.0.0.1 is no public address" in sent.problem


def test_the_name_stands_in_the_host_header_though_its_address_is_connected_to(receiver, event):
    address = receiver.address.replace("127.0.0.1", "hooks.test")
    assert send(event, address, frozenset({"hooks.test"}), lookup=stands_for("127.0.0.1")).verdict == "done"
    assert receiver.got[0].headers["host"] == address.split("/")[2]


def test_over_tls_the_certificate_has_to_be_of_the_name_and_not_of_the_address(tmp_path, event):
    cert = certificate(tmp_path, "hooks.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert)
    with a_receiver(context) as receiver:
        told = {"lookup": stands_for("127.0.0.1"), "ca_file": cert}
        at = receiver.address.replace("127.0.0.1", "hooks.test")
        assert send(event, at, frozenset({"hooks.test"}), **told).verdict == "done"
        sent = send(event, at.replace("hooks.", "other."), frozenset({"other.test"}), **told)
        assert (sent.verdict, sent.pause) == ("later", True)
        assert "certificate" in sent.problem.lower()
        assert send(event, at, frozenset({"hooks.test"}), lookup=stands_for("127.0.0.1")).verdict == "later"
        assert len(receiver.got) == 1


def test_who_does_not_answer_is_left_alone_for_a_while(event):
    with a_receiver() as stopped:
        address = stopped.address
    sent = send(event, address)
    assert (sent.verdict, sent.status, sent.pause) == ("later", None, True)
    assert "no answer" in sent.problem


def test_an_answer_that_does_not_come_is_not_waited_for_forever(receiver, event):
    import threading

    go = threading.Event()
    receiver.before_answering = lambda: go.wait(5)
    sent = send(event, receiver.address, timeout=0.2)
    go.set()
    assert (sent.verdict, sent.pause) == ("later", True)
    assert "no answer within 0.2 seconds" in sent.problem


def test_who_answers_a_byte_at_a_time_is_not_waited_for_forever(event):
    import socket
    import threading
    import time

    over = threading.Event()

    def drip(server):
        taken, _ = server.accept()
        with taken:
            for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100:
                if over.wait(0.05):
                    return
                try:
                    taken.sendall(bytes([byte]))
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        started = time.monotonic()
        sent = send(event, f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.3)
        took = time.monotonic() - started
        over.set()
        thread.join()
    assert (sent.verdict, sent.pause) == ("later", True)
    assert "no answer within 0.3 seconds" in sent.problem
    assert took < 1.5


def test_a_proxy_of_the_environment_is_not_used(receiver, event, monkeypatch):
    with a_receiver() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        assert send(event, receiver.address).verdict == "done"
        assert proxy.got == []


def test_hosts_are_compared_as_they_go_over_the_wire():
    assert hosts(["Hooks.Internal.", "[::1]", " 127.0.0.1 "]) == {"hooks.internal", "::1", "127.0.0.1"}

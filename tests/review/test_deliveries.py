"""The page of deliveries: each attempt, what was given up, and who may look."""

import re
from datetime import timedelta

import pytest

from coaching.recording import View
from delivery_builders import a_receiver, assign, put_endpoint
from operations.delivering import DeliveryWork, deliver
from operations.webhook import Webhook
from store.audit import PROGRAM
from store.columns import written_now
from store.deliveries import give_up
from store.endpoints import set_state
from web_builders import Clock, signed_in, text


@pytest.fixture
def admin(program, app):
    return signed_in(program, app, "admin")


def delivered(store, *answers):
    """One event, sent with these answers, an attempt each."""
    with a_receiver() as receiver:
        put_endpoint(store, address=receiver.address + "/secret-path")
        assign(store, "a-9", team="east")
        receiver.answers = [(status, {}) for status in answers]
        clock = Clock(written_now())
        for _ in answers:
            sender = Webhook("urn:x", frozenset({"127.0.0.1"}), clock=clock)
            deliver(DeliveryWork(store, {"webhook": sender}, View(True, True), clock))
            clock.now += timedelta(days=2)


def test_each_attempt_is_shown_with_its_answer_and_no_secret_of_the_endpoint(store, admin):
    delivered(store, 500, 204)
    page = admin.get("/deliveries")
    said = text(page)
    assert "plan.assigned p-a-9 east" in said
    assert re.search(r"answered 500 .*answered 204", said)
    assert "webhook, 127.0.0.1" in said
    assert not any(secret in page.text for secret in ("whsec", "secret-path"))


def test_filters_choose_what_is_shown_and_unknown_ones_choose_nothing_out(store, admin):
    delivered(store, 500)
    assert "p-a-9" in text(admin.get("/deliveries?state=waiting&endpoint=lms&type=plan.assigned&plan=p-a-9"))
    for query in ("state=done", "endpoint=none", "type=plan.closed", "plan=p-none"):
        assert "No deliveries like that" in text(admin.get(f"/deliveries?{query}"))
    for query in ("state=%3Cscript%3E", "type=x", "at=yesterday&event=e&to=l", "at=2026-11-16T00:00:00&event=e&to=l"):
        assert "p-a-9" in text(admin.get(f"/deliveries?{query}"))


def test_pages_go_on_where_the_last_one_ended(store, admin):
    put_endpoint(store)
    for number in range(53):
        assign(store, f"b-{number:02}")
    first = admin.get("/deliveries?endpoint=lms")
    (further,) = re.findall(r'href="(/deliveries\?[^"]+)" rel="next"', first.text)
    second = admin.get(further.replace("&amp;", "&"))
    plans = re.findall(r'href="/plans/(p-b-\d+)"', first.text + second.text)
    assert (len(plans), len(set(plans))) == (53, 53)


def test_what_was_given_up_is_tried_again_by_a_button(store, admin):
    put_endpoint(store)
    assign(store, "a-9")
    with store.begin() as session:
        give_up(session, "lms", written_now())
    assert "Try again" in text(admin.get("/deliveries"))
    answer = admin.post("/deliveries/retry", data={"endpoint": "lms"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deliveries?endpoint=lms")
    assert "waiting" in text(admin.get("/deliveries?state=waiting"))
    assert admin.post("/deliveries/retry", data={"endpoint": "none"}).status_code == 303


def test_a_disabled_endpoint_says_why_and_offers_no_retry(store, admin):
    put_endpoint(store)
    assign(store, "a-9")
    with store.begin() as session:
        give_up(session, "lms", written_now())
        set_state(session, "lms", "disabled", PROGRAM, "answered 410, gone for good")
    said = text(admin.get("/deliveries"))
    assert "disabled answered 410, gone for good" in said
    assert "Try again" not in said


@pytest.mark.parametrize("role", ["qa_manager", "supervisor", "viewer"])
def test_only_admins_see_it_and_nobody_else_has_the_link(program, app, role):
    browser = signed_in(program, app, role)
    assert browser.get("/deliveries").status_code == 403
    assert browser.post("/deliveries/retry", data={"endpoint": "lms"}).status_code == 403
    assert "/deliveries" not in browser.get("/plans").text


def test_hostile_words_are_shown_as_words(store, admin):
    put_endpoint(store, address="https://hooks.example.com/", teams=("<script>alert(1)</script>",), problem="<b>x</b>")
    page = admin.get("/deliveries").text
    assert "<script>alert" not in page
    assert "<b>x" not in page

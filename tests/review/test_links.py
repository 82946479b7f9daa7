"""Links: what the page says of them, that a look uses nothing up, and that secrets stay out of sight."""

import json
import logging
from datetime import timedelta

import pytest

from coaching.account import SessionRules
from operations.sign_in import plan_link, sign_in_link
from store.plans import put_plan
from web_builders import NOW, PASSWORD, a_browser, a_user, form_token

RULES = SessionRules()


@pytest.fixture
def link(program):
    a_user(program, "admin")
    return f"/enter/{sign_in_link(program.store, 'admin-1', NOW, RULES)}"


def enter(browser, link):
    return browser.post(link, data={"csrf": form_token(browser.get(link).text)})


def test_a_sign_in_link_says_whom_it_signs_in_and_until_when_and_works_once(app, link):
    page = a_browser(app).get(link)
    assert "This link signs you in as admin-1." in page.text
    assert "works once, until 09:15 on 16 November, and for signing in alone" in page.text
    browser = a_browser(app)
    assert enter(browser, link).status_code == 303
    assert browser.get("/").status_code == 200
    again = a_browser(app).get(link)
    assert (again.status_code, "was used, or its time is over" in again.text) == (404, True)


def test_whatever_follows_a_link_without_pressing_uses_nothing_up(app, link):
    scanner = a_browser(app)
    for ask in (scanner.get, scanner.head, scanner.options):
        ask(link)
    assert scanner.post(link).status_code == 403, "no form of ours"
    assert enter(a_browser(app), link).status_code == 303


def test_a_link_is_over_when_its_time_is(app, clock, link):
    browser = a_browser(app)
    token = form_token(browser.get(link).text)
    clock.now += timedelta(minutes=15)
    assert browser.post(link, data={"csrf": token}).status_code == 404
    assert browser.get("/").status_code == 303


def test_an_agents_link_shows_the_own_plan_and_nothing_else(program, app, clock, east):
    plan = east.model_copy(update={"status": "approved"})
    with program.store.begin() as session:
        put_plan(session, plan)
    link = f"/enter/{plan_link(program.store, plan, NOW, RULES)}"
    agent = a_browser(app)
    page = agent.get(link)
    assert "shows one coaching plan to the agent whom it is for" in page.text
    assert "until 09:00 on 19 November" in page.text
    answer = enter(agent, link)
    assert answer.headers["location"] == "/my-plan/p-a-1"
    shown = agent.get("/my-plan/p-a-1")
    assert (shown.status_code, "Order number?" in shown.text) == (200, True)
    assert "unsafe" not in shown.headers["content-security-policy"]
    assert agent.get("/my-plan/p-a-2").status_code == 404
    assert agent.get("/plans/p-a-1").status_code == 403
    with program.store.begin() as session:
        put_plan(session, east.model_copy(update={"status": "returned"}))
    assert agent.get("/my-plan/p-a-1").status_code == 404, "taken back"
    clock.now = NOW + timedelta(hours=72)
    assert enter_refused(a_browser(app), link)


def enter_refused(browser, link):
    return browser.get(link).status_code == 404


def test_the_log_tells_who_came_and_who_did_not_and_no_secret(program, app, link, caplog):
    caplog.set_level(logging.INFO, "verbatim.access")
    browser = a_browser(app)
    enter(browser, link)
    token = form_token(a_browser(app).get("/sign-in").text)
    forger = a_browser(app)
    page = forger.get("/sign-in")
    forger.post(
        "/sign-in",
        data={"user": 'x"\n{"event": "signed in"', "password": "a wrong one entirely", "csrf": form_token(page.text)},
    )
    browser.get("/enter/none")
    lines = [record.getMessage() for record in caplog.records if record.name == "verbatim.access"]
    events = [json.loads(line) for line in lines]
    assert [one["event"] for one in events] == ["signed in", "refused: wrong name or password"]
    assert events[0] == {"event": "signed in", "user": "admin-1", "by": "sign_in link", "client": "testclient"}
    assert all("\n" not in line for line in lines)
    for secret in (link.removeprefix("/enter/"), PASSWORD, "a wrong one entirely", token):
        assert secret not in "".join(lines)


def test_a_refusal_is_in_the_log_with_who_and_what(program, app, caplog):
    from web_builders import signed_in

    signed_in(program, app, "viewer").get("/nights")
    last = json.loads(caplog.records[-1].getMessage())
    assert last == {"event": "refused", "path": "/nights", "status": 403, "user": "viewer-1"}

"""A call full of what is private goes out by every way there is, and nothing of it is on any."""

import hashlib
import json
import logging

import pytest

from private_builders import a_private_plan, keep_private, secrets_in
from review.app import make_app
from review.guarding import all_routes, declared_access
from web_builders import Clock, a_program, a_service, at_own_plan, signed_in

SHOWN = ("plans:read", "evidence:read", "movements:read", "decisions:read")


@pytest.fixture
def plan(store):
    plan = a_private_plan("a-1")
    keep_private(store, plan, a_private_plan("a-2", status="approved"))
    return plan


@pytest.fixture
def program(tmp_path, store, plan):
    return a_program(tmp_path, store)


def told(browser, app, role, plan_id):
    """Every address of this role that can be looked at, with its answer; those of a plan for the plan named."""
    agent, call = plan_id.removeprefix("p-"), f"c-{plan_id.removeprefix('p-')}"
    values = {
        "plan_id": plan_id,
        "item_id": "i-empathy",
        "call_id:path": call,
        "agent_id": agent,
        "name": "x",
        "secret": "x",
    }
    for path, route in all_routes(app.routes):
        methods = getattr(route, "methods", None) or {"GET"}
        if "GET" not in methods or role not in declared_access(route):
            continue
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
        if "{" not in path:
            yield path, browser.get(path, follow_redirects=True)


def test_nothing_private_is_on_any_page_for_anybody(program, app, plan):
    reached = set()
    for role in ("admin", "qa_manager", "supervisor", "viewer"):
        browser = signed_in(program, app, role, teams=["east"])
        for path, answer in told(browser, app, role, "p-a-1"):
            reached |= {path} if answer.status_code == 200 else set()
            assert secrets_in(answer.text) == set(), (role, path)
        for more in ("?call=whole", "?mark=4", "?mark=6"):
            if role in ("admin", "qa_manager"):
                page = browser.get(f"/evidence/p-a-1/i-empathy{more}").text
                assert "[name]" in page
                assert secrets_in(page) == set(), (role, more)
    assert {"/evidence/p-a-1/i-empathy", "/plans/p-a-1", "/plans/p-a-1/calls/c-a-1", "/queue"} <= reached


def test_nothing_private_is_on_the_agents_own_page(program, app, plan, store):
    from store.plans import get_plan

    with store.begin() as session:
        approved = get_plan(session, "p-a-2")
    browser = at_own_plan(program, app, approved)
    reached = 0
    for path, answer in told(browser, app, "agent", "p-a-2"):
        reached += answer.status_code == 200
        assert secrets_in(answer.text) == set(), path
    assert reached


def test_the_api_tells_nothing_private_without_the_scope_of_its_own(program, app, plan):
    service = a_service(program, app, *SHOWN)
    for path, answer in told(service, app, "service", "p-a-1"):
        assert secrets_in(answer.text) == set(), path
    evidence = service.get("/api/v1/plans/p-a-1/items/i-empathy/evidence").json()
    raw = plan.items[0].evidence
    assert evidence["span"]["sha256"] == hashlib.sha256(raw.quote.encode()).hexdigest()
    assert "[card]" in evidence["span"]["quote"]
    assert service.get("/api/v1/plans/p-a-1/items/i-empathy/original").status_code == 403


def test_with_the_scope_the_original_is_told_with_what_is_masked_of_it_and_it_is_noted(program, app, plan, caplog):
    service = a_service(program, app, *SHOWN, "originals:read")
    with caplog.at_level(logging.INFO, "verbatim.access"):
        original = service.get("/api/v1/plans/p-a-1/items/i-empathy/original").json()
    raw, quote = plan.items[0].evidence, original["spans"][0]
    assert (quote["of"], quote["words"]) == ("quote", raw.quote)
    assert quote["sha256"] == hashlib.sha256(raw.quote.encode()).hexdigest()
    hidden = {one["label"]: raw.quote[one["start"] - raw.start : one["end"] - raw.start] for one in quote["hidden"]}
    assert hidden["[card]"] == "4095 1234 5567 9010"
    assert hidden["[name]"] == "Halvorsen"
    noted = [json.loads(record.message) for record in caplog.records]
    looks = [one for one in noted if one["event"] == "original words shown"]
    assert [(one["plan"], one["call"]) for one in looks] == [("p-a-1", "c-a-1")]
    assert looks[0]["user"]


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("qa_manager", 200), ("supervisor", 403), ("viewer", 403)]
)
def test_the_words_as_they_were_said_are_for_some_roles_and_every_look_is_noted(
    program, app, plan, caplog, role, status
):
    browser = signed_in(program, app, role, teams=["east"])
    page = browser.get("/plans/p-a-1/calls/c-a-1")
    assert ("words=original" in page.text) == (status == 200)
    with caplog.at_level(logging.INFO, "verbatim.access"):
        answer = browser.get("/plans/p-a-1/calls/c-a-1?words=original")
    assert answer.status_code == status
    assert (secrets_in(answer.text) != set()) == (status == 200)
    event = "original words shown" if status == 200 else "refused: original words"
    assert any(json.loads(record.message)["event"] == event for record in caplog.records)


def test_a_setting_says_which_roles_may_see_them(tmp_path, store, plan):
    program = a_program(tmp_path, store, settings='[review]\noriginals = ["supervisor"]\n')
    app = make_app(program, Clock())
    path = "/plans/p-a-1/calls/c-a-1?words=original"
    assert signed_in(program, app, "admin").get(path).status_code == 403
    assert signed_in(program, app, "supervisor").get(path).status_code == 200
    assert signed_in(program, app, "supervisor", user_id="other", teams=["west"]).get(path).status_code == 404


def test_an_agent_never_sees_them(program, app, plan, store):
    from store.plans import get_plan

    with store.begin() as session:
        approved = get_plan(session, "p-a-2")
    browser = at_own_plan(program, app, approved)
    for path, route in all_routes(app.routes):
        if "agent" in declared_access(route) and "call" in path:
            answer = browser.get(path.replace("{call_id:path}", "c-a-2") + "?words=original")
            assert secrets_in(answer.text) == set(), path

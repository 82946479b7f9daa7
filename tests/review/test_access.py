"""Who may what, route by route: no route is without a check, and nobody comes near another team's plan."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, Router

from coaching.account import Role
from plan_builders import a_plan
from review.access import (
    EVERY_ROLE,
    Unguarded,
    Viewer,
    allows,
    anyone,
    may_decide_plan,
    may_judge_evidence,
    may_see_plan,
    teams_seen,
)
from review.guarding import all_routes, declared_access, refuse_unguarded
from web_builders import a_browser, a_service, at_own_plan, signed_in

SCOPES = (
    "plans:read",
    "evidence:read",
    "originals:read",
    "movements:read",
    "decisions:read",
    "decisions:write",
    "practice:write",
)
PEOPLE = ("admin", "qa_manager", "supervisor", "viewer")
OPEN = {"/healthz", "/readyz", "/metrics", "/static/{name}", "/sign-in", "/sign-out", "/enter/{secret}"}
"""What is open to everybody; whoever opens another route has to say so here."""

VALUES = {
    "agent_id": "a-2",
    "item_id": "i-empathy",
    "call_id:path": "c-1",
    "deed": "cancel",
    "change": "up",
    "name": "2026-11-16.html",
    "secret": "none",
    "record": "plan",
}

BODIES = {
    "decisions": {"decision": "dismiss", "reason": "no"},
    "practice": {"criterion_id": "empathy", "done_on": "2026-11-16"},
    "date": {"to": "2026-11-20"},
    "cancellation": {"reason": "no"},
    "overrulings": {"actions": ["close"], "reason": "no"},
}
"""What is sent to the API's routes that change something, by the end of their paths."""


def routes_of(app):
    for path, route in all_routes(app.routes):
        methods = (getattr(route, "methods", None) or {"GET"}) - {"HEAD", "OPTIONS"}
        yield path, sorted(methods)[0], declared_access(route)


def concrete(path, plan_id):
    for name, value in {"plan_id": plan_id, **VALUES}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"{path}: say what to put there in VALUES"
    return path


def ask(browser, method, path):
    body = (
        {"content": "{}", "headers": {"content-type": "application/json"}} if path.startswith("/api") else {"data": {}}
    )
    return browser.request(method, path, **(body if method == "POST" else {}))


def test_every_route_says_who_may_use_it_and_few_are_open_to_everybody(app):
    declared = list(routes_of(app))
    assert len(declared) > 25
    assert all(access for _, _, access in declared)
    assert {path for path, _, access in declared if access == ("anyone",)} == OPEN


@pytest.mark.parametrize("inside", [False, True])
def test_an_app_with_a_route_that_does_not_say_so_does_not_start(inside):
    def page(request):
        return PlainTextResponse("")

    bare = Route("/page", page)
    with pytest.raises(Unguarded, match="/page: does not say who may use it"):
        refuse_unguarded([Mount("/inner", Router([bare]))] if inside else [bare])
    refuse_unguarded([Route("/page", anyone(page)), Route("/other", allows("admin")(page))])


def test_nobody_who_is_not_signed_in_gets_past_any_route_that_is_not_open(app):
    for path, method, access in routes_of(app):
        if access != ("anyone",):
            answer = ask(a_browser(app), method, concrete(path, "p-a-1"))
            way = answer.headers.get("location", "")
            assert answer.status_code in (401, 403) or way.startswith("/sign-in?next="), path


@pytest.mark.parametrize("role", [*PEOPLE, "agent", "service"])
def test_a_role_that_a_route_does_not_name_is_refused(program, app, east, role):
    if role == "agent":
        browser = at_own_plan(program, app, east)
    else:
        browser = a_service(program, app, *SCOPES) if role == "service" else signed_in(program, app, role)
    for path, method, access in routes_of(app):
        if role not in access and access != ("anyone",):
            answer = ask(browser, method, concrete(path, "p-a-1"))
            assert answer.status_code in (401, 403) or answer.headers.get("location", "").startswith("/sign-in"), path


@pytest.mark.parametrize("role", ["supervisor", "viewer", "agent", "service"])
def test_somebody_elses_plan_is_not_found_on_any_route_and_nothing_of_it_told(program, app, east, role):
    if role == "agent":
        browser = at_own_plan(program, app, east.model_copy(update={"status": "approved"}))
    elif role == "service":
        browser = a_service(program, app, *SCOPES, teams=["east"])
    else:
        browser = signed_in(program, app, role, teams=["east"])
    asked = 0
    for path, method, access in routes_of(app):
        if role in access and "{plan_id}" in path:
            theirs, none = (ask(browser, method, concrete(path, plan_id)) for plan_id in ("p-a-2", "p-none"))
            if path.startswith("/api") and method == "POST":
                body, headers = BODIES[path.rsplit("/", 1)[1]], {"If-Match": '"1"'}
                theirs, none = (
                    browser.post(concrete(path, plan_id), json=body, headers=headers) for plan_id in ("p-a-2", "p-none")
                )
            assert (theirs.status_code, theirs.text) == (404, none.text.replace("p-none", "p-a-2")), path
            asked += 1
    assert asked >= 1
    for path, method, access in routes_of(app):
        if role in access and method == "GET" and "{" not in path and "openapi" not in path:
            told = browser.get(path, follow_redirects=True).text
            assert "A-2" not in told, path
            assert "p-a-2" not in told, path


def test_only_a_prefix_of_an_id_opens_nothing(program, app):
    assert signed_in(program, app, "admin").get("/plans/p-a-").status_code == 404


def viewer(role: Role, *, user_id="s-1", teams=(), scopes=(), plan_id=None):
    return Viewer(user_id=user_id, name="x", role=role, teams=teams, scopes=scopes, plan_id=plan_id)


@pytest.mark.parametrize(
    ("who", "sees", "decides", "judges"),
    [
        (viewer("admin"), "east west none", "east west none", "east west none"),
        (viewer("qa_manager"), "east west none", "", "east west none"),
        (viewer("supervisor", user_id="x", teams=("east",)), "east", "east", ""),
        (viewer("supervisor", user_id="s-2"), "west", "west", ""),
        (viewer("supervisor", user_id="x", teams=("*",)), "east west none", "east west none", ""),
        (viewer("supervisor", user_id="x"), "", "", ""),
        (viewer("viewer", user_id="s-1", teams=("west",)), "west", "", ""),
        (viewer("viewer", user_id="s-1"), "", "", ""),
        (viewer("service", teams=("east",), scopes=("plans:read",)), "east", "", ""),
        (viewer("service", teams=("*",), scopes=("movements:read",)), "", "", ""),
        (viewer("service", teams=("east",), scopes=("plans:read", "decisions:write")), "east", "east", ""),
        (viewer("service", teams=("east",), scopes=("decisions:write",)), "", "", ""),
    ],
    ids=str,
)
def test_what_a_role_may_do_with_which_plan(who, sees, decides, judges):
    plans = {
        "east": a_plan("a-1", team="east", supervisor_id="s-1"),
        "west": a_plan("a-2", team="west", supervisor_id="s-2"),
        "none": a_plan("a-3"),
    }
    for check, expected in ((may_see_plan, sees), (may_decide_plan, decides), (may_judge_evidence, judges)):
        assert " ".join(name for name, plan in plans.items() if check(who, plan)) == expected


@pytest.mark.parametrize("status", ["draft", "returned", "dismissed", "approved", "closed"])
def test_an_agent_sees_the_own_plan_of_the_link_once_it_is_assigned(status):
    own = a_plan("a-1", status=status)
    who = viewer("agent", user_id="a-1", plan_id="p-a-1")
    assert may_see_plan(who, own) is (status in ("approved", "closed"))
    for other in (
        viewer("agent", user_id="a-2", plan_id="p-a-1"),
        viewer("agent", user_id="a-1", plan_id="p-0"),
        viewer("agent", user_id="a-1", plan_id="p-0", teams=("*",)),
        viewer("agent", user_id="a-1"),
    ):
        assert not may_see_plan(other, own)
    assert not may_decide_plan(who, own)
    assert not may_judge_evidence(who, own)


def test_the_teams_of_a_list_are_none_for_all_and_empty_for_nothing():
    assert [teams_seen(viewer(role)) for role in EVERY_ROLE] == [None, None, (), ()]
    assert teams_seen(viewer("viewer", teams=("east", "west"))) == ("east", "west")
    assert teams_seen(viewer("viewer", teams=("*",))) is None

"""The API: what a token is told, in which order, and what it may change."""

from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
import schemathesis
from hypothesis import settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.settings import load_settings
from coaching.follow_up import Cycle, Overruling
from coaching.movement import Movement
from coaching.next_action import NextAction
from coaching.plan import OPEN_STATUSES
from coaching.schemas import schema
from coaching.spread import Sample
from operations.accounts import list_tokens, revoke_token
from plan_builders import DAY, PRACTICE, a_plan, an_item
from review.api.cursor import written
from review.app import make_app
from review.guarding import all_routes
from store.movements import add_overruling, put_cycle
from store.plans import put_plan
from web_builders import NOW, a_browser, a_program, a_service, signed_in

ALL_SCOPES = (
    "plans:read",
    "evidence:read",
    "originals:read",
    "movements:read",
    "decisions:read",
    "decisions:write",
    "practice:write",
)
READ = [
    "/plans",
    "/items",
    "/evidence",
    "/follow-ups",
    "/movements",
    "/decisions",
    "/plans/p-a-1",
    "/plans/p-a-1/practice",
    "/schemas/plan",
    "/openapi.json",
]


def told(service, path, **query):
    answer = service.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_pages(service, path, **query):
    entries, cursor = [], {}
    while True:
        page = told(service, path, **query, **cursor)
        entries += page["entries"]
        if page["next"] is None:
            return entries
        cursor = {"cursor": page["next"]}


def decide(service, plan_id, decision, reason=None, **headers):
    body = {"decision": decision, "reason": reason}
    return service.post(f"/api/v1/plans/{plan_id}/decisions", json=body, headers=headers)


@pytest.fixture
def service(program, app):
    return a_service(program, app, *ALL_SCOPES)


def test_what_is_told_holds_to_the_schemas_that_are_published(service):
    for path, name in (("/plans", "plan"), ("/items", "item"), ("/evidence", "evidence")):
        published = told(service, f"/schemas/{name}")
        assert published == schema(name)
        entries = told(service, path)["entries"]
        assert entries
        for entry in entries:
            jsonschema.validate(entry, published, cls=jsonschema.Draft202012Validator)
    assert service.get("/api/v1/schemas/nothing").status_code == 422


def a_cycle(plan, **fields):
    item = plan.items[0]
    movement = Movement(
        criterion_id=item.criterion_id,
        rubric_id=item.rubric_id,
        rubric_version=1,
        threshold=60,
        triggering_score=42,
        before=Sample(calls=9, mean=50.0, spread=5.0),
        after=Sample(calls=6, mean=61.0, spread=5.0),
        scored_by="people",
        delta=11.0,
        low=6.0,
        high=16.0,
        by_regression=1.0,
        verdict="moved",
        over_threshold=True,
    )
    usual = {
        "follow_up_id": f"f-{plan.plan_id}",
        "plan_id": plan.plan_id,
        "item_id": item.item_id,
        "agent_id": plan.agent_id,
        "agent_name": plan.agent_name,
        "team": plan.team,
        "criterion_id": item.criterion_id,
        "criterion_name": item.criterion_name,
        "approved_on": DAY,
        "promised_on": DAY + timedelta(days=14),
        "scored_on": DAY + timedelta(days=14),
        "practice": PRACTICE,
        "movement": movement,
        "next": NextAction(actions=("close",)),
    }
    return Cycle.model_validate({**usual, **fields})


@pytest.mark.parametrize("path", READ)
def test_nothing_is_told_without_a_token_that_holds(program, app, path):
    nobody, signed = a_browser(app), signed_in(program, app, "admin")
    revoked = a_service(program, app, *ALL_SCOPES)
    revoke_token(program.store, list_tokens(program.store)[0].token_id, NOW)
    ended = a_service(program, app, *ALL_SCOPES, at=NOW - timedelta(days=91))
    wrong = a_browser(app)
    wrong.headers["authorization"] = "Bearer vbt_0000_guess"
    for browser in (nobody, signed, revoked, ended, wrong):
        answer = browser.get(f"/api/v1{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("/plans", {"plans:read"}),
        ("/items", {"plans:read"}),
        ("/plans/p-a-1", {"plans:read"}),
        ("/evidence", {"plans:read", "evidence:read"}),
        ("/plans/p-a-1/items/i-empathy/evidence", {"plans:read", "evidence:read"}),
        ("/plans/p-a-1/practice", {"plans:read"}),
        ("/follow-ups", {"plans:read"}),
        ("/movements", {"movements:read"}),
        ("/decisions", {"decisions:read"}),
    ],
)
def test_a_scope_less_is_a_refusal(program, app, path, scopes):
    assert a_service(program, app, *scopes).get(f"/api/v1{path}").status_code == 200
    for missing in scopes:
        few = a_service(program, app, *(set(ALL_SCOPES) - {missing}))
        answer = few.get(f"/api/v1{path}")
        assert answer.status_code == 403
        assert missing in answer.json()["detail"]


def test_another_teams_plan_does_not_exist(program, app):
    east = a_service(program, app, *ALL_SCOPES, teams=["east"])
    for path in ("/plans/p-a-2", "/plans/p-a-2/items/i-empathy/evidence"):
        answer, none = east.get(f"/api/v1{path}"), east.get(f"/api/v1{path.replace('p-a-2', 'p-none')}")
        assert (answer.status_code, answer.json()) == (404, none.json())
    assert decide(east, "p-a-2", "dismiss", "no", **{"If-Match": '"1"'}).status_code == 404
    for path in ("/plans", "/items", "/evidence"):
        assert {one["plan_id"] for one in all_pages(east, path)} == {"p-a-1"}
        assert {one["plan_id"] for one in all_pages(a_service(program, app, *ALL_SCOPES), path)} == {"p-a-1", "p-a-2"}
        assert all_pages(a_service(program, app, *ALL_SCOPES, teams=["north"]), path) == []


def test_a_token_of_one_team_is_told_of_its_follow_ups_movements_and_decisions_alone(program, app, service, east, west):
    for plan in (east, west):
        assert decide(service, plan.plan_id, "approve", "seen", **{"If-Match": '"1"'}).status_code == 201
        with program.store.begin() as session:
            put_cycle(session, a_cycle(plan))
    one = a_service(program, app, *ALL_SCOPES, teams=["east"])
    for path in ("/follow-ups", "/movements", "/decisions"):
        assert [entry["plan_id"] for entry in all_pages(one, path)] == ["p-a-1"]
        assert len(all_pages(service, path, limit=1)) == 2


def test_quotes_are_told_to_those_with_the_scope_alone(program, app):
    without = told(a_service(program, app, "plans:read"), "/plans")
    assert [item["evidence"] for plan in without["entries"] for item in plan["items"]] == [None, None]
    assert "Order number?" not in str(without)
    assert "Order number?" in str(told(a_service(program, app, "plans:read", "evidence:read"), "/plans"))


def test_what_is_private_is_masked_and_its_digest_told(tmp_path, store):
    from builders import a_call

    call = a_call("agent: Hello.", "customer: Yes?", "agent: Your card is 4111 1111 1111 1111, right?")
    plan = a_plan("a-1", an_item("empathy", call))
    masked = a_program(tmp_path, store, plan)
    span = told(a_service(masked, make_app(masked), *ALL_SCOPES), "/evidence")["entries"][0]["span"]
    assert "4111" not in span["quote"]
    config = tmp_path / "verbatim.toml"
    config.write_text('[program]\nname = "Harbour"\n[report]\nredact = false\n')
    plain = type(masked)(load_settings(config), masked.rubric, store)
    raw = told(a_service(plain, make_app(plain), *ALL_SCOPES), "/evidence")["entries"][0]["span"]
    assert raw["quote"] == call.turns[2].text
    assert raw["sha256"] == span["sha256"]
    assert (raw["turn"], raw["start"], raw["end"]) == (2, 0, len(call.turns[2].text))


def test_a_list_is_told_in_pages_without_a_gap_or_a_double(tmp_path, store):
    program = a_program(tmp_path, store, *(a_plan(f"a-{number:02}") for number in range(23)))
    service = a_service(program, make_app(program), *ALL_SCOPES)
    whole = [one["plan_id"] for one in all_pages(service, "/plans", limit=200)]
    assert len(set(whole)) == 23
    for limit in (1, 2, 7, 23):
        assert [one["plan_id"] for one in all_pages(service, "/plans", limit=limit)] == whole


def test_who_asks_since_the_last_time_is_told_what_changed_and_nothing_else(program, service, east):
    last = all_pages(service, "/plans")[-1]
    later = (datetime.fromisoformat(last["changed_at"]) + timedelta(microseconds=1)).isoformat()
    assert told(service, "/plans", updated_since=later)["entries"] == []
    with program.store.begin() as session:
        put_plan(session, east.model_copy(update={"agent_name": "Anna"}))
    again = told(service, "/plans", updated_since=later)["entries"]
    assert [(one["plan_id"], one["version"], one["agent_name"]) for one in again] == [("p-a-1", 2, "Anna")]
    with program.store.begin() as session:
        put_plan(session, east.model_copy(update={"agent_name": "Anna"}))
    assert told(service, "/plans", updated_since=later)["entries"] == again, "the same again is no change"


def test_a_change_between_two_pages_is_told_at_the_end(program, service, east):
    first = told(service, "/plans", limit=1)
    assert first["entries"][0]["plan_id"] == "p-a-1"
    with program.store.begin() as session:
        put_plan(session, east.model_copy(update={"agent_name": "Anna"}))
    rest = told(service, "/plans", cursor=first["next"])["entries"]
    assert [(one["plan_id"], one["agent_name"]) for one in rest] == [("p-a-2", "A-2"), ("p-a-1", "Anna")]


def test_a_movement_says_what_moved_and_what_a_person_decided(program, service, east):
    cycle = a_cycle(east)
    with program.store.begin() as session:
        put_cycle(session, cycle)
    before = told(service, "/movements")["entries"][0]
    assert before["before"] == {"calls": 9, "mean": 50.0, "spread": 5.0}
    assert before["after"] == {"calls": 6, "mean": 61.0, "spread": 5.0}
    assert (before["by_regression"], before["changed"], before["unproven"]) == (1.0, [], False)
    assert (before["delta"], before["low"], before["high"], before["verdict"]) == (11.0, 6.0, 16.0, "moved")
    assert (before["actions"], before["decided_by"]) == (["close"], "machine")
    overruled = Overruling(actions=("continue",), by="Ines", at=datetime.now(UTC), reason="Too few calls for me.")
    with program.store.begin() as session:
        add_overruling(session, cycle, overruled)
    after = told(service, "/movements", updated_since=before["changed_at"])["entries"][0]
    assert (after["actions"], after["decided_by"]) == (["continue"], "Ines")
    assert (after["machine_actions"], after["overrulings"][0]["reason"]) == (["close"], "Too few calls for me.")


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "%%%", "bnVsbA", written(NOW, (1,)), written(NOW, ("a", "b")), written(NOW, ("\x00",)), "W10", "e30"],
)
def test_a_cursor_of_another_list_is_refused(service, cursor):
    answer = service.get("/api/v1/plans", params={"cursor": cursor})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"limit": "0"}, "query.limit"),
        ({"limit": "201"}, "query.limit"),
        ({"status": "open"}, "query.status"),
        ({"updated_since": "2026-11-16"}, "query.updated_since"),
        ({"updated_since": "2026-11-16T09:00:00"}, "query.updated_since"),
        ({"updated_since": "0001-01-01T00:00:00+14:00"}, "query.updated_since"),
        ({"agent_id": "a\x00b"}, "query.agent_id"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(service, query, place):
    answer = service.get("/api/v1/plans", params=query)
    assert answer.status_code == 422
    assert place in [one["in"] for one in answer.json()["errors"]]


def test_a_plan_that_is_at_hand_is_not_sent_again(service):
    answer = service.get("/api/v1/plans/p-a-1")
    assert answer.headers["etag"] == '"1"'
    again = service.get("/api/v1/plans/p-a-1", headers={"If-None-Match": 'W/"0", "1"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", '"1"')
    assert service.get("/api/v1/plans/p-a-1", headers={"If-None-Match": '"0"'}).status_code == 200


def test_a_decision_names_the_version_that_it_is_about(program, service, east):
    assert decide(service, "p-a-1", "approve", "seen").status_code == 428
    for wrong in ('"0"', 'W/"1"', "1", '"x"'):
        assert decide(service, "p-a-1", "approve", "seen", **{"If-Match": wrong}).status_code == 412
    with program.store.begin() as session:
        put_plan(session, east.model_copy(update={"agent_name": "Anna"}))
    assert decide(service, "p-a-1", "approve", "seen", **{"If-Match": '"1"'}).status_code == 412
    answer = decide(service, "p-a-1", "approve", "seen", **{"If-Match": '"2"'})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"3"')
    assert (answer.json()["status"], answer.json()["decided_by"]) == ("approved", "data team (API)")
    assert told(service, "/decisions")["entries"][0]["reason"] == "seen"
    assert told(service, "/follow-ups", plan_id="p-a-1")["entries"][0]["state"] == "open"


def test_a_decision_that_cannot_be_is_told_why(service):
    match = {"If-Match": '"1"'}
    needs_reason = decide(service, "p-a-1", "dismiss", **match)
    assert (needs_reason.status_code, "--" in needs_reason.text) == (422, False)
    assert decide(service, "p-a-1", "approve", **match).status_code == 422, "no quote was accepted"
    assert decide(service, "p-a-1", "approve", "seen", **match).status_code == 201
    assert decide(service, "p-a-1", "return", "late", **{"If-Match": '"2"'}).status_code == 409
    unknown = service.post("/api/v1/plans/p-a-2/decisions", json={"decision": "return", "reason": "x", "by": "me"})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["in"] == "body.by"


@pytest.mark.parametrize("reason", ['"\\u0000"', '"\\ud800"', f'"{"x" * 4001}"', "5"])
def test_a_reason_that_cannot_be_kept_is_refused(service, reason):
    content = f'{{"decision": "dismiss", "reason": {reason}}}'
    headers = {"If-Match": '"1"', "content-type": "application/json"}
    answer = service.post("/api/v1/plans/p-a-1/decisions", content=content, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["in"]) == (422, "body.reason")


def test_reading_scopes_decide_nothing(program, app):
    reader = a_service(program, app, *(scope for scope in ALL_SCOPES if scope != "decisions:write"))
    assert decide(reader, "p-a-1", "approve", "seen", **{"If-Match": '"1"'}).status_code == 403


def test_a_token_is_told_how_often_it_may_ask_and_when_to_come_again(tmp_path, store):
    program = a_program(tmp_path, store, a_plan("a-1"), settings="[review]\napi_requests_per_minute = 5\n")
    app = make_app(program)
    service = a_service(program, app, "plans:read")
    # twelve, as the count may begin anew in between
    answers = [service.get("/api/v1/plans") for _ in range(12)]
    assert answers[0].headers["x-ratelimit-limit"] == "5"
    assert 0 <= int(answers[0].headers["x-ratelimit-remaining"]) < 5
    late = next(answer for answer in answers if answer.status_code == 429)
    assert late.headers["content-type"] == "application/problem+json"
    assert 0 < int(late.headers["retry-after"]) <= 60
    assert a_service(program, app, "plans:read").get("/api/v1/plans").status_code == 200, "another token has its own"


def test_every_list_is_read_along_an_index(program):
    from sqlalchemy import text

    wanted = {
        "plans": ("plan_id", "changed_at"),
        "follow_ups": ("follow_up_id", "changed_at"),
        "movements": ("follow_up_id, item_id", "changed_at"),
        "decisions": ("plan_id, plan_version", "decided_at"),
    }
    with program.store.read() as session:
        for table, (keys, at) in wanted.items():
            asked = f"EXPLAIN QUERY PLAN SELECT {keys} FROM {table} WHERE {at} >= '2026' ORDER BY {at}, {keys} LIMIT 50"
            plan = " ".join(str(row) for row in session.execute(text(asked)))
            assert f"INDEX ix_{table}_{at}" in plan
            assert "TEMP B-TREE" not in plan


def test_the_open_statuses_can_be_asked_for(service):
    for status in (*OPEN_STATUSES, "dismissed"):
        assert {one["status"] for one in told(service, "/plans", status=status)["entries"]} <= {status}


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_the_description_says(tmp_path, store, east):
    program = a_program(tmp_path, store, east, settings="[review]\napi_requests_per_minute = 100000\n")
    app = make_app(program)
    service = a_service(program, app, *ALL_SCOPES, at=datetime.now(UTC))
    with program.store.begin() as session:
        put_cycle(session, a_cycle(east))
    headers = {"Authorization": service.headers["authorization"], "Host": "127.0.0.1"}
    schema = schemathesis.openapi.from_dict(told(service, "/openapi.json"))
    assert schema.specification.version == "3.1.0"
    schema.app = app
    asked = [result.ok() for result in schema.get_all_operations()]
    told_of = {(f"/api/v1{one.path}", one.method.upper()) for one in asked}
    assert told_of == {(path, method) for path, method in operations(app) if path != "/api/v1/openapi.json"}
    for operation in asked:
        run(operation, headers)


def operations(app):
    """Every route of the API and its method, whether it is described or not."""
    for path, route in all_routes(app.routes):
        if path.startswith("/api/"):
            yield from ((path, method) for method in route.methods - {"HEAD", "OPTIONS"})


def run(operation, headers):
    from hypothesis import HealthCheck, given

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def asked(case):
        # whether a cursor, a version or a decision fits is for the store to say, not for the description
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    asked()

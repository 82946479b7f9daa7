"""The loop from another program: practice that took place, the date moved, the approval taken back, overruled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability, score_due
from operations.practice import sessions_of
from operations.review import find_plan
from operations.schedule import open_dates
from review.app import make_app
from web_builders import a_program, a_service

DAY = timedelta(days=1)
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
READS = ("plans:read", "movements:read")
SCOPES = (*READS, "decisions:write", "practice:write")
PLAN = "/api/v1/plans/p-a-1"
SESSION = {"criterion_id": "empathy", "done_on": "2026-11-05"}


@pytest.fixture
def program(tmp_path, store):
    made = a_program(tmp_path, store)
    return type(made)(made.settings, RUBRIC, store)


@pytest.fixture
def app(program, clock, store):
    """An approved plan, and calls before it; the clock stands a week after the approval."""
    clock.now = datetime.combine(APPROVED + 7 * DAY, datetime.min.time(), UTC) + timedelta(hours=9)
    open_center(store)
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-")
    approve(store, put_draft(store))
    return make_app(program, clock)


@pytest.fixture
def service(program, app, clock):
    return a_service(program, app, *SCOPES, at=clock.now)


def scored(store, points, on=APPROVED + 14 * DAY):
    put_scored(store, points, APPROVED + DAY)
    score_due(work_of(store), on)


def note(service, **fields):
    return service.post(f"{PLAN}/practice", json={**SESSION, **fields})


def do(service, path, body, version=None):
    tag = service.get(PLAN).headers["etag"] if version is None else version
    return service.post(f"{PLAN}{path}", json=body, headers={"If-Match": tag})


def test_a_session_is_noted_once_and_told(service, store):
    for _ in range(2):
        answer = note(service, score=80, by="Ines", note="Good.")
        assert answer.status_code == 201
    told = service.get(f"{PLAN}/practice").json()
    assert told == [answer.json()]
    assert told[0] == {**SESSION, "plan_id": "p-a-1", "session": 1, "score": 80, "by": "Ines", "note": "Good."}
    assert len(sessions_of(store, "p-a-1")) == 1


def test_a_session_that_is_noted_otherwise_is_a_conflict_unless_it_is_corrected(service, store):
    note(service, score=80)
    answer = note(service, score=90)
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert "noted already" in answer.json()["detail"]
    assert note(service, score=90, replace=True).status_code == 201
    assert note(service, score=70, session=2).status_code == 201
    assert [one.score for one in sessions_of(store, "p-a-1")] == [90, 70]


def test_what_is_private_in_a_note_is_masked(service, store):
    answer = note(service, note="She gave 4111 1111 1111 1111 aloud.").json()
    assert (answer["note"].startswith("She gave "), "4111" in answer["note"]) == (True, False)
    assert service.get(f"{PLAN}/practice").json() == [answer]
    assert "4111" in sessions_of(store, "p-a-1")[0].note, "the store keeps the words as they were typed"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"criterion_id": "greeting"}, 404),
        ({"done_on": "2026-11-10"}, 422),
        ({"done_on": "soon"}, 422),
        ({"session": 0}, 422),
        ({"score": "much"}, 422),
        ({"led_by": "me"}, 422),
        ({"note": "a\x00b"}, 422),
    ],
)
def test_a_session_that_cannot_be_is_a_problem(service, store, fields, status):
    answer = note(service, **fields)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert sessions_of(store, "p-a-1") == []


def test_practice_needs_a_scope_of_its_own_and_an_assigned_plan(program, app, clock, store, service):
    without = a_service(program, app, *READS, "decisions:write", at=clock.now)
    assert note(without).status_code == 403
    put_draft(store, agent_id="a-2")
    answer = service.post("/api/v1/plans/p-a-2/practice", json=SESSION)
    assert (answer.status_code, "is draft" in answer.text) == (409, True)


def test_a_date_is_moved_on_the_version_that_was_seen(service, store):
    assert service.post(f"{PLAN}/follow-up/date", json={"to": "2026-11-20"}).status_code == 428
    assert do(service, "/follow-up/date", {"to": "2026-11-20"}, '"1"').status_code == 412
    late = do(service, "/follow-up/date", {"to": "2026-11-24"})
    assert (late.status_code, "later than 2026-11-23" in late.json()["detail"]) == (422, True)
    before = service.get(PLAN).headers["etag"]
    answer = do(service, "/follow-up/date", {"to": "2026-11-20", "reason": "Leave."})
    assert (answer.status_code, answer.json()["follow_up_on"]) == (201, "2026-11-20")
    assert answer.headers["etag"] == service.get(PLAN).headers["etag"] != before
    assert open_dates(store) == [date(2026, 11, 20)]


def test_an_approval_is_taken_back_with_a_reason_and_once(service, store):
    assert do(service, "/follow-up/cancellation", {"reason": "  "}).status_code == 422
    answer = do(service, "/follow-up/cancellation", {"reason": "The wrong agent."})
    assert (answer.status_code, answer.json()["status"]) == (201, "returned")
    assert open_dates(store) == []
    assert do(service, "/follow-up/cancellation", {"reason": "Again."}).status_code == 409
    assert do(service, "/follow-up/date", {"to": "2026-11-20"}).status_code == 409


def test_what_follows_is_overruled_with_a_reason_and_nobody_is_written_over(service, store):
    path = "/items/i-empathy/overrulings"
    closing = {"actions": ["close"], "reason": "Heard them."}
    assert do(service, path, closing).status_code == 409, "nothing has been scored"
    scored(store, HIGH[:2], APPROVED + 21 * DAY)
    assert do(service, path, {"actions": ["close", "continue"], "reason": "x"}).status_code == 422
    assert do(service, path, {"actions": ["close"], "reason": " "}).status_code == 422
    assert do(service, "/items/i-none/overrulings", closing).status_code == 404
    answer = do(service, path, closing)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["actions"], answer.json()["machine_actions"]) == (["close"], ["ask"])
    assert answer.json()["decided_by"] == "data team (API)"
    assert answer.json() == service.get("/api/v1/movements").json()["entries"][-1]
    assert answer.headers["etag"] == service.get(PLAN).headers["etag"]
    assert find_plan(store, "p-a-1").status == "closed"
    again = do(service, path, {"actions": ["continue"], "reason": "x"})
    assert (again.status_code, "has decided on it meanwhile" in again.json()["detail"]) == (412, True)
    both = {"actions": ["reassign", "escalate"], "reason": "x", "decided_before": 1}
    assert do(service, path, both).status_code == 201
    (account,) = accountability(store)
    assert [one.actions for one in account.overrulings] == [("close",), ("reassign", "escalate")]


def test_reading_scopes_move_nothing(program, app, clock, store):
    reader = a_service(program, app, *READS, "practice:write", at=clock.now)
    for path, body in (
        ("/follow-up/date", {"to": "2026-11-20"}),
        ("/follow-up/cancellation", {"reason": "x"}),
        ("/items/i-empathy/overrulings", {"actions": ["close"], "reason": "x"}),
    ):
        assert do(reader, path, body).status_code == 403
    assert open_dates(store) == [APPROVED + 14 * DAY]

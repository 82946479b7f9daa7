"""The loop of a plan over HTTP: practice noted, the date moved, the approval taken back, the next action overruled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability, score_due
from operations.practice import sessions_of
from operations.review import find_plan, list_plans
from operations.schedule import open_dates
from operations.see_follow_up import see_follow_up
from review.app import make_app
from web_builders import a_program, hidden, signed_in

DAY = timedelta(days=1)
DUE = APPROVED + 14 * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
PAGE = "/plans/p-a-1/follow-up"


@pytest.fixture
def program(tmp_path, store):
    made = a_program(tmp_path, store)
    return type(made)(made.settings, RUBRIC, store)


@pytest.fixture
def approved(program, store, clock):
    """An approved plan of the team Billing, and calls before it; the clock stands a week after the approval."""
    clock.now = datetime.combine(APPROVED + 7 * DAY, datetime.min.time(), UTC) + timedelta(hours=9)
    open_center(store)
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-")
    return approve(store, put_draft(store))


@pytest.fixture
def boss(program, clock, approved):
    return signed_in(program, make_app(program, clock), "supervisor", teams=["Billing"], at=clock.now)


def scored(store, points, on=DUE):
    put_scored(store, points, APPROVED + DAY)
    return score_due(work_of(store), on)


def send(browser, deed, **fields):
    return browser.post(f"{PAGE}/{deed}", data={"seen": hidden(browser.get(PAGE).text, "seen"), **fields})


def note(browser, **fields):
    usual = {"criterion": "empathy", "done_on": "2026-11-05", "session": "1", "score": "80", "by": "Ines", "note": ""}
    return send(browser, "practice", **{**usual, **fields})


def test_the_page_shows_plan_practice_and_follow_up_side_by_side(boss, store):
    assert note(boss, note="Went <b>well</b>.").status_code == 303
    page = boss.get(f"{PAGE}?done=practice").text
    for words in (
        "Complete 2",
        "1 of 2",
        "16 November 2026",
        "at the latest 23 November 2026",
        "Not scored yet.",
        "5 November 2026: <b>80</b>, Ines",
        "Went &lt;b&gt;well&lt;/b&gt;.",
        "The session is noted.",
    ):
        assert words in page
    assert [(one.score, one.by) for one in sessions_of(store, "p-a-1")] == [(80, "Ines")]


def test_a_scored_cycle_shows_every_figure_and_who_decided(boss, store):
    scored(store, HIGH)
    page = boss.get(PAGE).text
    for words in (
        *("41.5 (8 calls)", "spread 2.1", "87.5 (8 calls)", "+46.0 (", "Moved", "0 of 2", ">close<"),
        *("decided by machine", "not known: too few scores of the team before", "Scored, and decided"),
    ):
        assert words in page
    assert "Move the date" not in page


def test_a_session_that_is_noted_already_is_only_corrected_where_that_is_said(boss, store):
    note(boss)
    answer = note(boss, score="95")
    assert (answer.status_code, "is noted already" in answer.text) == (409, True)
    assert 'value="95"' in answer.text
    assert note(boss, score="95", session="2").status_code == 303
    assert note(boss, score="85", replace="yes").status_code == 303
    assert [(one.session, one.score) for one in sessions_of(store, "p-a-1")] == [(1, 85), (2, 95)]


def test_what_is_private_in_a_note_or_a_reason_is_masked(boss, store):
    note(boss, note="She gave 4111 1111 1111 1111 aloud.")
    send(boss, "cancel", reason="Card 4111 1111 1111 1111 was read out.")
    page = boss.get(PAGE).text
    assert "She gave" in page
    assert "was read out" in page
    assert "4111" not in page


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("done_on", "2026-11-10", "is after 2026-11-09"),
        ("done_on", "soon", "is no date"),
        ("score", "much", "is no number"),
        ("session", "0", "session: "),
        ("criterion", "greeting", "does not coach"),
    ],
)
def test_a_session_that_cannot_be_is_refused_and_what_was_typed_stays(boss, store, field, value, why):
    answer = note(boss, note="Slow at first.", **{field: value})
    assert answer.status_code == 422
    assert why in answer.text
    assert ("Slow at first." in answer.text) == (field != "criterion")
    assert sessions_of(store, "p-a-1") == []


def test_the_date_is_moved_within_the_rules(boss, store):
    answer = send(boss, "date", to="2026-11-24", reason="Leave.")
    assert (answer.status_code, "later than 2026-11-23" in answer.text, "Leave." in answer.text) == (422, True, True)
    assert send(boss, "date", to="2026-11-20", reason="Leave.").status_code == 303
    assert open_dates(store) == [date(2026, 11, 20)]
    page = boss.get(PAGE).text
    assert "20 November 2026" in page
    assert 'min="2026-11-09" max="2026-11-23"' in page


def test_an_approval_is_taken_back_with_a_reason(boss, store):
    assert send(boss, "cancel").status_code == 422
    assert send(boss, "cancel", reason="The wrong agent.").status_code == 303
    assert (find_plan(store, "p-a-1").status, open_dates(store)) == ("returned", [])
    page = boss.get(f"{PAGE}?done=cancel").text
    assert "Cancelled" in page
    assert "Note a session" not in page


def test_where_the_machine_asks_a_supervisor_decides_on_the_page(boss, store):
    scored(store, HIGH[:2], APPROVED + 21 * DAY)
    page = boss.get(PAGE).text
    assert "A supervisor decides" in page
    assert "Not enough calls" in page
    answer = send(boss, "overrule", criterion="empathy", action="reassign", escalate="yes", decided_before="0")
    assert (answer.status_code, "needs a reason" in answer.text) == (422, True)
    assert 'value="reassign" selected' in answer.text
    fields = {"criterion": "empathy", "action": "reassign", "escalate": "yes", "reason": "By ear."}
    assert send(boss, "overrule", decided_before="0", **fields).status_code == 303
    (account,) = accountability(store)
    assert (account.actions, account.decided_by) == (("reassign", "escalate"), "Supervisor One")
    (draft,) = list_plans(store, "draft")
    page = boss.get(PAGE).text
    assert f"plan {draft.plan_id}" in page
    assert "the machine said ask" in page


def test_two_who_decide_at_once_do_not_write_over_each_other(boss, store):
    scored(store, HIGH)
    seen = hidden(boss.get(PAGE).text, "seen")
    fields = {"seen": seen, "criterion": "empathy", "reason": "x", "decided_before": "0"}
    assert boss.post(f"{PAGE}/overrule", data={**fields, "action": "close"}).status_code == 303
    answer = boss.post(f"{PAGE}/overrule", data={**fields, "action": "continue"})
    assert (answer.status_code, "Supervisor One has decided on it meanwhile: close" in answer.text) == (409, True)
    (account,) = accountability(store)
    assert account.actions == ("close",)


@pytest.mark.parametrize(("deed", "fields"), [("date", {"to": "2026-11-20"}), ("cancel", {"reason": "No."})])
def test_what_was_decided_on_an_older_version_is_not_done(boss, store, deed, fields):
    seen = int(hidden(boss.get(PAGE).text, "seen"))
    before = see_follow_up(store, "p-a-1")
    answer = boss.post(f"{PAGE}/{deed}", data={"seen": str(seen - 1), **fields})
    assert (answer.status_code, "look at it again" in answer.text) == (409, True)
    assert see_follow_up(store, "p-a-1") == before


def test_who_only_looks_has_no_forms_and_may_do_nothing(program, clock, approved, store):
    app = make_app(program, clock)
    for role in ("viewer", "qa_manager"):
        browser = signed_in(program, app, role, teams=["Billing"], at=clock.now)
        assert '<form class="edit"' not in browser.get(PAGE).text
        assert browser.post(f"{PAGE}/cancel", data={"seen": "2", "reason": "x"}).status_code == 403
    assert find_plan(store, "p-a-1").status == "approved"


def test_the_list_has_what_is_to_come_what_asks_and_what_was_scored_of_the_own_teams(program, clock, approved, store):
    app = make_app(program, clock)
    boss = signed_in(program, app, "supervisor", teams=["Billing"], at=clock.now)
    page = boss.get("/follow-ups").text
    assert f'href="{PAGE}"' in page
    assert "16 November 2026" in page
    assert "Nothing has been followed up." in page
    scored(store, HIGH[:2], APPROVED + 21 * DAY)
    page = boss.get("/follow-ups").text
    assert page.count("the supervisor decides: ") == 2, "among those that ask, and among those scored last"
    assert "None: no plan is approved" in page
    other = signed_in(program, app, "supervisor", user_id="s-9", teams=["Sales"], at=clock.now)
    told = other.get("/follow-ups").text
    assert "A-1" not in told
    assert other.get(PAGE).status_code == 404


def test_the_plan_leads_to_its_follow_up(boss):
    assert f'href="{PAGE}"' in boss.get("/plans/p-a-1").text

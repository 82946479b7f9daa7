"""The plan page over HTTP: changed within the rules, approved, sent back, dismissed; and two people at once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from builders import a_call
from judging_builders import a_waiting_item, decide, keep_draft
from operations.edit_plan import see_plan
from plan_builders import further
from store.calls import put_calls
from store.judgements import latest_by
from store.left_out import left_out
from store.verifying import verify_quotes
from web_builders import NOW, a_program, hidden, signed_in

TODAY = NOW.date()


@pytest.fixture
def draft(store):
    empathy = a_waiting_item(item_id="i-1", call_id="c-1", further=[further("c-7")])
    return keep_draft(store, "a-1", empathy, a_waiting_item("closing", "c-2", item_id="i-2"), team="east")


@pytest.fixture
def program(tmp_path, store, draft):
    return a_program(tmp_path, store)


@pytest.fixture
def boss(program, app):
    """The supervisor of the team."""
    return signed_in(program, app, "supervisor")


def version(browser, path="/plans/p-a-1"):
    return hidden(browser.get(path).text, "seen")


def send(browser, path, **fields):
    return browser.post(f"/plans/p-a-1/{path}", data={"seen": version(browser), **fields})


def now(store):
    return see_plan(store, "p-a-1").plan


def test_a_plan_whose_quotes_were_accepted_is_approved_on_the_date_that_was_chosen(boss, store, draft):
    decide(store, draft, item=0)
    decide(store, draft, "alternative", rank=1, item=1)
    on = date(2026, 11, 27)
    assert send(boss, "decide", decision="approve", on=on.isoformat()).status_code == 303
    approved = now(store)
    assert (approved.status, approved.follow_up_on, approved.decided_by) == ("approved", on, "Supervisor One")
    page = boss.get("/plans/p-a-1?done=approve").text
    assert "Accepted by Ines Duarte" in page
    assert "Decide on the plan" not in page


def test_without_an_accepted_quote_a_reason_has_to_say_why(boss, store, draft):
    decide(store, draft, item=0)
    answer = send(boss, "decide", decision="approve", on="2026-11-30")
    assert answer.status_code == 422
    assert "Closing has no quote that a person accepted; say why in the reason" in answer.text
    assert now(store).status == "draft"
    assert send(boss, "decide", decision="approve", on="2026-11-30", reason="I heard the call.").status_code == 303
    assert now(store).reason == "I heard the call."


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-12-08", "is later than 2026-12-07, the last day"),
        ("2026-11-16", "is not after 2026-11-16"),
        ("2026-11-28", "is no working day"),
        ("soon", "is no date"),
    ],
)
def test_the_date_stays_within_the_rules_and_what_was_typed_stays(boss, store, on, why):
    answer = send(boss, "decide", decision="approve", on=on, reason="Because.")
    assert answer.status_code == 422
    assert why in answer.text
    assert "Because." in answer.text
    assert now(store).status == "draft"


def test_the_page_offers_no_date_past_day_21(boss):
    page = boss.get("/plans/p-a-1").text
    assert f'max="{(TODAY + timedelta(days=21)).isoformat()}"' in page


@pytest.mark.parametrize(("decision", "status"), [("return", "returned"), ("dismiss", "dismissed")])
def test_sending_back_and_dismissing_need_a_reason(boss, store, decision, status):
    assert send(boss, "decide", decision=decision).status_code == 422
    assert send(boss, "decide", decision=decision, reason="On leave.").status_code == 303
    assert (now(store).status, now(store).reason) == (status, "On leave.")


def test_the_practice_is_written_anew_and_says_by_whom(boss, store):
    fields = {"skill": "naming the trouble", "scenario": "A flood.", "sessions": "3", "method": "role-play"}
    assert send(boss, "items/i-1/practice", **fields).status_code == 303
    item = now(store).items[0]
    assert (item.practice.sessions, item.practice.scenario, item.edited_by) == (3, "A flood.", "Supervisor One")
    assert "Complete 3 role-play sessions focused on naming the trouble" in item.practice.sentence
    assert "Practice written by Supervisor One" in boss.get("/plans/p-a-1").text


@pytest.mark.parametrize("sessions", ["0", "51", "many", ""])
def test_a_practice_that_is_none_is_refused_and_kept_in_the_form(boss, store, draft, sessions):
    fields = {"skill": "s", "scenario": "A flood of words.", "sessions": sessions, "method": "role-play"}
    answer = send(boss, "items/i-1/practice", **fields)
    assert answer.status_code == 422
    assert "A flood of words." in answer.text
    assert now(store) == draft


def test_items_change_places(boss, store):
    assert send(boss, "items/i-2/up").status_code == 303
    assert [item.criterion_id for item in now(store).items] == ["closing", "empathy"]


def test_an_item_is_taken_out_with_a_reason_and_the_last_one_stays(boss, store):
    assert send(boss, "items/i-1/out").status_code == 422
    assert send(boss, "items/i-1/out", reason="One thing at a time.").status_code == 303
    assert [item.criterion_id for item in now(store).items] == ["closing"]
    with store.read() as session:
        assert left_out(session, "p-a-1") == {"empathy"}
    answer = send(boss, "items/i-2/out", reason="That too.")
    assert answer.status_code == 422
    assert "dismiss the plan instead" in answer.text


def test_an_approved_plan_is_not_changed(boss, store):
    seen = version(boss)
    send(boss, "decide", decision="approve", on="2026-11-30", reason="Heard.")
    again = boss.post("/plans/p-a-1/items/i-1/up", data={"seen": str(int(seen) + 1)})
    assert again.status_code == 422
    assert "it can no longer be changed" in again.text


@pytest.mark.parametrize(
    ("path", "fields", "shown"),
    [
        ("decide", {"decision": "approve", "on": "2026-11-30", "reason": "My own words."}, "You approved it."),
        ("decide", {"decision": "dismiss", "reason": "My own words."}, "You dismissed it."),
        (
            "items/i-1/practice",
            {"skill": "s", "scenario": "My own words.", "sessions": "3", "method": "role-play"},
            "You changed the practice.",
        ),
        ("items/i-1/out", {"reason": "My own words."}, "You took an item out."),
    ],
)
def test_a_plan_that_was_changed_meanwhile_is_a_page_that_keeps_what_was_typed(boss, store, draft, path, fields, shown):
    seen = version(boss)
    judgement = decide(store, draft, "alternative", rank=2)
    answer = boss.post(f"/plans/p-a-1/{path}", data={"seen": seen, **fields})
    assert answer.status_code == 409
    for words in (shown, "My own words.", "Ines Duarte", "another sentence taken"):
        assert words in answer.text
    assert now(store).status == "draft"
    again = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
    action = re.search(r'<form method="post" action="(/plans[^"]+)"', answer.text)[1]
    assert boss.post(action, data=dict(again)).status_code == 303
    with store.read() as session:
        assert judgement in latest_by(session, judgement.reviewer, 1)


def test_the_list_has_what_one_may_see_by_status(program, app, store, boss):
    keep_draft(store, "a-2", a_waiting_item(call_id="c-9", item_id="i-9"), team="west")
    assert "A-1" in boss.get("/plans").text
    assert "A-2" not in boss.get("/plans").text
    admin = signed_in(program, app, "admin")
    assert "A-2" in admin.get("/plans").text
    assert "A-2" not in admin.get("/plans?agent=a-1").text
    assert "0 plans" in admin.get("/plans?status=approved").text
    assert admin.get("/plans?status=nothing&after=nonsense").status_code == 200


def test_a_supervisor_sees_the_plans_of_their_own_people_whatever_the_team(program, app, store):
    item = a_waiting_item(call_id="c-8", item_id="i-8")
    keep_draft(store, "a-8", item, team="north", supervisor_id="supervisor-9")
    own = signed_in(program, app, "supervisor", user_id="supervisor-9", teams=("south",))
    assert re.findall(r">(A-\d)<", own.get("/plans").text) == ["A-8"]


def test_a_long_list_is_turned_page_by_page_and_none_is_missed(program, app, store):
    for n in range(60):
        keep_draft(store, f"b-{n:02}", a_waiting_item(call_id=f"d-{n}", item_id=f"k-{n}"), team=f"team-{n % 3}")
    for browser in (
        signed_in(program, app, "admin"),
        signed_in(program, app, "supervisor", user_id="many", teams=("team-0", "team-1", "team-2", "east")),
    ):
        found, path = [], "/plans"
        while path:
            page = browser.get(path).text
            found += re.findall(r'href="/plans/p-([ab]-\d+)"', page)
            further = re.search(r'href="(/plans\?[^"]*after=[^"]*)" rel="next"', page)
            path = further[1].replace("&amp;", "&") if further else ""
        assert found == sorted(found)
        assert len(found) == len(set(found)) == 61


def test_somebody_elses_plan_is_not_there(program, app, store, draft):
    other = signed_in(program, app, "supervisor", user_id="other", teams=("west",))
    for path in ("", "/markdown", "/calls/c-1"):
        assert other.get(f"/plans/p-a-1{path}").status_code == 404
    for path, fields in (("decide", {"decision": "dismiss", "reason": "x"}), ("items/i-1/up", {})):
        assert other.post(f"/plans/p-a-1/{path}", data={"seen": "1", **fields}).status_code == 404
    assert now(store) == draft


@pytest.mark.parametrize("role", ["qa_manager", "viewer"])
def test_who_does_not_decide_sees_no_buttons_and_is_refused(program, app, store, draft, role):
    browser = signed_in(program, app, role)
    assert "Decide on the plan" not in browser.get("/plans/p-a-1").text
    for path in ("decide", "items/i-1/up", "items/i-1/out", "items/i-1/practice"):
        data = {"seen": "1", "decision": "dismiss", "reason": "x"}
        assert browser.post(f"/plans/p-a-1/{path}", data=data).status_code == 403
    assert now(store) == draft


def test_a_plan_is_markdown_too(boss):
    answer = boss.get("/plans/p-a-1/markdown")
    assert answer.headers["content-type"].startswith("text/markdown")
    assert "What is the account number?" in answer.text


def test_every_score_leads_to_its_line_in_the_call(boss, store):
    call = a_call("customer: Hello?", "agent: One moment. I look.", call_id="c-7")
    with store.begin() as session:
        put_calls(session, [call])
    page = boss.get("/plans/p-a-1").text
    assert page.count('href="/plans/p-a-1/calls/c-1?criterion=empathy#t2"') == 2, "the number, and the words"
    assert 'id="t2"' in boss.get("/plans/p-a-1/calls/c-1").text
    assert 'href="/plans/p-a-1/calls/c-7?criterion=empathy#line"' in page
    further_call = boss.get("/plans/p-a-1/calls/c-7?criterion=empathy").text
    assert 'href="#t1"' in further_call
    assert 'id="line"><mark' in further_call
    assert 'href="/plans/p-a-1/calls/c-2?criterion=closing#t2"' in boss.get("/plans").text
    assert '<mark class="quote">One moment.</mark>' in further_call
    assert boss.get("/plans/p-a-1/calls/c-2222").status_code == 404


def test_a_plan_that_is_not_there_is_a_404(boss):
    assert boss.get("/plans/p-none").status_code == 404
    assert boss.get("/plans/p-a").status_code == 404


def test_every_quote_is_a_slice_after_all_that(boss, store, draft):
    decide(store, draft, "other", turn=4, start=0, end=15)
    send(boss, "items/i-2/up")
    with store.read() as session:
        assert list(verify_quotes(session)) == []

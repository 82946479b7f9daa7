"""Deciding on evidence over HTTP: plain forms, no script."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from coaching.agent import Agent
from judging_builders import a_waiting_item, decide, keep_draft
from operations.edit_plan import see_plan
from operations.judge import Reviewer, last_decisions, look_at
from store.agents import put_agents
from web_builders import a_program, hidden, signed_in

QA = Reviewer("qa_manager-1", "Qa_Manager One")


@pytest.fixture
def three(store):
    """Three drafts; that of a-2 is the most urgent, that of a-3 the least."""
    return [
        keep_draft(store, f"a-{n}", a_waiting_item(call_id=f"c-a-{n}", score=score), team="east")
        for n, score in ((1, 40), (2, 10), (3, 55))
    ]


@pytest.fixture
def program(tmp_path, store, three):
    return a_program(tmp_path, store)


@pytest.fixture
def qa(program, app):
    return signed_in(program, app, "qa_manager")


def address(plan, item=0):
    return f"/evidence/{plan.plan_id}/{plan.items[item].item_id}"


def send(browser, plan, decision, **fields):
    seen = hidden(browser.get(address(plan)).text, "seen")
    return browser.post(address(plan), data={"decision": decision, "seen": seen, **fields})


def test_the_queue_shows_what_waits_the_most_urgent_first(qa):
    page = qa.get("/queue").text
    assert page.index("A-2") < page.index("A-1") < page.index("A-3")
    assert "3 items" in page
    assert "What is the account number?" in page


@pytest.mark.parametrize(
    ("query", "agents"),
    [
        ("agent=a-1", ["A-1"]),
        ("team=east&criterion=empathy", ["A-2", "A-1", "A-3"]),
        ("team=west", []),
        ("version=2", []),
        ("version=x", ["A-2", "A-1", "A-3"]),
        ("confidence=low", []),
        ("confidence=high", ["A-2", "A-1", "A-3"]),
        ("age=7", []),
        ("age=30", ["A-2", "A-1", "A-3"]),
        ("age=older", []),
    ],
)
def test_filters_stand_in_the_address(qa, query, agents):
    page = qa.get(f"/queue?{query}").text
    assert re.findall(r'<th scope="row">(A-\d)', page) == agents


def test_the_evidence_page_shows_all_that_a_decision_needs(qa, three):
    page = qa.get(address(three[0])).text
    for words in (
        '<mark class="quote">',
        '<mark class="cue">',
        "weight 25%",
        "threshold 60",
        "Why this one",
        "Sure (80%)",
        "Take your time.",
        "0:06",
    ):
        assert words in page
    assert page.count("data-key=") >= 9


def test_a_decision_is_saved_shown_as_saved_and_the_next_item_comes(qa, store, three):
    answer = send(qa, three[1], "accepted")
    assert answer.status_code == 303
    assert urlsplit(answer.headers["location"]).path == address(three[0])
    page = qa.get(answer.headers["location"]).text
    assert "Saved" in page
    assert "quote accepted" in page
    assert see_plan(store, three[1].plan_id).plan.items[0].judged.by == "Qa_Manager One"


def test_the_filters_stay_while_one_decides(qa, three):
    seen = hidden(qa.get(address(three[0])).text, "seen")
    answer = qa.post(f"{address(three[0])}?agent=a-1", data={"decision": "none", "seen": seen})
    target = urlsplit(answer.headers["location"])
    assert (target.path, parse_qs(target.query)["agent"]) == ("/queue", ["a-1"])
    assert "nothing shows it" in qa.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("decision", "fields", "quote"),
    [
        ("alternative:2", {}, "Anything else?"),
        ("other", {"turn": "2", "first": "5", "last": "7"}, "And the postcode?"),
        ("none", {"reason": "Not there."}, ""),
    ],
)
def test_every_decision_can_be_taken(qa, store, three, decision, fields, quote):
    assert send(qa, three[0], decision, **fields).status_code == 303
    item = see_plan(store, three[0].plan_id).plan.items[0]
    assert item.evidence.quote == quote


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        ("alternative:9", {}),
        ("alternative:x", {}),
        ("", {}),
        ("approve", {}),
        ("other", {}),
        ("other", {"turn": "1", "first": "0", "last": "2"}),
        ("other", {"turn": "2", "first": "5", "last": "99"}),
        ("other", {"turn": "99", "first": "0", "last": "0"}),
    ],
)
def test_what_cannot_be_decided_says_why_and_keeps_the_reason(qa, store, three, decision, fields):
    answer = send(qa, three[0], decision, reason="My words.", **fields)
    assert answer.status_code == 422
    assert "Not saved" in answer.text
    assert "My words." in answer.text
    assert last_decisions(store, QA) == []


def test_words_can_be_marked_without_a_script(qa, store, three):
    page = qa.get(f"{address(three[0])}?mark=4").text
    assert re.findall(r'<option value="\d"[^>]*>(\d\. \w+)', page)[:3] == ["1. Take", "2. your", "3. time"]
    data = {"seen": hidden(page, "seen"), "decision": "other", "turn": "4", "first": "3", "last": "6"}
    assert qa.post(address(three[0]), data=data).status_code == 303
    assert see_plan(store, three[0].plan_id).plan.items[0].evidence.quote == "I will wait here."


def test_undo_leads_back_to_the_item(qa, store, three):
    send(qa, three[0], "none")
    made = last_decisions(store, QA)[0]
    assert made.quote == ""
    answer = qa.post("/undo", data={"judgement": made.judgement_id})
    assert urlsplit(answer.headers["location"]).path == address(three[0])
    assert see_plan(store, three[0].plan_id).plan == three[0]
    again = qa.post("/undo", data={"judgement": made.judgement_id})
    assert again.status_code == 409
    assert "not among your last 20" in again.text


def test_the_last_decisions_are_a_page(qa, three):
    send(qa, three[0], "accepted")
    page = qa.get("/decisions").text
    assert "quote accepted" in page
    assert "c-a-1" in page


def test_a_decision_on_what_has_changed_is_a_page_that_shows_the_change(qa, store, three):
    seen = hidden(qa.get(address(three[0])).text, "seen")
    decide(store, three[0], "alternative", rank=1)
    answer = qa.post(address(three[0]), data={"decision": "none", "seen": seen, "reason": "Half a page."})
    assert answer.status_code == 409
    for words in ("Ines Duarte", "Take your time.", "Half a page.", "Nothing shows it"):
        assert words in answer.text
    assert see_plan(store, three[0].plan_id).plan.items[0].judged.by == "Ines Duarte"


def test_what_was_meant_can_be_sent_again_where_the_item_still_waits(qa, store, three):
    answer = qa.post(address(three[0]), data={"decision": "none", "seen": "old", "reason": "Still so."})
    assert answer.status_code == 409
    again = {name: hidden(answer.text, name) for name in ("decision", "seen")}
    assert qa.post(address(three[0]), data={**again, "reason": "Still so."}).status_code == 303
    assert last_decisions(store, QA)[0].reason == "Still so."


def test_an_item_under_somebodys_eyes_says_so_and_is_passed_over(program, app, qa, three):
    other = signed_in(program, app, "qa_manager", user_id="qa-2")
    other.get(address(three[1]))
    assert "has this open too" in qa.get(address(three[1])).text
    qa.get(address(three[2]))
    assert "open at" in qa.get("/queue").text
    assert urlsplit(qa.get("/evidence/next").headers["location"]).path == address(three[0])
    assert "has this open too" in other.get(f"{address(three[2])}/eyes").text


def test_who_does_not_judge_evidence_does_not_see_its_page(program, app, three):
    for role in ("supervisor", "viewer"):
        browser = signed_in(program, app, role)
        assert browser.get(address(three[0])).status_code == 403
        assert browser.post(address(three[0]), data={"decision": "accepted", "seen": ""}).status_code == 403
        assert browser.get("/queue").status_code == 403


def test_there_is_no_page_of_an_item_that_is_not(qa, three):
    assert qa.get(f"/evidence/{three[0].plan_id}/i-none").status_code == 404
    assert qa.get("/evidence/p-none/i-none").status_code == 404


class TestTwoReviewers:
    @pytest.fixture
    def program(self, tmp_path, store, three):
        return a_program(tmp_path, store, settings="[review]\ntwo_reviewers = 1.0\n")

    def test_neither_sees_the_pick(self, qa, three):
        for place in (address(three[0]), f"{address(three[0])}?call=whole", f"/plans/{three[0].plan_id}", "/queue"):
            page = qa.get(place).text
            assert "<mark" not in page
            assert "(80%)" not in page
            assert "alternative:" not in page
        assert "Two people judge this one" in qa.get(address(three[0])).text

    def test_the_document_of_the_plan_waits_until_they_have_judged(self, program, app, qa, three):
        document = f"/plans/{three[0].plan_id}/markdown"
        assert qa.get(document).status_code == 409
        assert "Two people judge" in qa.get(document).text
        team = three[0].team
        who_decides = signed_in(program, app, "supervisor", user_id="s-9", teams=(team,) if team else ())
        assert who_decides.get(document).status_code == 200

    def test_the_first_decision_is_not_shown_to_the_second(self, program, app, qa, store, three):
        send(qa, three[0], "other", turn="4", first="0", last="2")
        assert last_decisions(store, QA)[0].blind
        other = signed_in(program, app, "qa_manager", user_id="qa-2")
        page = other.get(address(three[0])).text
        assert "Two people judge this one" in page
        assert "Qa_Manager" not in page.replace("<span>Qa_Manager One</span>", "")
        assert "2 items" in qa.get("/queue").text
        assert "3 items" in other.get("/queue").text

    def test_what_they_see_differently_is_shown_to_a_third(self, program, app, qa, store, three):
        send(qa, three[0], "none")
        other = signed_in(program, app, "qa_manager", user_id="qa-2")
        send(other, three[0], "other", turn="4", first="0", last="2")
        third = signed_in(program, app, "admin", user_id="chief")
        page = third.get(address(three[0])).text
        assert "did not agree" in page
        assert "Take your time." in page
        assert send(third, three[0], "accepted").status_code == 303
        agreement = third.get("/agreement").text
        assert "0 of 1" in agreement


def test_agreement_is_a_page_of_shares_with_intervals(qa, store, three):
    decide(store, three[0], "accepted")
    decide(store, three[1], "alternative", rank=1)
    page = qa.get("/agreement?days=365").text
    assert "50%" in page
    assert "m-1" in page
    assert "Ines Duarte" in page
    assert "No item was judged by two people" in page


def test_a_decision_keeps_what_it_was_made_about(qa, store, three):
    send(qa, three[0], "alternative:1")
    made = last_decisions(store, QA)[0]
    assert (made.model_version, made.place, made.agrees) == ("m-1", 1, False)
    assert look_at(store, three[0].plan_id, three[0].items[0].item_id).machine.pick.quote.startswith("What is")


def test_an_unknown_agent_of_the_agents_file_is_no_trouble(qa, store, three):
    with store.begin() as session:
        put_agents(session, [Agent(agent_id="a-1", name="Ana", calls_per_day=30)])
    assert qa.get(f"/plans/{three[0].plan_id}").status_code == 200

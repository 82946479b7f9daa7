"""The agent's own page over HTTP: by the link alone, read, disputed, answered; and what others see of it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest

from answer_builders import SAM, WHY, disputed, keep_assigned, kept
from builders import a_call
from judging_builders import NOON, a_waiting_item, keep_draft
from operations.agents_answer import answers_of
from operations.judge import look_at
from operations.review import Decision, cancel_plan
from plan_builders import further
from store.calls import put_calls
from web_builders import Clock, a_browser, a_program, at_own_plan, form_token, hidden, signed_in

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def clock():
    return Clock(LATER)


@pytest.fixture
def plan(store):
    return keep_assigned(store, team="east")


@pytest.fixture
def program(tmp_path, store, plan):
    return a_program(tmp_path, store)


@pytest.fixture
def boss(program, app):
    return signed_in(program, app, "supervisor", at=LATER)


@pytest.fixture
def tom(program, app):
    """A reviewer who had no part in the plan."""
    return signed_in(program, app, "qa_manager", user_id="tom", at=LATER)


@pytest.fixture
def agent(program, app, plan):
    return at_own_plan(program, app, plan, LATER)


def link_from(page):
    return re.search(r'value="(http[^"]+/enter/[^"]+)"', page)[1]


def dispute(agent, plan, reason=WHY, item=0):
    return agent.post(f"/my-plan/{plan.plan_id}/items/{plan.items[item].item_id}/dispute", data={"reason": reason})


def decide(browser, plan, item=0, **fields):
    path = f"/evidence/{plan.plan_id}/{plan.items[item].item_id}"
    return browser.post(path, data={"seen": hidden(browser.get(path).text, "seen"), **fields})


class TestTheLink:
    def test_the_supervisor_makes_one_which_is_shown_once_and_opens_the_plan(self, app, boss, plan):
        path = f"/plans/{plan.plan_id}"
        assert "Make a link for the agent" in boss.get(path).text
        made = boss.post(f"{path}/link", data={})
        assert made.status_code == 200
        assert "works until 14:00 on 19 November 2026 and shows this plan alone" in made.text
        assert made.headers["cache-control"] == "no-store"
        link = link_from(made.text)
        assert link.rsplit("/", 1)[1] not in boss.get(path).text
        somebody = a_browser(app)
        door = link.removeprefix("http://127.0.0.1:8080")
        shown = somebody.post(door, data={"csrf": form_token(somebody.get(door).text)})
        assert shown.headers["location"] == f"/my-plan/{plan.plan_id}"
        page = somebody.get(shown.headers["location"]).text
        assert "The link that opens it works until 14:00 on 19 November 2026." in page
        assert "This page shows this one plan." in page

    def test_a_plan_that_is_not_assigned_has_none(self, store, boss):
        draft = keep_draft(store, "a-5", team="east")
        assert "Make a link" not in boss.get(f"/plans/{draft.plan_id}").text
        refused = boss.post(f"/plans/{draft.plan_id}/link", data={})
        assert (refused.status_code, "sees it once it is approved" in refused.text) == (422, True)

    @pytest.mark.parametrize(("role", "status"), [("admin", 200), ("qa_manager", 403), ("viewer", 403)])
    def test_who_may_make_one(self, program, app, plan, role, status):
        browser = signed_in(program, app, role, at=LATER)
        assert ("Make a link" in browser.get(f"/plans/{plan.plan_id}").text) == (status == 200)
        assert browser.post(f"/plans/{plan.plan_id}/link", data={}).status_code == status

    def test_another_teams_supervisor_finds_no_such_plan(self, program, app, plan):
        other = signed_in(program, app, "supervisor", user_id="other", teams=("west",), at=LATER)
        assert other.post(f"/plans/{plan.plan_id}/link", data={}).status_code == 404


class TestThePage:
    def test_it_shows_the_plan_each_quote_in_context_and_what_to_do(self, agent, plan):
        answer = agent.get(f"/my-plan/{plan.plan_id}")
        for words in (
            '<mark class="quote">What is the account number?</mark>',
            '<mark class="cue">',
            "Say what the trouble means for the customer.",
            "30 November 2026",
            "Approved by Sam Reed on 16 November 2026",
            "I have read this plan",
            "I do not agree with this",
        ):
            assert words in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "<script" not in answer.text

    def test_every_score_leads_to_its_line_in_the_call(self, program, app, store):
        call = a_call("customer: Hello?", "agent: One moment. I look.", call_id="c-7")
        with store.begin() as session:
            put_calls(session, [call])
        plan = keep_assigned(store, "a-7", a_waiting_item(call_id="c-77", further=[further("c-7")]), team="east")
        agent = at_own_plan(program, app, plan, LATER)
        page = agent.get(f"/my-plan/{plan.plan_id}").text
        assert page.count(f'href="/my-plan/{plan.plan_id}/calls/c-77?criterion=empathy#t2"') == 2
        assert f'href="/my-plan/{plan.plan_id}/calls/c-7?criterion=empathy#line"' in page
        shown = agent.get(f"/my-plan/{plan.plan_id}/calls/c-77?criterion=empathy").text
        assert 'id="t2"' in shown
        assert f'href="/my-plan/{plan.plan_id}"' in shown
        assert 'id="line"><mark class="quote">One moment.' in agent.get(f"/my-plan/{plan.plan_id}/calls/c-7").text

    def test_no_call_that_the_plan_does_not_speak_of(self, agent, store, plan):
        with store.begin() as session:
            put_calls(session, [a_call(call_id="c-other")])
        assert agent.get(f"/my-plan/{plan.plan_id}/calls/c-other").status_code == 404

    def test_the_pdf_is_the_plan(self, agent, plan):
        answer = agent.get(f"/my-plan/{plan.plan_id}/pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="plan-2026-11-16.pdf"'
        assert "What is the account number?" in pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text()

    def test_an_approval_that_is_taken_back_takes_the_page_along(self, agent, store, plan):
        cancel_plan(store, plan.plan_id, Decision(SAM.name, LATER, LATER.date(), "The wrong one."))
        for path in ("", "/pdf", "/calls/c-a-1"):
            assert agent.get(f"/my-plan/{plan.plan_id}{path}").status_code == 404
        assert dispute(agent, plan).status_code == 404
        assert agent.post(f"/my-plan/{plan.plan_id}/acknowledge", data={}).status_code == 404


class TestReading:
    def test_it_is_kept_with_its_time_and_shown_to_the_supervisor(self, agent, boss, plan):
        assert "has not said yet that the plan is read" in boss.get(f"/plans/{plan.plan_id}").text
        assert agent.post(f"/my-plan/{plan.plan_id}/acknowledge", data={}).status_code == 303
        page = agent.get(f"/my-plan/{plan.plan_id}?done=read").text
        assert "You said so at 14:00 on 16 November 2026." in page
        assert "I have read this plan" not in page
        assert "Read by A-1 at 14:00 on 16 November 2026." in boss.get(f"/plans/{plan.plan_id}").text


class TestDisputing:
    def test_it_needs_a_reason_and_says_so_beside_the_form(self, agent, store, plan):
        answer = dispute(agent, plan, reason=" ")
        assert (answer.status_code, "Not saved: say why" in answer.text) == (422, True)
        assert "<details" in answer.text
        assert re.search(r"<details class=\"no-print\" open>", answer.text)
        long = dispute(agent, plan, reason="x" * 2001)
        assert (long.status_code, "at most 2000" in long.text, "x" * 2001 in long.text) == (422, True, True)
        assert answers_of(store, kept(store, plan)).disputes == ()

    def test_it_goes_before_another_reviewer_and_the_answer_comes_back(
        self, agent, boss, tom, program, app, store, plan
    ):
        assert dispute(agent, plan).status_code == 303
        waiting = agent.get(f"/my-plan/{plan.plan_id}").text
        assert "Another reviewer looks at this." in waiting
        assert WHY in waiting
        assert waiting.count("Put it before another reviewer") == 1, "the other item"
        assert "Disputed by the agent; another reviewer decides." in boss.get(f"/plans/{plan.plan_id}").text
        queue = tom.get("/queue").text
        assert "1 disputed by the agent" in queue
        assert WHY in queue
        assert decide(tom, plan, decision="upheld", reason="You asked at once.").status_code == 303
        answered = agent.get(f"/my-plan/{plan.plan_id}").text
        assert "The item stands as it is." in answered
        assert "You asked at once." in answered
        assert "Decided by Qa_Manager One" in answered
        assert "The item stands as it is." in boss.get(f"/plans/{plan.plan_id}").text
        assert kept(store, plan).status == "approved"

    def test_who_had_a_part_in_it_sees_that_it_waits_for_another(self, program, app, store, plan, agent):
        dispute(agent, plan)
        ines = signed_in(program, app, "qa_manager", user_id="ines", at=LATER)
        queue = ines.get("/queue").text
        assert "1 more is disputed by the agent and waits for another reviewer" in queue
        assert WHY not in queue
        assert ines.get("/evidence/next").headers["location"] == "/queue"
        path = f"/evidence/{plan.plan_id}/{plan.items[0].item_id}"
        page = ines.get(path).text
        assert "Another reviewer decides." in page
        assert 'name="decision"' not in page
        seen = look_at(store, plan.plan_id, plan.items[0].item_id).seen
        assert ines.post(path, data={"seen": seen, "decision": "upheld"}).status_code == 403

    def test_taking_the_quote_back_or_the_score_needs_a_reason_that_the_agent_reads(self, tom, store, agent, plan):
        dispute(agent, plan)
        for decision in ("none", "wrong_score"):
            answer = decide(tom, plan, decision=decision)
            assert (answer.status_code, "the agent is to read why" in answer.text) == (422, True)
        assert decide(tom, plan, decision="wrong_score", reason="Another agent's call.").status_code == 303
        page = agent.get(f"/my-plan/{plan.plan_id}").text
        assert "The score was wrong: it counts no more." in page
        assert "Another agent&#39;s call." in page
        assert "stays out of every comparison" in page

    def test_the_agent_sees_how_it_ended_where_nothing_is_left_of_the_plan(self, program, app, store, tom):
        plan = keep_assigned(store, "a-6", a_waiting_item(call_id="c-6"), team="east")
        agent = at_own_plan(program, app, plan, LATER)
        dispute(agent, plan)
        decide(tom, plan, decision="wrong_score", reason="Another agent's call.")
        page = agent.get(f"/my-plan/{plan.plan_id}").text
        assert "This plan is over" in page
        assert "The score was wrong: it counts no more." in page
        assert "I have read this plan" not in page

    def test_a_decision_on_a_dispute_is_undone_from_the_list(self, tom, agent, store, plan):
        dispute(agent, plan)
        decide(tom, plan, decision="alternative:1")
        judgement = hidden(tom.get("/decisions").text, "judgement")
        assert tom.post("/undo", data={"judgement": judgement}).status_code == 303
        assert kept(store, plan).items[0].waits_disputed
        assert "Another reviewer looks at this." in agent.get(f"/my-plan/{plan.plan_id}").text

    def test_only_disputed_ones_can_be_asked_for(self, tom, agent, store, plan):
        keep_draft(store, "a-9", a_waiting_item(call_id="c-9", item_id="i-9"), team="east")
        dispute(agent, plan)
        assert "A-9" in tom.get("/queue").text
        assert "A-9" not in tom.get("/queue?disputed=only").text
        assert tom.get("/queue?disputed=nonsense").status_code == 200


def test_documents_tell_of_a_dispute(boss, store, plan):
    disputed(store, plan)
    assert "Disputed by the agent" in boss.get(f"/plans/{plan.plan_id}/markdown").text


def test_a_pdf_that_cannot_be_made_is_told_and_not_half_sent(boss, plan, monkeypatch):
    from operations.document import PdfNotSet

    def never(*given, **more):
        raise PdfNotSet(plan.plan_id, "it took longer than 60 seconds")

    monkeypatch.setattr("review.documents.plan_pdf", never)
    answer = boss.get(f"/plans/{plan.plan_id}/pdf")
    assert answer.status_code == 503
    assert "could not be made in the time and memory" in answer.text

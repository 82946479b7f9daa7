"""What an agent answers to a plan, and what another reviewer's decision does to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answer_builders import SAM, WHY, disputed, keep_assigned, kept
from coaching.account import SessionRules
from coaching.assemble import PlanRules
from coaching.judged import Choice
from coaching.judging import NoSuchChoice
from judging_builders import INES, NOON, TOM, a_waiting_item, decide, keep_draft
from operations.agents_answer import (
    NotAnswerable,
    acknowledge,
    answers_of,
    dispute_item,
    link_to_plan,
    may_dispute,
)
from operations.disputes import standing_choice
from operations.judge import CannotUndo, DecidedBefore, NoSuchItem, Reviewer, judge, look_at, undo
from operations.queue import Wanted, next_in_queue, see_queue
from operations.review import Decision, NoSuchPlan, ReasonNeeded, approve_plan, cancel_plan
from plan_builders import further
from store import follow_ups, judgements
from store.audit import entries
from store.plans import get_plan, put_plan
from store.session import open_store
from store.verifying import verify_quotes

LATER = NOON + timedelta(hours=2)
RULES_DAY = NOON.date()


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def wanted(reviewer):
    return Wanted(other_than=(reviewer.user_id, reviewer.name))


def decide_dispute(store, plan, verdict, reviewer=TOM, *, item=0, **fields):
    return decide(store, plan, verdict, reviewer, item=item, after=150, **fields)


def uphold(store, plan, reviewer=TOM, reason=None, item=0):
    look = look_at(store, plan.plan_id, plan.items[item].item_id)
    choice = standing_choice(look.item, reason)
    return judge(store, plan.plan_id, look.item.item_id, choice, reviewer, LATER, look.seen, 0.0)


def outcome(store, plan, item=0):
    return answers_of(store, kept(store, plan)).of(plan.items[item].item_id)


def wrong(store):
    with store.read() as session:
        return judgements.wrong_scores(session)


def promised(store, plan):
    with store.read() as session:
        return follow_ups.open_follow_up_of(session, plan.plan_id)


class TestReading:
    def test_the_first_time_counts(self, store):
        plan = keep_assigned(store)
        first = acknowledge(store, plan.plan_id, "a-1", NOON)
        assert acknowledge(store, plan.plan_id, "a-1", LATER) == first
        assert answers_of(store, plan).acknowledged.at == NOON

    def test_a_plan_that_is_assigned_anew_is_read_anew(self, store):
        plan = keep_assigned(store)
        acknowledge(store, plan.plan_id, "a-1", NOON)
        cancel_plan(store, plan.plan_id, Decision(SAM.name, LATER, RULES_DAY, "The wrong one."))
        with pytest.raises(NotAnswerable, match="is returned and not assigned to you now"):
            acknowledge(store, plan.plan_id, "a-1", LATER)

        approve_plan(store, plan.plan_id, Decision(SAM.name, LATER, RULES_DAY), PlanRules())
        assert answers_of(store, kept(store, plan)).acknowledged is None

    def test_nobody_elses_plan_is_answered(self, store):
        plan = keep_assigned(store)
        with pytest.raises(NoSuchPlan):
            acknowledge(store, plan.plan_id, "a-2", NOON)
        with pytest.raises(NoSuchPlan):
            dispute_item(store, plan.plan_id, plan.items[0].item_id, "a-2", WHY, NOON)

    def test_a_plan_that_is_not_assigned_has_no_link(self, store):

        with pytest.raises(NotAnswerable, match="once it is approved"):
            link_to_plan(store, keep_draft(store), NOON, SessionRules())
        assert link_to_plan(store, keep_assigned(store, "a-2"), NOON, SessionRules())


class TestDisputing:
    def test_a_dispute_goes_to_the_top_of_the_queue_and_the_plan_stays_assigned(self, store):
        keep_draft(store, "a-9", a_waiting_item(critical=True, score=0, call_id="c-9"))
        plan = keep_assigned(store)
        before = promised(store, plan)
        disputed(store, plan)
        first = next_in_queue(store, wanted(TOM))
        assert (first.plan_id, first.item.disputed.reason) == (plan.plan_id, WHY)
        page = see_queue(store, wanted(TOM))
        assert (page.waiting, page.disputed, page.for_another, page.critical) == (2, 1, 0, 1)
        assert kept(store, plan).status == "approved"
        assert promised(store, plan) == before

    @pytest.mark.parametrize("reviewer", [INES, SAM, Reviewer("sam-2", "Sam Reed"), Reviewer("Sam Reed", "S.")])
    def test_who_accepted_the_quote_or_approved_the_plan_does_not_decide(self, store, reviewer):
        plan = keep_assigned(store)
        disputed(store, plan)
        assert next_in_queue(store, wanted(reviewer)) is None
        page = see_queue(store, wanted(reviewer))
        assert (page.waiting, page.for_another) == (0, 1)
        for verdict in ("accepted", "none", "wrong_score"):
            with pytest.raises(DecidedBefore, match="another reviewer decides"):
                decide_dispute(store, plan, verdict, reviewer, reason="Mine.")
        assert outcome(store, plan).outcome is None

    @pytest.mark.parametrize("reason", ["", "  \n "])
    def test_a_dispute_without_a_reason_is_none(self, store, reason):
        plan = keep_assigned(store)
        with pytest.raises(ReasonNeeded, match="say why"):
            disputed(store, plan, reason=reason)
        assert answers_of(store, plan).disputes == ()

    def test_a_reason_has_an_end(self, store):
        with pytest.raises(NotAnswerable, match="2001 characters; at most 2000"):
            disputed(store, keep_assigned(store), reason="x" * 2001)

    def test_an_item_is_disputed_once(self, store):
        plan = keep_assigned(store)
        disputed(store, plan)
        with pytest.raises(NotAnswerable, match="disputed before"):
            disputed(store, plan)
        uphold(store, plan)
        with pytest.raises(NotAnswerable, match="disputed before"):
            disputed(store, plan)

    def test_what_is_not_there_is_not_disputed(self, store):
        plan = keep_assigned(store)
        with pytest.raises(NoSuchItem):
            dispute_item(store, plan.plan_id, "i-none", "a-1", WHY, NOON)

    def test_an_item_that_was_scored_is_past_disputing(self, store):
        plan = keep_assigned(store)
        assert may_dispute(plan, plan.items[0], set())
        assert not may_dispute(plan, plan.items[0], {plan.items[0].item_id})
        assert not may_dispute(plan.model_copy(update={"status": "closed"}), plan.items[0], set())

    def test_every_step_is_in_the_audit_trail_with_who_took_it_and_no_words(self, store):
        plan = keep_assigned(store)
        acknowledge(store, plan.plan_id, "a-1", NOON)
        disputed(store, plan)
        undo(store, uphold(store, plan, reason="Heard it.").judgement_id, TOM, LATER)
        with store.read() as session:
            about = entries(session, f"plan {plan.plan_id}")
            trail = [one for one in about if one.act.startswith(("item.", "dispute.", "plan.acknowledged"))]
            everything = str(list(entries(session)))
        assert [(one.act, one.by) for one in trail] == [
            ("plan.acknowledged", "a-1"),
            ("item.disputed", "a-1"),
            ("dispute.decided", "tom"),
            ("dispute.reopened", "tom"),
        ]
        assert WHY not in everything
        assert "Heard it." not in everything


class TestDeciding:
    @pytest.mark.parametrize("standing", ["accepted", "alternative", "other"])
    def test_upholding_leaves_the_words_that_stood_and_says_who_upheld_them(self, store, standing):
        more = {"alternative": {"rank": 1}, "other": {"turn": 2, "start": 28, "end": 45}}.get(standing, {})
        plan = keep_draft(store)
        decide(store, plan, standing, **more)

        plan = approve_plan(store, plan.plan_id, Decision(SAM.name, NOON, RULES_DAY), PlanRules())
        disputed(store, plan)
        judgement = uphold(store, plan, reason="You asked for the number at once.")
        item = kept(store, plan).items[0]
        assert item.evidence == plan.items[0].evidence
        assert (item.judged.by, item.judged.verdict) == ("Tom Okafor", standing)
        assert item.disputed.outcome == "upheld"
        found = outcome(store, plan)
        assert (found.outcome, found.decided_by, found.answer) == (
            "upheld", "Tom Okafor", "You asked for the number at once."
        )  # fmt: skip
        assert (judgement.settles, judgement.agrees) == (True, standing == "accepted")
        assert see_queue(store, Wanted()).waiting == 0

    def test_another_sentence_takes_the_place_and_the_plan_goes_on(self, store):
        plan = keep_assigned(store)
        before = promised(store, plan)
        disputed(store, plan)
        decide_dispute(store, plan, "alternative", rank=2)
        now = kept(store, plan)
        assert (now.status, now.items[0].evidence.quote) == ("approved", "Anything else?")
        assert outcome(store, plan).outcome == "other_quote"
        assert promised(store, plan) == before
        with store.read() as session:
            assert list(verify_quotes(session)) == []

    def test_an_assigned_item_loses_its_quote_only_with_a_reason(self, store):
        plan = keep_assigned(store)
        disputed(store, plan)
        for verdict in ("none", "wrong_score"):
            with pytest.raises(NoSuchChoice, match="the agent is to read why"):
                decide_dispute(store, plan, verdict)
        assert kept(store, plan).items[0].waits_disputed
        decide_dispute(store, plan, "none", reason="It was said to somebody else.")
        now = kept(store, plan)
        assert (now.items[0].evidence.status, now.status) == ("none", "approved")
        assert outcome(store, plan).outcome == "no_quote"

    def test_a_wrong_score_leaves_the_plan_and_every_comparison(self, store):
        plan = keep_assigned(store)
        before = promised(store, plan)
        disputed(store, plan)
        decide_dispute(store, plan, "wrong_score", reason="Another agent's call.")
        now = kept(store, plan)
        assert (now.status, [item.criterion_id for item in now.items]) == ("approved", ["closing"])
        assert wrong(store) == {("c-a-1", "empathy")}
        assert promised(store, plan) == before, "the other item is scored as promised"
        withdrawn = answers_of(store, now).withdrawn(now)
        assert [(one.criterion_id, one.outcome, one.answer) for one in withdrawn] == [
            ("empathy", "wrong_score", "Another agent's call.")
        ]

    def test_the_only_wrong_score_ends_the_plan_and_its_promise(self, store):
        plan = keep_assigned(store, "a-1", a_waiting_item(further=[further("c-7")]))
        disputed(store, plan)
        decide_dispute(store, plan, "wrong_score", reason="Another agent's call.")
        now = kept(store, plan)
        assert (now.status, now.reason) == ("dismissed", "Another agent's call.")
        assert now.items[0].further == (), "the others may be planned"
        assert promised(store, plan) is None
        assert outcome(store, plan).outcome == "wrong_score"
        assert see_queue(store, Wanted()).waiting == 0

    @pytest.mark.parametrize("verdict", ["accepted", "alternative", "none", "wrong_score"])
    @pytest.mark.parametrize("count", [1, 2])
    def test_a_decision_that_is_taken_back_puts_the_dispute_back(self, store, verdict, count):
        items = [
            a_waiting_item(call_id="c-1"),
            a_waiting_item("closing", "c-1"),
        ][:count]
        plan = keep_assigned(store, "a-1", *items)
        before = promised(store, plan)
        disputed(store, plan)
        there = kept(store, plan)
        more = {"rank": 1} if verdict == "alternative" else {}
        judgement = decide_dispute(store, plan, verdict, reason="A slip.", **more)
        undo(store, judgement.judgement_id, TOM, LATER)
        assert kept(store, plan) == there
        assert outcome(store, plan).outcome is None
        assert next_in_queue(store, wanted(TOM)).plan_id == plan.plan_id
        assert wrong(store) == set()
        again = promised(store, plan)
        days = ("approved_on", "due_on", "last_day")
        assert [getattr(again, day) for day in days] == [getattr(before, day) for day in days]

    def test_the_acceptance_before_the_approval_is_not_undone(self, store):
        plan = keep_draft(store)
        judgement = decide(store, plan)

        plan = approve_plan(store, plan.plan_id, Decision(SAM.name, NOON, RULES_DAY), PlanRules())
        disputed(store, plan)
        with pytest.raises(CannotUndo, match="approved since"):
            undo(store, judgement.judgement_id, INES, LATER)

    def test_a_disputed_item_is_decided_by_one_even_where_two_judge(self, store):
        plan = keep_assigned(store)
        disputed(store, plan)
        look = look_at(store, plan.plan_id, plan.items[0].item_id)
        assert look.stage(1.0) == "disputed"
        judge(store, plan.plan_id, look.item.item_id, Choice(verdict="accepted"), TOM, LATER, look.seen, 1.0)
        assert outcome(store, plan).outcome == "upheld"

    def test_a_dispute_outlives_the_plans_end_and_the_score_is_out_from_then_on(self, store):
        plan = keep_assigned(store)
        disputed(store, plan)

        with store.begin() as session:
            put_plan(session, kept(store, plan).model_copy(update={"status": "closed"}))
        going_on = a_waiting_item(call_id="c-a-1", item_id="i-next", cycle=2, follows=plan.plan_id)
        following = keep_draft(store, "a-1", going_on, plan_id="p-next")
        decide_dispute(store, plan, "wrong_score", reason="Another agent's call.")
        closed = kept(store, plan)
        assert (closed.status, len(closed.items)) == ("closed", 2), "what was scored stays on record"
        assert closed.items[0].judged.verdict == "wrong_score"
        assert wrong(store) == {("c-a-1", "empathy")}
        with store.read() as session:
            assert get_plan(session, following.plan_id) is None, "its next cycle had nothing else"

    def test_a_dispute_outlives_an_approval_that_is_taken_back(self, store):
        plan = keep_assigned(store)
        disputed(store, plan)
        cancel_plan(store, plan.plan_id, Decision("boss", LATER, RULES_DAY, "Not yet."))
        assert next_in_queue(store, wanted(TOM)).plan_id == plan.plan_id
        with pytest.raises(DecidedBefore):
            decide_dispute(store, plan, "accepted", SAM)
        uphold(store, plan)
        assert outcome(store, plan).outcome == "upheld"
        assert kept(store, plan).status == "returned"

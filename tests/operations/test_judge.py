"""What a decision on evidence does to the plan, to the queue and to what is known of the machine."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import a_failure, a_rubric
from coaching.assemble import PlanRules, Setting
from coaching.judged import Choice
from coaching.judging import NoSuchChoice
from judging_builders import INES, NOON, TOM, a_judged_call, a_waiting_item, decide, keep_draft
from nlp.utterance import NotASlice
from operations.judge import CannotUndo, ItemChanged, NoSuchItem, judge, last_decisions, look_at, undo
from operations.plan import WRONG_SCORE, draft_plans
from operations.queue import Wanted, next_in_queue, see_queue
from operations.review import Decision, approve_plan
from operations.selected import SelectedFailures
from plan_builders import PRACTICE, further
from store.calls import put_calls
from store.evidence import FoundBy, put_picks
from store.judgements import machine_pick, wrong_scores
from store.left_out import leave_out
from store.plans import get_plan, put_plan
from store.rubrics import put_rubric
from store.session import open_store
from store.verifying import verify_quotes


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def now(store, plan):
    with store.read() as session:
        return get_plan(session, plan.plan_id)


def wrong(store):
    with store.read() as session:
        return wrong_scores(session)


def test_accepting_leaves_the_words_and_names_who_accepted_them(store):
    plan = keep_draft(store)
    judgement = decide(store, plan)
    item = now(store, plan).items[0]
    assert item.evidence == plan.items[0].evidence
    assert (item.judged.verdict, item.judged.by, item.judged.at) == ("accepted", "Ines Duarte", NOON)
    assert (judgement.place, judgement.agrees, judgement.model_version) == (0, True, "m-1")
    assert see_queue(store, Wanted()).waiting == 0


def test_an_alternative_takes_the_place_of_the_pick_and_both_are_kept(store):
    plan = keep_draft(store)
    judgement = decide(store, plan, "alternative", rank=1, reason="It shows it better.")
    item = now(store, plan).items[0]
    assert item.evidence.quote == "Take your time."
    assert [turn.turn for turn in item.context] == [2, 3, 4, 5]
    assert "It shows it better." in item.evidence.why
    assert (judgement.verdict, judgement.place, judgement.agrees) == ("alternative", 1, False)
    with store.read() as session:
        assert machine_pick(session, plan.plan_id, item).pick.quote == "What is the account number?"
        assert list(verify_quotes(session)) == []


def test_any_stretch_of_an_agents_turn_can_be_taken_and_is_a_slice(store):
    plan = keep_draft(store)
    judgement = decide(store, plan, "other", turn=2, start=28, end=45)
    assert judgement.quote == "And the postcode?"
    assert (judgement.place, judgement.agrees) == (None, False)
    assert now(store, plan).items[0].evidence.quote == "And the postcode?"


def test_words_that_overlap_the_pick_count_as_the_machines(store):
    assert decide(store, keep_draft(store), "other", turn=2, start=8, end=45).agrees is True


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        ({"verdict": "other", "turn": 1, "start": 0, "end": 11}, NoSuchChoice),
        ({"verdict": "other", "turn": 2, "start": 40, "end": 99}, NotASlice),
        ({"verdict": "other", "turn": 99, "start": 0, "end": 1}, NotASlice),
        ({"verdict": "other", "turn": 2, "start": 27, "end": 28}, NotASlice),
        ({"verdict": "alternative", "rank": 3}, NoSuchChoice),
    ],
)
def test_words_that_cannot_be_quoted_are_refused_and_nothing_is_written(store, choice, error):
    plan = keep_draft(store)
    with pytest.raises(error):
        decide(store, plan, **choice)
    assert now(store, plan) == plan
    assert last_decisions(store, INES) == []


def test_nothing_shows_it_leaves_an_item_that_needs_a_reason_to_be_approved(store):
    plan = keep_draft(store)
    assert decide(store, plan, "none").agrees is False
    assert now(store, plan).items[0].evidence.status == "none"


def test_a_wrong_score_takes_the_item_out_and_stays_out(store):
    plan = keep_draft(store, "a-1", a_waiting_item(), a_waiting_item("closing"))
    decide(store, plan, "wrong_score")
    assert [item.criterion_id for item in now(store, plan).items] == ["closing"]
    assert wrong(store) == {("c-1", "empathy")}


def test_a_plan_of_which_the_only_score_is_wrong_is_dismissed_for_that_failure_alone(store):
    plan = keep_draft(store, "a-1", a_waiting_item(further=[further("c-7")]))
    decide(store, plan, "wrong_score", reason="Scored on another call.")
    dismissed = now(store, plan)
    assert (dismissed.status, dismissed.reason) == ("dismissed", "Scored on another call.")
    assert dismissed.items[0].further == ()


@pytest.mark.parametrize("verdict", ["accepted", "none", "wrong_score"])
def test_undoing_brings_the_plan_and_the_queue_back(store, verdict):
    plan = keep_draft(store)
    judgement = decide(store, plan, verdict)
    undo(store, judgement.judgement_id, INES, NOON + timedelta(minutes=1))
    assert now(store, plan) == plan
    assert see_queue(store, Wanted()).waiting == 1
    assert wrong(store) == set()
    assert last_decisions(store, INES) == []


def test_an_item_that_was_taken_out_is_put_back_in_its_place(store):
    plan = keep_draft(store, "a-1", a_waiting_item(), a_waiting_item("closing"))
    judgement = decide(store, plan, "wrong_score")
    undo(store, judgement.judgement_id, INES, NOON)
    assert now(store, plan) == plan


def test_only_the_last_twenty_of_ones_own_can_be_undone(store):
    made = [decide(store, keep_draft(store, f"a-{n}"), after=n) for n in range(21)]
    assert len(last_decisions(store, INES)) == 20
    for judgement, reviewer in ((made[0], INES), (made[20], TOM)):
        with pytest.raises(CannotUndo, match="not among your last 20"):
            undo(store, judgement.judgement_id, reviewer, NOON)
    undo(store, made[20].judgement_id, INES, NOON)
    undo(store, made[0].judgement_id, INES, NOON)


def test_what_was_approved_since_is_not_undone(store, tmp_path):
    plan = keep_draft(store)
    judgement = decide(store, plan)
    approve_plan(store, plan.plan_id, Decision("sam", NOON, NOON.date()), PlanRules())
    with pytest.raises(CannotUndo, match="approved since"):
        undo(store, judgement.judgement_id, INES, NOON)


def test_an_item_that_changed_meanwhile_is_not_decided_on(store):
    plan = keep_draft(store)
    item_id = plan.items[0].item_id
    seen = look_at(store, plan.plan_id, item_id).seen
    decide(store, plan, "alternative", TOM, rank=2)
    with pytest.raises(ItemChanged):
        judge(store, plan.plan_id, item_id, Choice(verdict="accepted"), INES, NOON, seen, 0.0)
    assert now(store, plan).items[0].judged.by == "Tom Okafor"


def test_a_change_of_the_other_item_is_no_conflict(store):
    plan = keep_draft(store, "a-1", a_waiting_item(), a_waiting_item("closing"))
    seen = look_at(store, plan.plan_id, plan.items[0].item_id).seen
    decide(store, plan, "accepted", TOM, item=1)
    judge(store, plan.plan_id, plan.items[0].item_id, Choice(verdict="accepted"), INES, NOON, seen, 0.0)
    assert [item.judged.by for item in now(store, plan).items] == ["Ines Duarte", "Tom Okafor"]


def test_there_is_no_item_of_another_plan(store):
    plan = keep_draft(store)
    with pytest.raises(NoSuchItem):
        look_at(store, plan.plan_id, "i-nothing")


def test_two_reviewers_who_choose_the_same_settle_a_doubled_item(store):
    plan = keep_draft(store)
    first = decide(store, plan, "other", INES, turn=2, start=0, end=27, share=1.0)
    assert (first.blind, first.settles) == (True, False)
    assert now(store, plan) == plan
    assert see_queue(store, Wanted(reviewer="ines")).waiting == 0
    second = decide(store, plan, "other", TOM, turn=2, start=5, end=45, after=1, share=1.0)
    assert (second.blind, second.settles) == (True, True)
    assert now(store, plan).items[0].judged.by == "Tom Okafor"


def test_one_reviewer_does_not_judge_a_doubled_item_twice(store):
    plan = keep_draft(store)
    decide(store, plan, "none", INES, share=1.0)
    with pytest.raises(ItemChanged):
        decide(store, plan, "none", INES, after=1, share=1.0)


def test_a_third_look_settles_what_two_reviewers_see_differently(store):
    plan = keep_draft(store)
    decide(store, plan, "none", INES, share=1.0)
    decide(store, plan, "other", TOM, turn=4, start=0, end=15, after=1, share=1.0)
    assert now(store, plan) == plan
    assert look_at(store, plan.plan_id, plan.items[0].item_id).stage(1.0) == "differ"
    settled = decide(store, plan, "accepted", INES, after=2, share=1.0)
    assert (settled.blind, settled.settles) == (False, True)
    assert now(store, plan).items[0].judged.verdict == "accepted"


def test_the_queue_is_in_the_order_of_urgency_and_goes_round(store):
    keep_draft(store, "a-1", a_waiting_item(call_id="c-a", score=55))
    keep_draft(store, "a-2", a_waiting_item(call_id="c-b", score=10))
    keep_draft(store, "a-3", a_waiting_item(call_id="c-c", score=59, critical=True))
    keep_draft(store, "a-4", a_waiting_item(call_id="c-d", score=10, confidence=0.3))
    page = see_queue(store, Wanted())
    assert [one.agent_id for one in page.entries] == ["a-3", "a-4", "a-2", "a-1"]
    assert (page.waiting, page.critical) == (4, 1)
    assert next_in_queue(store, Wanted(), page.entries[0].key).agent_id == "a-4"
    assert next_in_queue(store, Wanted(), page.entries[3].key).agent_id == "a-3"
    others = frozenset({page.entries[1].name})
    assert next_in_queue(store, Wanted(), page.entries[0].key, others).agent_id == "a-2"


def draw(store, *failures):
    """What a night does with these failures, whose evidence is kept."""
    rubric = a_rubric("empathy", "closing", "greeting")
    setting = Setting({1: rubric}, PlanRules(), NOON.date(), ZoneInfo("UTC"))
    return draft_plans(store, SelectedFailures(failures), setting, "m-1")


@pytest.fixture
def failures(store):
    """Three criteria that agent a-1 fails in call c-1, the last of which has to wait."""
    rubric = a_rubric("empathy", "closing", "greeting")
    call = a_judged_call()
    with store.begin() as session:
        put_rubric(session, rubric)
        put_calls(session, [call])
        for criterion in rubric.criteria:
            found = FoundBy(call.digest, rubric.digests()[criterion.id], "m-1")
            put_picks(session, [(a_waiting_item(criterion.id).evidence, found)])
    return [a_failure(rubric.criteria[n], score) for n, score in enumerate((10, 20, 30))]


def test_a_night_keeps_decisions_and_what_people_wrote(store, failures):
    plan = draw(store, *failures).plans[0]
    decide(store, plan, "alternative", rank=2, reason="The better one.")
    with store.begin() as session:
        current = get_plan(session, plan.plan_id)
        written = current.items[1].model_copy(update={"edited_by": "Sam", "practice": PRACTICE})
        put_plan(session, current.model_copy(update={"items": (current.items[0], written)}))
    before = now(store, plan)
    assert draw(store, *failures).plans == (before,)
    assert before.items[0].judged.verdict == "alternative"
    with store.read() as session:
        assert list(verify_quotes(session)) == []


def test_a_night_plans_no_score_that_a_person_found_wrong(store, failures):
    plan = draw(store, *failures).plans[0]
    decide(store, plan, "wrong_score")
    drawn = draw(store, *failures)
    assert [item.criterion_id for item in drawn.plans[0].items] == ["closing", "greeting"]
    assert drawn.not_planned == {WRONG_SCORE: 1}
    assert drawn.waiting == ()


def test_what_a_person_took_out_of_a_plan_waits_and_does_not_come_back(store, failures):
    plan = draw(store, *failures).plans[0]
    with store.begin() as session:
        leave_out(session, plan.plan_id, "empathy", "Sam", NOON, "Not now.")
    drawn = draw(store, *failures)
    assert [item.criterion_id for item in drawn.plans[0].items] == ["closing", "greeting"]
    assert [one.criterion_id for one in drawn.waiting] == ["empathy"]
    assert [item.criterion_id for item in draw(store, *failures[:2]).plans[0].items] == ["closing"]
    assert [item.criterion_id for item in draw(store, failures[0]).plans[0].items] == ["empathy"]

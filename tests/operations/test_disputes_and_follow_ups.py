"""A dispute and the follow-up scoring of its plan: the promise is kept, and a wrong score is in no comparison."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builders import a_call
from coaching.judged import Choice
from follow_up_builders import APPROVED, RUBRIC, approve, decided, open_center, put_scored, work_of
from judging_builders import TOM
from operations.agents_answer import NotAnswerable, answers_of, dispute_item
from operations.edit_plan import see_plan
from operations.follow_up import accounts_of_plan, score_due
from operations.judge import judge, look_at, undo
from plan_builders import a_plan, an_item
from store import follow_ups
from store.judgements import wrong_scores
from store.plans import put_plan
from store.session import open_store

DAY = timedelta(days=1)
DUE = APPROVED + 14 * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
AT = decided(APPROVED + DAY).at


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


@pytest.fixture
def plan(store):
    """Two criteria, each scored before and after the approval; both items quote a call of those before."""
    open_center(store)
    digests, items = RUBRIC.digests(), []
    for name in ("empathy", "greeting"):
        before = put_scored(store, LOW, APPROVED - 9 * DAY, criterion_id=name, prefix=f"before-{name}-")
        put_scored(store, HIGH, APPROVED + DAY, criterion_id=name, prefix=f"{name}-")
        call = a_call(call_id=before[3])
        items.append(an_item(name, call, criterion_digest=digests[name], rubric_id=RUBRIC.id, score=38))
    draft = a_plan("a-1", *items, team="Billing", as_of=APPROVED)
    with store.begin() as session:
        put_plan(session, draft)
    return approve(store, draft)


def dispute(store, plan, item=0):
    return dispute_item(store, plan.plan_id, plan.items[item].item_id, "a-1", "That was not me.", AT)


def find_wrong(store, plan, item=0):
    look = look_at(store, plan.plan_id, plan.items[item].item_id)
    choice = Choice(verdict="wrong_score", reason="Another agent's call.")
    return judge(store, plan.plan_id, look.item.item_id, choice, TOM, AT, look.seen, 0.0)


def cycles(store, plan):
    return {one.cycle.criterion_id: one.cycle for one in accounts_of_plan(store, plan.plan_id)}


def test_what_is_disputed_is_scored_as_promised_while_it_waits(store, plan):
    dispute(store, plan)
    assert len(score_due(work_of(store), DUE).scored) == 1
    assert set(cycles(store, plan)) == {"empathy", "greeting"}
    assert see_plan(store, plan.plan_id).plan.status == "closed"


def test_of_a_plan_with_a_withdrawn_item_the_other_is_scored_as_promised(store, plan):
    dispute(store, plan)
    find_wrong(store, plan)
    assert len(score_due(work_of(store), DUE).scored) == 1
    found = cycles(store, plan)
    assert set(found) == {"greeting"}
    assert found["greeting"].movement.before.calls == 8, "the other criterion's scores are all right"


def test_a_wrong_score_is_out_of_the_comparison_of_the_same_criterion(store, plan):
    dispute(store, plan)
    judgement = find_wrong(store, plan)
    with store.read() as session:
        assert wrong_scores(session) == {(plan.items[0].call_id, "empathy")}
    undo(store, judgement.judgement_id, TOM, AT)
    score_due(work_of(store), DUE)
    assert cycles(store, plan)["empathy"].movement.before.calls == 8, "it was taken back"


def test_an_item_that_was_scored_while_its_dispute_waited_stays_on_record_and_its_score_is_out(store, plan):
    dispute(store, plan)
    score_due(work_of(store), DUE)
    before = cycles(store, plan)
    find_wrong(store, plan)
    now = see_plan(store, plan.plan_id).plan
    assert (now.status, len(now.items)) == ("closed", 2)
    assert cycles(store, plan) == before
    assert answers_of(store, now).of(now.items[0].item_id).outcome == "wrong_score"
    with store.read() as session:
        assert wrong_scores(session) == {(plan.items[0].call_id, "empathy")}


def test_a_plan_that_is_over_by_a_dispute_is_not_scored(store, plan):
    for item in (0, 1):
        dispute(store, plan, item)
    for item in (0, 1):
        find_wrong(store, plan, item)
    assert see_plan(store, plan.plan_id).plan.status == "dismissed"
    assert score_due(work_of(store), DUE).scored == ()
    with store.read() as session:
        assert [one.state for one in follow_ups.follow_ups_of(session, plan.plan_id)] == ["cancelled"]


def test_what_was_scored_is_not_disputed_any_more(store, plan):
    score_due(work_of(store), DUE)
    with pytest.raises(NotAnswerable, match="it is closed"):
        dispute(store, plan)

"""A person overrules the machine with a reason: two records, and the next draft follows the person."""

from datetime import timedelta

import pytest

from follow_up_builders import APPROVED, approve, decided, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability, score_due
from operations.overruling import NextCycleBegan, NotConcluded, WrongActions, overrule
from operations.review import ReasonNeeded, find_plan, list_plans
from store.movements import cycles_that_ask
from store.session import open_store

DAY = timedelta(days=1)
DUE, LAST = APPROVED + 14 * DAY, APPROVED + 21 * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        put_scored(opened, LOW, APPROVED - 9 * DAY, prefix="before-")
        yield opened


def a_scored_plan(store, after, day=DUE, criteria=("empathy",)):
    plan = approve(store, put_draft(store, *criteria))
    put_scored(store, after, APPROVED + DAY)
    score_due(work_of(store), day)
    return plan


def decide(store, *actions, criterion="empathy", plan="p-a-1", day=DUE + DAY, reason="I sat beside her."):
    return overrule(work_of(store), plan, criterion, actions, decided(day, by="odile", reason=reason))


def drafts(store):
    return [(item.criterion_id, item.follows) for plan in list_plans(store, "draft") for item in plan.items]


def test_closed_by_the_machine_goes_on_where_a_person_says_so(store):
    a_scored_plan(store, HIGH)
    assert drafts(store) == []
    decided_on = decide(store, "continue")
    assert (decided_on.actions, decided_on.decided_by) == (("continue",), "odile")
    assert drafts(store) == [("empathy", "p-a-1")]
    (draft,) = list_plans(store, "draft")
    assert draft.items[0].because == "odile: I sat beside her."


def test_what_the_machine_says_stays_beside_what_the_person_says(store):
    a_scored_plan(store, HIGH)
    decide(store, "continue")
    decide(store, "close", reason="On second thoughts.")
    (account,) = accountability(store)
    assert account.cycle.next.actions == ("close",)
    assert [one.actions for one in account.overrulings] == [("continue",), ("close",)]
    assert account.actions == ("close",)
    assert drafts(store) == []


def test_going_on_by_the_machine_ends_where_a_person_closes_it(store):
    a_scored_plan(store, LOW)
    assert drafts(store) == [("empathy", "p-a-1")]
    decide(store, "close")
    assert list_plans(store, "draft") == []
    assert find_plan(store, "p-a-1").status == "closed"


def test_a_person_reassigns_to_the_next_approach_and_escalates(store):
    a_scored_plan(store, [30, 58, 24, 55, 41, 52])
    (draft,) = list_plans(store, "draft")
    assert draft.items[0].practice.skill == "naming the trouble"
    account = decide(store, "escalate", "reassign")
    assert account.actions == ("reassign", "escalate")
    (draft,) = list_plans(store, "draft")
    assert (draft.items[0].practice.skill, draft.items[0].cycle) == ("saying it back", 2)


def test_where_the_machine_asks_the_plan_stays_open_until_a_person_decides(store):
    a_scored_plan(store, HIGH[:2], LAST)
    assert find_plan(store, "p-a-1").status == "approved"
    assert len(asking(store)) == 1
    decide(store, "continue", day=LAST + DAY)
    assert asking(store) == []
    assert find_plan(store, "p-a-1").status == "closed"
    assert drafts(store) == [("empathy", "p-a-1")]


def test_one_decision_of_two_leaves_the_plan_open(store):
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-", criterion_id="greeting")
    a_scored_plan(store, [], LAST, criteria=("empathy", "greeting"))
    decide(store, "close", day=LAST + DAY)
    assert find_plan(store, "p-a-1").status == "approved"
    decide(store, "continue", criterion="greeting", day=LAST + DAY)
    assert drafts(store) == [("greeting", "p-a-1")]


def test_once_the_next_cycle_is_approved_it_is_decided_there(store):
    a_scored_plan(store, LOW)
    (draft,) = list_plans(store, "draft")
    approve(store, draft, DUE + DAY)
    with pytest.raises(NextCycleBegan, match=draft.plan_id):
        decide(store, "close")
    (account,) = accountability(store)
    assert account.overrulings == ()


def test_overruling_needs_a_reason_a_concluded_item_and_actions_that_go_together(store):
    approve(store, put_draft(store))
    with pytest.raises(NotConcluded, match="follow-up is on 2026-11-16"):
        decide(store, "close")
    with pytest.raises(NotConcluded, match="did you mean 'empathy'"):
        decide(store, "close", criterion="emphaty")
    put_scored(store, HIGH, APPROVED + DAY)
    score_due(work_of(store), DUE)
    with pytest.raises(ReasonNeeded):
        decide(store, "close", reason=" ")
    for wrong in ((), ("escalate",), ("close", "continue"), ("wait",)):
        with pytest.raises(WrongActions):
            decide(store, *wrong)


def test_another_item_of_the_draft_stays_as_it_is(store):
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-", criterion_id="greeting")
    approve(store, put_draft(store, "empathy", "greeting"))
    for criterion in ("empathy", "greeting"):
        put_scored(store, LOW, APPROVED + DAY, criterion_id=criterion)
    score_due(work_of(store), DUE)
    (before,) = list_plans(store, "draft")
    decide(store, "close")
    (after,) = list_plans(store, "draft")
    assert after.items == tuple(item for item in before.items if item.criterion_id == "greeting")
    assert after.plan_id == before.plan_id


def asking(store):
    with store.read() as session:
        return cycles_that_ask(session)

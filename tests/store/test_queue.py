"""The queue and the list of plans, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coaching.urgency import queue_key
from judging_builders import INES, NOON, a_waiting_item, decide, keep_draft
from plan_builders import a_plan, an_item
from store.judgements import count_agreement, latest_by, standing_of, take_back, wrong_scores
from store.plan_list import Listed, count_listed, list_page
from store.plans import put_plan
from store.queue import COUNTED_TO, Wanted, count_waiting, entries, waiting_criteria, waiting_teams

ONE = an_item()


def fill(store, count=12):
    with store.begin() as session:
        for n in range(count):
            item = an_item(("empathy", "closing")[n % 2], item_id=f"i-{n}", score=n, critical=n == 7)
            put_plan(session, a_plan(f"a-{n:02}", item, team=f"t-{n % 3}" if n % 4 else None))


def names(found):
    return [one.agent_id for one in found]


def test_pages_of_the_queue_are_the_queue(store):
    fill(store)
    with store.read() as session:
        whole = entries(session, Wanted(), limit=100)
        turned, key = [], ""
        while page := entries(session, Wanted(), after=key, limit=5):
            turned += page
            key = page[-1].key
        assert turned == whole
        assert names(whole)[:2] == ["a-07", "a-00"]
        assert all(one.key < other.key for one, other in pairwise(whole))
        assert entries(session, Wanted(), before=whole[6].key, limit=3) == whole[3:6]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(team="t-1"), [7, 1, 10]),
        (Wanted(criterion_id="closing"), [7, 1, 3, 5, 9, 11]),
        (Wanted(team="t-1", criterion_id="closing"), [7, 1]),
        (Wanted(agent_id="a-03"), [3]),
        (Wanted(rubric_version=2), []),
        (Wanted(confidence_under=0.5), []),
        (Wanted(agent_id="a-03", confidence_from=0.5, called_from=date(2026, 11, 2)), [3]),
        (Wanted(called_until=date(2026, 11, 1)), []),
    ],
)
def test_the_queue_is_narrowed_and_counted(store, wanted, expected):
    fill(store)
    with store.read() as session:
        assert names(entries(session, wanted)) == [f"a-{n:02}" for n in expected]
        counts = count_waiting(session, wanted)
        assert (counts.waiting, counts.critical) == (len(expected), 7 in expected)


def test_what_a_filter_can_be_set_to(store):
    fill(store)
    with store.read() as session:
        assert waiting_teams(session) == ["t-0", "t-1", "t-2"]
        assert waiting_criteria(session) == ["closing", "empathy"]


def test_only_what_waits_is_in_the_queue(store):
    plan = a_plan()
    with store.begin() as session:
        for status, waits in (("draft", 1), ("returned", 1), ("approved", 0), ("dismissed", 0)):
            put_plan(session, plan.model_copy(update={"status": status}))
            assert count_waiting(session, Wanted()).waiting == waits
        assert waiting_teams(session) == []


def test_a_count_stops_where_it_is_told_to(store, monkeypatch):
    monkeypatch.setattr("store.queue.COUNTED_TO", 5)
    fill(store)
    with store.read() as session:
        assert count_waiting(session, Wanted()).waiting == 6
    assert COUNTED_TO == 1000


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 100), st.floats(-1e9, 100), st.floats(0, 1)), min_size=2, max_size=2)
)
def test_the_key_sorts_as_the_order_says(pair):
    def item(critical, weight, score, confidence):
        pick = ONE.evidence.model_copy(update={"confidence": confidence})
        return ONE.model_copy(update={"critical": critical, "weight": weight, "score": score, "evidence": pick})

    def order(one):
        urgency = round(min(10**12, one.weight * one.shortfall * 1000))
        return (not one.critical, -urgency, round(one.evidence.confidence * 1e6))

    one, other = (item(*values) for values in pair)
    plan = a_plan()
    assert (order(one) < order(other)) == (queue_key(plan, one)[:21] < queue_key(plan, other)[:21])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 100), st.floats(-1e300, 1e300))
def test_every_key_is_of_one_length_until_the_name(weight, score):
    item = ONE.model_copy(update={"weight": weight, "score": score})
    assert queue_key(a_plan(), item)[21:].startswith(" p-a-1 i-empathy")


def test_decisions_are_kept_on_every_database(store):
    plan = keep_draft(store, "a-1", a_waiting_item(), a_waiting_item("closing"))
    first = decide(store, plan, "other", turn=2, start=28, end=45, reason="Better.")
    second = decide(store, plan, "wrong_score", item=1, after=1)
    with store.begin() as session:
        assert standing_of(session, plan.plan_id, first.item_id) == [first]
        assert [one.judgement_id for one in latest_by(session, INES.user_id, 5)] == [
            second.judgement_id,
            first.judgement_id,
        ]
        assert wrong_scores(session) == {("c-1", "closing")}
        assert [(one.decided, one.agreed) for one in count_agreement(session, NOON)] == [(1, 0)]
        take_back(session, second, NOON)
        assert wrong_scores(session) == set()


def test_a_decision_about_a_plan_that_was_taken_back_stays(store):
    plan = keep_draft(store)
    decide(store, plan)
    with store.begin() as session:
        session.execute(text("DELETE FROM plans"))
        assert len(latest_by(session, INES.user_id, 5)) == 1


def test_the_list_of_plans_is_in_order_and_within_what_one_may_see(store):
    fill(store)
    with store.read() as session:
        for listed, count in (
            (Listed(), 12),
            (Listed(status="draft"), 12),
            (Listed(status="approved"), 0),
            (Listed(agent_id="a-03"), 1),
            (Listed(teams=("t-1", "t-0")), 6),
            (Listed(teams=(), supervisor="s-1"), 0),
        ):
            found, after = [], None
            while page := list_page(session, listed, after, limit=5):
                found += page
                after = (page[-1].follow_up_on, page[-1].agent_id, page[-1].plan_id)
            assert names(found) == sorted(names(found))
            assert len(found) == len(set(names(found))) == count_listed(session, listed) == count
        assert replace(Listed(), status="draft") == Listed(status="draft")

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from builders import a_call, a_pick
from coaching.plan import ContextTurn, FurtherEvidence, Plan, PlanItem, PlannedPractice
from models.evidence import Alternative, CueSpan, Pick
from plan_builders import a_plan, an_item, further, waiting
from store.calls import put_calls
from store.decisions import add_decision
from store.evidence import FoundBy, put_picks
from store.plans import (
    OpenPlanThere,
    PlanChanged,
    agents_with_drafts,
    count_plans,
    dismissed_failures,
    list_plans,
    list_waiting,
    open_plan_of,
    open_plans,
    plan_version,
    plans_like,
    put_plan,
    put_waiting,
    remove_draft,
)

AT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


def decided(plan, status, **fields):
    return plan.model_copy(update={"status": status, "decided_by": "ines", "decided_at": AT, **fields})


def failures_of(session, plan_id):
    rows = text("SELECT call_id, criterion_id, role FROM item_failures WHERE plan_id = :id ORDER BY 1, 2")
    return session.execute(rows, {"id": plan_id}).tuples().all()


def test_a_plan_comes_back_as_it_went_in_with_its_items_in_order(store):
    plan = decided(a_plan("a-1", an_item("greeting"), an_item("empathy", further=[further("c-2")])), "approved")
    with store.begin() as session:
        assert put_plan(session, plan) == 1
    with store.read() as session:
        assert open_plan_of(session, "a-1") == plan
        assert failures_of(session, plan.plan_id) == [
            ("c-1", "empathy", "triggering"),
            ("c-1", "greeting", "triggering"),
            ("c-2", "empathy", "further"),
        ]


def test_a_plan_that_says_the_same_keeps_its_version(store):
    with store.begin() as session:
        assert [put_plan(session, a_plan()) for _ in range(3)] == [1, 1, 1]
    with store.read() as session:
        assert plan_version(session, "p-a-1") == 1
        assert plan_version(session, "p-none") == 0


def test_a_changed_plan_replaces_its_items_and_their_failures(store):
    first = a_plan("a-1", an_item("empathy", further=[further("c-2"), further("c-3")]), an_item("greeting"))
    second = a_plan("a-1", an_item("empathy", further=[further("c-3")]))
    with store.begin() as session:
        assert [put_plan(session, plan) for plan in (first, second, first, second)] == [1, 2, 3, 4]
        assert open_plan_of(session, "a-1") == second
        assert failures_of(session, "p-a-1") == [("c-1", "empathy", "triggering"), ("c-3", "empathy", "further")]


def test_a_plan_that_changed_in_between_is_not_overwritten(store):
    with store.begin() as session:
        put_plan(session, a_plan())
        put_plan(session, decided(a_plan(), "approved"), expected_version=1)
    with pytest.raises(PlanChanged, match="version 1 was expected, it is at 2") as caught, store.begin() as session:
        put_plan(session, decided(a_plan(), "dismissed"), expected_version=1)
    assert (caught.value.plan_id, caught.value.expected, caught.value.found) == ("p-a-1", 1, 2)
    with pytest.raises(PlanChanged, match="version 0 was expected"), store.begin() as session:
        put_plan(session, a_plan(), expected_version=0)
    with store.read() as session:
        assert open_plan_of(session, "a-1").status == "approved"


def test_an_agent_has_one_open_plan_and_any_number_of_others(store):
    with store.begin() as session:
        put_plan(session, decided(a_plan("a-1", plan_id="p-1"), "dismissed"))
        put_plan(session, decided(a_plan("a-1", plan_id="p-2"), "dismissed"))
        put_plan(session, a_plan("a-1", plan_id="p-3"))
    with pytest.raises(OpenPlanThere, match="agent a-1 has another open plan") as caught, store.begin() as session:
        put_plan(session, a_plan("a-1", plan_id="p-4"))
    assert (caught.value.plan_id, caught.value.agent_id) == ("p-4", "a-1")
    with store.read() as session:
        assert [plan.plan_id for plan in list_plans(session)] == ["p-1", "p-2", "p-3"]
        assert open_plan_of(session, "a-1").plan_id == "p-3"
        assert count_plans(session, "a-1", "dismissed") == 2


def test_two_people_who_decide_at_once_do_so_one_after_the_other(store):
    """Whoever reads a plan to change it holds it: the second sees what the first made of it."""
    with store.begin() as session:
        put_plan(session, a_plan())

    def approve(by):
        with store.begin() as session:
            plan = open_plan_of(session, "a-1")
            if plan.status == "draft":
                put_plan(session, decided(plan, "approved", decided_by=by))
                return by

    with ThreadPoolExecutor(4) as pool:
        approved = [by for by in pool.map(approve, ["ana", "ben", "eva", "ian"]) if by]
    with store.read() as session:
        kept = open_plan_of(session, "a-1")
    assert approved == [kept.decided_by]


def test_plans_are_found_by_how_their_id_begins(store):
    ids = ["p-3f", "p-3f9c", "p-3f9d", "P-3f9c", "p-4%", "p-4_"]
    with store.begin() as session:
        for number, plan_id in enumerate(ids):
            put_plan(session, a_plan(f"a-{number}", plan_id=plan_id))
    with store.read() as session:
        found = {
            beginning: {plan.plan_id for plan in plans_like(session, beginning)} for beginning in ("p-3f", "p-3f9")
        }
        assert [plan.plan_id for plan in plans_like(session, "p-4%")] == ["p-4%"]
        assert plans_like(session, "p-%") == []
        assert len(plans_like(session, "p-")) == 5
    assert found == {"p-3f": {"p-3f"}, "p-3f9": {"p-3f9c", "p-3f9d"}}


def test_plans_are_listed_by_status_and_agent_the_earliest_follow_up_first(store):
    late, soon = date(2026, 12, 1), date(2026, 11, 23)
    plans = [
        a_plan("a-1", follow_up_on=late),
        a_plan("a-2", follow_up_on=soon),
        decided(a_plan("a-3", follow_up_on=late), "approved"),
        decided(a_plan("a-4", follow_up_on=soon), "dismissed"),
    ]
    with store.begin() as session:
        for plan in plans:
            put_plan(session, plan)
    with store.read() as session:
        assert [plan.agent_id for plan in list_plans(session)] == ["a-2", "a-4", "a-1", "a-3"]
        assert [plan.agent_id for plan in open_plans(session)] == ["a-2", "a-1", "a-3"]
        assert [plan.agent_id for plan in list_plans(session, status="draft")] == ["a-2", "a-1"]
        assert [plan.agent_id for plan in list_plans(session, agent_id="a-4")] == ["a-4"]
        assert list_plans(session, agent_id="a-4", status="draft") == []
        assert agents_with_drafts(session) == ["a-1", "a-2"]
        assert open_plan_of(session, "a-4") is None


def test_a_draft_is_taken_back_with_all_that_belongs_to_it(store):
    with store.begin() as session:
        put_plan(session, a_plan())
        remove_draft(session, "p-a-1")
        assert list_plans(session) == []
        assert failures_of(session, "p-a-1") == []


def test_what_a_person_decided_on_is_not_taken_back(store):
    with store.begin() as session:
        put_plan(session, decided(a_plan(), "returned"))
        remove_draft(session, "p-a-1")
        assert plan_version(session, "p-a-1") == 1


def test_a_draft_with_a_past_is_taken_back_and_its_versions_go_on(store):
    returned = decided(a_plan(), "returned", reason="A test call.")
    with store.begin() as session:
        put_plan(session, a_plan())
        add_decision(session, returned, put_plan(session, returned))
        put_plan(session, a_plan())
        remove_draft(session, "p-a-1")
        assert put_plan(session, a_plan()) == 3
        approved = decided(a_plan(), "approved")
        add_decision(session, approved, put_plan(session, approved))


def test_dismissed_failures_are_those_of_dismissed_plans_alone(store):
    with store.begin() as session:
        put_plan(session, decided(a_plan("a-1", an_item("empathy", further=[further("c-2")])), "dismissed"))
        put_plan(session, a_plan("a-2", an_item("greeting")))
        assert dismissed_failures(session, ["c-1", "c-2", "c-9"]) == {("c-1", "empathy"), ("c-2", "empathy")}
        assert dismissed_failures(session, ["c-2"]) == {("c-2", "empathy")}


def test_the_waiting_lists_take_the_place_of_those_before(store):
    first = [
        waiting("a-2"),
        waiting("a-1", "tone", 2),
        waiting("a-1", "greeting", 1, call_ids=["c-2", "c-1"], score=None),
    ]
    with store.begin() as session:
        put_waiting(session, first)
        assert list_waiting(session) == [first[2], first[1], first[0]]
        assert list_waiting(session, "a-2") == [first[0]]
        put_waiting(session, [waiting("a-3")])
        assert list_waiting(session) == [waiting("a-3")]
        put_waiting(session, [])
        assert list_waiting(session) == []


numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
ids = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
days = st.dates()
shares = st.floats(0, 1)
kinds = st.sampled_from(["violation", "omission", "talk_over"])
speakers = st.sampled_from(["agent", "customer", "system"])
places = st.integers(0, 10**6)
quotes = st.lists(st.text("ab é👋", min_size=1).filter(lambda word: len(word.split()) == 1), min_size=1, max_size=39)
cues = st.builds(CueSpan, turn=places, start=places, end=places, quote=texts, speaker=speakers)
others = st.builds(Alternative, turn=places, start=places, end=places, quote=texts, kind=kinds, confidence=shares)


@st.composite
def picks(draw):
    about = {"call_id": draw(ids), "criterion_id": draw(ids), "rubric_id": draw(ids), "rubric_version": draw(places)}
    said = {"score": draw(st.none() | numbers), "threshold": draw(numbers), "kind": draw(kinds), "why": draw(texts)}
    rest = {
        "confidence": draw(shares),
        "sure": draw(st.booleans()),
        "cue": draw(st.none() | cues),
        "signals": draw(st.dictionaries(texts, numbers, max_size=3)),
        "alternatives": draw(st.lists(others, max_size=2)),
    }
    if draw(st.booleans()):
        return Pick.model_validate({**about, **said, **rest, "status": "none"})
    quote = " ".join(draw(quotes))
    found = {"turn": draw(places), "start": 0, "end": len(quote), "quote": quote, "words": len(quote.split())}
    return Pick.model_validate({**about, **said, **rest, **found, "status": "found", "speaker": "agent"})


practices = st.builds(
    PlannedPractice,
    skill=texts,
    scenario=texts,
    sessions=places,
    method=texts,
    opening_lines=st.lists(texts, max_size=2).map(tuple),
    sentence=texts,
)
context_turns = st.builds(ContextTurn, turn=places, speaker=speakers, text=texts, start_s=st.none() | numbers)
furthers = st.builds(FurtherEvidence, call_id=ids, call_date=days, score=st.none() | numbers, quote=texts)
items = st.builds(
    PlanItem,
    item_id=ids,
    criterion_id=ids,
    criterion_name=texts,
    weight=numbers,
    critical=st.booleans(),
    score=st.none() | numbers,
    threshold=numbers,
    rubric_id=ids,
    rubric_version=places,
    criterion_digest=texts,
    call_id=ids,
    call_date=days,
    call_type=st.none() | ids,
    call_type_name=texts,
    headline=texts,
    expected_behavior=texts,
    evidence=picks(),
    context=st.lists(context_turns, max_size=2).map(tuple),
    practice=practices,
    further=st.lists(furthers, max_size=2, unique_by=lambda one: one.call_id).map(tuple),
)
plans = st.builds(
    Plan,
    plan_id=ids,
    agent_id=ids,
    agent_name=texts,
    team=st.none() | texts,
    supervisor_id=st.none() | ids,
    status=st.sampled_from(["draft", "approved", "returned", "dismissed"]),
    as_of=days,
    follow_up_on=days,
    items=st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item.item_id).map(tuple),
    decided_by=st.none() | texts,
    decided_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    reason=st.none() | texts,
)


def canonical(noun):
    return json.dumps(noun.model_dump(mode="json"), sort_keys=True)


@given(plans)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_plan_comes_back_as_it_went_in(store, plan):
    with Session(store.engine) as session:
        put_plan(session, plan)
        kept = list_plans(session)
        session.rollback()
    assert kept == [plan]
    assert canonical(kept[0]) == canonical(plan)


def test_a_plans_item_refers_to_the_pick_that_it_quotes(store):
    call = a_call()
    item = an_item(criterion_digest="e" * 64)
    with store.begin() as session:
        put_calls(session, [call])
        put_picks(session, [(a_pick(call, 2), FoundBy(call.digest, "e" * 64, "m-1"))])
        put_plan(session, a_plan("a-1", item))
        put_plan(session, a_plan("a-2", an_item(criterion_digest="f" * 64)))
        linked = text(
            "SELECT plans.agent_id FROM plans JOIN plan_items USING (plan_id) JOIN evidence USING (evidence_id)"
        )
        assert session.scalars(linked).all() == ["a-1"]


def test_a_list_ends_where_it_is_told_to(store):
    with store.begin() as session:
        for n in range(4):
            put_plan(session, a_plan(f"a-{n}"))
        whole = list_plans(session)
        assert list_plans(session, limit=3) == whole[:3]
        assert len(whole) == 4

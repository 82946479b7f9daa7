from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from builders import a_call, a_criterion, a_failure, a_pick, a_rubric
from coaching.agent import Agent
from coaching.assemble import Located, PlanRules, Setting, add_further, assemble_plan, rank_criteria

AGENT = Agent(agent_id="a-1", name="Ines Duarte", calls_per_day=24.0)
RUBRIC = a_rubric(
    a_criterion("empathy", weight=20),
    a_criterion("verification", weight=20, critical=True, threshold=80),
    a_criterion("closing", weight=25),
    a_criterion("opening", weight=35),
)
SETTING = Setting({1: RUBRIC}, PlanRules(), date(2026, 11, 16), ZoneInfo("Europe/Berlin"))


def located(criterion_id, score, call_id="c-1", confidence=0.5, at=datetime(2026, 11, 2, 14, 3, tzinfo=UTC)):
    call = a_call(call_id=call_id)
    criterion = RUBRIC.criterion(criterion_id)
    failure = a_failure(criterion, score, call_id=call_id, at=at)
    return Located(failure, call, a_pick(call, 2, criterion_id=criterion_id, confidence=confidence))


def test_a_critical_criterion_comes_first_then_weight_times_shortfall():
    ranked = rank_criteria([located("opening", 50), located("closing", 20), located("verification", 75)])
    assert [group[0].failure.criterion_id for group in ranked] == ["verification", "closing", "opening"]


def test_a_heavy_compliance_failure_outranks_a_light_one():
    ranked = rank_criteria([located("empathy", 0), located("closing", 40), located("opening", 25)])
    assert [group[0].failure.criterion_id for group in ranked] == ["opening", "empathy", "closing"]


def test_the_call_with_the_largest_shortfall_is_the_items_call_and_the_others_are_further():
    ranked = rank_criteria(
        [located("empathy", 50, "c-1"), located("empathy", 20, "c-2"), located("empathy", 40, "c-3")]
    )
    plan, waiting = assemble_plan("p-1", AGENT, ranked, SETTING)
    (item,) = plan.items
    assert (item.call_id, item.score) == ("c-2", 20)
    assert [further.call_id for further in item.further] == ["c-3", "c-1"]
    assert waiting == ()


def test_equal_shortfalls_go_by_confidence_then_newest_then_call_id():
    later = datetime(2026, 11, 5, tzinfo=UTC)
    ranked = rank_criteria(
        [
            located("empathy", 50, "c-4"),
            located("empathy", 50, "c-3"),
            located("empathy", 50, "c-2", at=later),
            located("empathy", 50, "c-1", confidence=0.9),
        ]
    )
    assert [one.failure.call_id for one in ranked[0]] == ["c-1", "c-2", "c-3", "c-4"]


def test_at_most_two_criteria_are_coached_and_the_rest_wait_in_order():
    ranked = rank_criteria([located(one, 30) for one in ("empathy", "verification", "closing", "opening")])
    plan, waiting = assemble_plan("p-1", AGENT, ranked, SETTING)
    assert [item.criterion_id for item in plan.items] == ["verification", "opening"]
    assert [(one.place, one.criterion_id) for one in waiting] == [(1, "closing"), (2, "empathy")]


def test_an_item_holds_what_a_supervisor_needs():
    plan, _ = assemble_plan("p-1", AGENT, rank_criteria([located("empathy", 42)]), SETTING)
    (item,) = plan.items
    assert item.headline == "Empathy (20% weight): scored 42, threshold 60"
    assert item.evidence.quote == "Order number?"
    assert [turn.text for turn in item.context] == ["Thank you for calling.", "I was charged twice!", "Order number?"]
    assert item.call_date == date(2026, 11, 2)
    assert plan.follow_up_on == date(2026, 11, 23)
    assert "23 November 2026" in item.practice.sentence


def test_the_date_of_a_call_is_the_one_in_the_programs_time_zone():
    late = located("empathy", 42, at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC))
    plan, _ = assemble_plan("p-1", AGENT, rank_criteria([late]), SETTING)
    assert plan.items[0].call_date == date(2026, 11, 3)


def test_what_a_person_approved_stays_and_gets_further_evidence():
    plan, _ = assemble_plan("p-1", AGENT, rank_criteria([located("empathy", 42)]), SETTING)
    worse = located("empathy", 5, "c-9")
    grown = add_further(plan, {"empathy": [located("empathy", 42), worse]}, SETTING)
    assert grown.items[0].call_id == "c-1"
    assert [further.call_id for further in grown.items[0].further] == ["c-9"]
    assert add_further(grown, {"empathy": [worse]}, SETTING) == grown


@given(st.permutations([("empathy", 10, "c-1"), ("empathy", 10, "c-2"), ("closing", 3, "c-1"), ("opening", 50, "c-3")]))
def test_the_order_in_which_failures_come_changes_nothing(order):
    expected = assemble_plan("p-1", AGENT, rank_criteria([located(*one) for one in sorted(order)]), SETTING)
    assert assemble_plan("p-1", AGENT, rank_criteria([located(*one) for one in order]), SETTING) == expected

from __future__ import annotations

from typing import Any

import pytest

from builders import a_criterion, a_rubric
from rubric.checking import check_rubric
from rubric.criterion import Criterion
from rubric.generic import is_generic

GOOD_PRACTICE: dict[str, Any] = {
    "skill": "naming the trouble before asking for details",
    "scenario": "a parcel that is two weeks late",
    "sessions": 2,
    "method": "role-play",
    "alternatives": [
        {
            "skill": "naming the trouble",
            "scenario": "two recorded calls that did it well",
            "sessions": 1,
            "method": "call listening",
        }
    ],
}


def good(**fields: Any) -> Criterion:
    return a_criterion(**{"practice": GOOD_PRACTICE, **fields})


def practising(**changes: Any) -> Criterion:
    return good(practice={**GOOD_PRACTICE, **changes})


def warned(criterion: Criterion, **fields: Any) -> list[str]:
    return [warning.key for warning in check_rubric(a_rubric(criterion, **fields))]


def test_a_rubric_that_says_all_that_it_should_has_no_warnings() -> None:
    assert check_rubric(a_rubric(good())) == []


@pytest.mark.parametrize(
    ("criterion", "key"),
    [
        (good(practice=None), "practice"),
        (practising(scenario=" "), "practice.scenario"),
        (practising(sessions=None), "practice.sessions"),
        (practising(method=""), "practice.method"),
        (practising(skill="Improve empathy"), "practice.skill"),
        (practising(scenario="coaching session"), "practice.scenario"),
        (practising(alternatives=[]), "practice.alternatives"),
        (good(expected_behavior="Be more empathetic."), "expected_behavior"),
        (good(due=None), "due"),
        (good(met_by={}), "met_by"),
        (good(broken_by={}), "broken_by"),
        (good(threshold=0), "threshold"),
        (good(threshold=100), "threshold"),
    ],
)
def test_what_is_weak_is_warned_of_at_its_key(criterion: Criterion, key: str) -> None:
    assert warned(criterion) == [key]


def test_alternatives_are_held_to_the_same_as_the_first_practice() -> None:
    alternative = {"skill": "naming the trouble", "scenario": "a refused refund", "method": "role-play"}
    assert warned(practising(alternatives=[alternative])) == ["practice.alternatives[0].sessions"]


def test_talk_over_needs_no_examples() -> None:
    assert warned(good(failure="talk_over", met_by={}, broken_by={})) == []


def test_patterns_stand_in_for_examples() -> None:
    assert warned(good(broken_by={"patterns": [[{"LOWER": "calm"}, {"LOWER": "down"}]]})) == []


def test_a_sentence_cannot_be_both_good_and_failing() -> None:
    both = good(met_by={"examples": ["How can I help?"]}, broken_by={"examples": ["how can  I help"]})
    assert warned(both) == ["met_by.examples[0]"]


def test_a_weight_of_nothing_is_warned_of_unless_the_criterion_is_critical() -> None:
    full = a_criterion("tone", weight=100, practice=GOOD_PRACTICE)
    assert [w.key for w in check_rubric(a_rubric(full, good(weight=0)))] == ["weight"]
    assert check_rubric(a_rubric(full, good(weight=0, critical=True))) == []


def test_a_call_type_that_is_not_defined_is_named_with_the_nearest() -> None:
    criterion = practising(by_call_type={"biling": "a charge made twice"})
    (warning,) = check_rubric(a_rubric(criterion, call_types={"billing": {"examples": ["I was billed twice."]}}))
    assert str(warning) == (
        "empathy: practice.by_call_type.biling: call_types does not define it; did you mean 'billing'?"
    )
    assert warning.location == ("criteria", 0, "practice", "by_call_type", "biling")


def test_a_call_type_without_examples_cannot_be_recognised() -> None:
    (warning,) = check_rubric(a_rubric(good(), call_types={"billing": {"name": "Billing"}}))
    assert (warning.criterion_id, warning.key) == (None, "call_types.billing.examples")


def test_a_warning_says_where_what_and_what_would_be_better() -> None:
    (warning,) = check_rubric(a_rubric(good(expected_behavior="Show empathy.")))
    assert str(warning) == (
        "empathy: expected_behavior: 'Show empathy.' is generic; "
        "say what to say or do, and when, as one would hear it in a call"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Be more empathetic",
        "Show empathy.",
        "show more empathy towards the customer",
        "Improve",
        "Improve your tone",
        "Do better!",
        "Be professional at all times.",
        "Always be polite and professional; be respectful.",
        "The agent should demonstrate active listening",
        "Try harder next time",
        "Provide excellent service to every customer.",
        "",
    ],
)
def test_generic_behavior_is_recognised(text: str) -> None:
    assert is_generic(text, "behavior")


@pytest.mark.parametrize(
    "text",
    [
        "Be more empathetic: name the customer's loss in your own words before you ask for the order number.",
        "Show the customer both plans side by side before you recommend one.",
        "Ask, wait for the yes, then do it.",
        "Greet the customer, say your name, and offer help.",
        "Improve the odds of a callback by giving the case number.",
        "Wait until the customer has finished.",
    ],
)
def test_specific_behavior_is_left_alone(text: str) -> None:
    assert not is_generic(text, "behavior")


@pytest.mark.parametrize(
    "text", ["Coaching", "Improve empathy skills", "role-play", "A difficult customer", "Training session"]
)
def test_generic_practice_is_recognised(text: str) -> None:
    assert is_generic(text, "practice")


@pytest.mark.parametrize("text", ["inbound complaint", "a live call", "a customer in a hurry to pay", "a long call"])
def test_specific_practice_is_left_alone(text: str) -> None:
    assert not is_generic(text, "practice")

"""The contract's table, cell by cell, and what follows over several cycles."""

import pytest

from coaching.movement import Measured, Movement, Verdict
from coaching.next_action import METHODS, Action, next_action
from coaching.plan import PlannedPractice
from coaching.spread import Sample
from rubric.criterion import Exercise, Practice

PRACTICE = Practice(
    skill="empathy",
    scenario="lost parcel",
    method="role-play",
    sessions=3,
    alternatives=(Exercise(skill="empathy", method="call review", sessions=2), Exercise(skill="naming the loss")),
)
FIRST = PlannedPractice(skill="empathy", scenario="lost parcel", sessions=3, method="role-play", sentence="Practise.")
SECOND = PlannedPractice(skill="empathy", scenario="", sessions=2, method="call review", sentence="Practise.")
THIRD = PlannedPractice(skill="naming the loss", scenario="", sessions=2, method="role-play", sentence="Practise.")


def concluded(verdict: Verdict, over: bool = False, changed: tuple[str, ...] = (), calls: int = 8) -> Movement:
    of = Measured(criterion_id="empathy", rubric_id="core", rubric_version=1, threshold=60, triggering_score=40)
    return Movement(
        **of.model_dump(),
        before=Sample(calls=9, mean=45.0, spread=10.0),
        after=Sample(calls=calls, mean=70.0 if over else 50.0, spread=10.0),
        scored_by="people",
        delta=5.0,
        low=0.0,
        high=10.0,
        by_regression=0.0,
        verdict=verdict,
        over_threshold=over,
        changed=changed,
    )


@pytest.mark.parametrize(
    ("verdict", "over", "actions"),
    [
        ("moved", True, ("close",)),
        ("moved", False, ("continue",)),
        ("within_noise", True, ("continue",)),
        ("within_noise", False, ("continue",)),
        ("not_moved", True, ("close",)),
        ("not_moved", False, ("reassign",)),
        ("not_enough_calls", True, ("wait",)),
        ("not_enough_calls", False, ("wait",)),
        ("not_comparable", True, ("ask",)),
        ("not_comparable", False, ("ask",)),
    ],
)
def test_the_first_cycle_follows_the_table(verdict: Verdict, over: bool, actions: tuple[Action, ...]) -> None:
    assert next_action(concluded(verdict, over), (), PRACTICE, [FIRST]).actions == actions


def test_over_the_threshold_without_movement_is_closed_and_marked_so() -> None:
    assert next_action(concluded("not_moved", over=True)).note == "over threshold without movement"


@pytest.mark.parametrize(
    ("earlier", "verdict", "actions"),
    [
        (["within_noise"], "within_noise", ("reassign",)),
        (["within_noise", "within_noise"], "within_noise", ("continue",)),
        (["within_noise"] * 3, "within_noise", ("reassign", "escalate")),
        (["not_moved"], "not_moved", ("reassign", "escalate")),
        (["not_moved"], "within_noise", ("continue",)),
        (["not_moved", "within_noise"], "within_noise", ("reassign", "escalate")),
        (["not_moved", "moved"], "not_moved", ("reassign",)),
        (["within_noise", "moved"], "within_noise", ("continue",)),
        (["not_moved", "not_enough_calls"], "not_moved", ("reassign", "escalate")),
        (["within_noise", "not_comparable"], "within_noise", ("reassign",)),
        (["not_moved", "not_moved"], "moved", ("continue",)),
    ],
)
def test_cycles_add_up(earlier: list[Verdict], verdict: Verdict, actions: tuple[Action, ...]) -> None:
    assert next_action(concluded(verdict), earlier, PRACTICE, [FIRST]).actions == actions


def test_noise_over_the_threshold_goes_on_with_the_same_practice_however_often() -> None:
    found = next_action(concluded("within_noise", over=True), ["within_noise"] * 4, PRACTICE, [FIRST])
    assert found.actions == ("continue",)
    assert found.practice is None


def test_each_reassignment_takes_the_next_alternative_that_was_not_tried() -> None:
    first = next_action(concluded("not_moved"), (), PRACTICE, [FIRST])
    second = next_action(concluded("not_moved"), ["not_moved"], PRACTICE, [FIRST, SECOND])
    assert (first.practice, second.practice) == PRACTICE.alternatives
    assert not first.ask
    assert not second.ask


def test_without_another_approach_another_method_is_proposed_and_the_supervisor_asked() -> None:
    found = next_action(concluded("not_moved"), ["not_moved"], PRACTICE, [FIRST, SECOND, THIRD])
    assert found.practice is not None
    assert found.practice.method not in {"role-play", "call review"}
    assert found.practice.method in METHODS
    assert found.practice.skill == "naming the loss"
    assert found.ask
    assert "supervisor" in found.note


def test_a_criterion_without_practice_still_gets_another_method() -> None:
    found = next_action(concluded("not_moved"), (), None, [FIRST])
    assert found.practice is not None
    assert (found.practice.method, found.ask) == (METHODS[1], True)


def test_methods_come_round_again_and_never_repeat_the_last() -> None:
    tried = [FIRST]
    for _ in range(12):
        found = next_action(concluded("not_moved"), (), None, tried)
        assert found.practice is not None
        assert found.practice.method != tried[-1].method
        tried.append(FIRST.model_copy(update={"method": found.practice.method}))


def test_too_few_calls_wait_and_on_the_last_day_the_supervisor_decides() -> None:
    few = concluded("not_enough_calls", calls=1)
    assert next_action(few).note == "1 scored call since the approval"
    last = next_action(few, last_day=True)
    assert (last.actions, last.ask) == (("ask",), True)
    assert "not enough calls" in last.note


def test_what_changed_is_said_where_nothing_can_be_compared() -> None:
    found = next_action(concluded("not_comparable", changed=("definition", "scale")))
    assert (found.actions, found.ask) == (("ask",), True)
    assert "definition, scale" in found.note

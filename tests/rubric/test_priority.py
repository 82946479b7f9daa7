from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rubric.failure import Failure
from rubric.priority import misplaced, order_criteria, order_failures, rank


def failing(criterion_id: str, weight: float = 10, score: float | None = 40, **fields: Any) -> Failure:
    usual = {"call_id": "c-1", "threshold": 60, "rubric_id": "support-core", "rubric_version": 1}
    return Failure.model_validate(
        {**usual, "criterion_id": criterion_id, "weight": float(weight), "score": score, **fields}
    )


def names(failures: list[Failure]) -> list[str]:
    return [failure.criterion_id for failure in failures]


def test_critical_criteria_come_first_whatever_their_weight() -> None:
    found = order_criteria([failing("tone", 30, 0), failing("verification", 2, 59, critical=True)])
    assert names(found) == ["verification", "tone"]


def test_then_weight_times_shortfall_decides() -> None:
    assert names(order_criteria([failing("opening", 5, 40), failing("compliance", 30, 40)])) == [
        "compliance",
        "opening",
    ]
    assert names(order_criteria([failing("light", 5, 0), failing("heavy", 30, 55)])) == ["light", "heavy"]


def test_ties_go_by_weight_and_then_by_id_and_rounding_does_not_break_them() -> None:
    same_loss = [failing("light", 0.1, 57), failing("heavy", 0.3, 59)]
    assert names(order_criteria(same_loss)) == ["heavy", "light"]
    assert names(order_criteria([failing("b"), failing("a")])) == ["a", "b"]


def test_a_flagged_criterion_without_a_score_stands_behind_every_shortfall() -> None:
    assert names(order_criteria([failing("flagged", 30, None), failing("scored", 1, 59)])) == ["scored", "flagged"]


def test_failures_go_criterion_by_criterion_largest_shortfall_then_newest_then_call_id_first() -> None:
    old, new = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    found = order_failures(
        [
            failing("tone", 10, 50),
            failing("empathy", 10, 45, call_id="c-5"),
            failing("empathy", 10, 20, call_id="c-4", at=old),
            failing("empathy", 10, 20, call_id="c-3", at=new),
            failing("empathy", 10, 20, call_id="c-2", at=new),
            failing("empathy", 10, 20, call_id="c-1"),
        ]
    )
    assert [failure.call_id for failure in found if failure.criterion_id == "empathy"] == [
        "c-2",
        "c-3",
        "c-4",
        "c-1",
        "c-5",
    ]
    assert found[-1].criterion_id == "tone"


FAILURES = st.lists(
    st.builds(
        failing,
        st.sampled_from("abcd"),
        st.sampled_from([0, 0.1, 5, 30]),
        st.sampled_from([None, 0, 40, 59.9, 80]),
        critical=st.booleans(),
        call_id=st.sampled_from(["c-1", "c-2", "c-3"]),
    ),
    unique_by=lambda failure: failure.key,
)


@given(FAILURES, st.randoms(use_true_random=False))
def test_the_order_is_total_it_does_not_depend_on_how_failures_come(failures: list[Failure], chance: Any) -> None:
    shuffled = list(failures)
    chance.shuffle(shuffled)
    assert order_failures(shuffled) == order_failures(failures)
    assert sorted(order_failures(failures), key=lambda one: one.key) == sorted(failures, key=lambda one: one.key)


def test_a_waiting_criterion_that_outranks_a_coached_one_is_named_in_a_sentence() -> None:
    found = misplaced(
        [failing("opening", 5, 50)], [failing("verification", 30, 40, critical=True), failing("closing", 1)]
    )
    assert [(one.waiting, one.coached) for one in found] == [("verification", "opening")]
    assert found[0].sentence == (
        "'verification' (critical, 30% weight, scored 40, threshold 60) waits while "
        "'opening' (5% weight, scored 50, threshold 60) is coached; it ranks higher and should come first."
    )


def test_nothing_is_misplaced_where_nothing_is_coached_or_the_order_holds() -> None:
    assert misplaced([], [failing("verification")]) == []
    assert misplaced([failing("verification", 30)], [failing("opening", 5)]) == []


@given(FAILURES, FAILURES)
def test_the_order_is_right_exactly_where_nothing_is_misplaced(coached: list[Failure], waiting: list[Failure]) -> None:
    holds = all(rank(held) <= rank(one) for held in coached for one in waiting)
    assert holds == (misplaced(coached, waiting) == [])

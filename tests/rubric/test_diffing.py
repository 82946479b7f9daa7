from __future__ import annotations

from typing import Any

from builders import a_criterion, a_rubric
from rubric.diffing import PlanReference, diff_lines, diff_rubrics, plans_that_lose
from rubric.rubric import Rubric


def reference(criterion_id: str, rubric: Rubric, plan_id: str = "p-1") -> PlanReference:
    digest = rubric.digests()[criterion_id]
    return PlanReference(
        plan_id=plan_id, agent="Ada", criterion_id=criterion_id, rubric_version=rubric.version, digest=digest
    )


def test_a_rubric_does_not_differ_from_itself() -> None:
    assert diff_rubrics(a_rubric("empathy"), a_rubric("empathy")).is_empty


def test_changes_are_told_key_by_key_with_old_and_new() -> None:
    practice: dict[str, Any] = {"skill": "naming the trouble", "sessions": 2}
    old = a_rubric(a_criterion(practice=practice))
    new = a_rubric(a_criterion(threshold=70, practice={**practice, "sessions": 3}), version=2)
    found = diff_rubrics(old, new)
    (change,) = found.changed
    assert change.comparable
    assert [(one.key, one.old, one.new) for one in change.changes] == [
        ("threshold", 60, 70),
        ("practice.sessions", 2, 3),
    ]
    assert [(one.key, one.old, one.new) for one in found.above] == [("version", 1, 2)]


def test_a_change_of_what_is_judged_is_not_comparable() -> None:
    new = a_rubric(a_criterion(broken_by={"examples": ["Calm down."]}))
    (change,) = diff_rubrics(a_rubric("empathy"), new).changed
    assert not change.comparable
    assert change.changes[0].key == "broken_by.examples"


def test_a_change_of_the_scale_makes_every_criterion_incomparable_though_no_key_of_it_changed() -> None:
    found = diff_rubrics(a_rubric("empathy"), a_rubric("empathy", scale={"min": 0, "max": 200}))
    assert [(one.criterion_id, one.changes, one.comparable) for one in found.changed] == [("empathy", (), False)]
    assert found.above[0].key == "scale.max"


def test_added_and_removed_criteria_are_named() -> None:
    found = diff_rubrics(a_rubric("empathy", "closing"), a_rubric("empathy", "tone"))
    assert (found.added, found.removed, found.changed) == (("tone",), ("closing",), ())


def test_open_plans_lose_comparability_where_their_criterion_is_gone_or_judges_something_else() -> None:
    old = a_rubric("empathy", "closing", "tone")
    edited = a_criterion("empathy", weight=50, definition="The agent is kind.")
    new = a_rubric(edited, a_criterion("closing", weight=50, threshold=70), version=2)
    plans = [reference("tone", old, "p-2"), reference("empathy", old), reference("closing", old)]
    lost = plans_that_lose(plans, new)
    assert [(one.reference.plan_id, one.reason) for one in lost] == [
        ("p-1", "'empathy' judges something else in version 2 than in 1"),
        ("p-2", "version 2 has no criterion 'tone'"),
    ]


def test_a_diff_reads_like_a_page() -> None:
    old = a_rubric(a_criterion(broken_by={"examples": ["Calm down.", "Order number?"]}), name="Support")
    new = a_rubric(a_criterion(broken_by={"examples": ["Order number?", "Yes?"]}, threshold=70), name="Care", version=2)
    assert list(diff_lines(diff_rubrics(old, new))) == [
        "support-core version 1 -> support-core version 2",
        "version: 1 -> 2",
        'name: "Support" -> "Care"',
        "empathy: is no longer comparable",
        "  threshold: 60.0 -> 70.0",
        "  broken_by.examples:",
        '    - "Calm down."',
        '    + "Yes?"',
    ]


def test_a_diff_within_one_version_asks_for_another_and_one_without_changes_says_so() -> None:
    lines = list(diff_lines(diff_rubrics(a_rubric("empathy"), a_rubric(a_criterion(threshold=70)))))
    assert lines[1] == "the version is the same in both: raise it, a version that a plan has used never changes"
    same = list(diff_lines(diff_rubrics(a_rubric("empathy"), a_rubric("empathy"))))
    assert same == ["support-core version 1 -> support-core version 1: no difference"]


def test_sentences_in_another_order_are_told_as_that() -> None:
    old = a_rubric(a_criterion(broken_by={"examples": ["Yes?", "No."]}))
    new = a_rubric(a_criterion(broken_by={"examples": ["No.", "Yes?"]}), version=2)
    assert "  broken_by.examples: in another order" in list(diff_lines(diff_rubrics(old, new)))

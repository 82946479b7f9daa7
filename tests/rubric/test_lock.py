from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import a_criterion, a_rubric
from nlp.errors import WrongInput
from rubric.lock import (
    LockedVersionEdited,
    WrongLockFile,
    lock_beside,
    lock_of,
    lock_path,
    read_locks,
    verify_lock,
    verify_locks,
)
from rubric.rubric import Rubric


def rubric(version: int = 1, head: dict[str, Any] | None = None, **fields: Any) -> Rubric:
    return a_rubric(a_criterion("empathy", weight=60, **fields), "closing", version=version, **(head or {}))


def refusal(edited: Rubric, original: Rubric | None = None) -> LockedVersionEdited:
    with pytest.raises(LockedVersionEdited) as refused:
        verify_lock(edited, lock_of(original or rubric()))
    return refused.value


def test_an_unedited_version_passes_and_so_does_a_new_one() -> None:
    verify_lock(rubric(), lock_of(rubric()))
    verify_lock(rubric(version=2, definition="Something else."), lock_of(rubric()))
    verify_lock(a_rubric("empathy", id="another"), lock_of(rubric()))


@pytest.mark.parametrize(
    "edit",
    [
        {"definition": "The agent is kind."},
        {"failure": "violation"},
        {"due": {"moment": "opening"}},
        {"met_by": {"examples": ["So sorry."]}},
        {"broken_by": {"patterns": [[{"LOWER": "calm"}, {"LOWER": "down"}]]}},
    ],
)
def test_an_edit_of_what_is_judged_is_refused_and_costs_comparability(edit: dict[str, Any]) -> None:
    refused = refusal(rubric(**edit))
    assert (refused.judged, refused.otherwise, refused.is_comparable) == (["empathy"], [], False)


@pytest.mark.parametrize(
    "edit", [{"threshold": 70}, {"critical": True}, {"name": "Kindness"}, {"practice": {"skill": "naming the feeling"}}]
)
def test_any_other_edit_is_refused_too_and_leaves_scores_comparable(edit: dict[str, Any]) -> None:
    refused = refusal(rubric(**edit))
    assert (refused.judged, refused.otherwise, refused.is_comparable) == ([], ["empathy"], True)


def test_a_change_of_the_scale_touches_every_criterion() -> None:
    assert refusal(rubric(head={"scale": {"min": 0, "max": 200}})).judged == ["empathy", "closing"]


def test_criteria_added_and_removed_and_changes_above_them_are_named() -> None:
    refused = refusal(a_rubric("empathy", "tone", name="Another name"), a_rubric("empathy", "closing"))
    assert (refused.added, refused.removed, refused.head) == (["tone"], ["closing"], True)


def test_the_refusal_names_the_criteria_and_the_version_to_make() -> None:
    refused = refusal(rubric(definition="The agent is kind."))
    assert isinstance(refused, WrongInput)
    assert str(refused) == (
        "rubric support-core version 1 is locked and was edited: what is judged changed in empathy "
        "(scores before and after cannot be compared); "
        "keep the locked version as it was and make the edit version 2"
    )


def test_the_order_of_criteria_is_no_part_of_a_version() -> None:
    criteria = [a_criterion("empathy", weight=50), a_criterion("closing", weight=50)]
    verify_lock(a_rubric(*reversed(criteria)), lock_of(a_rubric(*criteria)))


def test_locks_stand_beside_the_rubric_and_remember_every_version(tmp_path: Path) -> None:
    path = tmp_path / "support.yaml"
    assert read_locks(path) == ()
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert lock_beside(rubric(), path, at)
    assert lock_beside(rubric(version=2, threshold=70), path)
    assert lock_path(path) == tmp_path / "support.lock.json"
    assert read_locks(path) == (lock_of(rubric(), at), lock_of(rubric(version=2, threshold=70)))
    with pytest.raises(LockedVersionEdited):
        verify_locks(rubric(threshold=70), path)


def test_locking_twice_changes_nothing_and_an_edited_version_is_not_locked_over(tmp_path: Path) -> None:
    path = tmp_path / "support.yaml"
    lock_beside(rubric(), path)
    written = lock_path(path).read_bytes()
    assert not lock_beside(rubric(), path, datetime(2026, 11, 3, tzinfo=UTC))
    with pytest.raises(LockedVersionEdited):
        lock_beside(rubric(threshold=70), path)
    assert lock_path(path).read_bytes() == written


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": 1, "locks": [{"version": 1}]}', '{"lock": []}', "[" * 90_000]
)
def test_a_broken_lock_file_is_refused_not_ignored(tmp_path: Path, text: str) -> None:
    path = tmp_path / "support.yaml"
    lock_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(WrongLockFile, match=r"support\.lock\.json: is no lock of a rubric"):
        read_locks(path)

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.utterance import MAX_WORDS, word_count
from rubric.checking import check_rubric
from rubric.loading import load_rubric
from rubric.new import CannotWriteRubric, RubricThere, write_rubric
from rubric.shelf import NoSuchRubric, library_names, library_path

NAMES = ["collections", "sales", "support"]


def test_three_rubrics_come_with_the_install() -> None:
    assert library_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_rubric_loads_has_eight_criteria_or_more_and_no_warnings(name: str) -> None:
    rubric = load_rubric(library_path(name))
    assert (rubric.id, rubric.version) == (name, 1)
    assert len(rubric.criteria) >= 8
    assert check_rubric(rubric) == []
    assert any(criterion.critical for criterion in rubric.criteria)
    assert {criterion.failure for criterion in rubric.criteria} == {"violation", "omission", "talk_over"}


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_rubric_gives_three_examples_or_more_of_a_length_that_can_be_quoted(name: str) -> None:
    for criterion in load_rubric(library_path(name)).criteria:
        if criterion.failure == "talk_over":
            continue
        for examples in (criterion.met_by.examples, criterion.broken_by.examples):
            assert 3 <= len(examples) <= 6, criterion.id
            assert all(word_count(sentence) <= MAX_WORDS for sentence in examples)


@pytest.mark.parametrize("name", NAMES)
def test_a_rubric_to_start_from_is_the_ready_one_with_comments(name: str, tmp_path: Path) -> None:
    write_rubric(tmp_path / "rubric.yaml", name)
    assert load_rubric(tmp_path / "rubric.yaml") == load_rubric(library_path(name))
    assert "# Your rubric." in (tmp_path / "rubric.yaml").read_text(encoding="utf-8")


def test_an_unknown_starter_names_the_nearest() -> None:
    with pytest.raises(NoSuchRubric, match="did you mean 'support'"):
        library_path("suport")
    with pytest.raises(NoSuchRubric, match="collections, sales, support"):
        library_path("../criterion")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(RubricThere):
        write_rubric(path)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["no/such/folder/rubric.yaml", "rubric.json"])
def test_where_a_rubric_cannot_be_written_nothing_is(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotWriteRubric):
        write_rubric(tmp_path / name)
    assert list(tmp_path.iterdir()) == []

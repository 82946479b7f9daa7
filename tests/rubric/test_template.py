from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from builders import a_criterion, a_rubric
from rubric.loading import load_rubric
from rubric.rubric import Rubric
from rubric.shelf import library_names, library_path
from rubric.template import CannotWriteTemplate, sections, write_template
from rubric.template_docx import docx_template
from rubric.template_text import CSV_COLUMNS, csv_template, markdown_template

PRACTICE = {
    "skill": "naming the trouble",
    "scenario": "a late parcel",
    "by_call_type": {"billing_dispute": "a charge made twice"},
    "sessions": 2,
    "method": "role-play",
}


def rubric(**fields: Any) -> Rubric:
    empathy = a_criterion("empathy", weight=70, critical=True, practice=PRACTICE, **fields)
    return a_rubric(empathy, a_criterion("closing", weight=30, threshold=70))


def markdown(of: Rubric) -> str:
    return markdown_template(of).decode("utf-8")


def rows(of: Rubric) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_template(of).decode("utf-8-sig"))))


def word(of: Rubric) -> Any:
    from docx import Document

    return Document(io.BytesIO(docx_template(of)))


def words_of(table: Any) -> str:
    return "\n".join(cell.text for row in table.rows for cell in row.cells)


def test_a_section_says_weight_threshold_what_is_judged_and_how_to_practise() -> None:
    empathy, closing = sections(rubric())
    assert (empathy.title, empathy.facts) == ("Empathy", "70% weight, threshold 60, critical")
    assert empathy.practice == "Naming the trouble; scenario: a late parcel (2 sessions, role-play)"
    assert empathy.by_call_type == ("billing dispute: a charge made twice",)
    assert (closing.facts, closing.practice, closing.sessions) == ("30% weight, threshold 70", "", 0)


def test_markdown_has_a_section_a_criterion_with_every_slot() -> None:
    text = markdown(rubric())
    first = text.split("## ")[1]
    for part in (
        "Empathy (70% weight, threshold 60, critical)",
        "The agent names the customer's trouble",
        "Say in one sentence",
        "| Call id | Date of the call | Time in the call | Score (0 to 100) |",
        "Exact words of the agent (at most 39 words)",
        "Naming the trouble",
        "- [ ] session 2, on ___",
        "Follow-up scoring date",
    ):
        assert part in first
    assert [line for line in text.splitlines() if line.startswith("## ")][1:] == [
        "## Closing (30% weight, threshold 70)",
        "## Approval",
    ]


def test_no_sign_of_a_rubric_is_taken_for_markdown() -> None:
    text = markdown(rubric(definition="Never <b>say</b> *this* | or [that](x)\n# now"))
    assert r"Never \<b\>say\</b\> \*this\* \| or \[that\](x) \# now" in text


def test_the_sheet_has_a_row_a_criterion_and_leaves_the_rest_to_be_filled_in() -> None:
    empathy, closing = rows(rubric())
    assert (empathy["criterion_id"], empathy["weight"], empathy["threshold"], empathy["critical"]) == (
        "empathy",
        "70",
        "60",
        "yes",
    )
    assert list(empathy) == list(CSV_COLUMNS)
    for column in ("call_id", "call_date", "time_in_call", "exact_words", "follow_up_scoring_date", "approved_by"):
        assert empathy[column] == closing[column] == ""


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@sum(A1)", " =1+1", "\t=1"])
def test_no_cell_is_a_formula(formula: str) -> None:
    assert rows(rubric(definition=formula))[0]["definition"].startswith("'")


def test_the_document_has_a_card_a_criterion_between_the_agents_and_the_supervisors_boxes() -> None:
    document = word(rubric())
    head, empathy, closing, approval = (words_of(table) for table in document.tables)
    assert "Agent" in head
    assert "Supervisor" in head
    for part in (
        "Empathy",
        "70% weight, threshold 60, critical",
        "Say in one sentence",
        "Call id",
        "Date of the call",
        "Time in the call",
        "Exact words of the agent (at most 39 words)",
        "billing dispute: a charge made twice",
        "☐ 2:",
        "Follow-up scoring date",
    ):
        assert part in empathy
    assert "Closing" in closing
    assert "Approved by (supervisor)" in approval
    assert document.core_properties.author == ""


def test_a_card_is_kept_on_one_page_and_its_quote_box_has_room_for_handwriting() -> None:
    card = word(rubric()).tables[1]
    assert all(row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in card.rows[:-1])
    box = next(row for row in card.rows if row.cells[0].text.startswith("Exact words"))
    assert box.height.cm == pytest.approx(1.9, abs=0.01)


def test_a_document_leaves_out_what_xml_cannot_hold() -> None:
    assert "What is\x1b judged" not in words_of(word(rubric(definition="What is\x1b judged")).tables[1])


@pytest.mark.parametrize("name", library_names())
@pytest.mark.parametrize("ending", [".md", ".docx", ".csv"])
def test_every_ready_rubric_has_its_blank_plan(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"plan{ending}"
    write_template(load_rubric(library_path(name)), path)
    assert path.stat().st_size > 1000


def test_a_file_that_may_be_filled_in_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("filled in", encoding="utf-8")
    with pytest.raises(CannotWriteTemplate, match=r"plan\.md: exists"):
        write_template(rubric(), path)
    assert path.read_text(encoding="utf-8") == "filled in"


@pytest.mark.parametrize("name", ["plan.pdf", "plan", "no/folder/plan.md"])
def test_another_ending_or_a_missing_folder_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotWriteTemplate):
        write_template(rubric(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []

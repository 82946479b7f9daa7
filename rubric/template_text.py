"""The blank plan as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from rubric.rubric import Rubric
from rubric.spreadsheet import defused
from rubric.template import (
    APPROVAL_SLOTS,
    FOLLOW_UP_HINT,
    FOLLOW_UP_LABEL,
    HEAD_SLOTS,
    HOW_TO,
    TITLE,
    WORDS_LABEL,
    Section,
    sections,
)

LINE = "_" * 24
CSV_COLUMNS = (
    "criterion_id",
    "criterion",
    "weight",
    "threshold",
    "critical",
    "definition",
    "expected_behavior",
    "practice",
    "agent",
    "call_id",
    "call_date",
    "time_in_call",
    "score",
    "exact_words",
    "follow_up_scoring_date",
    "approved_by",
    "approved_on",
)
BLANK_COLUMNS = len(CSV_COLUMNS) - CSV_COLUMNS.index("agent")

_MARKS = re.compile(r"([\\`*_\[\]<>|#])")


def markdown_template(rubric: Rubric) -> bytes:
    """The blank plan as Markdown, UTF-8."""
    lines = [f"# {TITLE}", "", f"{_plain(rubric.title)}, version {rubric.version}", "", HOW_TO, ""]
    lines += _table(HEAD_SLOTS)
    for section in sections(rubric):
        lines += ["", *_section_lines(section, f"{rubric.scale.min:g} to {rubric.scale.max:g}")]
    lines += ["", "## Approval", "", *_table(APPROVAL_SLOTS)]
    return ("\n".join(lines) + "\n").encode()


def csv_template(rubric: Rubric) -> bytes:
    """The blank plan as a sheet, a row a criterion, UTF-8 with the mark by which spreadsheets know it."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(CSV_COLUMNS)
    for section in sections(rubric):
        sheet.writerow([*_cells(section), *[""] * BLANK_COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _section_lines(section: Section, scale: str) -> Iterator[str]:
    yield f"## {_plain(section.title)} ({section.facts})"
    yield ""
    yield f"**What is judged:** {_plain(section.definition)}"
    yield ""
    yield f"**What to do instead:** {_plain(section.expected_behavior)}"
    yield ""
    yield from _table(("Call id", "Date of the call", "Time in the call", f"Score ({scale})"))
    yield ""
    yield f"**{WORDS_LABEL}:**"
    yield ""
    yield f"> {LINE}{LINE}"
    yield ""
    yield f"**Practice:** {_plain(section.practice) or LINE}"
    yield ""
    yield from (f"* {_plain(line)}" for line in section.by_call_type)
    yield from ("",) if section.by_call_type else ()
    yield from (f"- [ ] session {number + 1}, on {LINE}" for number in range(section.sessions))
    yield from () if section.sessions else (f"Sessions: {LINE}",)
    yield ""
    yield f"**{FOLLOW_UP_LABEL}** ({FOLLOW_UP_HINT}): {LINE}"


def _table(slots: tuple[str, ...]) -> list[str]:
    return [f"| {' | '.join(slots)} |", "|---" * len(slots) + "|", "|   " * len(slots) + "|"]


def _plain(words: str) -> str:
    """One line in which no sign is taken for Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


def _cells(section: Section) -> list[str]:
    texts = [section.definition, section.expected_behavior, "\n".join((section.practice, *section.by_call_type))]
    return [
        defused(section.criterion_id),
        defused(section.title),
        f"{section.weight:g}",
        f"{section.threshold:g}",
        "yes" if section.critical else "no",
        *(defused(text) for text in texts),
    ]

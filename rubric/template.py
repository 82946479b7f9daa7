"""The blank plan that follows from a rubric, for teams that start on paper: Markdown, DOCX or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from nlp.errors import WrongInput
from rubric.criterion import Criterion
from rubric.rubric import Rubric

LINE = "_" * 40
SLOTS = (
    "Call id",
    "Date of the call",
    "Time in the call",
    "Score",
    "Exact words of the agent (under 40)",
    "What they answered (the customer's words)",
    "Follow-up scoring date (7 days for busy agents, 14 for others, at most 21)",
)
HEAD_SLOTS = ("Agent", "Team", "Supervisor", "Date of the plan", "Approved by, on")


class UnknownTemplate(WrongInput):
    """The file's ending names no kind of template."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the ending must be .md, .docx or .csv")
        self.path = path


def write_template(rubric: Rubric, path: Path) -> None:
    """Write the blank plan of a rubric in the form that the path's ending names. Raises UnknownTemplate."""
    forms: dict[str, Callable[[Rubric], bytes]] = {".md": _markdown, ".docx": _docx, ".csv": _csv}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise UnknownTemplate(path)
    if not path.parent.is_dir():
        raise WrongInput(f"{path}: there is no folder {path.parent}")
    path.write_bytes(form(rubric))


def _facts(criterion: Criterion) -> str:
    critical = ", critical" if criterion.critical else ""
    return f"{criterion.weight:g}% weight, threshold {criterion.threshold:g}{critical}"


def _practice(criterion: Criterion) -> str:
    exercise = criterion.practice
    if exercise is None:
        return ""
    sessions = f"{exercise.sessions} × " if exercise.sessions else ""
    parts = [f"{sessions}{exercise.method or 'practice'}", exercise.skill, exercise.scenario]
    return "; ".join(part for part in parts if part)


def _markdown(rubric: Rubric) -> bytes:
    lines = [f"# Coaching plan: {rubric.title}, version {rubric.version}", ""]
    lines += [f"{slot}: {LINE}  " for slot in HEAD_SLOTS]
    for criterion in rubric.criteria:
        lines += ["", f"## {criterion.title} ({_facts(criterion)})", "", criterion.definition, ""]
        lines += [f"- {slot}: {LINE}" for slot in SLOTS]
        lines += [
            "",
            f"**Expected:** {criterion.expected_behavior}",
            "",
            f"**Practice:** {_practice(criterion) or LINE}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _docx(rubric: Rubric) -> bytes:
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2)
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(f"Coaching plan: {rubric.title}, version {rubric.version}", 0)
    _docx_form(document, HEAD_SLOTS)
    for criterion in rubric.criteria:
        heading = document.add_heading(f"{criterion.title} ({_facts(criterion)})", 2)
        heading.paragraph_format.keep_with_next = True
        document.add_paragraph(criterion.definition)
        _docx_form(document, SLOTS)
        for label, words in (("Expected: ", criterion.expected_behavior), ("Practice: ", _practice(criterion) or LINE)):
            paragraph = document.add_paragraph()
            paragraph.add_run(label).bold = True
            paragraph.add_run(words)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _docx_form(document: object, slots: tuple[str, ...]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=2, style="Table Grid")  # type: ignore[attr-defined]
    for slot in slots:
        cells = table.add_row().cells
        cells[0].text, cells[0].width, cells[1].width = slot, Cm(6.5), Cm(10.5)


def _csv(rubric: Rubric) -> bytes:
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["criterion_id", "criterion", "weight", "threshold", "critical", *SLOTS, "Expected", "Practice"])
    for criterion in rubric.criteria:
        sheet.writerow(
            [
                _defused(criterion.id),
                _defused(criterion.title),
                f"{criterion.weight:g}",
                f"{criterion.threshold:g}",
                "yes" if criterion.critical else "no",
                *[""] * len(SLOTS),
                _defused(criterion.expected_behavior),
                _defused(_practice(criterion)),
            ]
        )
    return written.getvalue().encode("utf-8-sig")


def _defused(words: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words

"""The blank plan as a Word document: a card a criterion, made to be printed and filled in by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from rubric.rubric import Rubric
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

INK, PALE, RULE, RED = "24405A", "EEF3F7", "A9B8C6", "B3261E"
"""Colours as Word writes them: the head of a card, its labels, its lines, and the word critical."""

COLUMNS_CM = (4.2, 4.2, 4.2, 4.4)
BOX_CM = 1.9
"""How high the box for the quote is: three lines of handwriting."""

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_template(rubric: Rubric) -> bytes:
    """The blank plan as the bytes of a .docx file."""
    from docx import Document

    document = Document()
    _set_up(document, rubric)
    _title(document, rubric)
    _slots(document, HEAD_SLOTS)
    scale = f"{rubric.scale.min:g} to {rubric.scale.max:g}"
    for section in sections(rubric):
        _space(document)
        _card(document, section, scale)
    _space(document)
    _slots(document, APPROVAL_SLOTS)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _set_up(document: Any, rubric: Rubric) -> None:
    from docx.shared import Cm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(2)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = _clean(f"{TITLE}: {rubric.title}, version {rubric.version}")
    foot = page.footer.paragraphs[0].add_run(_clean(f"{rubric.title}, version {rubric.version}"))
    foot.font.size = Pt(8)


def _title(document: Any, rubric: Rubric) -> None:
    from docx.shared import Pt

    heading = document.add_heading(level=0)
    heading.paragraph_format.space_after = Pt(2)
    _write(heading, TITLE, size=22, bold=True, color=INK)
    _write(document.add_paragraph(), f"{rubric.title}, version {rubric.version}", size=12, color=INK)
    how_to = document.add_paragraph()
    how_to.paragraph_format.space_before, how_to.paragraph_format.space_after = Pt(4), Pt(8)
    _write(how_to, HOW_TO, italic=True)


def _slots(document: Any, labels: Sequence[str]) -> None:
    """A row of labelled boxes to write into."""
    table = _table(document, len(labels), [sum(COLUMNS_CM) / len(labels)] * len(labels))
    _boxes(_row(table), labels)
    _height(table.rows[-1], 1.1)


def _card(document: Any, section: Section, scale: str) -> None:
    table = _table(document, 4, COLUMNS_CM)
    _head_row(table, section)
    _text_row(table, "What is judged", section.definition)
    _text_row(table, "What to do instead", section.expected_behavior)
    _boxes(_row(table), ("Call id", "Date of the call", "Time in the call", f"Score ({scale})"))
    _height(table.rows[-1], 1.1)
    _wide_box(table, WORDS_LABEL, BOX_CM)
    _text_row(table, "Practice", "\n".join((section.practice, *section.by_call_type)))
    boxes = "      ".join(f"☐ {number + 1}: __________" for number in range(section.sessions))
    _text_row(table, "Sessions done on", boxes or "____________________")
    _text_row(table, FOLLOW_UP_LABEL, f"____________________   ({FOLLOW_UP_HINT})")
    _keep_together(table)


def _head_row(table: Any, section: Section) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row = _row(table)
    title, facts = row.cells[0].merge(row.cells[1]), row.cells[2].merge(row.cells[3])
    for cell in (title, facts):
        _fill(cell, INK)
    _write(title.paragraphs[0], section.title, size=12, bold=True, color="FFFFFF")
    facts.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title.vertical_alignment = facts.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    if section.critical:
        _fill(facts, RED)
    _write(facts.paragraphs[0], section.facts, bold=section.critical, color="FFFFFF")


def _text_row(table: Any, label: str, words: str) -> None:
    row = _row(table)
    _fill(row.cells[0], PALE)
    _write(row.cells[0].paragraphs[0], label, bold=True, color=INK)
    wide = row.cells[1].merge(row.cells[3])
    first, *others = words.split("\n")
    _write(wide.paragraphs[0], first)
    for line in others:
        _write(wide.add_paragraph(), line, size=9)


def _boxes(row: Any, labels: Sequence[str]) -> None:
    for cell, label in zip(row.cells, labels, strict=True):
        _write(cell.paragraphs[0], label, size=8, bold=True, color=INK)


def _wide_box(table: Any, label: str, height_cm: float) -> None:
    row = _row(table)
    _write(row.cells[0].merge(row.cells[3]).paragraphs[0], label, size=8, bold=True, color=INK)
    _height(row, height_cm)


def _table(document: Any, columns: int, widths_cm: Sequence[float]) -> Any:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    _rule(table)
    return table


def _row(table: Any) -> Any:
    from docx.oxml.ns import qn

    row = table.add_row()
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:cantSplit"), {}))
    return row


def _height(row: Any, height_cm: float) -> None:
    from docx.shared import Cm

    row.height = Cm(height_cm)


def _keep_together(table: Any) -> None:
    """A card that would break across pages begins on the next one."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _space(document: Any) -> None:
    from docx.shared import Pt

    document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _write(
    paragraph: Any, words: str, *, size: float | None = None, bold: bool = False, italic: bool = False, color: str = ""
) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_clean(words))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)


def _clean(words: str) -> str:
    """Words without the signs that no XML may hold."""
    return _NOT_XML.sub("", words)


def _fill(cell: Any, color: str) -> None:
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(qn("w:shd")):
        properties.remove(old)
    shade = {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): color}
    properties.append(properties.makeelement(qn("w:shd"), shade))


def _rule(table: Any) -> None:
    """Fine lines in one colour around and between the cells."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    borders = properties.makeelement(qn("w:tblBorders"), {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = {qn("w:val"): "single", qn("w:sz"): "4", qn("w:space"): "0", qn("w:color"): RULE}
        borders.append(borders.makeelement(qn(f"w:{side}"), line))
    properties.append(borders)

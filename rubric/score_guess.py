"""What an unknown table of scores may be: which column is what, by its name, and how scores seem to be written."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from nlp.readers.parquet import BrokenTable
from nlp.readers.table_rows import Row, rows_of
from nlp.readers.vendor import Source
from rubric.naming import plain
from rubric.readers.table import names_of
from rubric.rubric import Rubric
from rubric.score_map import NOT_APPLICABLE
from rubric.score_proposal import Guess, Proposal

USUAL: dict[str, str] = {
    "call_id": "call_id conversation_id contact_id interaction_id session_id recording_id transcript_id ticket_id"
    " chat_id call_key ucid call conversation contact interaction case_id external_id",
    "evaluation_id": "evaluation_id review_id assessment_id scorecard_result_id audit_id evaluation result_id",
    "agent_id": "agent_id agentid employee_id rep_id advisor_id agent_login user_id agent agent_name employee rep"
    " advisor",
    "scored_at": "scored_at evaluated_at evaluation_date reviewed_at reviewed_on review_date submitted_at"
    " submitted_on completed_at date_scored score_date graded_at evaluated_on date timestamp created_at",
    "scored_by": "scored_by evaluator reviewer evaluated_by reviewed_by qa_analyst analyst grader auditor rater"
    " evaluator_name",
    "status": "status evaluation_status review_status state",
    "calibration": "calibration is_calibration calibration_session calibration_session_id",
    "criterion": "criterion criterion_id question question_text category metric attribute skill item line_item"
    " question_name parameter",
    "score": "score points points_earned earned result rating value mark points_awarded score_percent",
    "max": "max max_score max_points points_possible possible potential_score out_of maximum",
    "comment": "comment comments note notes feedback remarks reviewer_comment evaluator_comment",
    "auto_fail": "auto_fail autofail fatal is_fatal critical_error automatic_fail kill_question",
    "form": "form scorecard form_name scorecard_name template rubric",
    "form_version": "form_version scorecard_version version",
}
LONG_ONLY = frozenset({"criterion", "score", "max", "auto_fail"})
NOTHING = frozenset(word.casefold() for word in NOT_APPLICABLE)
SAMPLE = 200
ALIKE = 0.6
"""How alike a column's name and a criterion's must be to be proposed."""
PATTERNS = (
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
)
DAY_NUMBERS = (20_000, 80_000)
FINISHED = ("finished", "submitted", "completed", "complete", "done", "final", "published", "closed")


def propose(source: Source, rubric: Rubric) -> Proposal | None:
    """A map for a table, where it looks like one of scores: it names calls, and criteria or scores. None elsewhere."""
    names = names_of(source)
    if len(names) < 2 or len(names) > 500:
        return None
    rows = _rows(source)
    columns = _columns(names)
    taken = {one.name for one in columns}
    found = {one.ours for one in columns}
    if "call_id" not in found:
        return None
    if {"criterion", "score"} <= found:
        return _long(source, rows, columns, rubric)
    columns = [one for one in columns if one.ours not in LONG_ONLY]
    taken = {one.name for one in columns}
    scored = [name for name in names if name not in taken and _is_scored(rows, name)]
    criteria = [guess for name in scored if (guess := _criterion(name, rubric)) is not None]
    if not criteria:
        return None
    unlike = tuple(name for name in scored if name not in {one.name for one in criteria})
    proposal = _proposal(source, "wide", rows, columns, criteria, unlike, [one.name for one in criteria])
    scales = {one.name: _scale([row.get(one.name) for row in rows], False)[0] for one in criteria}
    usual = Counter(scale for scale in scales.values() if scale).most_common(1)[0][0] if any(scales.values()) else None
    return replace(
        proposal,
        scale=usual,
        example="of most columns" if len(set(scales.values())) > 1 else proposal.example,
        scales=tuple((name, scale) for name, scale in scales.items() if scale and scale != usual),
        comments=tuple(_comments(names, criteria)),
    )


def _comments(names: Sequence[str], criteria: Sequence[Guess]) -> Iterator[tuple[str, str]]:
    """Columns of comments beside those of criteria: ``Courtesy comment`` beside ``Courtesy``."""
    bare = {re.sub(r"_?(comments?|notes?|remarks?|feedback)_?", "", plain(name)): name
            for name in names if re.search(r"(comments?|notes?|remarks?|feedback)(_|$)", plain(name))}  # fmt: skip
    return ((one.name, bare[plain(one.name)]) for one in criteria if plain(one.name) in bare)


def _long(source: Source, rows: Sequence[Mapping[str, Any]], columns: list[Guess], rubric: Rubric) -> Proposal | None:
    by_ours = {one.ours: one.name for one in columns}
    if not any(_is_scored([row], by_ours["score"]) for row in rows):
        return None
    asked = list(dict.fromkeys(str(row.get(by_ours["criterion"]) or "").strip() for row in rows))
    guesses = {name: _criterion(name, rubric) for name in asked if name}
    criteria = [one for one in guesses.values() if one is not None]
    unlike = tuple(name for name, one in guesses.items() if one is None)
    return _proposal(source, "long", rows, columns, criteria, unlike, [by_ours["score"]])


def _proposal(
    source: Source,
    layout: str,
    rows: Sequence[Mapping[str, Any]],
    columns: list[Guess],
    criteria: list[Guess],
    unlike: tuple[str, ...],
    scored: list[str],
) -> Proposal:
    by_ours = {one.ours: one.name for one in columns}
    cells = [row.get(name) for row in rows for name in scored]
    scale, example = _scale(cells, "max" in by_ours)
    states = list(dict.fromkeys(str(row.get(by_ours["status"]) or "") for row in rows)) if "status" in by_ours else []
    return Proposal(
        file=source.file,
        layout=layout,
        columns=tuple(columns),
        criteria=tuple(criteria),
        scale=scale,
        decimal="," if any(isinstance(cell, str) and re.fullmatch(r"\s*-?\d+,\d+\s*", cell) for cell in cells) else ".",
        dates=_dates([row.get(by_ours["scored_at"]) for row in rows]) if "scored_at" in by_ours else "iso",
        counted=tuple(one for one in states if one.strip().casefold() in FINISHED),
        states=tuple(states),
        unlike=unlike,
        example=example,
    )


def _rows(source: Source) -> list[Mapping[str, Any]]:
    if isinstance(source.value, dict):
        return [source.value]
    try:
        return [row.values for row in islice(rows_of(source), SAMPLE) if isinstance(row, Row)]
    except BrokenTable:
        return []


def _columns(names: Sequence[str]) -> list[Guess]:
    """Which column is what: by the names that tools use, else by the one most like them; each column once."""
    guesses, taken = list[Guess](), set[str]()
    for exact in (True, False):
        for ours, usual in USUAL.items():
            if any(one.ours == ours for one in guesses):
                continue
            likely = [
                (_alike(name, usual.split(), exact), -at, name) for at, name in enumerate(names) if name not in taken
            ]
            sure, _, name = max(likely, default=(0.0, 0, ""))
            if sure >= (1.0 if exact else 0.85):
                guesses.append(Guess(ours, name, min(1.0, round(sure, 2))))
                taken.add(name)
    order = list(USUAL)
    return sorted(guesses, key=lambda one: order.index(one.ours))


def _alike(name: str, usual: Sequence[str], exact: bool) -> float:
    bare = plain(name).replace("_", "")
    if exact:
        place = next((at for at, one in enumerate(usual) if one.replace("_", "") == bare), None)
        return 0.0 if place is None else 1.0 + 1 / (2 + place)
    return max(difflib.SequenceMatcher(None, bare, one.replace("_", "")).ratio() for one in usual)


def _criterion(name: str, rubric: Rubric) -> Guess | None:
    """The criterion that a column or question is most like."""
    wanted = plain(name).replace("_", " ")
    likely = [(_words_alike(wanted, plain(title).replace("_", " ")), one.id) for one in rubric.criteria
              for title in (one.name, one.id) if title]  # fmt: skip
    sure, criterion = max(likely, default=(0.0, ""))
    return Guess(criterion, name, round(sure, 2)) if sure >= ALIKE else None


def _words_alike(one: str, other: str) -> float:
    """How alike two names are: by their letters, or by the words of the shorter that stand in the longer."""
    if not one or not other:
        return 0.0
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    shared = 0.9 * len(short & long) / len(short)
    return max(difflib.SequenceMatcher(None, one, other).ratio(), shared)


def _is_scored(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether a column's cells are scores: numbers, yes and no, or not applicable; and not all empty."""
    cells = [cell for row in rows if (cell := row.get(name)) is not None and str(cell).strip()]
    return bool(cells) and all(_is_score(cell) for cell in cells)


def _is_score(cell: Any) -> bool:
    if isinstance(cell, bool | int | float | Decimal):
        return True
    words = str(cell).strip().casefold()
    if words in {"yes", "no", "pass", "fail"} or words in NOTHING:
        return True
    return re.fullmatch(r"-?\d{1,4}([.,]\d+)?\s*%?(\s*/\s*\d{1,4})?", words) is not None


def _scale(cells: Sequence[Any], has_most: bool) -> tuple[str | None, str]:
    """How scores seem to be written, with what was seen of them."""
    words = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    words = [word for word in words if word.casefold() not in NOTHING]
    if any(word.casefold() in ("yes", "no") for word in words):
        return "yes-no", "seen: yes and no"
    if has_most or any("/" in word for word in words):
        return "points", "points of the most beside them"
    if any(word.endswith("%") for word in words):
        return "percent", "seen: percent signs"
    numbers = [float(word.replace(",", ".")) for word in words if re.fullmatch(r"-?\d+([.,]\d+)?", word)]
    if not numbers:
        return None, ""
    low, high = min(numbers), max(numbers)
    seen = f"seen: {low:g} to {high:g}; is that the scale's end?"
    if high <= 1:
        return "0-1", seen
    if high <= 5:
        return "1-5" if low >= 1 else "0-5", seen
    return "0-10" if high <= 10 else "0-100", seen


def _dates(cells: Sequence[Any]) -> str:
    """How dates seem to be written; ``iso`` where that, or nothing else, is plain."""
    words = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    if not words or any(isinstance(cell, datetime | date) for cell in cells):
        return "iso"
    if all(re.fullmatch(r"\d{5}(\.\d+)?", word) and DAY_NUMBERS[0] <= float(word) <= DAY_NUMBERS[1] for word in words):
        return "excel"
    fitting = [pattern for pattern in PATTERNS if all(_fits(word, pattern) for word in words)]
    return fitting[0] if len(fitting) == 1 else "iso"


def _fits(word: str, pattern: str) -> bool:
    try:
        return bool(datetime.strptime(word, pattern))  # noqa: DTZ007 - only whether it fits is asked
    except ValueError:
        return False

"""Scores in a table of any make, read by a map: a row an evaluation (wide), or a row a score (long).

CSV, Parquet, JSON objects and the rows of a query. Nothing is guessed here: a value that is not as the map says is set
aside with what would be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from nlp.noun import clean_id, nearest
from nlp.readers.parquet import BrokenTable
from nlp.readers.table_rows import Row, column_names, rows_of
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from nlp.written import instant
from rubric.evaluation import Answer, Evaluation, LostScores
from rubric.naming import plain
from rubric.readers.pieces import comment_of, wrong
from rubric.score_map import ScoreMap
from rubric.score_scale import read_cell

NAME = "Table of scores"
SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets' day numbers, of the 1900 system as they count it: with a 29 February 1900 that never was."""
FIRST_DAY, LAST_DAY = 20_000, 80_000
"""Day numbers of 1954 and 2119: others are no days of a score."""
YES_WORDS = frozenset({"yes", "y", "true", "1", "x"})
NO_WORDS = frozenset({"no", "n", "false", "0", ""})


def names_of(source: Source) -> tuple[str, ...]:
    """The names of a document's columns: of a table, or of one flat JSON object."""
    if isinstance(source.value, dict):
        flat = not any(isinstance(one, list | dict) for one in source.value.values())
        return tuple(source.value) if flat else ()
    return column_names(source)


def is_meant(told: ScoreMap, names: tuple[str, ...]) -> bool:
    """Whether a map of a table is for one with these columns: its call's id and half of its others are there."""
    if not told.is_table:
        return False
    here = {plain(name) for name in names}
    wanted = [plain(name) for name in _wanted(told)]
    return plain(told.columns["call_id"]) in here and 2 * sum(name in here for name in wanted) >= len(wanted)


def missing(told: ScoreMap, names: tuple[str, ...]) -> str | None:
    """What a map names that the table has not, in words; None where nothing is missing."""
    here = {plain(name): name for name in names}
    for name in _wanted(told):
        if plain(name) not in here:
            used = {plain(one) for one in _wanted(told)}
            like = nearest(plain(name), [one for one in here if one not in used])
            hint = f"; is it now {here[like]!r}? change the map then" if like else ""
            return f"has no column {name!r}, which the map names{hint}"
    return None


def read(source: Source, told: ScoreMap) -> Iterator[Evaluation | SetAside]:
    """The rows of a table, each as an evaluation: with all its answers, or with the one that a long table's row is."""
    own = {plain(name): name for name in names_of(source)}
    theirs = {ours: own[plain(name)] for ours, name in told.columns.items()}
    try:
        for row in [Row(source.line or 1, source.value)] if isinstance(source.value, dict) else rows_of(source):
            if isinstance(row, Row):
                yield _Reading(source, row, told, theirs, own).evaluation()
            else:
                yield LostScores(file=row.file, line=row.line, reason=row.reason, record=row.record)
    except BrokenTable as error:
        yield wrong(source, str(error))


def _wanted(told: ScoreMap) -> list[str]:
    """All columns that a map names."""
    return [*told.columns.values(), *(() if told.is_long else told.criteria), *told.comments.values()]


class _Reading:
    """One row on its way to an evaluation."""

    def __init__(
        self, source: Source, row: Row, told: ScoreMap, theirs: Mapping[str, str], own: Mapping[str, str]
    ) -> None:
        self.source, self.row, self.told, self.theirs, self.own = source, row, told, theirs, own
        self.line = row.number if source.value is None or not isinstance(source.value, dict) else source.line

    def evaluation(self) -> Evaluation | LostScores:
        """The row's evaluation, or the row set aside for the first thing that is wrong with it."""
        try:
            return self._made()
        except ValueError as error:
            scores = 1 if self.told.is_long else len(self.told.criteria)
            return LostScores(
                file=self.source.file, line=self.line, reason=str(error), record=self._shown(), scores=scores
            )

    def _made(self) -> Evaluation:
        told = self.told
        call_id = self._id("call_id")
        if call_id is None:
            raise ValueError(f"{self.theirs['call_id']}: which call it is, is missing")
        return Evaluation(
            vendor=NAME,
            call_id=call_id,
            evaluation_id=self._id("evaluation_id"),
            agent_id=self._id("agent_id"),
            evaluator=self._id("scored_by"),
            at=self._time(),
            form=self._text("form") or told.form,
            form_version=self._id("form_version"),
            rubric_version=self._version(),
            left_out=self._left_out(),
            overall=None if told.is_long else comment_of(self._text("comment")),
            answers=[self._long()] if told.is_long else [self._wide(column) for column in told.criteria],
            whole=not told.is_long,
            file=self.source.file,
            line=self.line,
        )

    def _long(self) -> Answer:
        question = self._text("criterion")
        if not question:
            raise ValueError(f"{self.theirs['criterion']}: which criterion it is, is missing")
        comment = comment_of(self._text("comment"))
        made = self._answer(question, self.theirs["score"], comment, self._flagged())
        return replace(made, answer=self._text("answer") or made.answer)

    def _wide(self, column: str) -> Answer:
        beside = self.told.comments.get(column) or self.told.comments.get(self.told.criteria[column])
        comment = comment_of(self._at(self.own[plain(beside)])) if beside else None
        return self._answer(column, self.own[plain(column)], comment, self._failed_by(column))

    def _answer(self, question: str, column: str, comment: str | None, auto_fail: bool) -> Answer:
        cell, told = self.row.values.get(column), self.told
        words = str(cell).strip()[:200] if cell is not None else None
        bare = Answer(
            question_id=question,
            question=question,
            comment=comment,
            auto_fail=auto_fail,
            answer=words,
            place=column,
            raw=f"{cell} of {self._beside('max')}",
        )
        if cell is None or words == "" or (isinstance(cell, str) and told.is_not_applicable(cell)):
            return replace(bare, answer=words or None)
        known = {name.strip().casefold(): score for name, score in told.answers.items()}
        if isinstance(cell, str) and words is not None and words.casefold() in known:
            return replace(bare, score=known[words.casefold()])
        try:
            scale = told.scale_of(told.criterion_of(question) or "", question)
            score, span = read_cell(cell, scale, self._beside("max"), told.decimal)
        except ValueError as error:
            return replace(bare, problem=str(error))
        return replace(bare, score=score, span=span)

    def _beside(self, ours: str) -> Any:
        return self.row.values.get(self.theirs[ours]) if ours in self.theirs else None

    def _at(self, column: str) -> str | None:
        cell = self.row.values.get(column)
        return str(cell) if cell is not None else None

    def _text(self, ours: str) -> str | None:
        found = self._beside(ours)
        return str(found).strip() or None if found is not None else None

    def _id(self, ours: str) -> str | None:
        """An identifier as it stands. A number with decimals is none: something has counted with it."""
        found = self._beside(ours)
        if isinstance(found, float | Decimal | bool):
            raise ValueError(f"{self.theirs[ours]}: {found} is a number and no identifier; keep the column as text")
        text = str(found).strip() if found is not None else ""
        try:
            return clean_id(text) if text else None
        except ValueError as error:
            raise ValueError(f"{self.theirs[ours]}: {error}") from None

    def _version(self) -> int | None:
        written = self._text("rubric_version")
        if written is None:
            return None
        if not written.isdecimal() or int(written) < 1:
            raise ValueError(f"{self.theirs['rubric_version']}: {written[:20]!r} is no version of a rubric, like 1")
        return int(written)

    def _time(self) -> datetime | None:
        cell = self._beside("scored_at")
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        try:
            return _moment(cell, self.told.dates, self.source)
        except ValueError as error:
            raise ValueError(f"{self.theirs['scored_at']}: {error}") from None

    def _left_out(self) -> str | None:
        status = self._text("status")
        if "status" in self.theirs and (status or "").casefold() not in {one.casefold() for one in self.told.counted}:
            return f"not finished: its status is {(status or 'empty')[:40]!r}"
        calibration = (self._text("calibration") or "").casefold()
        return None if calibration in NO_WORDS else "of a calibration session"

    def _flagged(self) -> bool:
        """Whether the row's own column says that it failed by itself. Raises ValueError where it says neither."""
        written = (self._text("auto_fail") or "").casefold()
        if written not in YES_WORDS | NO_WORDS:
            raise ValueError(f"{self.theirs['auto_fail']}: {written[:40]!r} is neither yes nor no")
        return written in YES_WORDS

    def _failed_by(self, column: str) -> bool:
        """Whether a wide table's auto-fail column names this criterion."""
        named = (self._text("auto_fail") or "").casefold()
        if named in NO_WORDS:
            return False
        return plain(column) in {plain(one) for one in named.replace(";", ",").split(",")}

    def _shown(self) -> str:
        return ", ".join(f"{name}: {value}" for name, value in self.row.values.items() if value not in (None, ""))[
            :2000
        ]


def _moment(cell: Any, dates: str, source: Source) -> datetime:
    """The time in a cell, in UTC. Raises ValueError, in words."""
    if isinstance(cell, datetime | date):
        return instant(cell, source.hints.timezone)
    text = str(cell).strip()
    if dates == "excel":
        return _day_number(text, source)
    if dates == "iso":
        try:
            return instant(text, source.hints.timezone)
        except ValueError as error:
            raise ValueError(f"{error}{_date_hint(text)}") from None
    try:
        written = datetime.strptime(text, dates)  # noqa: DTZ007 - a pattern without an offset means the program's zone
        return instant(written, source.hints.timezone)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not written as {dates}, which the map says") from None


def _day_number(text: str, source: Source) -> datetime:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not FIRST_DAY <= days <= LAST_DAY:
        raise ValueError(f'{text[:40]!r} is no day number of a spreadsheet; the map says dates = "excel"')
    wall = datetime.combine(SPREADSHEET_DAY_ZERO, time()) + timedelta(seconds=round(days * 86400))
    return instant(wall, source.hints.timezone)


def _date_hint(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return '; or say in the map how dates are written, like dates = "%d/%m/%Y"' if text[:1].isdigit() else ""
    return '; a spreadsheet\'s day number? say dates = "excel" in the map' if FIRST_DAY <= number <= LAST_DAY else ""

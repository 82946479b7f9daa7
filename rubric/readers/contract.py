"""Scores in our own format, wherever they lie: rows of a table, or JSON objects, under the contract's names."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.readers.parquet import BrokenTable
from nlp.readers.table_rows import Row, rows_of
from nlp.readers.vendor import Source
from nlp.reading import Shape
from nlp.records import Record
from nlp.set_aside import SetAside
from rubric.evaluation import LostScores
from rubric.readers.pieces import wrong
from rubric.score import Score

NAME = "Verbatim scores"
NEEDED = frozenset({"call_id", "criterion_id", "score"})
KNOWN = frozenset(Score.model_fields)


def is_ours(names: tuple[str, ...]) -> bool:
    """Whether these columns are the contract's, and all that it needs are there."""
    found = [name.strip().casefold() for name in names]
    return NEEDED <= set(found) <= KNOWN and len(set(found)) == len(found)


def read(source: Source, shape: Shape[Score]) -> Iterator[Score | SetAside]:
    """The scores of a document, each row a score or set aside."""
    try:
        for row in [Row(source.line or 1, source.value)] if isinstance(source.value, dict) else rows_of(source):
            yield (
                _score(source, row, shape)
                if isinstance(row, Row)
                else LostScores(file=row.file, line=row.line, reason=row.reason, record=row.record)
            )
    except BrokenTable as error:
        yield wrong(source, str(error))


def _score(source: Source, row: Row, shape: Shape[Score]) -> Score | SetAside:
    typed = source.rows is not None or isinstance(source.value, dict | list)
    values = {name.strip().casefold(): value for name, value in row.values.items()}
    if not typed:
        values = {name: value.strip() for name, value in values.items() if value.strip()}
    shown = ",".join(str(value) for value in row.values.values())[:2000]
    made = shape.make(Record(source.file, row.number, values, shown, typed))
    if isinstance(made, SetAside):
        return LostScores(file=made.file, line=made.line, reason=made.reason, record=made.record)
    return made

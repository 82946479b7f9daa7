"""Rows of tables as records with their place: CSV, where every value stays the text it is, and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from pydantic import BaseModel

from nlp.files import NotText, cannot_open, not_utf8, open_text
from nlp.noun import known_keys, nearest
from nlp.records import LONGEST, Record
from nlp.set_aside import SetAside

SEPARATORS = ",;\t"
BATCH_ROWS = 2000


class UnusableTable(ValueError):
    """The table's head is not one that can be read, in words."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a table may have, and those that it must have."""

    known: tuple[str, ...]
    needed: tuple[str, ...]

    @classmethod
    def of(cls, noun: type[BaseModel]) -> Columns:
        """The columns of a table whose rows are ``noun``."""
        needed = [name for name, field in noun.model_fields.items() if field.is_required()]
        return cls(tuple(known_keys(noun)), tuple(needed))

    def named(self, cells: Sequence[str]) -> list[str]:
        """The columns that a header names, spaces around them and case aside.

        Raises UnusableTable for a column that is unknown, unnamed, there twice, or missing.
        """
        names = [cell.strip().casefold() for cell in cells]
        for position, name in enumerate(names):
            if not name:
                raise UnusableTable(f"column {position + 1} has no name; the first line names the columns")
            if name not in self.known:
                raise UnusableTable(f"unknown column {cells[position].strip()!r}; {self._instead_of(name)}")
            if name in names[:position]:
                raise UnusableTable(f"the column {name!r} is there twice")
        for name in self.needed:
            if name not in names:
                raise UnusableTable(f"the column {name!r} is missing; there are {', '.join(names)}")
        return names

    def _instead_of(self, name: str) -> str:
        if name.startswith("__index_level_"):
            return "that is a data frame's index; write the table without it"
        like = nearest(name, self.known)
        return f"did you mean {like!r}?" if like else f"known are {', '.join(self.known)}"


def read_csv(path: Path, columns: Columns) -> Iterator[Record | SetAside]:
    """The rows of a CSV file under a header; commas, semicolons or tabs between fields.

    Every value is the text that stands there, without the spaces around it; an empty field is not in the record.
    A row with more or fewer fields than the header is set aside, and the others go on. Empty rows are no records.
    Never raises: what cannot be read is set aside.
    """
    try:
        with open_text(path) as stream:
            yield from _rows(str(path), _Lines(stream), columns)
    except (NotText, UnusableTable) as error:
        reason = error.reason if isinstance(error, NotText) else str(error)
        yield SetAside(file=str(path), line=None, reason=reason)
    except OSError as error:
        yield cannot_open(path, error)


def read_parquet(path: Path, columns: Columns) -> Iterator[Record | SetAside]:
    """The rows of a Parquet file, with the values that they have; a row's ``line`` is its number, from 1.

    Never raises: what cannot be read is set aside.
    """
    try:
        with path.open("rb") as stream:
            yield from _parquet(str(path), stream, columns)
    except OSError as error:
        yield cannot_open(path, error)


class _Lines:
    """The lines of a file, which remembers those that went into the record at hand."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.number, self.first, self.raw = stream, 0, 1, ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST:
            raise UnusableTable(f"line {self.number} is over {LONGEST:,} characters; nothing from there on was read")
        if len(self.raw) < 2000:
            self.raw += line[:2000]
        return line

    def start_record(self) -> None:
        self.first, self.raw = self.number + 1, ""


def _rows(file: str, lines: _Lines, columns: Columns) -> Iterator[Record | SetAside]:
    separator, names = _head(lines, columns)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.start_record()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            place = Record(file, lines.first, {}, lines.raw)
            if _never_ends(error):
                yield place.aside("a quotation mark that opens here is not closed; nothing from this line on was read")
                return
            yield place.aside(f"{_extent(lines)}is not CSV: {error}; write a quotation mark inside quotes twice")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(Record(file, lines.first, {}, lines.raw.rstrip("\r\n"), typed=False), names, cells)


def _row(place: Record, names: list[str], cells: list[str]) -> Record | SetAside:
    for name, cell in zip(names, cells, strict=False):
        if (foreign := not_utf8(cell)) is not None:
            return place.aside(f"{name}: {foreign}")
    if len(cells) != len(names):
        hint = "quote a field that holds a separator" if len(cells) > len(names) else "leave a field empty, not out"
        return place.aside(f"has {len(cells)} fields, the header has {len(names)}; {hint}")
    values = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
    return Record(place.file, place.line, values, place.raw, typed=False)


def _head(lines: _Lines, columns: Columns) -> tuple[str, list[str]]:
    """The separator and the columns. Raises UnusableTable."""
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise UnusableTable("is empty; the first line names the columns")
    if (foreign := not_utf8(first)) is not None:
        raise UnusableTable(foreign)
    headers = {separator: _cells(first, separator) for separator in SEPARATORS}
    known = {
        separator: sum(cell.strip().casefold() in columns.known for cell in headers[separator]) for separator in headers
    }
    separator = max(known, key=lambda each: known[each])
    return separator, columns.named(headers[separator])


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise UnusableTable(f"the first line, which names the columns, is not CSV: {error}") from None


def _never_ends(error: csv.Error) -> bool:
    # the csv module tells its errors apart by their words alone
    return str(error).startswith(("unexpected end of data", "field larger than field limit"))


def _extent(lines: _Lines) -> str:
    return f"down to line {lines.number} " if lines.number > lines.first else ""


def _parquet(file: str, stream: BinaryIO, columns: Columns) -> Iterator[Record | SetAside]:
    import pyarrow as pa

    row = 0
    try:
        for row, values in enumerate(_parquet_rows(stream, columns), start=1):
            yield Record(file, row, values, json.dumps(values, default=str, ensure_ascii=False)[:2000])
    except UnusableTable as error:
        yield SetAside(file=file, line=None, reason=str(error))
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError) as error:
        where = f"; nothing after row {row} was read" if row else ""
        words = str(error).splitlines() or [type(error).__name__]
        yield SetAside(file=file, line=row + 1 if row else None, reason=f"is not Parquet: {words[0]}{where}")


def _parquet_rows(stream: BinaryIO, columns: Columns) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(stream) as table:
        names = columns.named(table.schema_arrow.names)
        for batch in table.iter_batches(batch_size=BATCH_ROWS):
            plain = [column.cast(_in_microseconds(pa, column.type), safe=False) for column in batch.columns]
            for cells in zip(*(column.to_pylist() for column in plain), strict=True):
                yield {name: _plain(cell) for name, cell in zip(names, cells, strict=True)}


def _in_microseconds(pa: Any, kind: Any) -> Any:
    return pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else kind


def _plain(cell: Any) -> Any:
    return float(cell) if isinstance(cell, Decimal) else cell

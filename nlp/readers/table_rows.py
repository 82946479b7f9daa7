"""The rows of a table, whatever it is written as: CSV text, an array of JSON objects, Parquet."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.vendor import NO_JSON, LostTurn, Source

SEPARATORS = ",;\t|"
BLANKS = " \t\r\n"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LONGEST_CELL = 8 * 2**20
"""Characters of a cell: a whole call's transcript may stand in one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row and where it stands: its line in CSV, its number from 1 elsewhere; ``place`` where that is not enough.
    ``written`` is how CSV has it."""

    number: int
    values: Mapping[str, Any]
    place: str = ""
    written: str = ""


class Rows:
    """The rows of one call: those of CSV as they are written, in a fifth of the memory, until they are read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: list[Row] = []
        self._numbers, self._written = array("Q"), list[str]()

    def __len__(self) -> int:
        return len(self._kept) + len(self._written)

    def add(self, row: Row) -> None:
        if row.written:
            self._numbers.append(row.number)
            self._written.append(row.written)
        else:
            self._kept.append(row)

    def read(self) -> list[Row]:
        """The rows, in the order in which they were added."""
        head = header(self._source.text) if self._written else None
        if head is None:
            return self._kept
        cells, same = _read_cells(self._written, head.separator), dict[str, str]()
        return [
            Row(number, {name: _once(cell, same) for name, cell in zip(head.names, each, strict=True)})
            for number, each in zip(self._numbers, cells, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a CSV document: its separator, the names, and where the rows begin."""

    separator: str
    names: tuple[str, ...]
    line: int


def column_names(source: Source) -> tuple[str, ...]:
    """The names of a document's columns, empty where it is no table."""
    if source.rows is not None:
        return source.columns
    if isinstance(source.value, list):
        first = source.value[0] if source.value else None
        flat = isinstance(first, dict) and not any(isinstance(each, list | dict) for each in first.values())
        return tuple(first) if isinstance(first, dict) and flat else ()
    if source.value is not NO_JSON:
        return ()
    found = header(source.text)
    return found.names if found is not None else ()


def header(text: str) -> Header | None:
    """The header of CSV: the first line that is not blank, with the separator that makes the most columns of it.

    A line ``sep=;`` before it, which spreadsheets write, is passed over. None where there is but one column.
    """
    for line, found in enumerate(re.finditer(r"[^\r\n]*(\r\n|\r|\n|$)", text[:100_000]), start=1):
        head = found[0].strip("\r\n")
        if not head.strip() or re.fullmatch(r"\"?sep=.\"?", head.strip(), re.IGNORECASE):
            if found.end() >= len(text):
                return None
            continue
        cells = {separator: _cells(head, separator) for separator in SEPARATORS}
        separator = max(cells, key=lambda each: len(cells[each]))
        names = tuple(cell.strip() for cell in cells[separator])
        fine = len(names) > 1 and all(names) and len(set(names)) == len(names) and max(map(len, names)) <= 100
        return Header(separator, names, line) if fine else None
    return None


def rows_of(source: Source) -> Iterator[Row | LostTurn]:
    """The rows of a table; one with more or fewer fields than the header is lost, and the others go on.

    Raises BrokenTable where Parquet breaks.
    """
    if source.rows is not None:
        yield from (Row(number, values) for number, values in enumerate(source.rows(), start=1))
    elif isinstance(source.value, list):
        for number, values in enumerate(source.value, start=1):
            if isinstance(values, dict):
                yield Row(number, values)
            else:
                yield source.lost("is no object, and a row is one", f"row {number}", str(values)[:200])
    elif (head := header(source.text)) is not None:
        yield from _csv_rows(source, head)


def _csv_rows(source: Source, head: Header) -> Iterator[Row | LostTurn]:
    taken: list[str] = []
    reader = csv.reader(_lines(source.text, head.line, taken), delimiter=head.separator, strict=True)
    old = csv.field_size_limit(LONGEST_CELL)
    try:
        while True:
            number = head.line + reader.line_num + 1
            taken.clear()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield source.lost(f"is not CSV: {error}", f"line {number}")
                continue
            if cells is None:
                return
            if not any(cell.strip(BLANKS) for cell in cells):
                continue
            if len(cells) != len(head.names):
                reason = (
                    f"has {len(cells)} fields, the header has {len(head.names)}; quote a field that holds a separator"
                )
                yield source.lost(reason, f"line {number}", head.separator.join(cells)[:2000])
            else:
                yield Row(number, dict(zip(head.names, cells, strict=True)), written="".join(taken))
    finally:
        csv.field_size_limit(old)


def _lines(text: str, first: int, taken: list[str]) -> Iterator[str]:
    """The lines of a text with their ends, from the one of that number (from 0) on; each is put into ``taken``, too."""
    for number, found in enumerate(LINE.finditer(text)):
        if number >= first:
            taken.append(found[0])
            yield found[0]


def _once(cell: str, same: dict[str, str]) -> str:
    """A cell as the equal one that came before: speakers and calls come again in every row."""
    return same.setdefault(cell, cell) if len(same) < 500 else same.get(cell, cell)


def _read_cells(written: Iterable[str], separator: str) -> Iterator[list[str]]:
    old = csv.field_size_limit(LONGEST_CELL)
    try:
        yield from csv.reader(written, delimiter=separator, strict=True)
    finally:
        csv.field_size_limit(old)


def count_rows(source: Source) -> int | None:
    """How many rows the bytes hold under the header: line ends outside of quotation marks, blank lines aside.

    None for Parquet, and for CSV whose quotation marks stand inside a cell or do not close, so that nobody can tell.
    """
    if source.rows is not None:
        return None
    if isinstance(source.value, list):
        return elements(source.raw)
    head = header(source.text)
    separator = re.escape(head.separator.encode()) if head is not None else b","
    quoted = rb"(\A|[\r\n]|" + separator + rb')"([^"]*(?:""[^"]*)*)"(?=[\r\n]|\Z|' + separator + rb")"
    raw = source.raw.removeprefix(b"\xef\xbb\xbf")
    bare = re.sub(quoted, lambda found: found[1] + (b"Q" if found[2].strip(BLANKS.encode()) else b""), raw)
    if b'"' in bare:
        return None
    blanks = (head.separator if head is not None else "").encode() + BLANKS.encode()
    lines = [line.strip(blanks) for line in re.split(rb"\r\n|\r|\n", bare)]
    return sum(bool(line) and not line.lower().startswith(b"sep=") for line in lines) - 1


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []

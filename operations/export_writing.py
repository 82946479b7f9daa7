"""Files of records: each is written beside its place and put there when it is whole."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel

from nlp.errors import WrongInput
from operations.export_tables import Column, Columns, row_of
from rubric.spreadsheet import defused

ROWS_AT_ONCE = 5000
SHEET_ROWS, CELL_LETTERS = 1_048_576, 32_767
"""What a sheet of XLSX can hold."""

MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What a workbook says of when it was made, so that the same records are the same bytes."""


class TooLargeForASheet(WrongInput):
    """XLSX ends where the records do not."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name}: {problem}; export as csv or parquet")
        self.path, self.problem = path, problem


def open_writer(path: Path, format_: str, columns: Columns) -> RecordFile:
    """A writer of records into ``path``: jsonl, csv, parquet or xlsx."""
    made: dict[str, type[RecordFile]] = {"jsonl": _Lines, "csv": _Csv, "parquet": _Parquet, "xlsx": _Sheet}
    return made[format_](path, columns)


class RecordFile:
    """A file that is being written: a draft beside its place, kept when all is well and else taken away."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path, self.columns = path, columns
        self.draft = path.with_name(f".{path.name}.draft")

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        try:
            self.close()
        finally:
            if kind is not None:
                self.draft.unlink(missing_ok=True)

    def keep(self) -> None:
        self.draft.replace(self.path)

    def open(self) -> None: ...
    def close(self) -> None: ...
    def write(self, record: BaseModel) -> None: ...


class _Lines(RecordFile):
    """A record a line, as its schema says it."""

    def open(self) -> None:
        self.handle = self.draft.open("w", encoding="utf-8", newline="\n")

    def write(self, record: BaseModel) -> None:
        said = record.model_dump(mode="json")
        self.handle.write(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")

    def close(self) -> None:
        self.handle.close()


class _Csv(RecordFile):
    """For spreadsheets: what would be a formula is defused, so that this is no channel for words to the letter."""

    def open(self) -> None:
        self.handle = self.draft.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.handle, lineterminator="\r\n")
        self.writer.writerow([column.name for column in self.columns])

    def write(self, record: BaseModel) -> None:
        self.writer.writerow([_cell(value) for value in row_of(record, self.columns)])

    def close(self) -> None:
        self.handle.close()


class _Parquet(RecordFile):
    """Columns with their types; times are UTC."""

    def open(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {
            "text": pa.string(),
            "number": pa.float64(),
            "whole": pa.int64(),
            "yes_no": pa.bool_(),
            "day": pa.date32(),
            "time": pa.timestamp("us", tz="UTC"),
        }
        self.schema = pa.schema([(column.name, types[column.kind]) for column in self.columns])
        self.file = pq.ParquetWriter(self.draft, self.schema)
        self.rows: list[list[Any]] = []

    def write(self, record: BaseModel) -> None:
        self.rows.append(row_of(record, self.columns))
        if len(self.rows) >= ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self.file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = [list(values) for values in zip(*self.rows, strict=True)] or [[] for _ in self.columns]
        arrays = [pa.array(values, field.type) for values, field in zip(columns, self.schema, strict=True)]
        self.file.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.rows = []


class _Sheet(RecordFile):
    """One sheet with a head that stays in view. Words are words: nothing is a formula or a link."""

    def open(self) -> None:
        import xlsxwriter

        quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(
            str(self.draft), {"constant_memory": True, "remove_timezone": True, "in_memory": False, **quiet}
        )
        self.book.set_properties({"created": MADE})
        self.formats = {
            "day": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        self.sheet = self.book.add_worksheet(self.path.stem)
        self.sheet.freeze_panes(1, 0)
        bold = self.book.add_format({"bold": True})
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, 40 if column.name in ("quote", "evidence_why") else 18)
        self.sheet.write_row(0, 0, [column.name for column in self.columns], bold)
        self.row = 1

    def write(self, record: BaseModel) -> None:
        if self.row >= SHEET_ROWS:
            raise TooLargeForASheet(self.path, f"a sheet holds {SHEET_ROWS - 1:,} records")
        for place, (column, value) in enumerate(zip(self.columns, row_of(record, self.columns), strict=True)):
            if value is not None:
                self._put(place, column, value)
        self.row += 1

    def _put(self, place: int, column: Column, value: Any) -> None:
        if column.kind == "time":
            self.sheet.write_datetime(self.row, place, value.astimezone(UTC), self.formats["time"])
        elif column.kind == "day":
            self.sheet.write_datetime(self.row, place, value, self.formats["day"])
        elif isinstance(value, str) and len(value) > CELL_LETTERS:
            raise TooLargeForASheet(self.path, f"{column.name} has {len(value):,} letters, a cell {CELL_LETTERS:,}")
        else:
            self.sheet.write(self.row, place, value)

    def close(self) -> None:
        self.book.close()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case _:
            return defused(str(value)) if isinstance(value, str) else str(value)

"""A store's rows as lines of JSON and back, the same lines from every database, at whatever revision its tables are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, select

from nlp.errors import VerbatimError
from store.inserting import ROWS_AT_ONCE, chunks
from store.migrating import VERSION_TABLE


class WrongRow(VerbatimError):
    """A line that is no row of its table. ``line`` counts from 1."""

    def __init__(self, table: str, line: int, problem: str) -> None:
        super().__init__(f"table {table}, line {line}: {problem}")
        self.table, self.line, self.problem = table, line, problem


def tables_of(connection: Connection) -> list[Table]:
    """The tables that are there, each after those that its rows refer to."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != VERSION_TABLE)
    return metadata.sorted_tables


def dump_rows(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a line of JSON, in the order of its key; memory holds some rows at a time.

    Times are UTC. Text in which a record is kept as JSON stays the text that it is, letter by letter.
    """
    columns = sorted(table.columns, key=lambda column: column.name)
    query = select(*columns).order_by(*table.primary_key).execution_options(yield_per=ROWS_AT_ONCE)
    names = [column.name for column in columns]
    for row in connection.execute(query):
        record = {name: _written(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert what ``dump_rows`` wrote of a table with these columns; how many rows. Raises WrongRow."""
    readers = {column.name: _reader(column, connection.dialect.name) for column in table.columns}
    rows = (_row(table.name, number, line, readers) for number, line in enumerate(lines, 1))
    count = 0
    for some in chunks(rows, ROWS_AT_ONCE):
        connection.execute(table.insert(), some)
        count += len(some)
    return count


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _row(table: str, number: int, line: bytes, readers: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if not isinstance(record, dict) or record.keys() != readers.keys():
            raise WrongRow(table, number, f"is no row of it; needed are {', '.join(sorted(readers))}")
        return {name: None if record[name] is None else read(record[name]) for name, read in readers.items()}
    except (ValueError, TypeError, RecursionError) as error:
        raise WrongRow(table, number, f"cannot be read: {error}") from error


def _reader(column: Column[Any], database: str) -> Callable[[Any], Any]:
    """What makes of a value of JSON one of the column."""
    kind = column.type.python_type
    if kind is datetime:
        # SQLite keeps a time without its zone, which is always UTC
        return _utc_without_zone if database == "sqlite" else datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if kind is float:
        return float
    return _only(kind)


def _utc_without_zone(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC).replace(tzinfo=None)


def _only(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read

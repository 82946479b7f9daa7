"""A row of any table, made from its columns alone: a table that is added tomorrow has one too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Table, insert
from sqlalchemy.orm import Session

from store.columns import CanonicalJson
from store.dumping import dump_rows, tables_of
from store.session import Store
from store.tables import Base

ODD = 'Ünë "quoted" \\ back, \N{GRINNING FACE} \u2028 line\nand\ttab, \'; DROP TABLE calls; --'
"""Text that a careless writer of lines or of SQL would break on."""

AT = datetime(2026, 10, 25, 2, 30, 15, 123456, tzinfo=UTC)

AS_CHECKED: dict[str, dict[str, Any]] = {
    "audit_head": {"one": 1},
    "evidence": {"status": "none", "quote": ""},
    "judgements": {"verdict": "none", "quote": ""},
}
"""What the database itself asks of a row, where that is not what every row has."""

ONCE = {"audit", "audit_head"}
"""Tables of which the rows hang together, and cannot be made up."""


def a_row(table: Table, number: int) -> dict[str, Any]:
    """Row ``number`` of a table: odd text and odd numbers, nothing where it may have nothing in every second one."""
    row = {column.name: _value(column, number) for column in table.columns}
    return row | AS_CHECKED.get(table.name, {})


def fill_every_table(session: Session, rows: int = 2) -> None:
    """Two rows of each table, but of the audit trail, which writes itself."""
    for table in Base.metadata.sorted_tables:
        if table.name not in ONCE:
            session.execute(insert(table), [a_row(table, number) for number in range(rows)])


def lines_of(store: Store) -> dict[str, list[bytes]]:
    """All rows of a store as a backup has them, by table: none is left out, and no column."""
    with store.read() as session:
        connection = session.connection()
        return {table.name: list(dump_rows(connection, table)) for table in tables_of(connection)}


def _value(column: Column[Any], number: int) -> Any:
    if column.nullable and number % 2 and not column.foreign_keys:
        return None
    if column.primary_key or column.foreign_keys or column.unique:
        return _key(column, number)
    if isinstance(column.type, CanonicalJson):
        return {"words": ODD, "numbers": [0.1, 1e-9, 12345678901234567890], "nothing": None}
    return _plain(column, number)


def _key(column: Column[Any], number: int) -> Any:
    plain = _plain(column, number)
    return f"{number}" if isinstance(plain, str) else plain


def _plain(column: Column[Any], number: int) -> Any:
    kind = getattr(column.type, "impl_instance", column.type).python_type
    found = {
        str: f"{ODD} {number}",
        int: 2**53 + 1 + number,
        float: 0.1 + 0.2 + number,
        bool: bool(number % 2),
        date: date(2026, 2, 28 - number),
        datetime: AT.replace(day=25 - number),
    }
    return found[kind]

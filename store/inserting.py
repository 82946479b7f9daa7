"""Rows in bulk, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.tables import Base

ROWS_AT_ONCE = 500
"""SQLite takes 32,766 values in one statement; the widest table has 13 columns."""

Row = type[Base]
Values = Sequence[dict[str, Any]]


def insert_new(session: Session, row: Row, values: Values) -> int:
    """Insert what is not there yet, by primary key; how many were new. What is there stays as it is."""
    return sum(
        session.connection().execute(_insert(session.connection(), row, chunk).on_conflict_do_nothing()).rowcount
        for chunk in _chunks(values)
    )


def upsert(session: Session, row: Row, values: Values) -> None:
    """Insert, or replace by primary key."""
    keys = [column.name for column in row.__table__.primary_key]
    for chunk in _chunks(values):
        statement = _insert(session.connection(), row, chunk)
        others = {name: statement.excluded[name] for name in chunk[0] if name not in keys}
        session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=others))


def _insert(connection: Connection, row: Row, values: Values) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: Insert = dialect.insert(row.__table__).values(list(values))
    return statement


def _chunks(values: Values) -> list[Values]:
    return [values[start : start + ROWS_AT_ONCE] for start in range(0, len(values), ROWS_AT_ONCE)]

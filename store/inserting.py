"""Rows in bulk, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.tables import Base

ROWS_AT_ONCE = 2000
"""Rows that go to the database in one go; more take memory and save no time."""

KEYS_AT_ONCE = 500
"""Keys that one question names; SQLite takes 32,766 values."""

UNSYNCHRONIZED = {"synchronize_session": False}
"""The option of a change in bulk: no session holds rows that it would have to bring up to date."""

Row = type[Base]
Values = dict[str, Any]
Item = TypeVar("Item")


def insert_new(session: Session, row: Row, values: Sequence[Values]) -> int:
    """Insert what is not there yet, by primary key; how many were new. What is there stays, of two the first."""
    connection, keys = session.connection(), _keys(row)
    # the driver adds up the rows of many executions, which SQLAlchemy must be told to keep
    statement = _insert(session, row).on_conflict_do_nothing(index_elements=keys)
    statement = statement.execution_options(preserve_rowcount=True)
    return sum(connection.execute(statement, chunk).rowcount for chunk in chunks(_in_order(values, keys), ROWS_AT_ONCE))


def upsert(session: Session, row: Row, values: Sequence[Values]) -> None:
    """Insert, or replace by primary key; of two the last counts."""
    keys = _keys(row)
    last = {tuple(one[key] for key in keys): one for one in values}
    statement = _insert(session, row)
    others = {column.name: column for column in statement.excluded if column.name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    for chunk in chunks(_in_order(last.values(), keys), ROWS_AT_ONCE):
        session.connection().execute(statement, chunk)


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in their order, in lists of ``size``, the last one shorter."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _insert(session: Session, row: Row) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(row.__table__)


def _keys(row: Row) -> list[str]:
    return [column.name for column in row.__table__.primary_key]


def _in_order(values: Iterable[Values], keys: list[str]) -> list[Values]:
    # two writers that lock the same rows in different orders would wait for each other forever
    return sorted(values, key=lambda one: tuple(one[key] for key in keys))

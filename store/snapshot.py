"""What two equal nights have in common: all rows but those of runs, and no column that holds a time of work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import Base, RunRow

WORK_TIMES = {"decided_at"}

Rows = list[tuple[Any, ...]]


def snapshot(session: Session) -> dict[str, Rows]:
    """Every table's rows in a total order, by table name."""
    tables = [table for table in Base.metadata.sorted_tables if table is not RunRow.__table__]
    found: dict[str, Rows] = {}
    for table in tables:
        columns = [column for column in table.columns if column.name not in WORK_TIMES]
        found[table.name] = sorted((tuple(row) for row in session.execute(select(*columns))), key=repr)
    return found

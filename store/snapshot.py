"""What two equal nights have in common: all rows but those of runs and leases, and no column of a run or its time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import Base, DecisionRow, RunRow, SetAsideRow
from store.tables.deliveries import AttemptRow
from store.tables.leases import LeaseRow

OF_RUNS = (RunRow.__table__, AttemptRow.__table__, LeaseRow.__table__)
OF_A_RUN = {SetAsideRow.__tablename__: {"first_run_id"}}
OF_WORK = {
    "plans": {"decided_at", "changed_at"},
    DecisionRow.__tablename__: {"decided_at", "content"},
    "follow_ups": {"opened_at", "ended_at", "changed_at"},
    "movements": {"changed_at"},
    "overrulings": {"decided_at"},
    "audit": {"at", "before", "after", "previous", "digest"},
    "audit_head": {"digest"},
    "events": {"content", "written_at"},
    "endpoints": {"secret", "old_secret", "old_until", "not_before", "added_at"},
    "deliveries": {"attempts", "tries", "next_at", "held_until", "held_by", "ended_at"},
}
"""When a person decided, and when a row was written. What is a digest or a copy of such a row has that time in it."""

Rows = list[tuple[Any, ...]]


def snapshot(session: Session) -> dict[str, Rows]:
    """Every table's rows in a total order, by table name. For tests: it holds the whole store in memory."""
    found: dict[str, Rows] = {}
    for table in Base.metadata.sorted_tables:
        if table in OF_RUNS:
            continue
        left_out = OF_A_RUN.get(table.name, set()) | OF_WORK.get(table.name, set())
        columns = [column for column in table.columns if column.name not in left_out]
        found[table.name] = sorted((tuple(row) for row in session.execute(select(*columns))), key=repr)
    return found

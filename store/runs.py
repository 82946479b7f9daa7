"""Runs of nights: when, for which day, with what outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import RunRow


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a night. ``status`` is running, done or failed."""

    run_id: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    status: str
    counts: Mapping[str, int]
    problem: str | None


def start_run(session: Session, run_id: str, as_of: date, at: datetime) -> None:
    """Note that a run begins; one that is taken up again keeps its beginning."""
    row = session.get(RunRow, run_id)
    if row is None:
        session.add(RunRow(run_id=run_id, as_of=as_of, started_at=at, status="running", counts={}))
    else:
        row.status, row.finished_at, row.problem = "running", None, None
    session.flush()


def finish_run(session: Session, run_id: str, at: datetime, counts: Mapping[str, int], problem: str = "") -> None:
    """Note how a run ended: done, or failed where there is a problem. A run that never began is left alone."""
    row = session.get(RunRow, run_id)
    if row is not None:
        row.status, row.finished_at = "failed" if problem else "done", at
        row.counts, row.problem = dict(counts), problem or None
    session.flush()


def list_runs(session: Session, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    rows = session.scalars(select(RunRow).order_by(RunRow.started_at.desc(), RunRow.run_id).limit(limit))
    return [
        Run(row.run_id, row.as_of, row.started_at, row.finished_at, row.status, row.counts, row.problem) for row in rows
    ]

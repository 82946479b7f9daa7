"""Runs of nights: when, for which day, made with what, with what outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.inserting import UNSYNCHRONIZED, insert_new
from store.tables import RunRow

KILLED = "was killed: it ended without a word"
"""What went wrong with a run of which nothing is known but that its process is gone."""


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What a run worked with, so that its outcome can be explained later."""

    rubric_id: str | None = None
    rubric_version: int | None = None
    model_version: str | None = None
    code_version: str | None = None


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
    made_with: MadeWith = MadeWith()


def start_run(session: Session, run_id: str, as_of: date, at: datetime, made_with: MadeWith = MadeWith()) -> None:
    """Note that a run begins; one that is taken up again keeps its beginning."""
    outcome: dict[str, object] = {"finished_at": None, "status": "running", "counts": {}, "problem": None}
    new = {"run_id": run_id, "as_of": as_of, "started_at": at, **asdict(made_with), **outcome}
    if not insert_new(session, RunRow, [new]):
        _change(session, run_id, {"status": "running", "finished_at": None, "problem": None})


def finish_run(session: Session, run_id: str, at: datetime, counts: Mapping[str, int], problem: str = "") -> None:
    """Note how a run ended: done, or failed where there is a problem. A run that never began is left alone."""
    status = "failed" if problem else "done"
    outcome = {"status": status, "finished_at": at, "counts": dict(counts), "problem": _storable(problem) or None}
    _change(session, run_id, outcome)


def close_killed(session: Session, at: datetime) -> list[Run]:
    """Note as failed what is not done among the latest runs, for one who knows that none of them lives; those runs."""
    killed = [run for run in list_runs(session) if run.status == "running"]
    for run in killed:
        finish_run(session, run.run_id, at, run.counts, KILLED)
    return killed


def list_runs(session: Session, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    rows = session.scalars(
        select(RunRow)
        .order_by(RunRow.started_at.desc(), RunRow.run_id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_run(row) for row in rows]


def _change(session: Session, run_id: str, values: dict[str, object]) -> None:
    statement = update(RunRow).where(RunRow.run_id == run_id).values(values)
    session.execute(statement, execution_options=UNSYNCHRONIZED)


def _storable(words: str) -> str:
    """Without what no database takes: a problem may quote a file's bytes."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _run(row: RunRow) -> Run:
    made_with = MadeWith(row.rubric_id, row.rubric_version, row.model_version, row.code_version)
    return Run(row.run_id, row.as_of, row.started_at, row.finished_at, row.status, row.counts, row.problem, made_with)

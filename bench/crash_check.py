"""What must hold after a kill and a rerun, held against a life that nobody cut short."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.crash_world import RECEIVED, REPORTS
from nlp.errors import VerbatimError
from operations.audit import verify_audit
from store.engine import make_engine, parse
from store.session import Store
from store.snapshot import snapshot
from store.tables.deliveries import DeliveryRow
from store.tables.events import EventRow
from store.tables.follow_ups import FollowUpRow, MovementRow
from store.verifying import verify_quotes

SHOWN = 300
TIMES = {"changed_at"}
"""What of a told record says when a row was written."""


@dataclass(frozen=True)
class State:
    """All that one life has left: rows by table, reports by digest, and what the receiver was told, in its order."""

    rows: dict[str, Counter[str]]
    reports: dict[str, str]
    told: list[tuple[str, str]]
    problems: tuple[str, ...]

    def without_times(self) -> dict[str, dict[str, Any]]:
        """What was told by id, but for when a row was written, which is never the same in two lives."""
        told = {key: json.loads(record) for key, record in self.told}
        return {key: {name: record[name] for name in record if name not in TIMES} for key, record in told.items()}

    @property
    def repeated(self) -> int:
        """Events that the receiver was told again, under the same id."""
        return len(self.told) - len({key for key, _ in self.told})


def look(url: str, folder: Path) -> State:
    """How a life ended. No connection stays open."""
    store = Store(make_engine(parse(url)))
    try:
        with store.read() as session:
            rows = {name: Counter(map(repr, some)) for name, some in snapshot(session).items()}
            problems = [*(f"quote: {wrong}" for wrong in verify_quotes(session)), *_wrong_rows(session)]
            events = set(session.scalars(select(EventRow.event_id)))
        problems += _damaged_trail(store)
    finally:
        store.close()
    told = _told(folder / RECEIVED)
    problems += _wrongly_told(told, events)
    return State(rows, _reports(folder / REPORTS), told, tuple(problems))


def broken(truth: State, found: State) -> Iterator[str]:
    """Each promise that is not kept, a line each."""
    yield from found.problems
    for table, rows in truth.rows.items():
        yield from _differences(table, rows, found.rows.get(table, Counter()))
    for name in sorted(truth.reports.keys() | found.reports.keys()):
        if truth.reports.get(name) != found.reports.get(name):
            there = "is another" if name in truth.reports.keys() & found.reports.keys() else "is there once"
            yield f"report {name} {there}"
    told, known = found.without_times(), truth.without_times()
    yield from (f"event {key}: was told as another record" for key in sorted(known) if told.get(key) != known[key])


def _differences(table: str, before: Counter[str], after: Counter[str]) -> Iterator[str]:
    lost, more = before - after, after - before
    if lost or more:
        yield f"{table}: {lost.total()} rows lost, {more.total()} too many"
        for word, some in (("lost", lost), ("too many", more)):
            yield from (f"  {table}, {word}: {row[:SHOWN]}" for row in list(some)[:1])


def _wrong_rows(session: Any) -> Iterator[str]:
    """Follow-ups and cycles that are there twice, and deliveries that were not made."""
    twice = (
        select(FollowUpRow.plan_id, func.count())
        .where(FollowUpRow.state == "open")
        .group_by(FollowUpRow.plan_id)
        .having(func.count() > 1)
    )
    yield from (f"plan {plan_id}: {n} open follow-ups" for plan_id, n in session.execute(twice))
    cycles = (
        select(MovementRow.plan_id, MovementRow.item_id, func.count())
        .group_by(MovementRow.follow_up_id, MovementRow.plan_id, MovementRow.item_id)
        .having(func.count() > 1)
    )
    yield from (f"item {item}: concluded {n} times" for _, item, n in session.execute(cycles))
    open_ = session.scalar(select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state != "done"))
    if open_:
        yield f"{open_} deliveries not done"


def _damaged_trail(store: Store) -> list[str]:
    try:
        verify_audit(store)
    except VerbatimError as error:
        return [str(error)]
    return []


def _wrongly_told(told: list[tuple[str, str]], events: set[str]) -> Iterator[str]:
    """A receiver that drops ids that it has seen has every event once, and never two records under one id."""
    missing, strange = events - {key for key, _ in told}, {key for key, _ in told} - events
    yield from (f"event {key}: the receiver was not told" for key in sorted(missing))
    yield from (f"event {key}: the receiver was told of what did not happen" for key in sorted(strange))
    records: dict[str, str] = {}
    for key, record in told:
        if records.setdefault(key, record) != record:
            yield f"event {key}: told twice with different records"


def _told(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(one["id"], json.dumps(one["record"], sort_keys=True)) for one in lines]


def _reports(folder: Path) -> dict[str, str]:
    """Digests by name. What a killed writer left aside bears no name that anybody opens."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

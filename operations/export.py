"""Writing the open record into a folder: plans, items, follow-ups and movements, the same state as the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy.orm import Session

from coaching.follow_up import CycleAccount, FollowUp
from coaching.plan import Plan
from coaching.record import FollowUpShape, Item, MovementShape, PlanShape
from coaching.recording import View, follow_up_shape, movement_shape, plan_shape
from coaching.schemas import RECORDS, VERSION, schema_text
from nlp.errors import WrongInput
from operations.export_tables import Columns, columns_of
from operations.export_writing import RecordFile, open_writer
from operations.progress import Progress, silent
from store import feeds, past
from store.feeds import Changed, From, Reach
from store.session import Store

Format = Literal["jsonl", "csv", "parquet", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
PAGE = 500
MANIFEST = "export.json"
EVERYBODY = Reach(None)
Told = TypeVar("Told")


class CannotExport(WrongInput):
    """Nothing can be written there."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"export to {folder}: {problem}")
        self.folder, self.problem = folder, problem


class UnknownFormat(WrongInput):
    """A format that is not written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"format {name!r}: it is one of {', '.join(FORMATS)}, and pdf or md for a document a plan")
        self.name = name


class NoSuchSchema(WrongInput):
    """No record of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"schema {name!r}: there is one of {', '.join(RECORDS)}")
        self.name = name


def known_format(name: str) -> Format:
    """The format of that name. Raises UnknownFormat."""
    for one in FORMATS:
        if one == name:
            return one
    raise UnknownFormat(name)


def known_schema(name: str) -> str:
    """The JSON Schema of a record, as it is published. Raises NoSuchSchema."""
    if name not in RECORDS:
        raise NoSuchSchema(name)
    return schema_text(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported. ``since``: only what was written from that day on; ``as_of``: what stood at its end.

    ``view`` says whether words are told at all, and whether they are masked.
    """

    view: View
    timezone: ZoneInfo
    format: Format = "jsonl"
    since: date | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that were written, each with its number of records."""

    folder: Path
    records: dict[str, int]


def export(store: Store, folder: Path, wanted: Wanted, progress: Progress = silent) -> Exported:
    """Write every record into ``folder``, a file a kind, and what it is into ``export.json``.

    The files of an export before it are replaced when all of the new ones are whole. Raises CannotExport.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with store.read() as session, ExitStack() as open_files:
            drafts = {kind: open_files.enter_context(_writer(folder, kind, wanted.format)) for kind in KINDS}
            counts = dict.fromkeys(KINDS, 0)
            for kind, record in _records(session, wanted):
                drafts[kind].write(record)
                counts[kind] += 1
                progress("exporting", sum(counts.values()), None)
        for draft in drafts.values():
            draft.keep()
    except OSError as error:
        raise CannotExport(folder, f"cannot be written: {error.strerror}") from None
    files = {draft.path.name: counts[kind] for kind, draft in drafts.items()}
    _write_manifest(folder / MANIFEST, wanted, files)
    return Exported(folder, files)


KINDS: dict[str, Columns] = {
    "plans": columns_of(PlanShape),
    "items": columns_of(Item),
    "follow_ups": columns_of(FollowUpShape),
    "movements": columns_of(MovementShape),
}


def _writer(folder: Path, kind: str, format_: Format) -> RecordFile:
    return open_writer(folder / f"{kind}.{format_}", format_, KINDS[kind])


def _records(session: Session, wanted: Wanted) -> Iterator[tuple[str, BaseModel]]:
    for plan in wanted_plans(session, wanted):
        shape = plan_shape(plan.what, plan.version, plan.at, wanted.view)
        yield "plans", shape
        yield from (("items", item) for item in shape.items)
    for follow_up in _follow_ups(session, wanted):
        yield "follow_ups", follow_up_shape(follow_up.what, follow_up.at)
    for movement in _movements(session, wanted):
        yield "movements", movement_shape(movement.what, movement.at)


def wanted_plans(session: Session, wanted: Wanted) -> Iterable[Changed[Plan]]:
    """The plans that an export is of, in its order."""
    if wanted.as_of is not None:
        return _from(wanted, past.plans_at(session, _end(wanted.as_of, wanted)))
    return _pages(wanted, lambda start: feeds.changed_plans(session, EVERYBODY, start, PAGE))


def _follow_ups(session: Session, wanted: Wanted) -> Iterable[Changed[FollowUp]]:
    if wanted.as_of is not None:
        return _from(wanted, past.follow_ups_at(session, _end(wanted.as_of, wanted)))
    return _pages(wanted, lambda start: feeds.changed_follow_ups(session, EVERYBODY, start, PAGE))


def _movements(session: Session, wanted: Wanted) -> Iterable[Changed[CycleAccount]]:
    if wanted.as_of is not None:
        return _from(wanted, past.movements_at(session, wanted.as_of, _end(wanted.as_of, wanted)))
    return _pages(wanted, lambda start: feeds.changed_movements(session, EVERYBODY, start, PAGE))


def _pages(wanted: Wanted, ask: Callable[[From], list[Changed[Told]]]) -> Iterator[Changed[Told]]:
    start = From(since=_since(wanted))
    while page := ask(start):
        yield from page
        start = From(after=(page[-1].at, page[-1].key))


def _from(wanted: Wanted, found: Iterable[Changed[Told]]) -> Iterator[Changed[Told]]:
    since = _since(wanted)
    return (one for one in found if since is None or one.at >= since)


def _since(wanted: Wanted) -> datetime | None:
    return None if wanted.since is None else datetime.combine(wanted.since, time(), wanted.timezone)


def _end(day: date, wanted: Wanted) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), wanted.timezone)


def _write_manifest(path: Path, wanted: Wanted, files: dict[str, int]) -> None:
    said = {
        "schema": VERSION,
        "records": files,
        "since": wanted.since.isoformat() if wanted.since else None,
        "as_of": wanted.as_of.isoformat() if wanted.as_of else None,
        "masked": wanted.view.redacted,
    }
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)

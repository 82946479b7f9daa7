"""The audit trail: appended to in the transaction that makes the change, and held against its own digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.errors import VerbatimError
from store.columns import written_now
from store.inserting import ROWS_AT_ONCE, insert_new, upsert
from store.tables.audit import AuditHeadRow, AuditRow

NOTED = "noted"
"""The key in ``session.info`` of what the session has changed and not sealed yet."""

NO_ENTRY = "0" * 64
"""What the first entry has for the digest of the one before it."""

LAST_PLACE = 2**31 - 1
"""No entry has a place beyond it."""

PROGRAM = "verbatim"
"""Who changed something where no person did."""

Facts = Mapping[str, Any]


class AuditDamaged(VerbatimError):
    """The audit trail is not what was written. ``place`` is of the first entry that is wrong."""

    def __init__(self, place: int, problem: str) -> None:
        super().__init__(f"audit trail, entry {place}: {problem}")
        self.place, self.problem = place, problem


@dataclass(frozen=True, slots=True)
class Noted:
    """One change as a writer notes it. ``before`` and ``after`` are facts and digests, None where there was nothing.

    ``made_with`` names the model and the rubric behind a machine's decision; the code's version is added.
    """

    by: str
    act: str
    subject: str
    before: Facts | None = None
    after: Facts | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as it is kept."""

    place: int
    at: datetime
    by: str
    act: str
    subject: str
    before: Facts | None
    after: Facts | None
    made_with: Facts
    previous: str
    digest: str

    def computed(self) -> str:
        """SHA-256 over everything that the entry says and the digest of the entry before it."""
        said = [self.place, self.at.astimezone(UTC).isoformat(), self.by, self.act, self.subject]
        said += [self.before, self.after, self.made_with, self.previous]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Trail:
    """A trail that holds: how many entries, and the digest of the last one."""

    entries: int
    digest: str


COLUMNS = tuple(AuditRow.__table__.columns[name] for name in Entry.__dataclass_fields__)


def note(session: Session, noted: Noted) -> None:
    """Say that a change was made; it is kept with the change when the transaction is, and lost with it otherwise."""
    session.info.setdefault(NOTED, []).append(noted)


def seal(session: Session) -> None:
    """Append what was noted, each entry with the digest of the one before. The last thing before a commit.

    Writers append one after the other: the head is held until the transaction ends.
    """
    noted: list[Noted] = session.info.pop(NOTED, [])
    if not noted:
        return
    place, previous = _held_head(session)
    rows, at = [], written_now()
    for one in noted:
        place += 1
        entry = _entry(one, place, at, previous)
        rows.append({name: getattr(entry, name) for name in Entry.__dataclass_fields__})
        previous = entry.digest
    insert_new(session, AuditRow, rows)
    upsert(session, AuditHeadRow, [{"one": 1, "place": place, "digest": previous}])


def verify_trail(session: Session, expected: str | None = None) -> Trail:
    """Hold every entry against its digest, the one before it, and the head. Memory holds some entries at a time.

    ``expected`` is a digest that was written down before, which has to be in the trail. Raises AuditDamaged, which
    names the first entry that is wrong.
    """
    last, seen = Trail(0, NO_ENTRY), expected in (None, NO_ENTRY)
    for entry in entries(session):
        if entry.place != last.entries + 1:
            raise AuditDamaged(last.entries + 1, f"is missing; the next one there is {entry.place}")
        if entry.previous != last.digest:
            raise AuditDamaged(entry.place, "does not follow from the entry before it")
        if entry.computed() != entry.digest:
            raise AuditDamaged(entry.place, "was changed: its digest is of something else")
        last = Trail(entry.place, entry.digest)
        seen = seen or entry.digest == expected
    _check_head(session, last)
    if not seen:
        raise AuditDamaged(last.entries, f"the trail ends without the digest {expected}, which was in it once")
    return last


def entries(session: Session, subject: str | None = None) -> Iterator[Entry]:
    """Entries in their order: all, or those about one subject."""
    query = select(*COLUMNS).order_by(AuditRow.place).limit(ROWS_AT_ONCE)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    last = 0
    # a page at a time: a cursor that stays open outlives whoever stops at the first wrong entry
    while rows := session.execute(query.where(AuditRow.place > last)).all():
        yield from (Entry(*row) for row in rows)
        last = rows[-1].place


def latest(
    session: Session,
    limit: int,
    *,
    before: int | None = None,
    subject: str | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """The last entries, the newest first: those in front of the place ``before``, of a subject, before ``until``."""
    query = select(*COLUMNS).order_by(AuditRow.place.desc()).limit(limit)
    wanted = [AuditRow.place < (LAST_PLACE if before is None else before)]
    if subject is not None:
        wanted.append(AuditRow.subject == subject)
    if until is not None:
        wanted.append(AuditRow.at < until)
    return [Entry(*row) for row in session.execute(query.where(*wanted))]


def last_entry_of(session: Session, subject: str, kind: str = "") -> Entry | None:
    """The newest entry about a subject; ``kind``: of those whose act begins so."""
    query = select(*COLUMNS).where(AuditRow.subject == subject, AuditRow.act.startswith(kind, autoescape=True))
    row = session.execute(query.order_by(AuditRow.place.desc()).limit(1)).one_or_none()
    return Entry(*row) if row else None


def _entry(noted: Noted, place: int, at: datetime, previous: str) -> Entry:
    made_with = {"code": _code_version(), **noted.made_with}
    said = (noted.by, noted.act, noted.subject, _plain(noted.before), _plain(noted.after), made_with)
    open_ended = Entry(place, at, *said, previous, "")
    return Entry(place, at, *said, previous, open_ended.computed())


def _plain(facts: Facts | None) -> Any:
    """Facts as the database gives them back: what is no JSON is refused here, and not when it is verified."""
    return None if facts is None else json.loads(json.dumps(dict(facts), allow_nan=False))


def _held_head(session: Session) -> tuple[int, str]:
    query = select(AuditHeadRow.place, AuditHeadRow.digest).where(AuditHeadRow.one == 1).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        insert_new(session, AuditHeadRow, [{"one": 1, "place": 0, "digest": NO_ENTRY}])
        row = session.execute(query).one()
    return row.place, row.digest


def _check_head(session: Session, last: Trail) -> None:
    head = session.get(AuditHeadRow, 1)
    kept = Trail(head.place, head.digest) if head else Trail(0, NO_ENTRY)
    if kept.entries > last.entries:
        raise AuditDamaged(last.entries + 1, f"is missing; {kept.entries} entries were written")
    if kept != last:
        raise AuditDamaged(last.entries, "is not the one that was written last")


@lru_cache(maxsize=1)
def _code_version() -> str:
    return version("verbatim")

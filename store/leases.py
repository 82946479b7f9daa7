"""Leases: who has a unit of work for himself, and until when if nothing more is heard of him.

Times are the database server's where there is one, so that the clocks of the machines that work do not matter; SQLite
serves one machine, and has its clock. Whoever waits need not believe a time at all: see operations.leasing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from nlp.errors import VerbatimError
from store.inserting import UNSYNCHRONIZED, insert_new
from store.session import Store
from store.tables.leases import LeaseRow


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants a unit of work. ``owner`` is a token of his alone; ``lasts`` how long he is believed to live."""

    unit: str
    task: str
    owner: str
    held_by: str
    process: str | None
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has a unit of work, since when, when he was last heard of, and how often."""

    unit: str
    task: str
    owner: str
    held_by: str
    process: str | None
    taken_at: datetime
    renewed_at: datetime
    expires_at: datetime
    beats: int


class LeaseLost(VerbatimError):
    """Somebody else has the work by now: nothing was heard of this process for too long. Nothing more is written."""

    def __init__(self, task: str, lasts: timedelta) -> None:
        seconds = f"{lasts.total_seconds():.0f}"
        super().__init__(f"{task}: nothing was heard of this process for {seconds} s, and another has taken it up")
        self.task = task


def take(session: Session, claim: Claim) -> Lease | None:
    """Take a unit that is free or of which the lease ran out; else the lease of whoever has it."""
    now = _now(session)
    values = {name: getattr(claim, name) for name in ("task", "owner", "held_by", "process")}
    values |= {"taken_at": now, "renewed_at": now, "expires_at": now + claim.lasts, "beats": 0}
    if insert_new(session, LeaseRow, [{"unit": claim.unit, **values}]):
        return None
    if _change(session, values, LeaseRow.unit == claim.unit, LeaseRow.expires_at <= now):
        return None
    return lease_of(session, claim.unit)


def take_from(session: Session, claim: Claim, dead: Lease) -> bool:
    """Take a unit from an owner who is known to be dead; False where he lives, or somebody else was first."""
    now = _now(session)
    values = {name: getattr(claim, name) for name in ("task", "owner", "held_by", "process")}
    values |= {"taken_at": now, "renewed_at": now, "expires_at": now + claim.lasts, "beats": 0}
    same = (LeaseRow.unit == dead.unit, LeaseRow.owner == dead.owner, LeaseRow.beats == dead.beats)
    return _change(session, values, *same)


def renew(session: Session, claim: Claim) -> bool:
    """Say that the owner goes on; False where somebody else has the unit by now."""
    now = _now(session)
    values = {"renewed_at": now, "expires_at": now + claim.lasts, "beats": LeaseRow.beats + 1}
    return _change(session, values, LeaseRow.unit == claim.unit, LeaseRow.owner == claim.owner)


def let_go(session: Session, claim: Claim) -> None:
    """Give the unit back, where it is still the owner's."""
    mine = delete(LeaseRow).where(LeaseRow.unit == claim.unit, LeaseRow.owner == claim.owner)
    session.execute(mine, execution_options=UNSYNCHRONIZED)


def lease_of(session: Session, unit: str) -> Lease | None:
    """Who has a unit, whether his lease ran out or not; None where nobody has."""
    row = session.execute(select(*COLUMNS).where(LeaseRow.unit == unit)).one_or_none()
    return Lease(*row) if row else None


class GuardedStore(Store):
    """The store in the hands of an owner: each transaction ends with his lease renewed in it, or is undone.

    So nothing is written by a process that was stopped for so long that another has taken up its work.
    """

    def __init__(self, store: Store, claim: Claim) -> None:
        super().__init__(store.engine)
        self._store, self._claim = store, claim

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """As Store.begin. Raises LeaseLost, and nothing is kept, where somebody else has the work by now."""
        with self._store.begin() as session:
            yield session
            if not renew(session, self._claim):
                raise LeaseLost(self._claim.task, self._claim.lasts)


COLUMNS = tuple(LeaseRow.__table__.columns[name] for name in Lease.__dataclass_fields__)


def _now(session: Session) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now


def _change(session: Session, values: dict[str, Any], *where: Any) -> bool:
    statement = update(LeaseRow).where(*where).values(values).returning(LeaseRow.unit)
    return bool(session.execute(statement, execution_options=UNSYNCHRONIZED).all())

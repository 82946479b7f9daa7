"""Keeping: records that were kept for as long as was asked go, some at a time; of old calls the words go.

What is cut short is finished by the next run: whatever went is gone, and what is left is found again by its age.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy.orm import Session

from nlp.vector_cache import drop_vectors
from operations.forget import files_about
from operations.leasing import Unit, alone
from store import retiring
from store.audit import PROGRAM, Noted, note
from store.forgetting import forget, scope_of
from store.remembering import remember
from store.retiring import Going
from store.session import Store
from store.sweeping import sweep

Kind = Literal["calls", "deliveries", "events", "sessions", "links", "set_aside", "runs"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ROWS_AT_ONCE = 2000
"""Rows that go in one transaction: others wait for it on SQLite."""

CALLS_AT_ONCE = 1000
"""Calls that lose their words in one transaction; each looks through all plans, so that fewer take longer in all."""

UNIT = Unit("keeping", "keeping what the settings say")


@dataclass(frozen=True, slots=True)
class KeepingRules:
    """For how many days what is kept; None: for good.

    ``reports`` is the folder of reports that may name a call, ``vectors`` the cache of what sentences were turned to.
    """

    reports: Path
    calls: int | None = None
    deliveries: int | None = None
    sign_ins: int | None = None
    runs: int | None = None
    set_aside: int | None = None
    vectors: Path | None = None

    def days(self, kind: Kind) -> int | None:
        """The days of a kind of record."""
        of = {"events": self.deliveries, "sessions": self.sign_ins, "links": self.sign_ins}
        return of[kind] if kind in of else getattr(self, kind)

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """What is from before then goes; None: nothing does."""
        days = self.days(kind)
        return None if days is None else now - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Retired:
    """How many of a kind went, or would go. ``days`` is None where they are kept for good."""

    kind: Kind
    days: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run of keeping let go, a line a kind, and the files of the reports' folder that named such a call."""

    retired: tuple[Retired, ...]
    files: int = 0

    def went(self) -> dict[str, int]:
        """How many of each kind of which any went."""
        return {one.kind: one.count for one in self.retired if one.count}


def would_go(store: Store, rules: KeepingRules, now: datetime) -> Kept:
    """What ``keep`` would let go at ``now``; nothing is changed. Files are not looked at."""
    with store.read() as session:
        return Kept(tuple(Retired(kind, rules.days(kind), _count(session, rules, kind, now)) for kind in KINDS))


def keep(store: Store, rules: KeepingRules, now: datetime, by: str = PROGRAM) -> Kept:
    """Let go what the rules say, in transactions that each hold a bounded number of rows; then the disk is swept.

    Where anything went the trail gets one entry ``records.retired`` with how many of what, besides one for each plan
    that lost words. The trail itself is never shortened. With calls, vectors go that came before.
    Raises AlreadyAtWork where another process is at it, NotCleared.
    """
    if all(rules.days(kind) is None for kind in KINDS):
        return Kept(tuple(Retired(kind, None, 0) for kind in KINDS))
    with alone(store, UNIT) as mine:
        calls, files = _calls(mine, rules, now, by)
        counts = {kind: calls if kind == "calls" else _rows(mine, rules, kind, now) for kind in KINDS}
        kept = Kept(tuple(Retired(kind, rules.days(kind), counts[kind]) for kind in KINDS), files)
        if went := kept.went():
            days = {kind: rules.days(kind) for kind in KINDS if kind in went}
            with mine.begin() as session:
                note(session, Noted(by, "records.retired", "keeping", None, {"days": days, "went": went}))
    if calls:
        sweep(store)
    before = rules.before("calls", now)
    if rules.vectors is not None and before is not None:
        drop_vectors(rules.vectors, before)
    return kept


def _calls(store: Store, rules: KeepingRules, now: datetime, by: str) -> tuple[int, int]:
    """Calls that lost their words, and files that went with them."""
    before = rules.before("calls", now)
    calls = files = 0
    while before is not None:
        with store.begin() as session:
            some = list(islice(retiring.old_calls(session, before), CALLS_AT_ONCE))
            files += _forget(session, some, rules.reports, now, by) if some else 0
        calls += len(some)
        if len(some) < CALLS_AT_ONCE:
            break
    return calls, files


def _forget(session: Session, call_ids: list[str], reports: Path, now: datetime, by: str) -> int:
    """Take the words of these calls out; how many files went. They go first: a next run would find them again."""
    remember(session, "call", call_ids, now)
    scope = scope_of(session, call_ids)
    named = list(files_about(reports, scope))
    for path in named:
        path.unlink(missing_ok=True)
    forget(session, scope, by)
    return len(named)


def _rows(store: Store, rules: KeepingRules, kind: Kind, now: datetime) -> int:
    """Rows of a kind that went."""
    gone = 0
    for going in _going(rules, kind, now):
        some = ROWS_AT_ONCE
        while some == ROWS_AT_ONCE:
            with store.begin() as session:
                some = retiring.let_go(session, going, ROWS_AT_ONCE)
            gone += some
    return gone


def _count(session: Session, rules: KeepingRules, kind: Kind, now: datetime) -> int:
    before = rules.before(kind, now)
    if kind == "calls":
        return sum(1 for _ in retiring.old_calls(session, before)) if before else 0
    return sum(retiring.count_going(session, going) for going in _going(rules, kind, now))


def _going(rules: KeepingRules, kind: Kind, now: datetime) -> Iterator[Going]:
    before = rules.before(kind, now)
    if before is None or kind == "calls":
        return
    if kind == "runs":
        yield retiring.runs_going(before, rules.before("set_aside", now))
        return
    of = {
        "deliveries": retiring.deliveries_going,
        "events": retiring.events_going,
        "sessions": retiring.sessions_going,
        "links": retiring.passes_going,
        "set_aside": retiring.set_aside_going,
    }
    yield of[kind](before)

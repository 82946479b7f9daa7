"""The failures of a night lie in a file that goes with the process: memory holds those that are at work."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import overload

from rubric.failure import Failure
from rubric.trigger import Mode, NotUsed

TABLE = """
CREATE TABLE failures (
    call_id TEXT, criterion_id TEXT, agent_id TEXT NOT NULL, content TEXT NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (call_id, criterion_id)
) WITHOUT ROWID;
"""
FAILURES_AT_ONCE = 1000
EACH, NOT_KEPT = "true", "NOT kept"


class SelectedFailures:
    """Failures in the order of call and criterion id, or of their agents. The file has no name."""

    def __init__(self, failures: Iterable[Failure] = ()) -> None:
        # whoever is handed the failures may read them in a thread of their own
        self._file = sqlite3.connect("", isolation_level=None, cached_statements=16, check_same_thread=False)
        weakref.finalize(self, self._file.close)
        self._file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;{TABLE}")
        self.put(failures)

    def put(self, failures: Iterable[Failure]) -> None:
        """Take failures in, in any order; of each call and criterion there is one."""
        rows = ((*one.key, one.agent_id or "", one.model_dump_json()) for one in failures)
        self._file.executemany(
            "INSERT INTO failures (call_id, criterion_id, agent_id, content) VALUES (?, ?, ?, ?)", rows
        )

    def mark_kept(self, keys: Iterable[tuple[str, str]]) -> None:
        """The evidence of these, by call and criterion id, is known: no chunk has them."""
        self._file.executemany("UPDATE failures SET kept = 1 WHERE call_id = ? AND criterion_id = ?", keys)

    @property
    def kept(self) -> int:
        """How many were marked as kept."""
        (count,) = self._file.execute("SELECT count(*) FROM failures WHERE kept").fetchone()
        return int(count)

    def __len__(self) -> int:
        (count,) = self._file.execute("SELECT count(*) FROM failures").fetchone()
        return int(count)

    def __iter__(self) -> Iterator[Failure]:
        return self._read("ORDER BY call_id, criterion_id")

    def by_agent(self) -> Iterator[list[Failure]]:
        """The failures of some whole agents at a time, by agent id; those that name nobody come first."""
        some: list[Failure] = []
        rows = self._read("ORDER BY agent_id, call_id, criterion_id")
        for _, of_agent in groupby(rows, key=lambda one: one.agent_id):
            some += of_agent
            if len(some) >= FAILURES_AT_ONCE:
                yield some
                some = []
        if some:
            yield some

    def chunks(self, size: int) -> Chunks:
        """The failures of so many calls at a time, those of the last perhaps fewer."""
        return Chunks(self._chunk, self._every(size, EACH), EACH)

    def to_find(self, size: int) -> Chunks:
        """Those alone that are not kept, of so many calls at a time."""
        return Chunks(self._chunk, self._every(size, NOT_KEPT), NOT_KEPT)

    def _chunk(self, which: str, first: str, following: str | None) -> list[Failure]:
        order = f"AND {which} ORDER BY call_id, criterion_id"
        if following is None:
            return list(self._read(f"WHERE call_id >= ? {order}", first))
        return list(self._read(f"WHERE call_id >= ? AND call_id < ? {order}", first, following))

    def _every(self, size: int, which: str) -> list[str]:
        ids = self._file.execute(f"SELECT DISTINCT call_id FROM failures WHERE {which} ORDER BY call_id")
        return [call_id for number, (call_id,) in enumerate(ids) if number % size == 0]

    def _read(self, which: str, *given: str) -> Iterator[Failure]:
        for (content,) in self._file.execute(f"SELECT content FROM failures {which}", given):
            yield Failure.model_validate_json(content)


class Chunks(Sequence[list[Failure]]):
    """The failures in chunks of calls; a chunk is read when it is asked for. A call's failures stay together.

    ``firsts``: the call id that each chunk begins with.
    """

    def __init__(
        self, read: Callable[[str, str, str | None], list[Failure]], firsts: Sequence[str], which: str
    ) -> None:
        self._read, self._firsts, self._which = read, firsts, which

    def __len__(self) -> int:
        return len(self._firsts)

    @overload
    def __getitem__(self, at: int) -> list[Failure]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Failure]]: ...
    def __getitem__(self, at: int | slice) -> list[Failure] | list[list[Failure]]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        number = range(len(self))[at]
        following = self._firsts[number + 1] if number + 1 < len(self) else None
        return self._read(self._which, self._firsts[number], following)


@dataclass(frozen=True, slots=True)
class Selected:
    """What was selected of a store, as `rubric.trigger.Selection` has it, the failures in a file."""

    mode: Mode
    note: str
    failures: SelectedFailures
    set_aside: tuple[NotUsed, ...] = ()
    idle_flags: tuple[NotUsed, ...] = ()

"""What grows with the calls lies in a file that goes with the process: memory holds one call's part of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from types import TracebackType
from typing import Self

from rubric.failure import Failure
from rubric.score import Score

TABLES = """
CREATE TABLE scores (call_id TEXT NOT NULL, criterion_id TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE failures (call_id TEXT PRIMARY KEY, failures INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lines (call_id TEXT NOT NULL, criterion_id TEXT NOT NULL, content BLOB NOT NULL);
"""
SCORES_AT_ONCE = 2000
BETWEEN = "\n"
"""Between records of a call: JSON has no bare line end."""


class Spill:
    """Scores, failures and finished lines by call. Its file has no name and is gone when it is closed."""

    def __enter__(self) -> Self:
        self._file = sqlite3.connect("", isolation_level=None, cached_statements=16)
        self._file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;{TABLES}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._file.close()

    def put_scores(self, scores: Iterable[Score]) -> None:
        """Take scores in, as they come."""
        rows = ((one.call_id, one.criterion_id, one.model_dump_json()) for one in scores)
        self._file.executemany("INSERT INTO scores VALUES (?, ?, ?)", rows)

    def scores_by_call(self) -> Iterator[list[Score]]:
        """The scores of some whole calls at a time, by call and criterion id."""
        rows = self._file.execute("SELECT call_id, content FROM scores ORDER BY call_id, criterion_id, rowid")
        some: list[Score] = []
        for _, of_call in groupby(rows, key=lambda row: row[0]):
            some += (Score.model_validate_json(content) for _, content in of_call)
            if len(some) >= SCORES_AT_ONCE:
                yield some
                some = []
        if some:
            yield some

    def put_failures(self, failures: Sequence[Failure]) -> None:
        """Take failures in, all of a call together and those of a call once."""
        of_calls = groupby(failures, key=lambda one: one.call_id)
        for call_id, some in of_calls:
            written = [one.model_dump_json() for one in some]
            row = call_id, len(written), BETWEEN.join(written)
            self._file.execute("INSERT INTO failures VALUES (?, ?, ?)", row)

    def count_failures(self) -> int:
        """The failures that were not taken."""
        (count,) = self._file.execute("SELECT coalesce(sum(failures), 0) FROM failures").fetchone()
        return int(count)

    def has_failures(self, call_id: str) -> bool:
        """Whether a call has failures that were not taken."""
        return self._file.execute("SELECT 1 FROM failures WHERE call_id = ?", (call_id,)).fetchone() is not None

    def take_failures(self, call_id: str) -> list[Failure] | None:
        """The failures of a call, once; None where there are none, or no more."""
        row = self._file.execute("DELETE FROM failures WHERE call_id = ? RETURNING content", (call_id,)).fetchone()
        return None if row is None else _failures(row[0])

    def failures_left(self) -> Iterator[tuple[str, list[Failure]]]:
        """What was not taken, by call id."""
        for call_id, content in self._file.execute("SELECT call_id, content FROM failures ORDER BY call_id"):
            yield call_id, _failures(content)

    def put_line(self, call_id: str, criterion_id: str, line: bytes) -> None:
        """Keep a finished line."""
        self._file.execute("INSERT INTO lines VALUES (?, ?, ?)", (call_id, criterion_id, line))

    def lines(self) -> Iterator[bytes]:
        """Every line by call and criterion id."""
        for (line,) in self._file.execute("SELECT content FROM lines ORDER BY call_id, criterion_id, rowid"):
            yield line


def _failures(content: str) -> list[Failure]:
    return [Failure.model_validate_json(one) for one in content.split(BETWEEN)]

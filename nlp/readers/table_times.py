"""Times of a table's rows as seconds from the call's start, whatever a column writes them as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from nlp.readers.clock import seconds_of
from nlp.readers.parts import FIRST, epoch, moment, number
from nlp.readers.table_columns import Columns
from nlp.readers.vendor import Hints

WORDS_A_SECOND = (0.1, 15.0)
"""What a conversation has, from one with long waits to one in which everybody talks at once."""


class Times:
    """How the ``start`` and ``end`` of one call's rows are read.

    Clock times (``00:01:02``), moments, numbers of seconds after 1970 and bare numbers are understood. The unit of bare
    numbers is what was told, else what the column's name says, else the one of seconds and milliseconds in which people
    could have said that many words; where that is neither or both, the times are left out, and ``note`` says so.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], columns: Columns, hints: Hints) -> None:
        self.columns, self.hints, self.note = columns, hints, ""
        self.began: datetime | None = None
        given = [row.get(columns.theirs["start"]) for row in rows] if "start" in columns.theirs else []
        moments = [at for value in given if (at := self._moment(value)) is not None]
        self.began = min(moments, default=None)
        self.scale = self._scale(rows, given) if given and self.began is None else 1.0

    def of(self, row: Mapping[str, Any]) -> tuple[float | None, float | None]:
        """The start and the end of a row, in seconds."""
        return self._seconds(row, "start"), self._seconds(row, "end")

    def _seconds(self, row: Mapping[str, Any], ours: str) -> float | None:
        value = row.get(self.columns.theirs.get(ours, ""))
        if self.began is not None:
            at = self._moment(value)
            return None if at is None else round((at - self.began).total_seconds(), 3)
        if isinstance(value, str) and ":" in value:
            return seconds_of(value)
        found = number(value.strip() if isinstance(value, str) else value)
        return None if found is None or self.scale is None else round(found * self.scale, 6)

    def _moment(self, value: Any) -> datetime | None:
        if isinstance(value, datetime | date):
            return moment(value.isoformat(), self.hints.timezone)
        if isinstance(value, str) and "-" in value[1:]:
            return moment(value, self.hints.timezone)
        found = number(value)
        if found is None or found < FIRST:
            return None
        return epoch(found) or epoch(found / 1000)

    def _scale(self, rows: Sequence[Mapping[str, Any]], given: Sequence[Any]) -> float | None:
        """What a bare number is multiplied with, or None where nobody can tell."""
        told = self.hints.unit or self.columns.unit("start")
        if told is not None:
            return 0.001 if told == "milliseconds" else 1.0
        numbers = [found for value in given if (found := number(value)) is not None]
        span = max(numbers, default=0.0) - min(numbers, default=0.0)
        if span == 0:
            return 1.0
        words = sum(len(str(row.get(self.columns.theirs["text"]) or "").split()) for row in rows)
        likely = [scale for scale in (1.0, 0.001) if WORDS_A_SECOND[0] <= words / (span * scale) <= WORDS_A_SECOND[1]]
        if len(likely) == 1:
            if likely == [0.001]:
                self.note = "times were taken for milliseconds, as nobody speaks so slowly in seconds"
            return likely[0]
        self.note = (
            "times were left out, as nobody can tell their unit; say unit: seconds or unit: milliseconds in the mapping"
        )
        return None

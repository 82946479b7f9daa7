"""What the bench of scale has measured, as the page shows it: three digits, and a name that the formulas use."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from bench.page import table
from bench.scale_child import (
    AGAIN,
    BOARD,
    CALLS,
    CHUNKS,
    DRAFT,
    EMPTY,
    FINISH,
    SCORES,
    SELECT,
    Night,
    Worker,
    Writer,
)
from bench.scale_world import SCORES_A_CALL

ROW = re.compile(r"^\| [^|`]+ \| `(\w+)` \| ([\d.,]+) \| ([\d.,]+) \|$", re.MULTILINE)
WORDS = {
    "take": "ms to read, check and keep a call",
    "score": "ms to read and keep a score",
    "select": "ms to look at a score of the days looked back on",
    "keep": "ms to read a call, and keep its picks, in chunks of 100",
    "again": "ms to see that the picks of a call looked back on are kept",
    "draft": "ms to draft plans, by failure looked back on",
    "board": "ms to gather a score of the 26 weeks that the dashboard compares",
    "report": "ms for report, dashboard and marks, by plan",
    "commits": "transactions that write, a chunk",
    "one": "chunks a second kept by one worker that finds nothing itself",
    "two": "chunks a second kept by two at once",
    "call_kb": "KB that a call takes in the store",
    "score_kb": "KB that a score takes",
    "pick_kb": "KB that a pick takes",
    "plan_kb": "KB that a plan takes, with all that hangs on it",
    "plan_rows": "rows of a plan, with all that hangs on it",
    "night_mb": "MB of the night's process, what grows aside",
    "board_kb": "KB of the night's process by score of those 26 weeks",
    "find": "ms of processor to find and keep the picks of a call",
    "start": "seconds until a worker has found its first call",
    "ready_mb": "MB of a worker then",
    "worker_mb": "MB of a worker at most",
}


def rounded(value: float) -> float:
    """Three digits that count."""
    return round(value, 2 - math.floor(math.log10(abs(value)))) if value else 0.0


def written(value: float) -> str:
    """A rounded figure, as the page has it."""
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{digits}f}"


@dataclass(frozen=True)
class StoreFigures:
    """What a night costs on a database, finding evidence aside; WORDS says what each is, and its unit."""

    take: float
    score: float
    select: float
    keep: float
    again: float
    draft: float
    board: float
    report: float
    commits: float
    one: float
    two: float
    call_kb: float
    score_kb: float
    pick_kb: float
    plan_kb: float
    plan_rows: float
    night_mb: float
    board_kb: float


@dataclass(frozen=True)
class ProfileFigures:
    """What a worker of a profile costs."""

    find: float
    start: float
    ready_mb: float
    worker_mb: float


@dataclass(frozen=True)
class Figures:
    """All of them, rounded as they are printed: whoever computes from the page computes from these."""

    sqlite: StoreFigures
    postgresql: StoreFigures
    default: ProfileFigures
    fast: ProfileFigures

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """From what ``asdict`` gave."""
        sqlite, postgresql = (StoreFigures(**values[name]) for name in ("sqlite", "postgresql"))
        default, fast = (ProfileFigures(**values[name]) for name in ("default", "fast"))
        return cls(sqlite, postgresql, default, fast)

    def tables(self) -> str:
        """Both tables, a row a figure."""
        stores = _rows(StoreFigures, self.sqlite, self.postgresql)
        profiles = _rows(ProfileFigures, self.default, self.fast)
        first = table(["what a night does beside finding evidence", "figure", "SQLite", "PostgreSQL"], stores)
        return first + "\n" + table(["a worker that finds evidence", "figure", "`default`", "`fast`"], profiles)

    @classmethod
    def read(cls, page: str) -> Self:
        """From the tables of a page. Raises KeyError where one of the figures is not there."""
        found = {name: (_number(left), _number(right)) for name, left, right in ROW.findall(page)}
        stores = [{one.name: found[one.name][n] for one in fields(StoreFigures)} for n in (0, 1)]
        profiles = [{one.name: found[one.name][n] for one in fields(ProfileFigures)} for n in (0, 1)]
        return cls.of({"sqlite": stores[0], "postgresql": stores[1], "default": profiles[0], "fast": profiles[1]})


def _rows(kind: type[StoreFigures] | type[ProfileFigures], left: Any, right: Any) -> list[list[str]]:
    sides = asdict(left), asdict(right)
    return [[WORDS[one.name], f"`{one.name}`", *(written(side[one.name]) for side in sides)] for one in fields(kind)]


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def store_figures(large: Night, one: Sequence[Writer], two: Sequence[Writer], board_kb: float) -> StoreFigures:
    """From a night on a database, its chunks kept by one writer and by two, and KB of a score of the half year."""
    scores, plans = large.calls * SCORES_A_CALL, large.rows["plans"]
    kept = large.rows["calls"] + large.rows["scores"] + large.rows["evidence"]
    values = StoreFigures(
        take=1000 * large.seconds[CALLS] / large.calls,
        score=1000 * large.seconds[SCORES] / scores,
        select=1000 * large.seconds[SELECT] / scores,
        keep=1000 * large.seconds[CHUNKS] / large.calls,
        again=1000 * large.seconds[AGAIN] / large.calls,
        draft=1000 * large.seconds[DRAFT] / large.failures,
        board=1000 * large.seconds[BOARD] / scores,
        report=1000 * (large.seconds[FINISH] - large.seconds[DRAFT] - large.seconds[BOARD]) / plans,
        commits=large.commits[CHUNKS] / large.chunks,
        one=chunks_a_second(one),
        two=chunks_a_second(two),
        call_kb=_grown_kb(large, EMPTY, CALLS) / large.calls,
        score_kb=_grown_kb(large, CALLS, SCORES) / scores,
        pick_kb=_grown_kb(large, SELECT, CHUNKS) / large.failures,
        plan_kb=_grown_kb(large, CHUNKS, FINISH) / plans,
        plan_rows=(sum(large.rows.values()) - kept) / plans,
        night_mb=large.peak_mb,
        board_kb=board_kb,
    )
    return StoreFigures(**{name: rounded(value) for name, value in asdict(values).items()})


def profile_figures(worker: Worker) -> ProfileFigures:
    """From a worker that found evidence."""
    found = 1000 * worker.cpu_s / worker.calls
    return ProfileFigures(*(rounded(one) for one in (found, worker.ready_s, worker.ready_mb, worker.peak_mb)))


def chunks_a_second(writers: Sequence[Writer]) -> float:
    """Of writers that began together."""
    lasted = max(one.ended for one in writers) - min(one.began for one in writers)
    return sum(one.chunks for one in writers) / lasted


def _grown_kb(one: Night, before: str, after: str) -> float:
    return 1000 * (one.store_mb[after] - one.store_mb[before])

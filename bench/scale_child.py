"""A process of the bench of scale: one night step by step, one worker that finds, or one that only writes.

Each ends with one line of JSON. What it measures is measured from within: nothing else is in its memory.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import event, text

from bench.scale_world import AS_OF, Replayed, World, night_work
from bench.speed_child import peak_mb
from bench.speed_flat import resident_mb
from coaching.across import WEEKS
from coaching.trends import ScoreFact, scores_frame
from nlp.redact import mask_private
from operations import night
from operations.ingest import ingest
from operations.night import ChunkCounts, NightWork, have_night
from operations.night_lease import alone_with_chunk
from operations.select import select
from rubric.failure import Failure
from store.session import Store, open_store
from store.tables import Base

EMPTY, CALLS, SCORES, SELECT, CHUNKS, AGAIN = "empty", "calls", "scores", "select", "chunks", "again"
DRAFT, BOARD, FINISH = "draft", "board", "finish"
"""The steps of a night: ``again`` sees that the evidence of a failure is there, so that no chunk has it; of
``finish``, plans are drafted in ``draft``, and the scores of half a year are gathered in ``board``."""

FRAMED = 2_000_000

FOUND_AT_ONCE = 25
"""Calls after which a worker looks whether its time is up."""


@dataclass(frozen=True)
class Night:
    """A night that finds nothing itself, by step: seconds by the clock, transactions that wrote, MB of store behind it.

    ``peak_mb`` is the most memory that the night's process has held.
    """

    calls: int
    failures: int
    chunks: int
    seconds: dict[str, float]
    commits: dict[str, int]
    store_mb: dict[str, float]
    rows: dict[str, int]
    peak_mb: float


@dataclass(frozen=True)
class Worker:
    """A worker that finds evidence: seconds and MB from nothing to its first call, then what its calls took."""

    profile: str
    calls: int
    ready_s: float
    ready_mb: float
    peak_mb: float
    seconds: float
    cpu_s: float


@dataclass(frozen=True)
class Writer:
    """A worker that is given its picks: chunks that it kept, and when it began and ended."""

    chunks: int
    began: float
    ended: float


@dataclass
class Meter:
    """Reads the clock, the count of transactions and the size of a store at the end of each step."""

    store: Store
    seconds: dict[str, float] = field(default_factory=dict)
    commits: dict[str, int] = field(default_factory=dict)
    store_mb: dict[str, float] = field(default_factory=dict)
    _commits: int = 0

    def __post_init__(self) -> None:
        event.listen(self.store.engine, "commit", self._count)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began, before = time.perf_counter(), self._commits
        yield
        self.seconds[name] = time.perf_counter() - began
        self.commits[name] = self._commits - before
        self.store_mb[name] = size_mb(self.store)

    @contextmanager
    def inside(self, owner: ModuleType, function: str, name: str) -> Iterator[None]:
        """The seconds that a function of a module takes while a step lasts."""
        whole = getattr(owner, function)

        def timed(*given: object, **named: object) -> object:
            began = time.perf_counter()
            try:
                return whole(*given, **named)
            finally:
                self.seconds[name] = time.perf_counter() - began

        setattr(owner, function, timed)
        try:
            yield
        finally:
            setattr(owner, function, whole)

    def _count(self, connection: object) -> None:
        self._commits += 1


def one_night(url: str, world: World, found: Path) -> Night:
    """Take up, select, every chunk as a worker does it, see that all is kept, and finish."""
    with open_store(url) as store, have_night(night_work(store, world, Replayed("replayed", found)), AS_OF) as work:
        mask_private("what masks takes seconds to load, once a process")
        meter, new, none = Meter(store), world.inputs, world.nothing_new
        with meter.step(EMPTY):
            pass
        with meter.step(CALLS):
            ingest(work.store, replace(new, scores=none.scores), work.rubric, work.timezone)
        with meter.step(SCORES):
            ingest(work.store, replace(none, scores=new.scores), work.rubric, work.timezone)
        with meter.step(SELECT):
            start = night.begin(replace(work, inputs=none), AS_OF, "scale-1")
        chunks = start.chunks
        with meter.step(CHUNKS):
            counts = _keep(work, chunks)
        with meter.inside(night, "mark_kept", AGAIN):
            night.begin(replace(work, inputs=none), AS_OF, "scale-2")
        with meter.step(FINISH), meter.inside(night, "draft_plans", DRAFT), meter.inside(night, "gather", BOARD):
            night.finish(work, start, counts)
        failures = len(start.selection.failures)
        measured = (meter.seconds, meter.commits, meter.store_mb, rows_of(store), peak_mb())
        return Night(world.calls, failures, len(chunks), *measured)


def one_worker(url: str, world: World, profile: str, seconds: float, launched: float) -> Worker:
    """Find evidence with a profile, chunk by chunk, in a store that has taken the inputs up; at most for so long."""
    from models.finder import load_finder

    with open_store(url) as store:
        finder = load_finder(profile="fast" if profile == "fast" else "default")
        work = replace(night_work(store, world, finder), chunk_size=FOUND_AT_ONCE)
        chunks = _chunks_of(work)
        night.locate_chunk(work, [one for one in chunks[0] if one.call_id == chunks[0][0].call_id])
        ready_s, ready_mb = time.time() - launched, resident_mb()
        began, cpu, done = time.perf_counter(), time.process_time(), 0
        for chunk in chunks:
            _keep(work, [chunk])
            done += len({one.call_id for one in chunk})
            if time.perf_counter() - began > seconds:
                break
        spent = time.perf_counter() - began, time.process_time() - cpu
        return Worker(profile, done, ready_s, ready_mb, peak_mb(), *spent)


def one_writer(url: str, world: World, found: Path, name: str, part: int, parts: int) -> Writer:
    """Keep its part of picks that are given, under a model's name of their own, as soon as a line is read."""
    with open_store(url) as store:
        work = night_work(store, world, Replayed(name, found))
        mine = _chunks_of(work)[part::parts]
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.time()
        _keep(work, mine)
        return Writer(len(mine), began, time.time())


def take_up(url: str, world: World) -> None:
    """A store that has taken the inputs up."""
    with open_store(url) as store:
        night.begin(night_work(store, world, Replayed("none", Path(":memory:"))), AS_OF, "scale-0")


def frame_kb(scores: int = FRAMED) -> float:
    """KB at their most that a score takes while the half year of so many is gathered into a frame."""
    scores_frame(_facts(1000))
    before = peak_mb()
    frame = scores_frame(_facts(scores))
    return 1000 * (peak_mb() - before) / len(frame)


def _facts(count: int) -> Iterator[ScoreFact]:
    for number in range(count):
        agent, criterion, day = number % 500, number // 500 % 12, AS_OF - timedelta(days=number // 6000 % (7 * WEEKS))
        yield ScoreFact(f"agent-{agent}", f"team-{agent // 12}", f"criterion-{criterion}", day, float(number % 101))


def size_mb(store: Store) -> float:
    """How large a store is, its indexes with it."""
    if store.engine.dialect.name == "postgresql":
        size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
        size += "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    else:
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with store.read() as session:
        return float(session.execute(text(size)).scalar_one()) / 1e6


def rows_of(store: Store) -> dict[str, int]:
    """How many rows each table has, of those that have any."""
    with store.read() as session:
        counts = {
            table.name: session.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0
            for table in Base.metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def _chunks_of(work: NightWork) -> Sequence[list[Failure]]:
    """The failures of the day in chunks of calls, without taking anything up."""
    found = select(work.store, work.rubric, work.trigger, AS_OF, work.timezone, has_flags=False)
    return found.failures.chunks(work.chunk_size)


def _keep(work: NightWork, chunks: Sequence[list[Failure]]) -> list[ChunkCounts]:
    """The chunks one after the other, each with its lease, as a worker has them."""
    counts = []
    for chunk in chunks:
        with alone_with_chunk(work.store, chunk) as mine:
            counts.append(night.locate_chunk(replace(work, store=mine), chunk))
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=["take-up", "night", "worker", "writer", "frame"])
    parser.add_argument("--store", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--found", type=Path, default=Path())
    parser.add_argument("--profile", default="fast")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--launched", type=float, default=0.0)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    given = parser.parse_args()
    world = World(given.folder, given.calls)
    done: dict[str, Any] | None = None
    if given.role == "take-up":
        take_up(given.store, world)
    elif given.role == "frame":
        done = {"kb": frame_kb()}
    elif given.role == "night":
        done = asdict(one_night(given.store, world, given.found))
    elif given.role == "worker":
        done = asdict(one_worker(given.store, world, given.profile, given.seconds, given.launched))
    else:
        name = f"of {given.parts}"
        done = asdict(one_writer(given.store, world, given.found, name, given.part, given.parts))
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()

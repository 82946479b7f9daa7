"""Whether anything is lost or doubled when the work is killed: SIGKILL at drawn moments, then a rerun to the end.

``python -m bench.crash --points 200 --seed 1 --database sqlite`` lives two nights of the sample company with their
approvals, follow-ups and deliveries, once without being cut short. Then, for each point, a process is killed in the
middle of a stage: before or after a statement or a commit, before a file is written or given its name, each of these
moments of the whole life as likely as any other; every fifth by the clock instead; and every fourth rerun is killed as
well. What the rerun leaves is held against the uninterrupted life: every row but those of runs and times of writing,
every report, the audit trail, every quote, and what a receiver was told that drops ids it has seen. ``--write`` puts
the figures into docs/benchmarks.md. The last line is the verdict; the exit status is 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.crash_check import State, broken, look
from bench.crash_child import Life, Place, draw_moment, live
from bench.crash_database import Database, database
from bench.crash_world import RECEIVED, REPORTS, Desk, World, add_receiver, make_world, stages
from bench.page import table, write_section
from store.session import open_store

SHOWN = 20
BY_CLOCK, KILLED_AGAIN = 5, 4
TEXT = """### {database}

`python -m bench.crash --points {points} --seed {seed} --database {kind}`: {done}

{table}"""


class DidNotEnd(Exception):
    """The life that nobody cuts short did not get to its end, or left something wrong: there is nothing to compare."""


@dataclass(frozen=True)
class Uninterrupted:
    """What the life without a kill has left, and of each stage its moments by kind and its seconds."""

    state: State
    stages: list[Life]


@dataclass
class Tally:
    """What the points gave. ``broken`` has a line a promise, with the point in front."""

    killed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    bad_points: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--minutes", type=float, default=24 * 60, help="no further point is begun after so many")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    if given.points < 1:
        parser.error("--points is at least 1")
    begun = time.monotonic()
    with TemporaryDirectory(dir=_memory(given.database)) as folder:
        until = begun + 60 * given.minutes
        truth, tally, name = crash(Path(folder), given.database, given.points, given.seed, until)
    done = _what_happened(truth, tally)
    text = TEXT.format(
        database=name,
        points=given.points,
        seed=given.seed,
        kind=given.database,
        done=done,
        table=_table(truth, tally),
    )
    print(text)
    print(f"{time.monotonic() - begun:.0f} s")
    if given.write:
        write_section(f"crash-{given.database}", text)
    print(*tally.broken[:SHOWN], sep="\n", end="\n" if tally.broken else "")
    print(f"BROKEN: at {tally.bad_points.total()} points" if tally.broken else f"KEPT: {done}")
    return 1 if tally.broken else 0


def crash(
    folder: Path, kind: str, points: int, seed: int, until: float = float("inf")
) -> tuple[Uninterrupted, Tally, str]:
    """Kill at so many points on a database of that kind, until that time of the monotonic clock. Raises DidNotEnd."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    for part in ("company", "desk", "database"):
        (folder / part).mkdir()
    world = make_world(folder / "company", seed)
    with database(kind, folder / "database") as store:
        with open_store(store.url) as opened:
            add_receiver(opened)
        store.keep(0)
        _find_all(world, store, folder / "first")
        truth = _uninterrupted(world, store, folder)
        draw = random.Random(seed)
        tally = Tally()
        for point in range(1, points + 1):
            if time.monotonic() > until:
                break
            _kill(world, store, folder, truth, point, draw, tally)
            if sys.stderr.isatty():
                print(f"\r{point} of {points}, {len(tally.broken)} broken", end="", file=sys.stderr, flush=True)
        return truth, tally, store.name


def _find_all(world: World, store: Database, folder: Path) -> None:
    """Live it here once, so that what the models find is in memory before processes are forked."""
    import torch

    torch.set_num_threads(1)  # threads of a pool do not live on in a process that is forked
    folder.mkdir()
    with open_store(store.url) as opened:
        for _, stage in stages():
            stage(world, Desk(opened, folder))


def _uninterrupted(world: World, store: Database, folder: Path) -> Uninterrupted:
    store.restore(0)
    desk, lives = folder / "desk", []
    for number, (name, stage) in enumerate(stages()):
        _keep_files(desk, folder / f"kept-{number}")
        lives.append(live(world, Place(store.url, desk), [(name, stage)]))
        if not lives[-1].done:
            raise DidNotEnd(f"{name}: {lives[-1].problem}")
        store.keep(number + 1)
    state = look(store.url, desk)
    if state.problems:
        raise DidNotEnd("; ".join(state.problems[:SHOWN]))
    return Uninterrupted(state, lives)


def _kill(
    world: World, store: Database, folder: Path, truth: Uninterrupted, point: int, draw: random.Random, tally: Tally
) -> None:
    """One point: the state before a drawn stage, a kill in it, a rerun to the end, and what must hold then."""
    weights = [sum(one.moments.values()) for one in truth.stages]
    number, desk = draw.choices(range(len(weights)), weights)[0], folder / "desk"
    store.restore(number)
    shutil.rmtree(desk)
    shutil.copytree(folder / f"kept-{number}", desk)
    tally.counts["points"] += 1
    try:
        where = _one_point(world, Place(store.url, desk), truth, (point, number), draw, tally)
        wrong = list(broken(truth.state, found := look(store.url, desk)))
        tally.counts["repeated"] += found.repeated
    except DidNotEnd as error:
        where, wrong = f"point {point}", [str(error)]
    if wrong:
        tally.bad_points[stages()[number][0]] += 1
        tally.broken += [f"{where}: {line}" for line in wrong]


def _one_point(
    world: World, place: Place, truth: Uninterrupted, which: tuple[int, int], draw: random.Random, tally: Tally
) -> str:
    """Kill a stage, some reruns of it as well, and then live on to the end; which point it was, in words."""
    point, number = which
    stage, alone = stages()[number], truth.stages[number]
    by_clock = point % BY_CLOCK == 0
    at = None if by_clock else draw_moment(draw, alone.moments)
    after = draw.uniform(0, alone.seconds) if by_clock else None
    where = f"point {point}, {stage[0]}, " + (f"after {after:.2f} s" if by_clock else f"moment {at}")
    first = live(world, place, [stage], at, after)
    _note(first, where, tally, stage[0], "by the clock" if by_clock else "at a moment")
    attempt = 1
    if point % KILLED_AGAIN == 0:
        again = draw_moment(draw, alone.moments)
        where += f", again at {again}"
        second = live(world, Place(place.url, place.folder, 1), [stage], again)
        _note(second, where, tally, stage[0], "reruns killed")
        attempt = 2
    last = live(world, Place(place.url, place.folder, attempt), stages()[number:])
    if not last.done:
        raise DidNotEnd(f"{where}: the rerun did not get to its end: {last.problem.strip()[-SHOWN * 40 :]}")
    return where


def _note(life: Life, where: str, tally: Tally, stage: str, how: str) -> None:
    if life.killed:
        tally.killed[stage] += how != "reruns killed"
        tally.counts[how] += 1
    elif life.done:
        tally.counts["were done before"] += 1
    else:
        raise DidNotEnd(f"{where}: failed by itself: {life.problem.strip()[-SHOWN * 40 :]}")


def _keep_files(desk: Path, to: Path) -> None:
    to.mkdir()
    if (desk / REPORTS).exists():
        shutil.copytree(desk / REPORTS, to / REPORTS)
    if (desk / RECEIVED).exists():
        shutil.copy(desk / RECEIVED, to / RECEIVED)


def _memory(kind: str) -> Path | None:
    """A commit waits for the disk, which is not what is measured; a killed process loses nothing in memory either.

    A server of PostgreSQL runs as a user of its own where this one is root.
    """
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and kind == "sqlite" else None


def _what_happened(truth: Uninterrupted, tally: Tally) -> str:
    counts, rows = tally.counts, truth.state.rows
    held = sum(some.total() for some in rows.values())
    events = rows["events"].total()
    return (
        f"{counts['points']:,} points: {tally.killed.total():,} processes killed, "
        f"{counts['at a moment']:,} at a drawn moment and {counts['by the clock']:,} by the clock, and "
        f"{counts['reruns killed']:,} reruns as well ({counts['were done before']:,} were done before they could be "
        f"killed); after the last rerun {held:,} rows, {len(truth.state.reports)} reports and {events} events were "
        f"compared: {tally.bad_points.total() or 'no'} points broke a promise. "
        f"Events told again under the same id: {counts['repeated']:,}."
    )


def _table(truth: Uninterrupted, tally: Tally) -> str:
    names: Sequence[str] = [name for name, _ in stages()]
    rows = [
        [
            name,
            f"{one.seconds:.1f}",
            f"{sum(one.moments.values()):,}",
            f"{tally.killed[name]:,}",
            f"{tally.bad_points[name]:,}",
        ]
        for name, one in zip(names, truth.stages, strict=True)
    ]
    return table(["stage", "seconds", "moments", "killed", "broken"], rows)


if __name__ == "__main__":
    sys.exit(main())

"""What a night of a large center takes, from figures measured on this machine.

``python -m bench.scale --write`` measures and writes docs/scale.md: nights of two sizes on each database, workers of
both profiles, and two writers at once, each a process of its own. ``python -m bench.scale --calls 40000 --hours 5
--price 0.06`` says what a center takes, from what was measured here last; it measures where nothing was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.crash_database import Postgres, database
from bench.scale_arithmetic import Center
from bench.scale_child import Night, Worker, Writer
from bench.scale_figures import Figures, StoreFigures, profile_figures, store_figures
from bench.scale_page import answer, write_page
from bench.scale_world import World, write_world

KEPT = Path(__file__).parents[1] / "build" / "bench" / "scale.json"
SMALL, LARGE = 750, 3000


@dataclass(frozen=True)
class Measured:
    """Figures, and what they come from: nights of two sizes on each database, and a worker of each profile."""

    figures: Figures
    nights: dict[str, tuple[Night, Night]]
    workers: tuple[Worker, ...]


def measure(seconds: float, small: int = SMALL, large: int = LARGE) -> Measured:
    """All figures; each worker finds for at most so many seconds, of `fast` until all is found."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        worlds = tuple(write_world(_folder(home / str(calls)), calls) for calls in (small, large))
        found = home / "found.db"
        run(worlds[1], "take-up", f"sqlite:///{found}")
        workers = tuple(_worker(worlds[1], found, profile, seconds) for profile in ("default", "fast"))
        board_kb = float(run(worlds[0], "frame", "none")["kb"])
        stores = [_on_database(home, kind, worlds, found, board_kb) for kind in ("sqlite", "postgresql")]
    nights = {"SQLite": stores[0][1], "PostgreSQL": stores[1][1]}
    default, fast = (profile_figures(one) for one in workers)
    return Measured(Figures(stores[0][0], stores[1][0], default, fast), nights, workers)


def _worker(world: World, found: Path, profile: str, seconds: float) -> Worker:
    lasts = seconds if profile == "default" else 24 * 3600
    options = ("--profile", profile, "--seconds", str(lasts), "--launched", str(time.time()))
    return Worker(**run(world, "worker", f"sqlite:///{found}", *options))


def _on_database(
    home: Path, kind: str, worlds: Sequence[World], found: Path, board_kb: float
) -> tuple[StoreFigures, tuple[Night, Night]]:
    with ExitStack() as stack:
        made = stack.enter_context(database(kind, _folder(home / kind)))
        nights = []
        for world in worlds:
            if isinstance(made, Postgres):
                made.make()
            else:
                Path(made.url.removeprefix("sqlite:///")).unlink(missing_ok=True)
            nights.append(Night(**run(world, "night", made.url, "--found", str(found))))
        one, two = (write_at_once(worlds[-1], made.url, found, count) for count in (1, 2))
    return store_figures(nights[1], one, two, board_kb), (nights[0], nights[1])


def run(world: World, role: str, store: str, *options: str) -> Any:
    """What a process of that role says. Raises CalledProcessError where it fails."""
    done = subprocess.run(_command(world, role, store, *options), check=True, stdout=subprocess.PIPE, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    print(f"{time.strftime('%H:%M:%S')} {role} {' '.join(options)}: {said}", file=sys.stderr, flush=True)
    return said


def write_at_once(world: World, store: str, found: Path, count: int) -> list[Writer]:
    """So many writers that begin together, each with its part of the chunks."""
    options = ("--found", str(found), "--parts", str(count), "--part")
    writers = [
        subprocess.Popen(
            _command(world, "writer", store, *options, str(part)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(count)
    ]
    for one in writers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = []
    for one in writers:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in writers:
        out, _ = one.communicate()
        said.append(Writer(**json.loads(out.splitlines()[-1])))
    return said


def _command(world: World, role: str, store: str, *options: str) -> list[str]:
    command = [sys.executable, "-m", "bench.scale_child", role, "--store", store, "--folder", str(world.folder)]
    return [*command, "--calls", str(world.calls), *options]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def measured_last() -> Figures | None:
    """What was measured on this machine last; None where nothing was, or by a version that measured other things."""
    try:
        return Figures.of(json.loads(KEPT.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def keep(figures: Figures) -> None:
    """For the next time that somebody asks."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(asdict(figures), indent=1), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    assumed = Center(calls=1)
    parser.add_argument("--calls", type=int, nargs="+", help="calls a night; left out, the sizes of the page")
    parser.add_argument("--hours", type=float, default=assumed.hours, help="how long a night may last")
    parser.add_argument("--price", type=float, default=assumed.price, help="of a core for an hour")
    parser.add_argument("--scores", type=float, default=assumed.scores, help="scores a call")
    parser.add_argument("--share", type=float, default=assumed.share, help="of calls that have a failing score")
    parser.add_argument("--failures", type=float, default=assumed.failures, help="failing scores of such a call")
    parser.add_argument("--days", type=int, default=assumed.days, help="trigger.lookback_days")
    parser.add_argument("--chunk", type=int, default=assumed.chunk, help="evidence.chunk_size")
    parser.add_argument(
        "--write", action="store_true", help="measure, and write docs/scale.md with the page's own sizes"
    )
    parser.add_argument("--measure", action="store_true", help="measure again, and write no page")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the worker of `default` finds")
    given = parser.parse_args()
    figures = measured_last()
    if given.write or given.measure or figures is None:
        measured = measure(given.seconds)
        figures = measured.figures
        keep(figures)
        if given.write:
            write_page(figures, measured.nights, measured.workers, os.getloadavg()[0])
    asked = ("hours", "price", "scores", "share", "failures", "days", "chunk")
    settings = {name: getattr(given, name) for name in asked}
    print(answer(figures, given.calls, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

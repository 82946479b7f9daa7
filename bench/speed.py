"""How fast `locate` is beside the loop that a data team would write in an afternoon, on the same calls in one run.

Each method is a process of its own that is ready before time counts. All are given the same files of simulated calls,
in turns, and new calls each time: nothing is known beforehand. What is compared are the pairs of one turn; a figure is
the median of the turns, with the lowest and the highest behind it.
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
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from bench.page import write_section
from bench.speed_calls import Wanted, write
from bench.speed_child import AT_ONCE, LOOP, Done
from bench.speed_labelled import BESIDE, LABELLED, shares_of
from bench.speed_start import section, started
from bench.speed_tables import page

METHODS = (LOOP, AT_ONCE, "default", "fast")
READY = Wanted(calls=1, seed=0, failing=12)
FIRST_SEED = 1000


@dataclass(frozen=True)
class Kind:
    """Which simulated calls: the share of sentences said before, failing criteria a call, and the share spoken."""

    repeated: float
    failing: int
    spoken: float = 0.5

    @property
    def name(self) -> str:
        """For a row of a table."""
        only = {1.0: ", all spoken", 0.0: ", all typed"}.get(self.spoken, "")
        return f"{self.failing} picks a call, {self.repeated:.0%} of sentences said before{only}"

    def wanted(self, calls: int, seed: int) -> Wanted:
        """So many of them."""
        return Wanted(calls=calls, seed=seed, repeated=self.repeated, failing=self.failing, spoken=self.spoken)


TWO = (Kind(0.0, 2), Kind(0.3, 2), Kind(0.6, 2), Kind(0.0, 2, spoken=1.0), Kind(0.0, 2, spoken=0.0))
KINDS = (*TWO, Kind(0.0, 6), Kind(0.3, 6), Kind(0.0, 12), Kind(0.3, 12))
TYPICAL = Kind(0.0, 6)


@dataclass(frozen=True)
class Turn:
    """What each method did with the same calls."""

    calls: int
    done: dict[str, Done]

    def ratio(self, method: str, peer: str = LOOP) -> float:
        """How many times the loop's time the method took."""
        return self.done[method].seconds / self.done[peer].seconds


@dataclass(frozen=True)
class Cell:
    """All turns of one kind of calls."""

    name: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Started:
    """Seconds from nothing to the picks of one call, and the most memory until then."""

    seconds: float
    peak_mb: float


class Child:
    """A process that locates when it is told to; see bench.speed_child."""

    def __init__(self, method: str, *options: str) -> None:
        self.method = method
        quiet = {**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
        command = [sys.executable, "-m", "bench.speed_child", method, *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=quiet
        )

    def locate(self, folder: Path) -> Done:
        """What locating in that folder took. Raises RuntimeError where the process ended instead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.method} ended with status {self._process.wait()}")
        return Done(**json.loads(answer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Bench:
    """The processes side by side, and a folder for the calls."""

    def __init__(self, stack: ExitStack, methods: Sequence[str] = METHODS) -> None:
        self.folder = Path(stack.enter_context(TemporaryDirectory()))
        self.started: dict[str, Started] = {}
        self.children: list[Child] = []
        self._seed = FIRST_SEED
        write(READY, self.folder)
        for method in methods:
            began = time.perf_counter()
            child = stack.enter_context(Child(method, "--bare"))
            done = child.locate(self.folder)
            self.started[method] = Started(time.perf_counter() - began - done.bare_s, done.peak_mb)
            self.children.append(child)

    def turn(self, calls: int, kind: Kind) -> Turn:
        """New calls, by every method."""
        write(kind.wanted(calls, self._seed + 1), self.folder)
        return self.located(calls)

    def located(self, calls: int) -> Turn:
        """The calls of the folder by every method; who begins changes from turn to turn."""
        self._seed += 1
        first = self._seed % len(self.children)
        order = [*self.children[first:], *self.children[:first]]
        return Turn(calls, {child.method: child.locate(self.folder) for child in order})

    def calls_for(self, seconds: float) -> int:
        """How many calls keep all methods busy for about so long."""
        trial = self.turn(8, TYPICAL)
        spent = sum(done.seconds + done.bare_s for done in trial.done.values())
        return max(6, round(8 * seconds / spent))


def measure(bench: Bench, minutes: float, repeats: int, labelled: Path) -> list[Cell]:
    """Every cell, turn by turn: the machine's moods fall on all of them alike."""
    calls = bench.calls_for(60 * minutes / (repeats * (len(KINDS) + 1)))
    shares = shares_of(labelled, repeats, calls)
    turns: dict[str, list[Turn]] = {kind.name: [] for kind in KINDS}
    for number in range(repeats):
        for kind in KINDS:
            turns[kind.name].append(bench.turn(calls, kind))
            _tell(f"{number + 1}/{repeats} {kind.name}", turns[kind.name][-1])
        if shares:
            turns.setdefault(LABELLED, []).append(bench.located(shares[number].write(bench.folder)))
            _tell(f"{number + 1}/{repeats} {LABELLED}", turns[LABELLED][-1])
    return [Cell(name, tuple(each)) for name, each in turns.items()]


def _tell(what: str, turn: Turn) -> None:
    print(
        f"{what}: {turn.calls} calls, { {name: round(one.seconds, 2) for name, one in turn.done.items()} }", flush=True
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=11, help="about how long to take turns, start-up aside")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each kind of calls")
    parser.add_argument("--labelled", type=Path, default=BESIDE, help="where calls/ and contract/ of the labelled lie")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    with ExitStack() as stack:
        bench = Bench(stack)
        starts = started(bench.folder)
        cells = measure(bench, given.minutes, given.repeats, given.labelled)
    text = page(cells, bench.started) + "\n" + section(starts)
    print(text)
    if given.write:
        write_section("speed", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

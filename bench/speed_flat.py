"""Whether a call costs as much, and memory stands as high, after 20,000 calls as after 1,000; and over hours.

``python -m bench.speed_flat --calls 1000 20000`` locates so many in a process each. ``--hours 1`` stops a run after so
long, for the slope of its memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from bench.page import table, write_section
from bench.speed_calls import Wanted, write
from bench.speed_child import peak_mb

EVERY_S = 10.0
SETTLED = 0.1
"""The share of a run before which memory still grows to what it needs: it is left out of the slope."""
TEXT = """## Flat: what a call costs, and what memory is held, as calls go by

Written by `{command}`. Simulated calls, half spoken and half typed, 30 % of sentences said before, two picks a call,
through `operations.locate` in a process each (load {load:.1f} when the last one ended). Processor time does not go with
how busy the machine is as much as the clock does. The slope is that of resident memory over the calls, the first tenth
left out.

"""


@dataclass(frozen=True)
class Sample:
    """A moment of a run: picks so far, seconds by the clock and of the processor, MB resident."""

    picks: int
    seconds: float
    cpu_s: float
    mb: float


@dataclass(frozen=True)
class Run:
    """One process: how many calls it was given, and its moments."""

    profile: str
    calls: int
    peak_mb: float
    samples: tuple[Sample, ...]

    @property
    def located(self) -> int:
        """Calls that were done; fewer than were given where time was up."""
        return self.samples[-1].picks // FAILING

    def ms_a_call(self) -> float:
        return 1000 * self.samples[-1].seconds / self.located

    def cpu_ms_a_call(self) -> float:
        return 1000 * self.samples[-1].cpu_s / self.located

    def mb_per_1000_calls(self) -> float:
        """The slope of resident memory by least squares, from the settled part of the run; 0 for too short a run."""
        import numpy as np

        settled = [one for one in self.samples if one.picks >= SETTLED * self.samples[-1].picks]
        if len(settled) < 3:
            return 0.0
        calls = [one.picks / FAILING for one in settled]
        return float(1000 * np.polyfit(calls, [one.mb for one in settled], 1)[0])


FAILING = 2


class TimeIsUp(Exception):
    """The run has lasted as long as it should."""


class Sampler:
    """A progress that looks at memory and at the clocks."""

    def __init__(self, seconds: float, log: Path) -> None:
        self.samples: list[Sample] = []
        self._until, self._log = seconds, log
        self._began, self._cpu, self._next = time.perf_counter(), time.process_time(), 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.perf_counter() - self._began
        if now >= self._next or done == total:
            self._next = now + EVERY_S
            self.samples.append(Sample(done, now, time.process_time() - self._cpu, resident_mb()))
            with self._log.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(asdict(self.samples[-1])) + "\n")
        if now > self._until:
            raise TimeIsUp


def resident_mb() -> float:
    """The memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def locate(folder: Path, calls: int, profile: Literal["default", "fast"], seconds: float, log: Path) -> Run:
    """Locate in a folder, in this process, for at most so many seconds; models are loaded before time counts."""
    from models.finder import load_finder
    from operations.locate import locate_files
    from rubric.loading import load_rubric

    finder = load_finder(profile=profile)
    small = folder / "small"
    small.mkdir()
    first = write(Wanted(calls=2, seed=0, failing=12), small)
    locate_files(load_rubric(first.rubric), first.calls, first.scores, small / "picks.jsonl", finder)
    given = write(Wanted(calls=calls, seed=7, repeated=0.3, failing=FAILING), folder)
    sampler = Sampler(seconds, log)
    with suppress(TimeIsUp):
        locate_files(load_rubric(given.rubric), given.calls, given.scores, folder / "picks.jsonl", finder, sampler)
    return Run(profile, calls, peak_mb(), tuple(sampler.samples))


def in_a_process(calls: int, profile: str, seconds: float, log: Path) -> Run:
    """The same in a process of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.speed_flat", "--calls", str(calls), "--profiles", profile]
        command += ["--hours", str(seconds / 3600), "--log", str(log), "--inside", folder]
        ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    given = json.loads(ended.stdout.splitlines()[-1])
    return Run(profile, calls, given["peak_mb"], tuple(Sample(**one) for one in given["samples"]))


def page(runs: Sequence[Run], command: str) -> str:
    """The section: a row a run, beside the shortest run of the same profile."""
    rows = []
    for run in runs:
        least = min((one for one in runs if one.profile == run.profile), key=lambda one: one.located)
        rows.append(
            [
                f"`{run.profile}`, {run.located:,} calls",
                f"{run.samples[-1].seconds / 60:.1f}",
                f"{run.ms_a_call():.1f}",
                f"{run.cpu_ms_a_call():.1f}",
                f"{100 * (run.cpu_ms_a_call() / least.cpu_ms_a_call() - 1):+.1f}%",
                f"{run.peak_mb:.0f}",
                f"{100 * (run.peak_mb / least.peak_mb - 1):+.1f}%",
                f"{run.mb_per_1000_calls():+.2f}",
            ]
        )
    head = ["run", "minutes", "ms a call", "processor ms a call", "beside the shortest"]
    head += ["peak memory, MB", "beside the shortest", "slope, MB per 1,000 calls"]
    return TEXT.format(command=command, load=os.getloadavg()[0]) + table(head, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, nargs="+", default=[1000, 20_000])
    parser.add_argument("--profiles", nargs="+", choices=["default", "fast"], default=["default", "fast"])
    parser.add_argument("--hours", type=float, default=24.0, help="the longest that a run may last")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="where moments are written as they come")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        run = locate(given.inside, given.calls[0], given.profiles[0], 3600 * given.hours, given.log)
        print(json.dumps(asdict(run)))
        return 0
    runs = []
    for profile in given.profiles:
        for calls in given.calls:
            runs.append(in_a_process(calls, profile, 3600 * given.hours, given.log))
            print(page(runs, "python -m bench.speed_flat"), flush=True)
    if given.write:
        words = ["python -m bench.speed_flat", *(word for word in sys.argv[1:])]
        write_section("speed-flat", page(runs, " ".join(words)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

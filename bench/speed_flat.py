"""Whether a call costs as much, and memory stands as high, after 20,000 calls as after 1,000; and over hours.

``python -m bench.speed_flat --calls 1000 20000`` locates so many in a process each, ``--hours 1`` stops a run after so
long, for the slope of its memory. Runs are kept in build/bench, and with ``--add`` those of earlier stand in the table
as well: the long ones need not be made in one night. ``--turns 6`` makes calls shorter than the usual.
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
from typing import Any, Literal

from bench.page import table, write_section
from bench.speed_calls import TURNS, Wanted, write
from bench.speed_child import peak_mb

EVERY_S = 10.0
MOMENTS = 50
"""At least so many moments of a run, however short it is."""
SETTLED = 0.1
"""The share of a run before which memory still grows to what it needs: it is left out of the slope."""
TEXT = """## Flat: what a call costs, and what memory is held, as calls go by

Written by {command}. Simulated calls, half spoken and half typed, 30 % of sentences said before, two
picks a call, through `operations.locate` in a process each. Processor time does not go with how busy the machine is as
much as the clock does; the load is that when a run had ended, which alone gives 1 to 2. *Beside the shortest*: run of
the same profile with calls of the same length. *Last tenth* is what a call took of the processor in the last tenth of a
run, beside its second tenth: the first one fills what is remembered. The slope is that of resident memory over the
calls, without the first tenth.

"""
KEPT = Path(__file__).parents[1] / "build" / "bench" / "speed-flat.json"


@dataclass(frozen=True)
class Sample:
    """A moment of a run: picks so far, seconds by the clock and of the processor, MB resident."""

    picks: int
    seconds: float
    cpu_s: float
    mb: float


@dataclass(frozen=True)
class Run:
    """One process: how many calls of how many turns it was given, its moments, and the load when it had ended."""

    profile: str
    calls: int
    peak_mb: float
    samples: tuple[Sample, ...]
    turns: int = TURNS
    load: float = 0.0

    @property
    def kind(self) -> tuple[str, int]:
        """What has to be the same for two runs to be compared."""
        return self.profile, self.turns

    @property
    def located(self) -> int:
        """Calls that were done; fewer than were given where time was up."""
        return self.samples[-1].picks // FAILING

    def ms_a_call(self) -> float:
        return 1000 * self.samples[-1].seconds / self.located

    def cpu_ms_a_call(self) -> float:
        return 1000 * self.samples[-1].cpu_s / self.located

    def last_beside_second(self) -> float:
        """What a call took of the processor in the run's last tenth, in times of that in its second tenth."""
        import numpy as np

        picks, spent = [one.picks for one in self.samples], [one.cpu_s for one in self.samples]
        at = np.interp([share * picks[-1] for share in (0.1, 0.2, 0.9, 1.0)], picks, spent)
        return float((at[3] - at[2]) / (at[1] - at[0]))

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
        self._began, self._cpu = time.perf_counter(), time.process_time()
        self._next = self._next_done = 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.perf_counter() - self._began
        if now >= self._next or done == total or done >= self._next_done:
            self._next, self._next_done = now + EVERY_S, done + (total or 0) / MOMENTS
            self.samples.append(Sample(done, now, time.process_time() - self._cpu, resident_mb()))
            with self._log.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(asdict(self.samples[-1])) + "\n")
        if now > self._until:
            raise TimeIsUp


def resident_mb() -> float:
    """The memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def locate(folder: Path, calls: Wanted, profile: Literal["default", "fast"], seconds: float, log: Path) -> Run:
    """Locate in a folder, in this process, for at most so many seconds; models are loaded before time counts."""
    from models.finder import load_finder
    from operations.locate import locate_files
    from rubric.loading import load_rubric

    finder = load_finder(profile=profile)
    small = folder / "small"
    small.mkdir()
    first = write(Wanted(calls=2, seed=0, failing=12), small)
    locate_files(load_rubric(first.rubric), first.calls, first.scores, small / "picks.jsonl", finder)
    given = write(calls, folder)
    sampler = Sampler(seconds, log)
    with suppress(TimeIsUp):
        locate_files(load_rubric(given.rubric), given.calls, given.scores, folder / "picks.jsonl", finder, sampler)
    return Run(profile, calls.calls, peak_mb(), tuple(sampler.samples), calls.turns, os.getloadavg()[0])


def wanted(calls: int, turns: int) -> Wanted:
    """The calls of every run: more of them begin with those of fewer."""
    return Wanted(calls=calls, seed=7, repeated=0.3, failing=FAILING, turns=turns)


def in_a_process(calls: Wanted, profile: str, seconds: float, log: Path) -> Run:
    """The same in a process of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.speed_flat", "--calls", str(calls.calls), "--profiles", profile]
        command += ["--turns", str(calls.turns), "--hours", str(seconds / 3600), "--log", str(log), "--inside", folder]
        ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return _run_of(json.loads(ended.stdout.splitlines()[-1]))


def kept(path: Path = KEPT) -> list[Run]:
    """The runs that earlier ones of this bench left."""
    return [_run_of(one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def keep(runs: Sequence[Run], path: Path = KEPT) -> list[Run]:
    """Put runs beside those that are kept, the newer in the place of its like; all of them, by kind and calls."""
    of = {(*run.kind, run.calls): run for run in (*kept(path), *runs)}
    found = [of[key] for key in sorted(of)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in found]) + "\n", encoding="utf-8")
    return found


def _run_of(given: dict[str, Any]) -> Run:
    return Run(**{**given, "samples": tuple(Sample(**one) for one in given["samples"])})


def page(runs: Sequence[Run]) -> str:
    """The section: a row a run, beside the shortest run of the same kind."""
    rows = []
    for run in runs:
        least = min((one for one in runs if one.kind == run.kind), key=lambda one: one.located)
        cost, peak = run.cpu_ms_a_call() / least.cpu_ms_a_call(), run.peak_mb / least.peak_mb
        rows.append(
            [
                f"`{run.profile}`, {run.located:,} calls of {run.turns} turns",
                f"{run.samples[-1].seconds / 60:.1f}",
                f"{run.load:.1f}",
                f"{run.ms_a_call():.1f}",
                f"{run.cpu_ms_a_call():.1f}",
                *_beside(run, least, f"{100 * (cost - 1):+.1f}%"),
                f"{100 * (run.last_beside_second() - 1):+.1f}%",
                f"{run.peak_mb:.0f}",
                *_beside(run, least, f"{100 * (peak - 1):+.1f}%"),
                f"{run.mb_per_1000_calls():+.2f}",
            ]
        )
    head = ["run", "minutes", "load", "ms a call", "processor ms a call", "beside the shortest", "last tenth"]
    head += ["peak memory, MB", "beside the shortest", "slope, MB per 1,000 calls"]
    return TEXT.format(command=", ".join(f"`{one}`" for one in commands(runs))) + table(head, rows)


def _beside(run: Run, least: Run, figure: str) -> list[str]:
    return ["-" if run is least else figure]


def commands(runs: Sequence[Run]) -> list[str]:
    """What makes these runs again, a command a kind."""
    calls: dict[tuple[str, int], list[str]] = {}
    for run in runs:
        calls.setdefault(run.kind, []).append(str(run.calls))
    return [
        f"python -m bench.speed_flat --profiles {profile} --turns {turns} --calls {' '.join(each)} --add --write"
        for (profile, turns), each in calls.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, nargs="+", default=[1000, 20_000])
    parser.add_argument("--profiles", nargs="+", choices=["default", "fast"], default=["default", "fast"])
    parser.add_argument("--turns", type=int, default=TURNS, help="turns of a call, about")
    parser.add_argument("--hours", type=float, default=24.0, help="the longest that a run may last")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="where moments are written as they come")
    parser.add_argument("--add", action="store_true", help="have runs made before in the table as well")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        calls = wanted(given.calls[0], given.turns)
        print(json.dumps(asdict(locate(given.inside, calls, given.profiles[0], 3600 * given.hours, given.log))))
        return 0
    runs: list[Run] = []
    for profile in given.profiles:
        for count in given.calls:
            runs.append(in_a_process(wanted(count, given.turns), profile, 3600 * given.hours, given.log))
            together = keep([runs[-1]])
            print(page(together if given.add else runs), flush=True)
    if given.write:
        write_section("speed-flat", page(kept() if given.add else runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())

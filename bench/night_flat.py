"""Whether a night of many calls takes more of the processor a call, and more memory, than one of few: step by step.

``python -m bench.night_flat --write`` runs whole nights of 1,000 and 10,000 calls with the profile ``fast``, each in a
process of its own; ``--calls`` gives others, ``--database postgresql`` another store. ``--finder told`` leaves finding
out: each failure is given the agent's first words, and what remains is what a night costs beside it. Runs are kept in
build/bench, so that the long ones need not be made again for the page.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.crash_database import Postgres, database
from bench.page import table, write_section
from bench.scale_world import AS_OF, World, night_work, write_world
from bench.speed_child import peak_mb
from bench.speed_flat import resident_mb
from models.evidence import Pick
from nlp.call import Call
from operations import night
from operations.locate import Finder
from rubric.failure import Failure
from rubric.rubric import Rubric
from store.session import open_store

STEPS = {
    "ingest": "take the inputs up",
    "select": "select the failures",
    "locate_chunk": "find and keep evidence",
    "take_up_missed": "missed follow-ups",
    "draft_plans": "draft plans",
    "wind_clock": "the lowest quarter",
    "make_report": "gather the report",
    "write_report": "write the report",
    "refresh_dashboard": "the dashboard",
}
"""The functions that `operations.night` calls, in order, and what they do."""
FEW = 40
"""Calls of the night that is run before: what a process loads once is loaded then."""
KEPT = Path(__file__).parents[1] / "build" / "bench" / "night-flat.json"
TEXT = """## Flat: what a whole night costs a call, and what memory it holds, step by step

Written by {command}. Whole nights (`operations.night.run_night`) on an empty store, a process each: simulated calls,
half spoken and half typed, 30 % of sentences said before, two of twelve scores a call under their threshold, an agent
for every twenty calls. Milliseconds are of the processor, those of a PostgreSQL server not among them. Memory is the
most that was resident while a step lasted; *from the start* is that before a night's first
step: a night of forty calls has been run before in the same process, so that what is loaded once is loaded.
`told` is a night without finding evidence: every failure is given the agent's first words.

"""


@dataclass(frozen=True)
class Step:
    """Seconds by the clock and of the processor, and the most MB resident while it lasted."""

    seconds: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class NightRun:
    """One night: MB before its first step, then each step; and the load when it had ended."""

    database: str
    finder: str
    calls: int
    ready_mb: float
    steps: dict[str, Step]
    load: float

    @property
    def key(self) -> tuple[str, str, int]:
        return self.database, self.finder, self.calls

    @property
    def peak_mb(self) -> float:
        return max(one.peak_mb for one in self.steps.values())

    def cpu_ms_a_call(self, step: str | None = None) -> float:
        """Of a step, or of the whole night."""
        spent = sum(one.cpu_s for name, one in self.steps.items() if step in (None, name))
        return 1000 * spent / self.calls


class Told:
    """A finder that costs nothing: the agent's first words show every failure."""

    model_version = "told"

    def find(self, call: Call, failures: Sequence[Failure], rubric: Rubric) -> list[Pick]:
        turn = next(number for number, one in enumerate(call.turns) if one.speaker == "agent")
        quote = " ".join(call.turns[turn].text.split()[:4])
        start = call.turns[turn].text.index(quote.split()[0])
        quote = call.turns[turn].text[start : start + len(quote)]
        found = {"turn": turn, "start": start, "end": start + len(quote), "quote": quote, "speaker": "agent"}
        return [self._pick(one, rubric, {**found, "words": len(quote.split())}) for one in failures]

    def _pick(self, failure: Failure, rubric: Rubric, found: dict[str, Any]) -> Pick:
        kind = rubric.criterion(failure.criterion_id).failure
        same = ("call_id", "criterion_id", "rubric_id", "rubric_version", "score", "threshold")
        known = {name: getattr(failure, name) for name in same}
        told = {"status": "found", "kind": kind, "confidence": 0.5, "why": "The agent's first words."}
        return Pick.model_validate({**known, **found, **told})


class Meter:
    """What the functions of `operations.night` take, each time that they are called."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While this lasts, every step is measured."""
        whole = {name: getattr(night, name) for name in STEPS}
        for name, function in whole.items():
            setattr(night, name, self._measured(name, function))
        try:
            yield
        finally:
            for name, function in whole.items():
                setattr(night, name, function)

    def _measured(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        def measured(*given: object, **named: object) -> object:
            forget_peak()
            began, cpu = time.perf_counter(), time.process_time()
            try:
                return function(*given, **named)
            finally:
                self._add(name, Step(time.perf_counter() - began, time.process_time() - cpu, peak_mb()))

        return measured

    def _add(self, name: str, more: Step) -> None:
        one = self.steps.get(name, Step(0, 0, 0))
        peak = max(one.peak_mb, more.peak_mb)
        self.steps[name] = Step(one.seconds + more.seconds, one.cpu_s + more.cpu_s, peak)


def forget_peak() -> None:
    """Let the kernel count a process's peak of memory from now on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def one_night(folder: Path, calls: int, url: str, kind: str, finder: str) -> NightRun:
    """A whole night in this process, on the inputs in a folder."""
    finds, meter = _finder(finder), Meter()
    with TemporaryDirectory() as small, open_store(f"sqlite:///{small}/store.db") as store:
        night.run_night(night_work(store, write_world(Path(small), FEW), finds), AS_OF, "what is loaded once")
    with open_store(url) as store, meter.watching():
        ready = resident_mb()
        night.run_night(night_work(store, World(folder, calls), finds), AS_OF, "night-flat")
    return NightRun(kind, finder, calls, ready, meter.steps, os.getloadavg()[0])


def _finder(name: str) -> Finder:
    if name == "told":
        return Told()
    from models.finder import load_finder

    return load_finder(profile="fast" if name == "fast" else "default")


def in_a_process(calls: int, kind: str, finder: str) -> NightRun:
    """The same in a process of its own, on inputs and a store made for it."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        (home / "world").mkdir()
        (home / "store").mkdir()
        write_world(home / "world", calls)
        made = stack.enter_context(database(kind, home / "store"))
        if isinstance(made, Postgres):
            made.make()
        command = [sys.executable, "-m", "bench.night_flat", "--calls", str(calls), "--database", kind]
        command += ["--finder", finder, "--inside", str(home / "world"), "--store", made.url]
        ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return _run_of(json.loads(ended.stdout.splitlines()[-1]))


def kept(path: Path = KEPT) -> list[NightRun]:
    """The nights that earlier ones of this bench left."""
    return [_run_of(one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def keep(run: NightRun, path: Path = KEPT) -> list[NightRun]:
    """Put a night beside those that are kept, in the place of its like; all of them."""
    of = {one.key: one for one in (*kept(path), run)}
    found = [of[key] for key in sorted(of)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in found]) + "\n", encoding="utf-8")
    return found


def _run_of(given: dict[str, Any]) -> NightRun:
    return NightRun(**{**given, "steps": {name: Step(**one) for name, one in given["steps"].items()}})


def page(runs: Sequence[NightRun]) -> str:
    """A table of nights, each beside the shortest of its kind, and one of their steps for each kind."""
    kinds = list(dict.fromkeys((one.database, one.finder) for one in runs))
    parts = [_nights(runs)]
    for kind in kinds:
        parts.append(_steps([one for one in runs if (one.database, one.finder) == kind]))
    return "\n".join(parts)


def _nights(runs: Sequence[NightRun]) -> str:
    rows = []
    for run in runs:
        least = min((one for one in runs if one.key[:2] == run.key[:2]), key=lambda one: one.calls)
        cost, peak = run.cpu_ms_a_call() / least.cpu_ms_a_call() - 1, run.peak_mb / least.peak_mb - 1
        beside = ("", "") if run is least else (f"{100 * cost:+.1f}%", f"{100 * peak:+.1f}%")
        minutes = sum(one.seconds for one in run.steps.values()) / 60
        rows.append(
            [
                f"`{run.finder}`, {run.database}, {run.calls:,} calls",
                f"{minutes:.1f}",
                f"{run.load:.1f}",
                f"{run.cpu_ms_a_call():.2f}",
                beside[0],
                f"{run.ready_mb:.0f}",
                f"{run.peak_mb:.0f}",
                beside[1],
            ]
        )
    header = ["Night", "minutes", "load", "ms a call", "beside the shortest"]
    return table([*header, "MB from the start", "peak MB", "beside the shortest"], rows)


def _steps(runs: Sequence[NightRun]) -> str:
    header = [f"Step (`{runs[0].finder}`, {runs[0].database})"]
    for run in runs:
        header += [f"ms a call, {run.calls:,}", f"peak MB, {run.calls:,}"]
    rows = []
    for name, words in STEPS.items():
        rows.append([words])
        for run in runs:
            rows[-1] += [f"{run.cpu_ms_a_call(name):.3f}", f"{run.steps[name].peak_mb:.0f}"]
    return table(header, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--finder", choices=["fast", "default", "told"], default="fast")
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        one = one_night(given.inside, given.calls[0], given.store, given.database, given.finder)
        print(json.dumps(asdict(one)), flush=True)
        return
    runs: list[NightRun] = []
    for calls in given.calls:
        runs = keep(in_a_process(calls, given.database, given.finder))
        print(page([one for one in runs if one.key[:2] == (given.database, given.finder)]), flush=True)
    if given.write:
        write_section("flat nights", TEXT.format(command="`python -m bench.night_flat --write`") + page(runs))


if __name__ == "__main__":
    main()

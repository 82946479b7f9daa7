"""Prefect's share of a night: the same night through its flow on a real server, and without Prefect, in turns.

``python -m bench.prefect_share --write`` takes a night of 10,000 calls, a hundred chunks, with the profile `fast`: the
cheaper the calls, the larger the share. Both have one worker, so that only what is beside the work differs.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.labelled import write_rubric
from bench.page import table, write_section
from bench.scale_world import AS_OF, write_world
from bench.speed_calls import rubric

CALLS, DEFAULT_CALLS = 10_000, 100
CHUNK = 100
TARGET = 0.03
STEPS = ("begin", "locate_chunk", "finish")
STARTUP_S = 150
CONFIG = """[program]
name = "share"
timezone = "UTC"
store = "sqlite:///{store}.db"
rubric = "rubric.json"

[input]
calls = "calls.jsonl"
scores = "scores.csv"
agents = "agents.csv"

[evidence]
profile = "{profile}"
chunk_size = {chunk}

[report]
folder = "reports-{store}"

[schedule]
workers = 1
"""
TEXT = """## Prefect's share of a night

Written by `{command}` (load {load:.1f} when it ended). One night of {calls:,} simulated calls, twelve scores and two
failures each, {chunks} chunks of {chunk}, one worker, a store on SQLite, the profile `fast`: through the flow `nightly`
on a Prefect server of its own, and through `operations.night.run_night` without Prefect, in a process each, in turns.
Models and modules are loaded before time counts. *Beside the work* is what of the flow's time was spent outside the
operations of the night: Prefect's bookkeeping, and the opening of the program for each chunk.

{pairs}
Beside the work: {share:.1%} of the night with `fast` (median), {beside_ms:.0f} ms a chunk. With the profile `default`,
whose calls took {default_ms:.0f} ms each here ({default_calls} of them, measured without Prefect), the same seconds are
{default_share:.2%} of a night of {calls:,} calls. Held to be under {target:.0%}.
"""


@dataclass(frozen=True)
class Night:
    """One night, in seconds by the clock: the whole, and its steps. ``cpu_s``: of the processor, this process alone."""

    chunks: int
    seconds: float
    cpu_s: float
    steps: dict[str, float]

    @property
    def beside(self) -> float:
        """Seconds that were none of the operations'."""
        return self.seconds - sum(self.steps.values())


@dataclass(frozen=True)
class Pair:
    """The same night without Prefect and with it."""

    plain: Night
    flow: Night

    @property
    def share(self) -> float:
        """What of the flow's time was beside the work, 0 to 1."""
        return self.flow.beside / self.flow.seconds

    @property
    def longer(self) -> float:
        """What of the flow's time the plain night did not take: below 0 where that one was the slower."""
        return 1 - self.plain.seconds / self.flow.seconds


def share_with(pair: Pair, calls: int, seconds_a_call: float) -> float:
    """The share, were the finding of evidence as slow as this: all else stays as it was in the pair's flow."""
    rest = pair.flow.seconds - pair.flow.steps["locate_chunk"]
    return pair.flow.beside / (rest + calls * seconds_a_call)


def run_inside(config: Path, through: str) -> Night:
    """The night in this process; models are loaded before time counts."""
    from app.wiring import open_program
    from flows.home import settle_prefect

    settle_prefect(config.parent / "prefect")
    from flows.nightly import nightly
    from operations import night

    steps = dict.fromkeys(STEPS, 0.0)
    counted = {"chunks": 0}
    for name in STEPS:
        setattr(night, name, _timed(getattr(night, name), name, steps, counted))
    with open_program(config) as program:
        work, day = program.night_work(), program.day(AS_OF.isoformat())
        began, cpu = time.perf_counter(), time.process_time()
        if through == "flow":
            state: Any = nightly(str(config), day.isoformat(), return_state=True)
            state.result()
        else:
            night.run_night(work, day, "plain")
        return Night(counted["chunks"], time.perf_counter() - began, time.process_time() - cpu, steps)


def _timed(step: Callable[..., Any], name: str, steps: dict[str, float], counted: dict[str, int]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return step(*arguments, **named)
        finally:
            steps[name] += time.perf_counter() - began
            counted["chunks"] += name == "locate_chunk"

    return timed


class World:
    """A night's inputs in a folder; each run has a store of its own."""

    def __init__(self, folder: Path, calls: int) -> None:
        self._folder, self._runs = folder, 0
        folder.mkdir()
        write_world(folder, calls)
        write_rubric(rubric(), folder / "rubric.json")

    def run(self, through: str, profile: str, environment: dict[str, str]) -> Night:
        """One night from nothing, in a process of its own."""
        self._runs += 1
        config = self._folder / f"{self._runs}.toml"
        written = CONFIG.format(store=f"{through}-{self._runs}", profile=profile, chunk=CHUNK)
        config.write_text(written, encoding="utf-8")
        command = [sys.executable, "-m", "bench.prefect_share", "--inside", str(config), "--through", through]
        ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
        return Night(**json.loads(ended.stdout.splitlines()[-1]))


@contextmanager
def prefect_server(home: Path) -> Iterator[dict[str, str]]:
    """A Prefect server with its memory in a folder; the environment of who is to use it."""
    home.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    here = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    here.pop("PREFECT_API_URL", None)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port, "--no-ui"]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=here, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/health")
        yield {**here, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(url: str) -> None:
    for _ in range(STARTUP_S):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(1)
    raise TimeoutError(url)


def page(pairs: list[Pair], calls: int, default: Night, default_calls: int, command: str) -> str:
    """The section: a row a pair."""
    rows = [
        [
            f"turn {number}",
            f"{pair.plain.seconds:.1f}",
            f"{pair.flow.seconds:.1f}",
            f"{pair.flow.beside:.2f}",
            f"{pair.share:.2%}",
            f"{pair.longer:+.2%}",
            f"{1 - pair.plain.cpu_s / pair.flow.cpu_s:+.2%}",
        ]
        for number, pair in enumerate(pairs, start=1)
    ]
    head = [
        "",
        "without Prefect, s",
        "the flow, s",
        "beside the work, s",
        "share",
        "longer by",
        "processor time more by",
    ]
    a_call = default.steps["locate_chunk"] / default_calls
    return TEXT.format(
        command=command,
        load=os.getloadavg()[0],
        calls=calls,
        chunks=pairs[0].flow.chunks,
        chunk=CHUNK,
        pairs=table(head, rows),
        share=median(pair.share for pair in pairs),
        beside_ms=1000 * median(pair.flow.beside / pair.flow.chunks for pair in pairs),
        default_ms=1000 * a_call,
        default_calls=default_calls,
        default_share=median(share_with(pair, calls, a_call) for pair in pairs),
        target=TARGET,
    )


def measure(folder: Path, calls: int, turns: int, default_calls: int) -> tuple[list[Pair], Night]:
    """The pairs, which goes first in turns, and a smaller night with the profile `default`."""
    world, small = World(folder / "fast", calls), World(folder / "default", default_calls)
    default = small.run("plain", "default", dict(os.environ))
    pairs = []
    with prefect_server(folder / "prefect") as environment:
        for turn in range(turns):
            order = ("plain", "flow") if turn % 2 else ("flow", "plain")
            found = {through: world.run(through, "fast", environment) for through in order}
            pairs.append(Pair(found["plain"], found["flow"]))
    return pairs, default


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--default-calls", type=int, default=DEFAULT_CALLS, help="calls with the profile default")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--through", choices=["plain", "flow"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(asdict(run_inside(given.inside, given.through))))
        return 0
    with TemporaryDirectory() as folder:
        pairs, default = measure(Path(folder), given.calls, given.turns, given.default_calls)
    command = " ".join(["python -m bench.prefect_share", *sys.argv[1:]])
    written = page(pairs, given.calls, default, given.default_calls, command)
    print(written)
    if given.write:
        write_section("prefect-share", written)
    return 0


if __name__ == "__main__":
    sys.exit(main())

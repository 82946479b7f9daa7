"""A process that locates when it is told to: the plain loop or one of the profiles, and nothing else in its memory.

It says on a line of its own when it is ready, reads folders with ``calls.jsonl``, ``scores.csv`` and ``rubric.json``
from its input, a line each, and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.speed_calls import CALLS, RUBRIC, SCORES

LOOP, AT_ONCE = "loop", "loop, all at once"
Work = Callable[[Path], "Done"]


@dataclass(frozen=True)
class Done:
    """What a run took. ``stages`` are seconds by stage, ``bare_s`` those of the forward passes that had to be made."""

    seconds: float
    cpu_s: float
    picks: int
    peak_mb: float
    stages: dict[str, float] = field(default_factory=dict)
    texts: int = 0
    bare_s: float = 0.0


def peak_mb() -> float:
    """The most memory that this process has held, in MB. What getrusage tells begins with that of who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes) * 1024 / 1e6


def loop(at_once: bool) -> Work:
    """The plain loop, its model loaded."""
    from bench.speed_loop import load, locate_plainly

    model = load()

    def work(folder: Path) -> Done:
        began, cpu = time.perf_counter(), time.process_time()
        picks = locate_plainly(model, folder / CALLS, folder / SCORES, folder / RUBRIC, folder / "plain.jsonl", at_once)
        return Done(time.perf_counter() - began, time.process_time() - cpu, picks, peak_mb())

    return work


def verbatim(profile: str, bare: bool, cache: Path | None = None) -> Work:
    """`verbatim locate` with a profile, its models loaded when first used; ``cache`` keeps vectors."""
    from bench.speed_stages import Stages
    from models.finder import load_finder
    from nlp.vector_cache import keep_vectors
    from operations.locate import locate_files
    from rubric.loading import load_rubric

    finder = load_finder(profile="fast" if profile == "fast" else "default")
    if cache is not None:
        keep_vectors(finder.encoder, cache)
    stages = Stages()

    def work(folder: Path) -> Done:
        stages.begin()
        began, cpu = time.perf_counter(), time.process_time()
        report = locate_files(
            load_rubric(folder / RUBRIC), folder / CALLS, folder / SCORES, folder / f"{profile}.jsonl", finder
        )
        seconds, spent, peak = time.perf_counter() - began, time.process_time() - cpu, peak_mb()
        found = stages.end(seconds)
        bare_s = stages.bare(finder.encoder) if bare else 0.0
        return Done(seconds, spent, report.failures, peak, found, len(stages.texts), bare_s)

    return work


def main() -> None:
    method, bare = sys.argv[1], "--bare" in sys.argv
    cache = Path(sys.argv[sys.argv.index("--cache") + 1]) if "--cache" in sys.argv else None
    work = loop(method == AT_ONCE) if method in (LOOP, AT_ONCE) else verbatim(method, bare, cache)
    for line in sys.stdin:
        print(json.dumps(asdict(work(Path(line.strip())))), flush=True)


if __name__ == "__main__":
    main()

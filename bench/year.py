"""A simulated year of coaching: whether every promise of a follow-up is kept, and whether verdicts tell the truth.

``python -m bench.year --agents 200 --seed 1`` makes a year of scored calls (600 an agent) with known true effects,
runs it through the operations and a store of its own day by day, with holidays, two changes of the clock and workers
that are killed in the middle, and holds the result against the truth. A second part measures verdicts alone, on many
more agents and on other scales. ``--write`` puts the figures into docs/benchmarks.md. The last line is the verdict;
the exit status is 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.page import write_section
from bench.verdicts import VerdictTable, false_too_often, measure_verdicts
from bench.year_check import (
    Judged,
    Kept,
    broken_promises,
    judge,
    read_year,
    time_to_score,
    unchanged,
    year_table,
)
from bench.year_run import Year
from bench.year_world import make_world
from store.session import open_store

SHOWN = 10
TEXT = """## Follow-up

Written by `python -m bench.year --agents {agents} --seed {seed} --write`: a simulated year with known true effects, on
the operations and a store of their own. {done}

{days}

Verdicts of that year against the truth, of a hundred. Agents are picked for low scores, as a night picks them.

{year}
How often "moved" is said, of a hundred agents, in {each:,} or more agents a cell: where nothing changed it is false,
at 10 and 20 points it is right. Columns: true effect and scored calls after the approval. Scores of an agent have a
standard deviation of about 16 points; pass or fail is 0 or 100.

{verdicts}
The first situation in full; the 90 % interval should hold the true effect in 90 of 100:

{others}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=200, help="each has 600 scored calls on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cell", type=int, default=2000, help="agents in each cell of the second part")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    if given.agents < 1 or given.cell < 1:
        parser.error("--agents and --cell are at least 1")
    begun = time.monotonic()
    year, kept, judged = _live(given.agents, given.seed)
    verdicts = measure_verdicts(given.seed, given.cell)
    broken = [*year.problems, *broken_promises(kept, year.world), *_too_often_false(judged, verdicts)]
    done = _what_happened(year, kept, broken)
    text = TEXT.format(
        agents=given.agents,
        seed=given.seed,
        done=done,
        days=time_to_score(kept),
        year=year_table(judged),
        each=given.cell,
        verdicts=verdicts.markdown(),
        others=verdicts.other_verdicts(),
    )
    print(text)
    print(f"{time.monotonic() - begun:.0f} s")
    if given.write:
        write_section("follow-up", text)
    print(*broken[:SHOWN], sep="\n", end="\n" if broken else "")
    print(f"BROKEN: {len(broken)} promises" if broken else f"KEPT: {done}")
    return 1 if broken else 0


def _live(agents: int, seed: int) -> tuple[Year, Kept, list[Judged]]:
    world = make_world(agents, seed)
    # a commit waits for the disk, which is not what is measured; a killed process loses nothing in memory either
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        url = f"sqlite:///{Path(folder) / 'year.db'}"
        with open_store(url) as store:
            year = Year(world, store, url)
            year.run(_shown())
            kept = read_year(store)
    return year, kept, judge(kept, world)


def _too_often_false(judged: list[Judged], verdicts: VerdictTable) -> list[str]:
    found = [("the year", unchanged(judged)), *verdicts.unchanged()]
    wrong = [(where, one["moved"], sum(one.values())) for where, one in found if false_too_often(one)]
    return [f'{where}: {moved} of {total} false "moved"' for where, moved, total in wrong]


def _what_happened(year: Year, kept: Kept, broken: list[str]) -> str:
    counts, states = year.counts, [one.state for one in kept.follow_ups]
    return (
        f"{counts['calls']:,} scored calls; {len(states):,} follow-ups, of which {states.count('done'):,} done, "
        f"{states.count('cancelled'):,} cancelled and {states.count('open'):,} still to come; "
        f"{counts['moved dates']:,} dates moved by a person; {counts['workers killed']:,} workers killed, "
        f"{counts['days of two workers at once']:,} days with two workers at once. "
        f"{'No promise' if not broken else f'{len(broken)} promises'} broken."
    )


def _shown() -> Callable[[date], None]:
    """Says on a terminal which month it is."""

    def show(day: date) -> None:
        if day.day == 1 and sys.stderr.isatty():
            print(f"{day:%B}", file=sys.stderr, flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main())

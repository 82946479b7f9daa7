"""What a file of vectors saves from night to night: two nights of new calls, and the same calls again.

Each night is a process of its own, which remembers nothing. With and without the file take turns on the same calls.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.page import table, write_section
from bench.speed import READY, Child, Kind
from bench.speed_calls import write
from bench.speed_child import Done

KIND = Kind(0.3, 2)
FIRST, NEXT, AGAIN = "a first night, the file empty", "a next night, new calls", "the first night's calls again"
TEXT = """## The cache of vectors: two nights

Written by `make bench-cache`. The profile `default` with `evidence.cache` and without, in turns on the same calls:
{calls} a night, two picks a call, 30 % of sentences said before, the same ones on every night. Each night is a process
of its own that remembers nothing (load {load:.1f} when the last one ended). A figure is the median of {pairs} pairs,
with the lowest and highest. What is said in many calls is encoded once a night without a file as well, so that
nights of new calls gain little; the file is worth having where the same calls come again: other criteria, another model
of evidence, a night that is run anew. The profile `fast` looks its vectors up and makes no use of a file.

{size} on disk for 1,000 texts.

"""


@dataclass(frozen=True)
class Pair:
    """One night of one make, with the file and without."""

    night: str
    kept: Done
    bare: Done


def located(folder: Path, *options: str) -> Done:
    """What locating the calls of ``folder`` took in a process of its own, ready before time counted."""
    ready = folder / "ready"
    ready.mkdir(exist_ok=True)
    write(READY, ready)
    with Child("default", *options) as child:
        child.locate(ready)
        return child.locate(folder)


def nights(folder: Path, calls: int, number: int) -> list[Pair]:
    """The three nights with one file; who goes first changes from night to night."""
    cache = folder / f"vectors.{number}"
    found = []
    for place, (night, seed) in enumerate(((FIRST, 2 * number), (NEXT, 2 * number + 1), (AGAIN, 2 * number))):
        write(KIND.wanted(calls, 5000 + seed), folder)
        turns = [("--cache", str(cache)), ()]
        done = {bool(options): located(folder, *options) for options in turns[:: (-1) ** (number + place)]}
        found.append(Pair(night, done[True], done[False]))
        print(f"{night}: {done[True].seconds:.2f} s with, {done[False].seconds:.2f} s without", flush=True)
    return found


def size_of(folder: Path) -> tuple[int, int]:
    """Vectors and bytes of all files of vectors in ``folder``."""
    from nlp.vector_cache import VectorFile

    count = size = 0
    for path in folder.glob("vectors.*[0-9]"):
        kept = VectorFile(path, "")
        count += kept.count()
        kept.close()
        size += kept.size()
    return count, size


def page(pairs: Sequence[Pair], calls: int, count: int, size: int) -> str:
    """The section: a row a night."""
    rows = []
    for night in (FIRST, NEXT, AGAIN):
        these = [one for one in pairs if one.night == night]
        ratios = [one.kept.seconds / one.bare.seconds for one in these]
        texts = [median(side) / calls for side in ([p.bare.texts for p in these], [p.kept.texts for p in these])]
        spread = f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        rows.append([night, *(f"{one:.1f}" for one in texts), spread])
    head = ["night", "texts encoded a call, without", "with the file", "times the time without"]
    each = f"{1000 * size / count / 1e6:.1f} MB" if count else "Nothing"
    of = len(pairs) // 3
    return TEXT.format(calls=calls, load=os.getloadavg()[0], pairs=of, size=each) + table(head, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=80, help="calls of a night")
    parser.add_argument("--repeats", type=int, default=3, help="pairs of each kind of night")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args()
    with TemporaryDirectory() as made:
        folder = Path(made)
        pairs = [pair for number in range(given.repeats) for pair in nights(folder, given.calls, number)]
        text = page(pairs, given.calls, *size_of(folder))
    print(text)
    if given.write:
        write_section("speed-cache", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

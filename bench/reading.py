"""How fast and in how much memory transcripts are read and cut into utterances: ``python -m bench.reading``.

Writes 10,000 made-up calls of 100 turns (or as many as are asked for), reads them as an import does, and prints a row
for docs/benchmarks.md. Time is processor time of one process, which other work on the machine does not change much.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from nlp.call import Call
from nlp.readers.places import Blob, blobs_at
from nlp.readers.registry import read_all
from nlp.readers.speakers import to_call
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints, Transcript
from nlp.segment import segment

WORDS = (
    *("thank", "you", "for", "calling", "how", "can", "i", "help", "with", "the", "order", "that", "was", "late"),
    *("and", "the", "refund", "please", "one", "moment"),
)
TURNS = 100


def main() -> None:
    """Make, read, cut, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.jsonl"
        with path.open("w") as handle:
            handle.writelines(_lines(asked.calls))
        size = path.stat().st_size / 2**20
        before, began = _peak(), time.process_time()
        calls = turns = utterances = 0
        for call in _calls(str(path)):
            calls, turns = calls + 1, turns + len(call.turns)
            utterances += sum(1 for _ in segment(call))
        took, after = time.process_time() - began, _peak()
    print(f"| {calls:,} | {turns:,} | {utterances:,} | {size:.0f} MB | {took:.1f} s | {after - before:.0f} MB |")


def _calls(address: str) -> Iterator[Call]:
    for blob in blobs_at(address):
        if isinstance(blob, Blob):
            for found in read_all(sources_in(blob, Hints())):
                made = to_call(found) if isinstance(found, Transcript) else found
                if isinstance(made, Call):
                    yield made


def _lines(count: int) -> Iterator[str]:
    rng = random.Random(1)
    for number in range(count):
        turns = [_turn(rng, turn) for turn in range(TURNS)]
        yield json.dumps({"call_id": f"c-{number}", "turns": turns}) + "\n"


def _turn(rng: random.Random, number: int) -> dict[str, object]:
    text = f"{' '.join(rng.choices(WORDS, k=12)).capitalize()}. {' '.join(rng.choices(WORDS, k=6)).capitalize()}?"
    return {"speaker": ("customer", "agent")[number % 2], "text": text, "start": number * 5.0, "end": number * 5 + 4.0}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

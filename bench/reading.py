"""How fast and in how much memory transcripts are read and cut into utterances: ``python -m bench.reading``.

Writes 10,000 made-up calls of 100 turns (or as many as are asked for) as each of several formats, reads them as an
import does, and prints a row a format for docs/benchmarks.md. Each format is read by a process of its own. Time is
processor time, which other work on the machine does not change much; memory is what the process's peak grew by.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

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
SIDES = ("customer", "agent")
A_FOLDER = 500
"""Calls in a folder, where a call is a file."""

Turns = list[dict[str, Any]]


def main() -> None:
    """Make, read, cut, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--formats", nargs="*", default=list(WRITERS), choices=list(WRITERS))
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read is not None:
        print(json.dumps(_measured(str(asked.read))))
        return
    print("| format | calls | turns | utterances | on disk | time | memory | load |\n|---|---|---|---|---|---|---|---|")
    for name in asked.formats:
        with tempfile.TemporaryDirectory() as folder:
            WRITERS[name](Path(folder), asked.calls)
            size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 2**20
            command = [sys.executable, "-m", "bench.reading", "--read", folder]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"| {name} | {found['calls']:,} | {found['turns']:,} | {found['utterances']:,} | {size:,.0f} MB "
            f"| {found['seconds']:.1f} s | {found['memory']:.0f} MB | {os.getloadavg()[0]:.1f} |",
            flush=True,
        )


def _measured(address: str) -> dict[str, float]:
    before, began = _peak(), time.process_time()
    calls = turns = utterances = 0
    for call in _calls(address):
        calls, turns = calls + 1, turns + len(call.turns)
        utterances += sum(1 for _ in segment(call))
    took, grew = time.process_time() - began, _peak() - before
    return {"calls": calls, "turns": turns, "utterances": utterances, "seconds": took, "memory": grew}


def _calls(address: str) -> Iterator[Call]:
    for blob in blobs_at(address):
        if isinstance(blob, Blob):
            for found in read_all(sources_in(blob, Hints())):
                made = to_call(found) if isinstance(found, Transcript) else found
                if isinstance(made, Call):
                    yield made


def _made(count: int) -> Iterator[tuple[str, Turns]]:
    rng = random.Random(1)
    for number in range(count):
        yield f"c-{number}", [_turn(rng, turn) for turn in range(TURNS)]


def _turn(rng: random.Random, number: int) -> dict[str, Any]:
    text = f"{' '.join(rng.choices(WORDS, k=12)).capitalize()}. {' '.join(rng.choices(WORDS, k=6)).capitalize()}?"
    return {"speaker": SIDES[number % 2], "text": text, "start": number * 5.0, "end": number * 5 + 4.0}


def _own(folder: Path, count: int) -> None:
    """All calls in one file, a call a line."""
    with (folder / "calls.jsonl").open("w") as handle:
        handle.writelines(json.dumps({"call_id": name, "turns": turns}) + "\n" for name, turns in _made(count))


def _a_file_each(written: Callable[[str, Turns], str], ending: str) -> Callable[[Path, int], None]:
    def write(folder: Path, count: int) -> None:
        for number, (name, turns) in enumerate(_made(count)):
            inside = folder / f"{number // A_FOLDER:03}"
            inside.mkdir(exist_ok=True)
            (inside / f"{name}.{ending}").write_text(written(name, turns))

    return write


def _amazon(name: str, turns: Turns) -> str:
    """Call Analytics with the words of every turn, as the vendor writes it: most of a file."""
    said = [
        {
            "ParticipantRole": turn["speaker"].upper(),
            "Content": turn["text"],
            "BeginOffsetMillis": int(turn["start"] * 1000),
            "EndOffsetMillis": int(turn["end"] * 1000),
            "LoudnessScores": [70.1] * 4,
            "Items": [
                {"Type": "pronunciation", "Content": word, "Confidence": "0.99"} for word in turn["text"].split()
            ],
        }
        for turn in turns
    ]
    return json.dumps({"JobStatus": "COMPLETED", "LanguageCode": "en-US", "SessionId": name, "Transcript": said})


def _webvtt(name: str, turns: Turns) -> str:
    cues = (f"{_clock(turn['start'])} --> {_clock(turn['end'])}\n<v {turn['speaker']}>{turn['text']}" for turn in turns)
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"


def _text(name: str, turns: Turns) -> str:
    return "".join(f"{turn['speaker'].capitalize()}: {turn['text']}\n" for turn in turns)


def _csv(folder: Path, count: int) -> None:
    """Tables of 500 calls, a row a turn."""
    calls = _made(count)
    for number in range(-(-count // A_FOLDER)):
        with (folder / f"{number:03}.csv").open("w") as handle:
            handle.write("call_id,speaker,start_s,end_s,text\n")
            for name, turns in islice(calls, A_FOLDER):
                handle.writelines(
                    f'{name},{turn["speaker"]},{turn["start"]},{turn["end"]},"{turn["text"]}"\n' for turn in turns
                )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "Verbatim, a call a line": _own,
    "CSV, a row a turn": _csv,
    "WebVTT, a file a call": _a_file_each(_webvtt, "vtt"),
    "Plain text, a file a call": _a_file_each(_text, "txt"),
    "Amazon Call Analytics, a file a call": _a_file_each(_amazon, "json"),
}

if __name__ == "__main__":
    main()

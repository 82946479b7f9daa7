"""Whether every quote is what the agent said, to the letter: `verbatim locate` on every labelled set and on odd calls.

``python -m bench.soundness`` writes the failing scores (20) and a rubric for each set, runs the command with the
packaged model, and hands its picks to the judge. Only soundness is written down: the packaged model has learned from
most of these labels, so its hits here say nothing (``bench.evidence`` has those, out of sample).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.labelled import FAILING, LabelledSet, load_sets, rubric_for, write_rubric, write_scores
from bench.odd_calls import Odd, odd_calls, odd_rubric
from bench.page import table, write_section
from models.evidence import Pick
from nlp.call import Call
from nlp.utterance import NotASlice
from rubric.rubric import Rubric

SHARED = Path(__file__).parents[2] / "shared"
TEXT = """## Soundness

Written by `python -m bench.soundness`: `verbatim locate` on every labelled set, every pick and its first two
alternatives held against the transcripts by the labels' judge.

"""
ODD = """
Calls of odd shapes, each alone, judged by four criteria (a violation, an omission after a cue and one at a moment,
talking over). *sound*: every quote and every alternative is a slice of the agent's words, to the letter, and only where
the agent says nothing, or nobody could be talked over, is there none. The seconds are those of the whole command, which
takes some to start.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--odd-alone", action="store_true", help="the odd calls, printed and not written")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where calls/, contract/ and tools/ lie")
    given = parser.parse_args()
    if given.odd_alone:
        return 0 if all(row[2] == row[4] for row in _odd_rows(odd_calls(), odd_rubric())) else 1
    shared, rows = given.shared, []
    for labelled in load_sets(shared / "calls", shared / "contract"):
        rows.append(_row(labelled, shared / "tools" / "score_evidence.py"))
        print(rows[-1], flush=True)
    odd = list(_odd_rows(odd_calls(), odd_rubric()))
    sets = table(["set", "labelled pairs", "picks", "sound", "judge's exit status"], rows)
    shapes = table(["shape", "turns", "picks", "with a quote", "sound", "seconds"], odd)
    write_section("soundness", TEXT + sets + ODD + shapes)
    return 0 if all(row[-1] == "0" for row in rows) and all(row[2] == row[4] for row in odd) else 1


def _odd_rows(calls: Iterable[Odd], rubric: Rubric) -> Iterator[list[str]]:
    """Each odd call alone through the command: how many picks, how many with a quote, how many hold to the letter."""
    for odd in calls:
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "calls.jsonl").write_text(odd.call.model_dump_json() + "\n", encoding="utf-8")
            scores = "".join(f"{odd.call.call_id},{one.id},{FAILING}\n" for one in rubric.criteria)
            (folder / "scores.csv").write_text("call_id,criterion_id,score\n" + scores, encoding="utf-8")
            write_rubric(rubric, folder / "rubric.json")
            started = time.perf_counter()
            picks = _located(folder, folder / "calls.jsonl")
            spent = time.perf_counter() - started
        found, sound = sum(pick.status == "found" for pick in picks), sum(_holds(pick, odd.call) for pick in picks)
        row = [odd.shape, str(len(odd.call.turns)), str(len(picks)), str(found), str(sound), f"{spent:.0f}"]
        print(row, flush=True)
        yield row


def _holds(pick: Pick, call: Call) -> bool:
    """Whether every quote is a slice of the agent's words, and there is none only where the agent says nothing."""
    says = any(turn.text.strip() for turn in call.turns if turn.speaker == "agent")
    try:
        pick.verify(call)
    except NotASlice:
        return False
    return pick.status == "found" or not says or pick.kind == "talk_over"


def _located(folder: Path, calls: Path) -> list[Pick]:
    picks = folder / "picks.jsonl"
    given = ["--rubric", folder / "rubric.json", "--calls", calls, "--scores", folder / "scores.csv", "--out", picks]
    command = [sys.executable, "-c", "from cli.main import run; run()", "locate", *map(str, given)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [Pick.model_validate_json(line) for line in picks.read_text(encoding="utf-8").splitlines()]


def _row(labelled: LabelledSet, judge: Path) -> list[str]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_scores(labelled.labels, folder / "scores.csv")
        write_rubric(rubric_for(labelled.labels), folder / "rubric.json")
        count = len(_located(folder, labelled.calls_path))
        judging = [
            sys.executable,
            *map(str, (judge, folder / "picks.jsonl", labelled.labels_path, labelled.calls_path)),
        ]
        judged = subprocess.run(judging, capture_output=True, text=True)
    overall = next(line.split() for line in judged.stdout.splitlines() if line.startswith("ALL"))
    return [labelled.name, str(len(labelled.labels)), str(count), overall[5], str(judged.returncode)]


if __name__ == "__main__":
    sys.exit(main())

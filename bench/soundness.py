"""Whether every quote is what the agent said, to the letter: `verbatim locate`, judged on every labelled set.

``python -m bench.soundness`` writes the failing scores (20) and a rubric for each set, runs the command with the
packaged model, and hands its picks to the judge. Only soundness is written down: the packaged model has learned from
most of these labels, so its hits here say nothing (``bench.evidence`` has those, out of sample).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.labelled import LabelledSet, load_sets, rubric_for, write_rubric, write_scores
from bench.page import table, write_section

SHARED = Path(__file__).parents[2] / "shared"
TEXT = """## Soundness

Written by `python -m bench.soundness`: `verbatim locate` on every labelled set, every pick and its first two
alternatives held against the transcripts by the labels' judge.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="where calls/, contract/ and tools/ lie")
    shared = parser.parse_args().shared
    rows = []
    for labelled in load_sets(shared / "calls", shared / "contract"):
        rows.append(_row(labelled, shared / "tools" / "score_evidence.py"))
        print(rows[-1], flush=True)
    write_section("soundness", TEXT + table(["set", "labelled pairs", "picks", "sound", "judge's exit status"], rows))
    return 0 if all(row[-1] == "0" for row in rows) else 1


def _row(labelled: LabelledSet, judge: Path) -> list[str]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        picks = folder / "picks.jsonl"
        write_scores(labelled.labels, folder / "scores.csv")
        write_rubric(rubric_for(labelled.labels), folder / "rubric.json")
        given = ["--rubric", folder / "rubric.json", "--calls", labelled.calls_path]
        given += ["--scores", folder / "scores.csv", "--out", picks]
        command = [sys.executable, "-c", "from cli.main import run; run()", "locate", *map(str, given)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        count = len(picks.read_text(encoding="utf-8").splitlines())
        judging = [sys.executable, *map(str, (judge, picks, labelled.labels_path, labelled.calls_path))]
        judged = subprocess.run(judging, capture_output=True, text=True)
    overall = next(line.split() for line in judged.stdout.splitlines() if line.startswith("ALL"))
    return [labelled.name, str(len(labelled.labels)), str(count), overall[5], str(judged.returncode)]


if __name__ == "__main__":
    sys.exit(main())

"""Evidence on the labelled sets, by the real `locate`: files in, picks out, held against the labels by their judge.

``python -m bench.evidence [--sets star authored] [--model DIR]`` writes the failing scores (20) and a rubric for each
set, runs `locate`, has the judge score the picks, and writes the table into ``docs/benchmarks.md``. Without ``--model``
the plain ranker is measured, which has learned nothing: every set is out of sample for it. A learned model may be given
only for sets that it has not seen.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.labelled import SETS, LabelledSet, load_sets, rubric_for, write_rubric, write_scores
from bench.page import table, write_section
from models.finder import EvidenceFinder, load_finder
from models.shelf import plain_model
from operations.locate import locate_files
from rubric.loading import load_rubric

SHARED = Path(__file__).parents[2] / "shared"
BASELINES = [
    ["a uniform pick", "0.13", "-", "0.09", "0.05", "-"],
    ["BM25 with the definition", "0.17", "-", "0.08", "0.05", "-"],
    ["MiniLM, likeness to the definition: the plain loop", "0.20", "-", "0.11", "0.08", "-"],
    ["MiniLM, likeness to `broken_by`", "0.37", "-", "0.15", "0.17", "-"],
    ["position, else the reply to the best cue, else `broken_by`", "0.63", "-", "0.41", "0.18", "-"],
]
"""hit@1 over all labels of a set, as the sets' own description gives them."""


@dataclass(frozen=True)
class Result:
    """The judge's figures for one set: MACRO is the mean over criteria, ALL over labels."""

    name: str
    macro: list[float]
    overall: list[float]
    sound: bool
    failures: int
    sure: int
    seconds: float


def main() -> int:
    options = _options()
    finder = load_finder(options.model)
    if options.model is None:
        finder = EvidenceFinder(finder.encoder, None, None, 4, plain_model())
    results = []
    for labelled in load_sets(options.shared / "calls", options.shared / "contract"):
        if labelled.name in options.sets:
            results.append(_measure(labelled, finder, options.shared / "tools" / "score_evidence.py"))
            print(results[-1], flush=True)
    text = _page(results, finder.model_version)
    print(text)
    if set(options.sets) == set(SETS):
        write_section("evidence", text)
    return 0 if all(result.sound for result in results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--model", type=Path, help="a folder that `verbatim train` wrote")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where calls/, contract/ and tools/ lie")
    return parser.parse_args()


def _measure(labelled: LabelledSet, finder: EvidenceFinder, judge: Path) -> Result:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_scores(labelled.labels, folder / "scores.csv")
        write_rubric(rubric_for(labelled.labels), folder / "rubric.json")
        picks = folder / "picks.jsonl"
        begin = time.perf_counter()
        rubric = load_rubric(folder / "rubric.json")
        report = locate_files(rubric, labelled.calls_path, folder / "scores.csv", picks, finder)
        seconds = time.perf_counter() - begin
        command = [sys.executable, str(judge), str(picks), str(labelled.labels_path), str(labelled.calls_path)]
        judged = subprocess.run(command, capture_output=True, text=True)
    rows = {line.split()[0]: [float(x) for x in line.split()[2:6]] for line in judged.stdout.splitlines()[1:]}
    sound = judged.returncode == 0
    return Result(labelled.name, rows["MACRO"], rows["ALL"], sound, report.failures, report.sure, seconds)


def _page(results: list[Result], version: str) -> str:
    rows = [
        [
            result.name,
            str(result.failures),
            *(f"{value:.2f}" for value in (result.overall[0], result.overall[1], result.overall[2], result.macro[0])),
            "all" if result.sound else "NO",
            f"{result.sure / max(1, result.failures):.2f}",
            f"{1000 * result.seconds / max(1, result.failures):.0f}",
        ]
        for result in results
    ]
    header = ["set", "labels", "hit@1", "best@1", "hit@3", "hit@1, macro", "sound", "share sure", "ms a pick"]
    ours = ["**this**", *(_hit(results, name) for name in SETS)]
    return (
        f"## Evidence\n\n`make bench-evidence`: `locate` on every labelled set, model `{version}`. The ranker has "
        "learned nothing from any label: every set is out of sample. The transcripts are from RasaHQ/STAR (MIT), "
        "PriMock57 (CC BY 4.0), PersuasionForGood (Apache-2.0), MathDial (CC BY-SA 4.0), and calls written for this "
        "project; the labels are by readers who worked from one guideline.\n\n"
        + table(header, rows)
        + "\nhit@1 over all labels, beside plain methods:\n\n"
        + table(["method", *SETS], [*BASELINES, ours])
    )


def _hit(results: list[Result], name: str) -> str:
    return next((f"{result.overall[0]:.2f}" for result in results if result.name == name), "-")


if __name__ == "__main__":
    sys.exit(main())

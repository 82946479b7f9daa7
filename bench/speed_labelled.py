"""The labelled calls as the bench of speed wants them: real conversations with the failures that readers found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.labelled import load_sets, rubric_for, write_rubric, write_scores
from bench.speed_calls import CALLS, RUBRIC, SCORES
from models.labels import Label
from nlp.call import Call

BESIDE = Path(__file__).parents[2] / "shared"
LABELLED = "labelled calls, the failures that readers found"
SEED = 8


@dataclass(frozen=True)
class Share:
    """Calls of one turn with their labels; no call is in two turns, so nothing is known beforehand."""

    calls: tuple[Call, ...]
    labels: tuple[Label, ...]

    def write(self, folder: Path) -> int:
        """The calls, a failing score a label and the labels' criteria, as `locate` is given them; how many calls."""
        with (folder / CALLS).open("w", encoding="utf-8") as lines:
            lines.writelines(call.model_dump_json(exclude_defaults=True) + "\n" for call in self.calls)
        write_scores(self.labels, folder / SCORES)
        write_rubric(rubric_for(self.labels), folder / RUBRIC)
        return len(self.calls)


def shares_of(beside: Path, turns: int, most: int) -> list[Share]:
    """A share a turn of at most so many calls of all sets, drawn; none, and a word, where there are no such calls."""
    if not (beside / "calls").is_dir():
        print(f"no labelled calls in {beside}: their row is left out", flush=True)
        return []
    sets = load_sets(beside / "calls", beside / "contract")
    calls = {call_id: call for one in sets for call_id, call in one.calls.items()}
    by_call: dict[str, list[Label]] = {}
    for label in (label for one in sets for label in one.labels):
        by_call.setdefault(label.call, []).append(label)
    drawn = sorted(by_call)
    Random(SEED).shuffle(drawn)
    each = min(most, len(drawn) // turns)
    return [_share(calls, by_call, drawn[at * each : (at + 1) * each]) for at in range(turns)]


def _share(calls: dict[str, Call], by_call: dict[str, list[Label]], drawn: list[str]) -> Share:
    return Share(tuple(calls[one] for one in drawn), tuple(label for one in drawn for label in by_call[one]))

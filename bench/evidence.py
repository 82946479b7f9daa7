"""Evidence quality, out of sample: each figure is of a model that saw nothing of what it is held against.

``python -m bench.evidence [--labelled FOLDER] [--rubrics FOLDER] [--ablation]`` prints the tables and writes them into
docs/benchmarks.md. FOLDER has NAME.jsonl and NAME.labels.jsonl of each labelled set.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.evidence_tables import Figures, ablation_table, cost_line, criteria_table, folds_line, sources_table
from bench.labelled import LabelledSet, load_sets, rubric_for, source_of, write_rubric, write_scores
from bench.page import write_section
from models.evaluating import Hit, folds_of, hit_of, leave_out, scores_of
from models.evidence import Pick
from models.finder import load_finder
from models.labels import Label, overlaps
from models.shelf import save_model
from models.training import Example, examples_of, train_ranker
from nlp.encoder import SentenceEncoder, load_encoder
from nlp.utterance import Utterance
from operations.locate import locate_files
from operations.train import fit, unseen_scores
from rubric.loading import load_rubric

BESIDE = Path(__file__).parents[2] / "shared"


@dataclass(frozen=True)
class Known:
    """An example and the set that its label comes from."""

    set_name: str
    example: Example

    @property
    def source(self) -> str:
        return source_of(self.example.call)


def main() -> None:
    """Measure, print and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--labelled", type=Path, default=BESIDE / "calls")
    asked.add_argument("--rubrics", type=Path, default=BESIDE / "contract")
    asked.add_argument("--ablation", action="store_true", help="also what each family of signals is worth (minutes)")
    given = asked.parse_args()
    if not given.labelled.is_dir():
        raise SystemExit(f"{given.labelled}: no such folder; --labelled names the folder of the labelled sets")
    sets = load_sets(given.labelled, given.rubrics)
    known = [Known(one.name, example) for one in sets for example in examples_of(one.labels, one.calls, load_encoder())]
    figures = list(located(sets, known))
    parts = [
        sources_table(figures),
        folds_line(ten_folds(known)),
        criteria_table(figures),
        cost_line(*cost(sets)),
    ]
    if given.ablation:
        parts.append(ablation_table(ablation(known)))
    text = "\n".join(parts)
    print(text)
    write_section("evidence", text)


def cost(sets: Sequence[LabelledSet], labels: int = 60) -> tuple[float, int, int]:
    """Seconds a pick with nothing known beforehand, over how many picks, and of how many sentences each."""
    encoder = SentenceEncoder()
    encoder.encode(["warm"])
    listed = [label for one in sets for label in one.labels[: labels // len(sets)]]
    calls = {call_id: call for one in sets for call_id, call in one.calls.items()}
    started = time.perf_counter()
    done = list(examples_of(sorted(listed, key=lambda label: label.call), calls, encoder))
    spent = time.perf_counter() - started
    return spent / len(done), len(done), round(sum(len(one.accepted) for one in done) / len(done))


def located(sets: Sequence[LabelledSet], known: Sequence[Known]) -> Iterator[Figures]:
    """For each source the picks of `locate` with a model that was trained on the other sources."""
    for learn, test in leave_out([one.source for one in known]):
        source = known[test[0]].source
        examples = [known[n].example for n in learn]
        sheet = fit(examples, unseen_scores(examples), load_encoder().name)
        with TemporaryDirectory() as folder:
            save_model(Path(folder) / "model", sheet, {"left out": source})
            for one in sets:
                labels = [label for label in one.labels if source_of(label.call) == source]
                if labels:
                    yield from _held_against(labels, one, source, Path(folder))


def _held_against(labels: Sequence[Label], one: LabelledSet, source: str, folder: Path) -> Iterator[Figures]:
    write_rubric(rubric_for(labels), folder / "rubric.json")
    write_scores(labels, folder / "scores.csv")
    finder = load_finder(folder / "model")
    locate_files(
        load_rubric(folder / "rubric.json"), one.calls_path, folder / "scores.csv", folder / "picks.jsonl", finder
    )
    lines = (folder / "picks.jsonl").read_text(encoding="utf-8").splitlines()
    picks = {(pick.call_id, pick.criterion_id): pick for pick in map(Pick.model_validate_json, lines)}
    for label in labels:
        pick = picks[label.call, label.criterion.id]
        pick.verify(one.calls[label.call])
        criterion = "open" if one.name == "open" else label.criterion.id
        yield Figures(source, criterion, hit_of_pick(pick, label), pick.confidence, pick.sure)


def hit_of_pick(pick: Pick, label: Label) -> Hit:
    """The pick and its first two alternatives against a label."""
    if pick.turn is None or pick.start is None or pick.end is None:
        return Hit(False, False, False)
    first = Utterance(pick.turn, pick.start, pick.end, pick.quote, "agent")
    others = [Utterance(one.turn, one.start, one.end, one.quote, "agent") for one in pick.alternatives[:2]]
    accepted = [label.accepts(one) for one in (first, *others)]
    return Hit(accepted[0], overlaps(first, label.best), any(accepted))


def ten_folds(known: Sequence[Known]) -> list[Hit]:
    """Ten folds of the open set: a fold's criteria and its calls, wherever else they stand, are out together."""
    open_ones = [one.example for one in known if one.set_name == "open"]
    hits = []
    folds = folds_of([one.call for one in open_ones])
    for _, test in leave_out(folds):
        tested = [open_ones[n] for n in test]
        calls, criteria = {one.call for one in tested}, {one.criterion for one in tested}
        learn = [k.example for k in known if k.example.call not in calls and k.example.criterion not in criteria]
        ranker = train_ranker(learn)
        hits += [hit_of(one, scores_of(ranker, one)) for one in tested]
    return hits


def ablation(known: Sequence[Known]) -> Mapping[str, list[Figures]]:
    """Figures of rankers that never had one family of signals, one source left out at a time."""
    from models.signals import SIGNALS

    families = {one.__name__: _names_of(one.__module__, known[0].example) for one in SIGNALS}
    found = {"none left out": _ranked(known, [])}
    for family, names in families.items():
        found[family] = _ranked(known, names)
    return found


def _ranked(known: Sequence[Known], without: Sequence[str]) -> list[Figures]:
    kept = [one.example.without(without) for one in known]
    found = []
    for learn, test in leave_out([one.source for one in known]):
        ranker = train_ranker([kept[n] for n in learn])
        for n in test:
            criterion = "open" if known[n].set_name == "open" else kept[n].criterion
            hit = hit_of(kept[n], scores_of(ranker, kept[n]))
            found.append(Figures(known[n].source, criterion, hit, 0.0, False))
    return found


def _names_of(module: str, example: Example) -> list[str]:
    """The signals that a module names in its text."""
    from importlib import import_module
    from inspect import getsource

    text = getsource(import_module(module))
    listed = [name for name in example.signals if f'"{name}"' in text]
    return listed or [name for name in example.signals if name in getattr(import_module(module), "FAMILIES", ())]


if __name__ == "__main__":
    main()

"""Models for measuring out of sample: one a source left out, one a fold of the open set, and the one that ships.

``python -m bench.fold_models --out DIR [--only NAME ...]`` writes a model folder for each, which `verbatim locate
--model` runs. A folder that is there is kept: an interrupted run goes on where it stopped; remove them where the labels
or the code have changed. Sixteen models cost some four minutes of one core each, most of it for the second stage; two
runs with different --only share the work. What ships is the folder `packaged`, with a card of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bench.evidence_known import KEPT, Known, know, tell_progress
from bench.labelled import load_sets
from models.adapter import save_adapter
from models.evaluating import folds_of, scores_of
from models.second_stage import joined_scores, learn_adapter, lessons_of, net_with, read_calls
from models.shelf import RERANKER_FILE, learned_ranker, read_sheet, save_model
from nlp.encoder import load_encoder
from operations.train import fit, unseen_scores
from operations.train_second import second_stage

if TYPE_CHECKING:
    from models.reranker_training import ReadCall
    from models.scene import Values
    from models.training import Example
    from nlp.noun import JsonObject

BESIDE = Path(__file__).parents[2] / "shared"
SHIPPED = "packaged"
SHARE_ALIKE = "MathDial"
"""Its licence keeps it out of what ships."""
SURE_ELSEWHERE = 0.82
"""Share of sure picks that must be right on sources that the models had not seen."""


@dataclass(frozen=True)
class Split:
    """What is left out, which names the model, and the positions of what it learns from and is held against."""

    name: str
    learn: tuple[int, ...]
    test: tuple[int, ...]


@dataclass(frozen=True)
class Labelled:
    """All that is known of the labels, and their calls as the reranker reads them."""

    known: Sequence[Known]

    @cached_property
    def read(self) -> dict[str, ReadCall]:
        """The calls as far as the reranker reads them without having learned anything."""
        calls = {one.call.call_id: one.call for one in self.known}
        return read_calls(calls[call_id] for call_id in sorted(calls))

    def examples(self, positions: Sequence[int]) -> list[Example]:
        return [self.known[n].example for n in positions]


def main() -> None:
    """Make what is missing, then settle how sure each model is."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=KEPT / "models", metavar="DIR")
    asked.add_argument("--only", nargs="*", metavar="NAME", help="the models to make; all by default")
    asked.add_argument("--labelled", type=Path, default=BESIDE / "calls", metavar="FOLDER")
    asked.add_argument("--rubrics", type=Path, default=BESIDE / "contract", metavar="FOLDER")
    given = asked.parse_args()
    if not given.labelled.is_dir():
        raise SystemExit(f"{given.labelled}: no such folder; --labelled names the folder of the labelled sets")
    known = know(load_sets(given.labelled, given.rubrics), tell_progress)
    make_models(Labelled(known), given.out, given.only)


def splits_of(known: Sequence[Known]) -> Iterator[Split]:
    """Each source left out; each fold of the open set, with its criteria and its calls, wherever else they stand; and
    what ships, which nothing here is held against."""
    sources = [one.source for one in known]
    for source in sorted(set(sources)):
        yield _split(source, known, [n for n, one in enumerate(sources) if one == source])
    open_ones = [n for n, one in enumerate(known) if one.set_name == "open"]
    folds = folds_of([known[n].label.call for n in open_ones])
    for fold in sorted(set(folds)):
        yield _split(fold, known, [n for n, one in zip(open_ones, folds, strict=True) if one == fold])
    learn = tuple(n for n, one in enumerate(known) if one.source != SHARE_ALIKE)
    yield Split(SHIPPED, learn, ())


def _split(name: str, known: Sequence[Known], test: Sequence[int]) -> Split:
    calls = {known[n].label.call for n in test}
    criteria = {known[n].label.criterion.id for n in test if known[n].set_name == "open"}
    learn = [n for n, k in enumerate(known) if k.label.call not in calls and k.label.criterion.id not in criteria]
    return Split(name, tuple(learn), tuple(test))


def make_models(labelled: Labelled, out: Path, only: Sequence[str] | None = None) -> None:
    """A model folder in ``out`` for each split; those that are there already are left as they are."""
    splits = list(splits_of(labelled.known))
    missing = [split for split in splits if not (out / split.name / RERANKER_FILE).exists()]
    for number, split in enumerate(missing, start=1):
        if only is None or split.name in only:
            make_model(labelled, split, out / split.name)
            print(f"{number} of {len(missing)}: {split.name}", file=sys.stderr, flush=True)
    if not all((out / split.name / RERANKER_FILE).exists() for split in splits):
        return
    if missing or not all(read_sheet(out / split.name).second for split in splits):
        settle(labelled, splits, out)


def make_model(labelled: Labelled, split: Split, folder: Path) -> None:
    """Both stages, learned from the split's examples; how sure both are together is settled afterwards."""
    examples = labelled.examples(split.learn)
    unseen = unseen_scores(examples)
    sheet = fit(examples, unseen, load_encoder().name)
    adapter = learn_adapter(lessons_of(examples, unseen), labelled.read, lambda *_: None)
    save_model(folder, sheet, _card(split))
    save_adapter(folder / RERANKER_FILE, adapter)


def settle(labelled: Labelled, splits: Sequence[Split], out: Path) -> None:
    """How sure both stages are together, from the scores of models that had not seen the source.

    A model that left a source out takes nothing from that source; the one that ships takes nothing of what may not.
    The models whose picks it learns from had, though, learned from the source that it left out.
    """
    unseen = left_out_scores(labelled, splits, out)
    for split in splits:
        inside = set(split.learn)
        usable = [n for n in sorted(unseen) if n in inside]
        second = second_stage(labelled.examples(usable), [unseen[n] for n in usable], SURE_ELSEWHERE)
        folder = out / split.name
        save_model(folder, read_sheet(folder).model_copy(update={"second": second}), _card(split))


def left_out_scores(labelled: Labelled, splits: Sequence[Split], out: Path) -> dict[int, Values]:
    """Both stages' scores of every example, by the model that had left its source out."""
    found: dict[int, Values] = {}
    for split in splits:
        if split.name in {one.source for one in labelled.known}:
            found.update(zip(split.test, tested(labelled, split, out / split.name), strict=True))
    return found


def tested(labelled: Labelled, split: Split, folder: Path) -> list[Values]:
    """Both stages' scores of what the split's model is held against."""
    examples, ranker = labelled.examples(split.test), learned_ranker(read_sheet(folder))
    first = [scores_of(ranker, one) for one in examples]
    return joined_scores(net_with(folder / RERANKER_FILE), lessons_of(examples, first), labelled.read)


def _card(split: Split) -> JsonObject:
    return {"out of sample": split.name, "learned from": len(split.learn)}


if __name__ == "__main__":
    main()

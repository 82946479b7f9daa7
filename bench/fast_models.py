"""The fast profile's table of tokens and its ranker: made, and measured on sources that neither of them had seen.

``python -m bench.fast_models [--write] [--ship]`` distils a table without each source in turn, trains a ranker on its
signals and holds it against the source's labels; ``--write`` puts the figures into docs/benchmarks.md, ``--ship`` also
makes the table and the model that ship, without the source whose licence keeps it out. Some six minutes of two cores,
most of it for the vectors of the packaged encoder, which are kept in build/bench.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from bench.evidence_figures import Figures, by, error_of, measures, over_sources, sure_of
from bench.evidence_known import KEPT, measured
from bench.fold_models import BESIDE, SHARE_ALIKE, SURE_ELSEWHERE
from bench.labelled import LabelledSet, load_sets, sha256_of, source_of
from bench.page import table, write_section
from models.confidence import LearnedConfidence, train_confidence
from models.evaluating import hit_of, linear, sure_threshold
from models.shelf import ModelSheet, packaged_folder, save_model
from models.signals import COSTLY
from models.signals.examples import plain_examples, sentences
from models.training import Example, train_ranker
from nlp.encoder import PACKAGED
from nlp.segment import segment
from nlp.static_encoder import STATIC, TABLE_FILE, StaticEncoder, packaged_table, write_table
from nlp.static_training import distil, prior_of, sentence_vectors, token_vectors

if TYPE_CHECKING:
    from models.scene import Values
    from rubric.criterion import Criterion

RUBRICS = "rubrics"
"""Whose texts the criteria of the rubrics are: no source's, so every table may learn from them."""


@dataclass(frozen=True)
class Held:
    """A label's example, and the scores of a ranker that had seen nothing of its source."""

    source: str
    criterion: str
    example: Example
    scores: Values


class Texts:
    """Every text that tables learn from, the sources that it stands in, and the packaged encoder's vector of it."""

    def __init__(self, sets: Sequence[LabelledSet]) -> None:
        self.sources = texts_of(sets)
        self.listed = sorted(self.sources)
        kept = KEPT / f"sentences-{hashlib.sha256(chr(10).join(self.listed).encode()).hexdigest()[:12]}.npz"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, tokens=token_vectors(), sentences=sentence_vectors(self.listed))
        held = np.load(kept)
        self.prior, self.directions = prior_of(held["tokens"])
        self.vectors = held["sentences"]

    def write_without(self, source: str, folder: Path) -> int:
        """A table that learned from no text of ``source``; how many texts it learned from."""
        learn = [n for n, text in enumerate(self.listed) if source not in self.sources[text]]
        wanted = self.vectors[learn] @ self.directions
        write_table(folder / TABLE_FILE, distil([self.listed[n] for n in learn], wanted, self.prior))
        return len(learn)


def texts_of(sets: Sequence[LabelledSet]) -> dict[str, set[str]]:
    """The sentences of all calls and the texts of all criteria, with the sources that each stands in."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in sets:
        for call in one.calls.values():
            for said in segment(call):
                found[said.text].add(source_of(call.call_id))
        for label in one.labels:
            for text in _words_of(label.criterion):
                found[text].add(source_of(label.call) if one.name == "open" else RUBRICS)
    return found


def _words_of(criterion: Criterion) -> Iterator[str]:
    yield from plain_examples(criterion.broken_by)
    yield from plain_examples(criterion.met_by)
    yield from (criterion.definition, criterion.expected_behavior, *sentences(criterion.definition))
    if criterion.due and criterion.due.cue:
        yield from criterion.due.cue.examples


def examples_with(sets: Sequence[LabelledSet], folder: Path) -> list[tuple[str, str, Example]]:
    """Source, criterion and example of each label, measured with the table in ``folder``."""
    return [
        (source_of(one.label.call), "open" if one.set_name == "open" else one.label.criterion.id, one.example)
        for one in measured(sets, StaticEncoder(folder), COSTLY)
    ]


def out_of_source(sets: Sequence[LabelledSet], texts: Texts) -> Iterator[Held]:
    """Every label scored by a table and a ranker that had seen nothing of its source."""
    for source in sorted({source_of(label.call) for one in sets for label in one.labels}):
        with TemporaryDirectory() as folder:
            texts.write_without(source, Path(folder))
            known = examples_with(sets, Path(folder))
        scores = linear(source, [example for one, _, example in known if one != source])
        inside = [entry for entry in known if entry[0] == source]
        yield from (Held(*entry, scores(entry[2]).round(4)) for entry in inside)


def figures_of(held: Sequence[Held]) -> list[Figures]:
    """Each pick held against its label; how sure was learned from the other sources' picks."""
    found = []
    for source, inside in _by_source(held).items():
        confidence, sure = sureness([one for one in held if one.source != source])
        for one in inside:
            hit, certain = hit_of(one.example, one.scores), confidence.certainty(one.scores)
            flags = float(hit.first), float(hit.best), float(hit.third)
            found.append(Figures(one.source, one.criterion, *flags, certain, certain >= sure))
    return found


def sureness(held: Sequence[Held]) -> tuple[LearnedConfidence, float]:
    """How sure picks are, learned from picks out of sample, and from where on one counts as sure."""
    right = [hit_of(one.example, one.scores).first for one in held]
    confidence = train_confidence([one.scores for one in held], right)
    certain = [confidence.certainty(one.scores) for one in held]
    return confidence, sure_threshold(certain, right, SURE_ELSEWHERE)


def ship(sets: Sequence[LabelledSet], texts: Texts, held: Sequence[Held], figures: Sequence[Figures]) -> None:
    """The table and the model that ship, with their cards; how sure was learned as for the figures."""
    learned = texts.write_without(SHARE_ALIKE, packaged_table())
    examples = [example for source, _, example in examples_with(sets, packaged_table()) if source != SHARE_ALIKE]
    ranker = train_ranker(examples)
    confidence, sure = sureness([one for one in held if one.source != SHARE_ALIKE])
    sheet = ModelSheet(
        encoder=STATIC,
        signals=ranker.signals,
        spread=tuple(ranker.spread.tolist()),
        weights={name: tuple(row.tolist()) for name, row in ranker.weights.items()},
        confidence=confidence.weights,
        sure=sure,
    )
    first, best, third = over_sources(figures)
    save_model(
        packaged_folder("fast"),
        sheet,
        {
            "what": "weights of the evidence ranker's signals over vectors of tokens, its confidence and threshold",
            "encoder": f"{STATIC}: a table of tokens, distilled from {PACKAGED} and {learned} sentences",
            "labels": len(examples),
            "left out": f"{SHARE_ALIKE} (CC BY-SA 4.0): used in research runs, never in what ships",
            "sha256": {path.name: sha256_of(path) for one in sets for path in (one.calls_path, one.labels_path)},
            "table sha256": sha256_of(packaged_table() / TABLE_FILE),
            "out of sample, one source left out of table and ranker, mean over five": {
                "hit@1": round(first, 3),
                "best@1": round(best, 3),
                "hit@3": round(third, 3),
                "expected calibration error": round(error_of(figures), 3),
            },
            "limits": "English. Labels come from large language models, unchecked by people. A person decides.",
        },
    )


def section_of(figures: Sequence[Figures]) -> str:
    """The table of docs/benchmarks.md."""
    groups = {**by(figures, lambda one: one.source), "**mean over sources**": list(figures)}
    rows = []
    for name, inside in groups.items():
        means = over_sources(inside) if name.startswith("**") else measures(inside)
        sure, right = sure_of(inside)
        figures_here = [*means, error_of(inside)]
        shares = f"{sure:.2f}", f"{right:.2f}" if sure else "-"
        rows.append([name, str(len(inside)), *(f"{one:.3f}" for one in figures_here), *shares])
    header = ["profile fast", "labels", "hit@1", "best@1", "hit@3", "ECE", "sure", "right of sure"]
    return INTRO + table(header, rows)


INTRO = """## Evidence: the profile `fast`

Written by `python -m bench.fast_models --write`, as the tables of evidence above are read. Neither the table of tokens
nor the ranker has seen a word of the source that it is held against; no net runs when a pick is made.

"""


def main() -> None:
    """Measure; write and ship where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    asked.add_argument("--ship", action="store_true", help="make the table and the model that ship")
    given = asked.parse_args()
    sets = load_sets(BESIDE / "calls", BESIDE / "contract")
    texts = Texts(sets)
    held = list(out_of_source(sets, texts))
    figures = figures_of(held)
    text = section_of(figures)
    print(text)
    if given.write:
        write_section("fast", text)
    if given.ship:
        ship(sets, texts, held, figures)


def _by_source(held: Sequence[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        found[one.source].append(one)
    return found


if __name__ == "__main__":
    main()

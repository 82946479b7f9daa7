"""The profile `fast` as a method of the bench: a table of tokens and a ranker that saw nothing of what is left out."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from bench.evidence_known import KEPT, Known, digest_of, measured
from bench.evidence_methods import Learned
from bench.fold_models import SURE_ELSEWHERE
from bench.labelled import LabelledSet
from models.evaluating import linear
from models.signals import COSTLY
from models.signals.examples import plain_examples, sentences
from nlp.segment import segment
from nlp.static_encoder import TABLE_FILE, StaticEncoder, write_table
from nlp.static_training import distil, prior_of, sentence_vectors, token_vectors

if TYPE_CHECKING:
    from models.scene import Values
    from models.training import Example
    from rubric.criterion import Criterion

    Key = tuple[str, str, str]

RUBRICS = "rubrics"
"""Whose texts the criteria of the rubrics are: no call's, so every table may learn from them."""
LEARNING = (
    "models/signals",
    "models/scene.py",
    "models/patterns.py",
    "models/training.py",
    "models/labels.py",
    "models/ranker.py",
    "nlp/segment.py",
    "nlp/static_encoder.py",
    "nlp/static_training.py",
    "bench/evidence_fast.py",
)
"""The code that what is kept of a table's picks depends on."""


class Texts:
    """Every text that tables learn from, whose it is, and the packaged encoder's vector of it."""

    def __init__(self, sets: Sequence[LabelledSet]) -> None:
        self.owners = texts_of(sets)
        self.listed = sorted(self.owners)
        kept = KEPT / f"sentences-{hashlib.sha256(chr(10).join(self.listed).encode()).hexdigest()[:12]}.npz"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, tokens=token_vectors(), sentences=sentence_vectors(self.listed))
        held = np.load(kept)
        self.prior, self.directions = prior_of(held["tokens"])
        self.vectors = held["sentences"]

    def write_table(self, known: Collection[str], folder: Path) -> int:
        """A table that learned only from texts of ``known`` calls and criteria; how many texts it learned from."""
        usable = set(texts_within(self.owners, known))
        learn = [n for n, text in enumerate(self.listed) if text in usable]
        wanted = self.vectors[learn] @ self.directions
        write_table(folder / TABLE_FILE, distil([self.listed[n] for n in learn], wanted, self.prior))
        return len(learn)


def texts_of(sets: Sequence[LabelledSet]) -> dict[str, set[str]]:
    """The sentences of all calls and the texts of all criteria, with the calls and criteria that each is of."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in sets:
        for call in one.calls.values():
            for said in segment(call):
                found[said.text].add(call.call_id)
        for label in one.labels:
            for text in _words_of(label.criterion):
                found[text].add(label.criterion.id if one.name == "open" else RUBRICS)
    return found


def texts_within(owners: Mapping[str, set[str]], known: Collection[str]) -> list[str]:
    """The texts that stand nowhere but in ``known`` calls and criteria, and in those of the rubrics."""
    allowed = {RUBRICS, *known}
    return [text for text, whose in owners.items() if whose <= allowed]


def _words_of(criterion: Criterion) -> Iterator[str]:
    yield from plain_examples(criterion.broken_by)
    yield from plain_examples(criterion.met_by)
    yield from (criterion.definition, criterion.expected_behavior, *sentences(criterion.definition))
    if criterion.due and criterion.due.cue:
        yield from criterion.due.cue.examples


def owners_of(known: Sequence[Known]) -> set[str]:
    """The calls of these labels, and their criteria where each has one of its own."""
    return {one.label.call for one in known} | {one.label.criterion.id for one in known if one.set_name == "open"}


@dataclass(frozen=True)
class FastProfile:
    """A table distilled and a ranker trained without the group, as ``bench.fast_models --ship`` makes what ships.

    Half a minute a group, once: the scores of what is left out are kept in build/bench.
    """

    sets: Sequence[LabelledSet]
    name: str = "Verbatim, profile `fast`"

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        """How sure it is, is learned from the picks of the other groups, as of every method that says nothing of it."""
        scores = self._kept(left_out, {key_of(one) for one in learn}, owners_of(learn))
        return Learned(lambda one: scores[key_of(one)], wanted=SURE_ELSEWHERE)

    def _kept(self, left_out: str, learn: Collection[Key], owners: Collection[str]) -> dict[Key, Values]:
        digest = hashlib.sha256("".join(map(str, sorted(learn))).encode()).hexdigest()[:12]
        path = KEPT / f"fast-{digest_of(self.sets, LEARNING)}" / f"{left_out}-{digest}.pickle"
        if path.exists():
            kept: dict[Key, Values] = pickle.loads(path.read_bytes())
            return kept
        print(f"{self.name}, {left_out} left out", file=sys.stderr, flush=True)
        scores = self._scores(left_out, learn, owners)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(scores))
        return scores

    def _scores(self, left_out: str, learn: Collection[Key], owners: Collection[str]) -> dict[Key, Values]:
        with TemporaryDirectory() as folder:
            self._texts.write_table(owners, Path(folder))
            examples = examples_with(self.sets, Path(folder))
        scores = linear(left_out, [example for key, example in examples.items() if key in learn])
        return {key: scores(example) for key, example in examples.items() if key not in learn}

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.sets)


def examples_with(sets: Sequence[LabelledSet], folder: Path) -> Mapping[Key, Example]:
    """The example of each label, measured with the table in ``folder``."""
    return {key_of(one): one.example for one in measured(sets, StaticEncoder(folder), COSTLY)}


def key_of(known: Known) -> Key:
    """What tells a label from all others."""
    return known.set_name, known.label.call, known.label.criterion.id

"""What picks a sentence: plain methods, computed here and not copied, and the model in one stage and in two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bench.evidence_known import Known
from bench.fold_models import SHIPPED
from models.confidence import LearnedConfidence
from models.evaluating import SURE_IS_RIGHT, scores_of
from models.shelf import MODEL_FILE, ModelSheet, learned_ranker, load_model, read_sheet
from nlp.encoder import load_encoder
from operations.train import fit, unseen_scores

if TYPE_CHECKING:
    from models.scene import Values

    Scores = Callable[[Known], Values]


@dataclass(frozen=True)
class Learned:
    """What a method made of the labels that it was given. Without ``confidence`` it says nothing of how sure it is:
    it is then learned from the picks of the other groups, of which ``wanted`` is the share of sure ones to be right."""

    scores: Scores
    confidence: LearnedConfidence | None = None
    sure: float = 1.0
    wanted: float = SURE_IS_RIGHT


class Method(Protocol):
    """A way to pick."""

    @property
    def name(self) -> str: ...

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        """What it makes of these labels, among which none is of the group ``left_out``."""
        ...


@dataclass(frozen=True)
class Plain:
    """A method that learns nothing."""

    name: str
    scores: Scores

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        return Learned(self.scores)


@dataclass(frozen=True)
class ByLot:
    """Any sentence as well as any other: its figures are what can be expected of it."""

    name: str = "a uniform pick"

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        return Learned(lambda known: np.zeros(len(known.example.accepted)))


@dataclass(frozen=True)
class OneStage:
    """The ranker over the signals, with its confidence and threshold, as ``verbatim train`` makes it."""

    name: str = "Verbatim, signals alone"

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        sheet = self.sheet(learn)
        ranker = learned_ranker(sheet)
        return Learned(
            lambda known: scores_of(ranker, known.example),
            LearnedConfidence(sheet.confidence),
            sheet.sure,
        )

    def sheet(self, learn: Sequence[Known]) -> ModelSheet:
        examples = [one.example for one in learn]
        return fit(examples, unseen_scores(examples), load_encoder().name)


@dataclass(frozen=True)
class TwoStages:
    """The ranker and the reranker of the profile `default`, as bench.fold_models made them without the group.

    ``folder`` has a model for each. How sure both are was learned from the picks of sources that their models had not
    seen.
    """

    folder: Path
    name: str = "Verbatim, profile `default`"

    @property
    def usable(self) -> bool:
        """Whether the models are there, and how sure they are is settled, which is done when all are made."""
        packaged = self.folder / SHIPPED
        return (packaged / MODEL_FILE).is_file() and read_sheet(packaged).second is not None

    def learned(self, left_out: str, learn: Sequence[Known]) -> Learned:
        model = load_model(self.folder / left_out, load_encoder().name)
        assert model.reranker is not None
        assert isinstance(model.confidence, LearnedConfidence)
        ranker, reranker = learned_ranker(read_sheet(self.folder / left_out)), model.reranker
        return Learned(
            lambda known: reranker.joined(known.scene, scores_of(ranker, known.example)),
            model.confidence,
            model.sure,
        )


def bm25(known: Known) -> Values:
    """Okapi BM25 (Robertson and Zaragoza, 2009) of the definition in what the agent said, sentence by sentence."""
    import bm25s

    said = bm25s.tokenize(known.said, stopwords="en", show_progress=False, return_ids=False)
    asked = bm25s.tokenize([known.label.criterion.definition], stopwords="en", show_progress=False, return_ids=False)
    words = {word for one in said for word in one}
    query = [word for word in asked[0] if word in words]
    if not query:
        return np.zeros(len(said))
    index = bm25s.BM25()
    index.index(said, show_progress=False)
    return np.asarray(index.get_scores(query), dtype=float)


def like_definition(known: Known) -> Values:
    return known.example.signals["like_definition"]


def like_failing(known: Known) -> Values:
    return known.example.signals["like_failing"]


def by_rule(known: Known) -> Values:
    """The first sentence at the opening, the last at the closing; after a cue its reply; anything else by likeness."""
    signals, situation = known.example.signals, known.example.situation
    if situation in ("opening", "closing"):
        return signals[{"opening": "very_first", "closing": "very_last"}[situation]]
    if situation == "cue" and signals["cue_before"].any():
        return signals["first_sentence_of_reply"]
    return signals["like_failing"]


BASELINES = (
    ByLot(),
    Plain("BM25 with the definition", bm25),
    Plain("MiniLM, likeness to the definition", like_definition),
    Plain("MiniLM, likeness to `broken_by`", like_failing),
    Plain("position, else the reply to the best cue, else `broken_by`", by_rule),
)

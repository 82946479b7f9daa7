"""Training the evidence model again, on a team's own labels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.adapter import save_adapter
from models.confidence import train_confidence
from models.evaluating import (
    SURE_IS_RIGHT,
    calibration_error,
    folds_of,
    hit_of,
    linear,
    out_of_sample,
    sure_threshold,
)
from models.labels import Label, read_labels
from models.shelf import RERANKER_FILE, ModelSheet, encoder_for, save_model
from models.signals import COSTLY
from models.training import Example, examples_of, train_ranker
from nlp.errors import WrongInput
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from nlp.static_encoder import STATIC
from operations.progress import Progress, silent
from operations.train_second import train_second

if TYPE_CHECKING:
    from models.scene import Values
    from models.shelf import Profile
    from nlp.call import Call
    from nlp.encoder import Encoder
    from nlp.noun import JsonObject
    from rubric.rubric import Rubric

FEWEST_EXAMPLES = 20
FEWEST_CALLS = 5


class TooFewLabels(WrongInput):
    """Too little to learn from and to hold the result against."""

    def __init__(self, labels: int, calls: int) -> None:
        super().__init__(
            f"{labels} usable labels in {calls} calls: training needs at least {FEWEST_EXAMPLES} in {FEWEST_CALLS}"
        )
        self.labels, self.calls = labels, calls


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What was learned from, and how the model does on calls that it had not seen."""

    labels: int
    calls: int
    hit_at_1: float
    hit_at_3: float
    calibration_error: float
    sure: float
    folder: Path
    second: bool = False


def train(
    labels: Sequence[Path],
    calls: Sequence[Path],
    out: Path,
    rubrics: Sequence[Rubric] = (),
    encoder: str | None = None,
    progress: Progress = silent,
    profile: Profile = "default",
    second_stage: bool = True,
) -> TrainReport:
    """Learn a model from labels of calls and write it, with its card, into the folder ``out``.

    A label's criterion is one of ``rubrics`` or written out in the label. The second stage is trained where there are
    labels enough, and kept where it helps on calls left out; without ``second_stage`` it is not tried. A model of the
    profile ``fast`` has one stage, over the table of tokens instead of an encoder. Raises WrongLabel, WrongInput,
    TooFewLabels; then nothing is written.
    """
    read, vectors = _calls(calls), encoder_for(None, encoder, profile)
    examples = _examples(labels, read, rubrics, vectors, progress)
    known = {example.call for example in examples}
    if len(examples) < FEWEST_EXAMPLES or len(known) < FEWEST_CALLS:
        raise TooFewLabels(len(examples), len(known))
    scores = unseen_scores(examples)
    sheet = fit(examples, scores, vectors.name)
    wanted = second_stage and vectors.name != STATIC
    second = train_second(examples, read, scores, progress) if wanted else None
    (out / RERANKER_FILE).unlink(missing_ok=True)
    if second is None:
        report = _report(examples, scores, sheet, out)
    else:
        stage, adapter, scores = second
        sheet = sheet.model_copy(update={"second": stage})
        report = _report(examples, scores, sheet, out)
        out.mkdir(parents=True, exist_ok=True)
        save_adapter(out / RERANKER_FILE, adapter)
    save_model(out, sheet, _card(report, vectors.name, labels, calls))
    return report


def unseen_scores(examples: Sequence[Example]) -> list[Values]:
    """The scores of each example by a ranker that saw neither its call nor its criterion's other labels there."""
    return out_of_sample(examples, folds_of([example.call for example in examples]), linear)


def fit(
    examples: Sequence[Example], unseen: Sequence[Values], encoder: str, sure_is_right: float = SURE_IS_RIGHT
) -> ModelSheet:
    """The model of all examples; its confidence and threshold are fitted on scores of calls left out.

    ``sure_is_right``: the share of sure picks that should be right.
    """
    ranker = train_ranker(examples)
    right = [hit_of(example, one).first for example, one in zip(examples, unseen, strict=True)]
    confidence = train_confidence(unseen, right)
    certain = [confidence.certainty(one) for one in unseen]
    return ModelSheet(
        encoder=encoder,
        signals=ranker.signals,
        spread=tuple(ranker.spread.tolist()),
        weights={name: tuple(row.tolist()) for name, row in ranker.weights.items()},
        confidence=confidence.weights,
        sure=sure_threshold(certain, right, sure_is_right),
    )


def _calls(paths: Sequence[Path]) -> dict[str, Call]:
    return {call.call_id: call for path in paths for call in Ledger().keep(read_calls(path))}


def _examples(
    labels: Sequence[Path],
    known: Mapping[str, Call],
    rubrics: Sequence[Rubric],
    encoder: Encoder,
    progress: Progress,
) -> list[Example]:
    criteria = {criterion.id: criterion for rubric in rubrics for criterion in rubric.criteria}
    listed: list[Label] = [label for path in labels for label in read_labels(path, criteria)]
    listed.sort(key=lambda label: (label.call, label.criterion.id))
    found = []
    for example in examples_of(listed, known, encoder, COSTLY if encoder.name == STATIC else ()):
        found.append(example)
        progress("measuring signals", len(found), len(listed))
    return [example for example in found if example.accepted.any()]


def _report(examples: Sequence[Example], scores: Sequence[Values], sheet: ModelSheet, out: Path) -> TrainReport:
    from models.confidence import LearnedConfidence

    hits = [hit_of(example, one) for example, one in zip(examples, scores, strict=True)]
    settled = sheet.second or sheet
    certain = [LearnedConfidence(settled.confidence).certainty(one) for one in scores]
    return TrainReport(
        labels=len(examples),
        calls=len({example.call for example in examples}),
        hit_at_1=round(sum(hit.first for hit in hits) / len(hits), 3),
        hit_at_3=round(sum(hit.third for hit in hits) / len(hits), 3),
        calibration_error=round(calibration_error(certain, [hit.first for hit in hits]), 3),
        sure=settled.sure,
        folder=out,
        second=sheet.second is not None,
    )


def _card(report: TrainReport, encoder: str, labels: Sequence[Path], calls: Sequence[Path]) -> JsonObject:
    figures: Mapping[str, float] = {
        "hit@1": report.hit_at_1,
        "hit@3": report.hit_at_3,
        "calibration error": report.calibration_error,
    }
    return {
        "what": "weights of the evidence ranker's signals, its confidence and the threshold of a sure pick",
        "encoder": encoder,
        "second stage": f"{RERANKER_FILE}: the packaged encoder's upper layers, fine-tuned"
        if report.second
        else "none",
        "labels": report.labels,
        "calls": report.calls,
        "data": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in [*labels, *calls] if path.is_file()
        },
        f"out of sample, {'three' if report.second else 'ten'} folds by call": dict(figures),
        "limits": "English; learned from readers' labels, unchecked by people; a person decides over every pick",
    }

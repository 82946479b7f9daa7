"""Training the second stage on a team's own labels: kept where calls left out say that it helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from models.adapter import save_adapter
from models.confidence import train_confidence
from models.evaluating import SURE_IS_RIGHT, folds_of, hit_of, leave_out, sure_threshold
from models.reranker import CANDIDATES, WEIGHT
from models.second_stage import joined_scores, learn_adapter, lessons_of, net_with, read_calls
from models.shelf import RERANKER_FILE, SecondStage

if TYPE_CHECKING:
    from models.adapter import Weights
    from models.reranker_training import Lesson, ReadCall
    from models.scene import Values
    from models.training import Example
    from nlp.call import Call
    from operations.progress import Progress

FEWEST_LABELS = 200
"""Under so many a net of millions of weights learns the labels and not the criterion."""
FOLDS = 3


def train_second(
    examples: Sequence[Example], calls: Mapping[str, Call], unseen: Sequence[Values], progress: Progress
) -> tuple[SecondStage, Weights, list[Values]] | None:
    """A second stage, what it learned, and both stages' scores of each example by a net that had not seen its call.

    ``unseen`` are the first stage's scores by rankers that had not. None where there are too few labels, or where on
    calls left out the first stage alone does as well. Some minutes for a thousand labels.
    """
    if len(examples) < FEWEST_LABELS:
        return None
    lessons = lessons_of(examples, unseen)
    read = read_calls(calls[call_id] for call_id in sorted({one.call for one in examples}))
    joined = _joined_unseen(lessons, read, progress)
    if _hits(examples, joined) <= _hits(examples, unseen):
        return None
    adapter = learn_adapter(lessons, read, _named(progress, "training the second stage"))
    return second_stage(examples, joined), adapter, joined


def second_stage(examples: Sequence[Example], joined: Sequence[Values], wanted: float = SURE_IS_RIGHT) -> SecondStage:
    """How sure both stages are together; ``wanted`` is the share of sure picks that must be right."""
    right = [hit_of(example, one).first for example, one in zip(examples, joined, strict=True)]
    confidence = train_confidence(joined, right)
    certain = [confidence.certainty(one) for one in joined]
    return SecondStage(
        weight=WEIGHT,
        candidates=CANDIDATES,
        confidence=confidence.weights,
        sure=sure_threshold(certain, right, wanted),
    )


def _joined_unseen(lessons: Sequence[Lesson], read: Mapping[str, ReadCall], progress: Progress) -> list[Values]:
    found: dict[int, Values] = {}
    groups = folds_of([one.call for one in lessons], FOLDS)
    for number, (learn, test) in enumerate(leave_out(groups), start=1):
        told = _named(progress, f"second stage, calls left out, {number} of {FOLDS}")
        with TemporaryDirectory() as folder:
            save_adapter(Path(folder) / RERANKER_FILE, learn_adapter([lessons[n] for n in learn], read, told))
            net = net_with(Path(folder) / RERANKER_FILE)
        found.update(zip(test, joined_scores(net, [lessons[n] for n in test], read), strict=True))
    return [found[n] for n in range(len(lessons))]


def _hits(examples: Sequence[Example], scores: Sequence[Values]) -> int:
    return sum(hit_of(example, one).first for example, one in zip(examples, scores, strict=True))


def _named(progress: Progress, name: str) -> Progress:
    return lambda _, done, total: progress(name, done, total)

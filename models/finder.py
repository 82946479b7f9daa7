"""Finding evidence: for each failing criterion of a call the utterance that shows it best, or an honest none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.omission import CUE_AT_LEAST, see_opportunity
from models.picks import Grounds, Ranked, cue_span, found_pick, no_pick
from models.reasons import doubt_of, reason_of, reason_of_none, reason_of_talk_over
from models.scene import CallView, Scene, situation_of
from models.scorer import CERTAIN_BY_TIMES, Scorer, opportunity_by_times
from models.shelf import encoder_for, load_model
from nlp.talk_over import find_talk_overs

if TYPE_CHECKING:
    from models.evidence import Pick
    from models.evidence_model import EvidenceModel
    from models.omission import Reading
    from models.scene import Values
    from models.shelf import Profile
    from nlp.call import Call
    from nlp.encoder import Encoder
    from rubric.criterion import Criterion
    from rubric.failure import Failure
    from rubric.rubric import Rubric

PREPARED = 8_192
"""Texts that are encoded ahead: what an encoder remembers holds them until they are asked for."""
DIGITS = 4
"""Scores and confidences are rounded before they are compared or written, so that machines agree."""


class EvidenceFinder:
    """Finds one pick for each failure of a call. The same call and failures give the same picks, to the byte."""

    def __init__(
        self,
        encoder: Encoder,
        folder: Path | None,
        sure: float | None,
        alternatives: int,
        model: EvidenceModel | None = None,
        profile: Profile = "default",
    ) -> None:
        self.encoder, self.alternatives, self._given = encoder, alternatives, model
        self._folder, self._sure, self._profile = folder, sure, profile
        self._scorer = Scorer(encoder)

    @cached_property
    def model(self) -> EvidenceModel:
        """What decides. Raises NoSuchModel."""
        return self._given or load_model(self._folder, self.encoder.name, self._profile)

    @property
    def model_version(self) -> str:
        """From the content of the models' files and of the signals' code."""
        return f"{self.model.version}+{self.scorer.version}" if self.scorer else self.model.version

    @property
    def scorer(self) -> Scorer | None:
        """What reads whether a behaviour was due and done; None for an encoder that none was made for."""
        return self._scorer if self._scorer.usable else None

    @property
    def sure(self) -> float:
        """The confidence from which a pick counts as sure."""
        return self.model.sure if self._sure is None else self._sure

    def prepare(self, calls: Sequence[Call]) -> None:
        """Encode what these calls say in one go: many texts of one length fill a batch that one call's do not.

        The encoder remembers the vectors. It changes what the picks cost and not what they are. Raises NoSuchEncoder.
        """
        views = [CallView(call, self.encoder) for call in calls]
        texts = list(dict.fromkeys(text for view in views if view.candidates for text in view.texts))
        if texts:
            self.encoder.encode(texts[:PREPARED])

    def find(self, call: Call, failures: Sequence[Failure], rubric: Rubric) -> list[Pick]:
        """One pick a failure, in the same order. Raises UnknownCriterion, NoSuchEncoder, NoSuchModel."""
        view = CallView(call, self.encoder)
        return [self._pick(view, failure, rubric.criterion(failure.criterion_id)) for failure in failures]

    def _pick(self, view: CallView, failure: Failure, criterion: Criterion) -> Pick:
        if not view.candidates:
            return no_pick(failure, criterion, reason_of_none(view, criterion))
        if criterion.failure == "talk_over":
            return self._talk_over(view, failure, criterion)
        scene = Scene(view, criterion)
        signals = self.model.signals(scene)
        order, confidences = self._order(scene, signals)
        ranked = [
            Ranked(view.utterances[view.candidates[index]], confidences[index])
            for index in order[: 1 + self.alternatives]
        ]
        grounds = self._grounds(scene, signals, order)
        return found_pick(view.call, failure, criterion, ranked, grounds, self.sure)

    def _order(self, scene: Scene, signals: dict[str, Values]) -> tuple[list[int], list[float]]:
        """Candidates from the best on, ties as they were spoken, and the confidence of each."""
        scores = self.model.scores(scene, signals).round(DIGITS)
        confidences = self.model.confidence.confidences(scene, scores).round(DIGITS)
        order = sorted(range(len(scores)), key=lambda index: (-scores[index], index))
        return order, [float(value) for value in confidences]

    def _grounds(self, scene: Scene, signals: dict[str, Values], order: Sequence[int]) -> Grounds:
        decided = self.model.decided(scene, signals, order[0])
        position = _cue(scene, order[0])
        cue = None if position is None else cue_span(scene.view.utterances[position])
        opportunity = see_opportunity(scene, signals, order, position, self._reading(scene, signals))
        why = reason_of(scene, signals, order[0], list(decided), cue)
        return Grounds(why + doubt_of(opportunity, scene.criterion), decided, cue, opportunity)

    def _reading(self, scene: Scene, signals: dict[str, Values]) -> Reading | None:
        """What the call says of the failure: that it is one, unless it speaks clearly against it."""
        if self.scorer is None:
            return None
        chances = self.scorer.chances(scene, signals)
        answer = self.scorer.doubted(chances) or "not_met"
        return answer, round(chances.of[answer], DIGITS)

    def _talk_over(self, view: CallView, failure: Failure, criterion: Criterion) -> Pick:
        overs = find_talk_overs(view.call)
        seen = opportunity_by_times(view.call, len(view.candidates))
        if not overs:
            return no_pick(failure, criterion, reason_of_none(view, criterion), seen)
        first_of = {one.turn: one for one in reversed(view.utterances)}
        ranked = [
            Ranked(first_of[one.turn], CERTAIN_BY_TIMES if place == 0 else 0.0)
            for place, one in enumerate(overs[: 1 + self.alternatives])
        ]
        cue = cue_span(first_of[overs[0].over]) if overs[0].over in first_of else None
        grounds = Grounds(reason_of_talk_over(overs), {"overlap_s": round(overs[0].overlap_s, 3)}, cue, seen)
        return found_pick(view.call, failure, criterion, ranked, grounds, self.sure)


def _cue(scene: Scene, index: int) -> int | None:
    """The position of what the customer said before the candidate that called for the behaviour."""
    position = scene.cue_before[index]
    if situation_of(scene.criterion) != "cue" or position is None or scene.cue_strengths[position] < CUE_AT_LEAST:
        return None
    return position


def load_finder(
    model: Path | None = None,
    *,
    encoder: str | None = None,
    sure: float | None = None,
    alternatives: int = 4,
    profile: Profile = "default",
) -> EvidenceFinder:
    """A finder with the packaged model, or with the one in the folder ``model``.

    Heavy things load on the first find.
    """
    return EvidenceFinder(encoder_for(model, encoder, profile), model, sure, alternatives, profile=profile)

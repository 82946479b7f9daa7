"""The built-in scorer: met, not met or no opportunity for a criterion of a call, and a score, by the call alone.

It stands in where people have not scored, and never for them: each score says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from models.evidence import Answer, Opportunity, Probability
from models.scene import CallView, Scene, situation_of
from models.scorer_shelf import NoSuchScorer, packaged_folder, read_scorer, version_of
from models.signals import measure
from models.team_reading import Chances, Heads, TeamReading, TeamScore, agreement_of, read_team
from models.traits import traits_of
from nlp.encoder import load_encoder
from nlp.errors import VerbatimError
from nlp.noun import Id, Noun
from nlp.talk_over import find_talk_overs

if TYPE_CHECKING:
    from models.scene import Values
    from models.scorer_shelf import ScorerSheet
    from nlp.call import Call
    from nlp.encoder import Encoder
    from rubric.criterion import Criterion
    from rubric.rubric import Rubric

MACHINE = "verbatim:"
"""How ``scored_by`` begins where no person scored."""
CERTAIN_BY_TIMES = 0.95
"""Times decide talk-over; what is left is that they may be wrong."""
PLACES = 4


class CannotScore(VerbatimError):
    """The call does not show what the criterion judges: nobody spoke as the agent, or talk-over without times."""

    def __init__(self, call_id: str, criterion_id: str, problem: str) -> None:
        super().__init__(f"call {call_id}, criterion {criterion_id}: {problem}")
        self.call_id, self.criterion_id, self.problem = call_id, criterion_id, problem


class MachineScore(Noun):
    """One criterion of one call as the machine reads it. ``score`` is in the rubric's scale; None: no opportunity.

    ``proven``: the agreement with people was measured for this criterion on the team's own scores, and is enough.
    """

    call_id: Id
    criterion_id: Id
    rubric_id: Id
    rubric_version: Annotated[int, Field(ge=1)]
    answer: Answer
    score: float | None
    confidence: Probability
    scored_by: Id
    proven: bool = False


class Scorer:
    """Scores criteria of calls. The same call and criterion give the same score, to the last digit."""

    def __init__(self, encoder: Encoder, folder: Path | None = None, sheet: ScorerSheet | None = None) -> None:
        self.encoder, self._folder, self._given = encoder, folder, sheet
        self._view: CallView | None = None

    @cached_property
    def sheet(self) -> ScorerSheet:
        """The heads. Raises NoSuchScorer, also where they were made for another encoder."""
        folder = self._folder or packaged_folder(self.encoder.name)
        sheet = self._given or read_scorer(folder)
        if sheet.encoder != self.encoder.name:
            raise NoSuchScorer(folder, f"was made for encoder {sheet.encoder!r}, not {self.encoder.name!r}")
        return sheet

    @cached_property
    def usable(self) -> bool:
        """Whether there are heads for this encoder."""
        try:
            return bool(self.sheet)
        except NoSuchScorer:
            return False

    @cached_property
    def version(self) -> str:
        """From the content of the sheet and of the code that a score depends on."""
        return version_of(self.sheet)

    @property
    def heads(self) -> Heads:
        """The shipped heads, as no team has leant on them."""
        return Heads(self.sheet.due, self.sheet.met)

    def chances(self, scene: Scene, signals: Mapping[str, Values]) -> Chances:
        """The chances of the three answers for a scene with at least one candidate, by the shipped heads."""
        return self.heads.chances(situation_of(scene.criterion), traits_of(scene, signals))

    def doubted(self, chances: Chances) -> Answer | None:
        """*Met* or *no opportunity* where the call speaks so clearly that a failing score should be looked at."""
        met, undue = self.sheet.doubts_from
        if chances.of["no_opportunity"] >= undue:
            return "no_opportunity"
        return "met" if chances.of["met"] >= met else None

    def traits(self, call: Call, criterion: Criterion) -> dict[str, float]:
        """What the call shows of the criterion. Raises CannotScore where nobody spoke as the agent."""
        if self._view is None or self._view.call is not call:
            self._view = CallView(call, self.encoder)
        if not self._view.candidates:
            raise CannotScore(call.call_id, criterion.id, "nothing in this call was said by the agent")
        scene = Scene(self._view, criterion)
        return traits_of(scene, measure(scene))

    def score(
        self, call: Call, criterion: Criterion, rubric: Rubric, team: TeamReading | None = None, proven: bool = False
    ) -> MachineScore:
        """The score of one criterion, as the team would read it where its reading is given. Raises CannotScore."""
        if criterion.failure == "talk_over":
            chances = _by_times(call, criterion)
        else:
            chances = self._chances(call, criterion, team)
        low = rubric.scale.min if team is None or team.low is None else team.low
        high = rubric.scale.max if team is None or team.high is None else team.high
        answer = chances.answer
        return MachineScore(
            call_id=call.call_id,
            criterion_id=criterion.id,
            rubric_id=rubric.id,
            rubric_version=rubric.version,
            answer=answer,
            score=None if answer == "no_opportunity" else points_of(chances.met, low, criterion.threshold, high),
            confidence=round(chances.of[answer], PLACES),
            scored_by=f"{MACHINE}{self.version}",
            proven=proven,
        )

    def _chances(self, call: Call, criterion: Criterion, team: TeamReading | None) -> Chances:
        heads = self.heads  # before the call is read: there may be none for this encoder
        situation, traits = situation_of(criterion), self.traits(call, criterion)
        return team.chances(call.call_id, situation, traits) if team else heads.chances(situation, traits)

    def read_team(self, criterion: Criterion, scored: Iterable[tuple[Call, float | None, float]]) -> TeamReading:
        """The criterion as a team scores it, from its calls, each with a person's score and the threshold it had.

        Calls that cannot show what is judged are left out. Talk-over is read by times, whatever the team says.
        """
        by_times = criterion.failure == "talk_over"
        rows: list[TeamScore] = []
        seen: dict[str, Chances] = {}
        for call, score, threshold in scored:
            try:
                if by_times:
                    seen[call.call_id] = _by_times(call, criterion)
                traits = {} if by_times else self.traits(call, criterion)
            except CannotScore:
                continue
            rows.append(TeamScore(call.call_id, traits, answer_of(score, threshold), score))
        if not by_times:
            return read_team(self.heads, situation_of(criterion), rows)
        agreement = agreement_of([(one.answer, seen[one.call].answer) for one in rows])
        return TeamReading(self.heads, None, None, agreement, seen)


def answer_of(score: float | None, threshold: float) -> Answer:
    """What a person's score says: none is no opportunity, and under the threshold is not met."""
    if score is None:
        return "no_opportunity"
    return "met" if score >= threshold else "not_met"


def points_of(met: float, low: float, threshold: float, high: float) -> float:
    """A chance as points: ``low`` where it is 0, the threshold at a half, ``high`` where it is 1, straight between.

    So a score is under the threshold where failing is likelier, and only there; to two decimals.
    """
    low, high = min(low, threshold), max(high, threshold)
    if met >= 0.5:
        return min(high, max(threshold, round(threshold + (high - threshold) * (2 * met - 1), 2)))
    return max(low, min(threshold - 0.01, round(low + (threshold - low) * 2 * met, 2)))


def is_machines(scored_by: str | None) -> bool:
    """Whether a score of this ``scored_by`` is the machine's."""
    return scored_by is not None and scored_by.startswith(MACHINE)


def load_scorer(folder: Path | None = None, *, encoder: str | None = None) -> Scorer:
    """A scorer with the packaged heads, or with those in ``folder``. Heavy things load on the first score."""
    return Scorer(load_encoder(encoder), folder)


def opportunity_by_times(call: Call, searched: int) -> Opportunity | None:
    """Of talk-over: whether the agent kept from it, by the times; None where there are none."""
    if not _timed(call):
        return None
    answer: Answer = "not_met" if find_talk_overs(call) else "met"
    return Opportunity(answer=answer, confidence=CERTAIN_BY_TIMES, searched=searched)


def _by_times(call: Call, criterion: Criterion) -> Chances:
    if not _timed(call):
        raise CannotScore(call.call_id, criterion.id, "the transcript has no times, so talk-over cannot be seen in it")
    return Chances(1.0, 1 - CERTAIN_BY_TIMES if find_talk_overs(call) else CERTAIN_BY_TIMES)


def _timed(call: Call) -> bool:
    return any(turn.start is not None and turn.end is not None for turn in call.turns)

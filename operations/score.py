"""The built-in scorer at work: which criteria it may score, by its agreement with people, and their calls scored.

It stands in where people have not scored. What it says is its own, is never kept among people's scores, and is
refused for a criterion where it does not agree with people well enough.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from models.scorer import CannotScore, MachineScore, Scorer, is_machines
from nlp.noun import Id, Noun, Text
from nlp.spoken_language import why_unread
from rubric.score import Score
from rubric.trigger import current_scores
from store import calls, judgements, rubrics, scores

if TYPE_CHECKING:
    from models.team_reading import Agreement, TeamReading
    from nlp.call import Call
    from rubric.criterion import Criterion
    from rubric.rubric import Rubric
    from store.session import Store

log = logging.getLogger(__name__)

ALWAYS = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
MOST_TEAM_SCORES = 150
"""The newest of a team's scores of a criterion that are learned from: each has its call read."""

SEARCHED = 3
"""So many times as many scores are looked at, since a score may come without its call."""

Machine = Literal["off", "proven", "unproven"]


class ScoringRules(Noun):
    """Whether the machine scores where people have not.

    ``off``: never. ``proven``: criteria with at least ``min_team_scores`` scores by people and an agreement with them
    of at least ``min_kappa`` (Cohen's kappa). ``unproven``: also those with fewer scores, and marked as such.
    """

    machine: Machine = "off"
    min_team_scores: Annotated[int, Field(ge=10)] = 50
    min_kappa: Annotated[float, Field(ge=0, le=1)] = 0.6


class Standing(Noun):
    """How a criterion stands with the machine. ``scores`` are those by people that could be read with their calls.

    ``proven``: enough of them, and enough agreement. ``refused``: enough of them, and not enough agreement.
    ``few``: not enough of them to tell; kappa and accuracy are None.
    """

    criterion_id: Id
    criterion_name: Text
    scores: int
    kappa: float | None
    accuracy: float | None
    standing: Literal["proven", "refused", "few"]
    why: Text

    def allowed(self, machine: Machine) -> bool:
        """Whether the machine may score the criterion under this setting."""
        if machine == "off" or self.standing == "refused":
            return False
        return self.standing == "proven" or machine == "unproven"


@dataclass(frozen=True, slots=True)
class _Read:
    standing: Standing
    team: TeamReading | None


class MachineScoring:
    """Scores calls by machine, each criterion leant on what people have scored of it.

    What people have scored is read once a criterion, and each call once: make a new one for each run. ``most`` is how
    many of the newest scores of a criterion are learned from.
    """

    def __init__(
        self, store: Store, rubric: Rubric, scorer: Scorer, rules: ScoringRules, most: int = MOST_TEAM_SCORES
    ) -> None:
        self.store, self.rubric, self.scorer, self.rules, self.most = store, rubric, scorer, rules, most
        self._read_already: dict[tuple[str, str], _Read] = {}
        self._scored_already: dict[tuple[str, str, str, int], MachineScore | None] = {}

    def __call__(self, calls: Sequence[Call], criterion: Criterion, rubric: Rubric) -> list[MachineScore]:
        """The machine's scores of these calls; empty where it may not score the criterion, which the log says.

        Calls that cannot show what is judged have none.
        """
        if not calls or self.rules.machine == "off":
            return []
        read = self._read(criterion, rubric)
        if not read.standing.allowed(self.rules.machine):
            log.warning("%s is not scored by machine: %s", criterion.title, read.standing.why)
            return []
        return list(self._scored(calls, criterion, rubric, read))

    def standing(self, criterion: Criterion, rubric: Rubric) -> Standing:
        """How the criterion stands, whatever the configuration allows."""
        return self._read(criterion, rubric).standing

    def _scored(
        self, calls: Sequence[Call], criterion: Criterion, rubric: Rubric, read: _Read
    ) -> Iterator[MachineScore]:
        for call in calls:
            key = call.call_id, call.digest, criterion.id, rubric.version
            if key not in self._scored_already:
                self._scored_already[key] = self._score(call, criterion, rubric, read)
            score = self._scored_already[key]
            if score is not None:
                yield score

    def _score(self, call: Call, criterion: Criterion, rubric: Rubric, read: _Read) -> MachineScore | None:
        if (why := why_unread(call)) is not None:
            log.info("not scored: call %s: %s", call.call_id, why)
            return None
        try:
            return self.scorer.score(call, criterion, rubric, read.team, read.standing.standing == "proven")
        except CannotScore as error:
            log.info("not scored: %s", error)
            return None

    def _read(self, criterion: Criterion, rubric: Rubric) -> _Read:
        key = criterion.id, criterion.digest((rubric.scale.min, rubric.scale.max))
        if key not in self._read_already:
            self._read_already[key] = self._measure(criterion, key[1])
        return self._read_already[key]

    def _measure(self, criterion: Criterion, digest: str) -> _Read:
        """People's scores are held against the machine where there are enough of them to be worth reading."""
        scored = self._scored_by_people(criterion.id, digest)
        if len(scored) < self.rules.min_team_scores:
            return _Read(self._few(criterion, len(scored)), None)
        team = self.scorer.read_team(criterion, scored)
        if team.agreement.scores < self.rules.min_team_scores:
            return _Read(self._few(criterion, team.agreement.scores), None)
        return _Read(self._standing(criterion, team.agreement), team)

    def _scored_by_people(self, criterion_id: str, digest: str) -> list[tuple[Call, float | None, float]]:
        """The newest calls that people have scored by what is judged, with the score and the threshold it had."""
        with self.store.read() as session:
            wrong = judgements.wrong_scores(session)
            versions = {one.version: one for one in (*rubrics.list_versions(session, self.rubric.id), self.rubric)}
            judging = {n: one for n, one in versions.items() if one.digests().get(criterion_id) == digest}
            by_people = (
                one
                for one in scores.scores_between(session, *ALWAYS)
                if one.criterion_id == criterion_id and not is_machines(one.scored_by)
            )
            given = [
                one
                for one in current_scores(by_people)
                if (one.call_id, criterion_id) not in wrong and _in_scale(one, judging.get(self._version(one)))
            ]
            newest = sorted(given, key=_newest_first)[: SEARCHED * self.most]
            known = {call.call_id: call for call in calls.get_calls(session, [one.call_id for one in newest])}
        thresholds = {n: one.criterion(criterion_id).threshold for n, one in judging.items()}
        read = [one for one in newest if one.call_id in known][: self.most]
        return [(known[one.call_id], one.score, thresholds[self._version(one)]) for one in read]

    def _version(self, score: Score) -> int:
        return score.rubric_version or self.rubric.version

    def _few(self, criterion: Criterion, count: int) -> Standing:
        why = f"too few scores by people: {self.rules.min_team_scores} are needed"
        return _standing(criterion, count, None, "few", why)

    def _standing(self, criterion: Criterion, found: Agreement) -> Standing:
        if found.kappa is None:
            why = "people passed, or failed, every call: agreement cannot be shown"
            return _standing(criterion, found.scores, found, "refused", why)
        said = f"kappa with people {found.kappa:.2f}"
        if found.kappa < self.rules.min_kappa:
            return _standing(criterion, found.scores, found, "refused", f"{said}, under {self.rules.min_kappa:.2f}")
        return _standing(criterion, found.scores, found, "proven", said)


def _standing(
    criterion: Criterion, count: int, found: Agreement | None, standing: Literal["proven", "refused", "few"], why: str
) -> Standing:
    return Standing(
        criterion_id=criterion.id,
        criterion_name=criterion.title,
        scores=count,
        kappa=found.kappa if found else None,
        accuracy=found.accuracy if found else None,
        standing=standing,
        why=why,
    )


def _in_scale(score: Score, rubric: Rubric | None) -> bool:
    """Whether the score is one of this rubric; None: it was judged by something else."""
    if rubric is None:
        return False
    return score.score is None or rubric.scale.min <= score.score <= rubric.scale.max


def _newest_first(score: Score) -> tuple[float, str]:
    return -(score.scored_at.timestamp() if score.scored_at else 0.0), score.call_id

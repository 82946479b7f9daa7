"""Which scores and flags start coaching: every score under its threshold, or what a supervisor flagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from nlp.noun import Id, Noun, Text, nearest
from rubric.failure import Failure
from rubric.rubric import Rubric
from rubric.score import Flag, Score, When

Mode = Literal["score", "flagged"]
Trigger = Literal["score", "flagged", "auto"]

AUTO_LIMIT = 40
"""``auto``: up to so many active agents a supervisor's flags decide, above it the scores do."""


class CallFacts(Noun):
    """What selecting needs to know of a call. ``at`` is when it began."""

    call_id: Id
    agent_id: Id | None = None
    at: When = None


class NotUsed(Noun):
    """A score or a flag that started nothing, and why."""

    record: Score | Flag
    reason: Text


class Selection(Noun):
    """What was selected, how, and what was not.

    ``failures`` are in the order of call and criterion id. ``set_aside`` are records that contradict the rubric
    or the calls, ``idle_flags`` are sound ones that found nothing to coach. ``note`` is a sentence for the report.
    """

    mode: Mode
    note: Text
    failures: Annotated[tuple[Failure, ...], Field(strict=False)] = ()
    set_aside: Annotated[tuple[NotUsed, ...], Field(strict=False)] = ()
    idle_flags: Annotated[tuple[NotUsed, ...], Field(strict=False)] = ()


def select_failures(
    scores: Iterable[Score],
    rubric: Rubric,
    *,
    calls: Mapping[str, CallFacts],
    mode: Trigger = "auto",
    flags: Sequence[Flag] | None = None,
    active_agents: int | None = None,
    auto_limit: int = AUTO_LIMIT,
    earlier: Iterable[Rubric] = (),
) -> Selection:
    """The failures that coaching starts from.

    ``calls`` are by call id. ``flags`` None means that none were given, which the note tells apart from an empty
    list. ``active_agents`` None, where there is no agents' file, counts those of the scores. A score is held
    against the version of the rubric that it names, ``rubric`` or one of ``earlier``; ``rubric`` where it names none.
    """
    ground = _Ground(rubric, {version.version: version for version in (*earlier, rubric)}, calls)
    kept, set_aside = _sorted_out(scores, ground)
    current = current_scores(kept)
    agents = active_agents if active_agents is not None else len(agents_of(current, calls))
    chosen, note = _mode_for(mode, agents, auto_limit)
    if chosen == "score":
        failures = [ground.failure(score) for score in current if ground.is_under(score)]
        return Selection(mode=chosen, note=note, failures=tuple(failures), set_aside=tuple(set_aside))
    by_key = {(score.call_id, score.criterion_id): score for score in current}
    return _select_flagged(flags, by_key, ground, note, set_aside)


def failing_scores(scores: Iterable[Score], rubric: Rubric) -> list[Failure]:
    """Every current score under its threshold, where scores are all that is known.

    Scores that cannot be held against ``rubric`` are left out; ``select_failures`` tells which and why.
    """
    return list(select_failures(scores, rubric, calls={}, mode="score").failures)


def current_scores(scores: Iterable[Score]) -> list[Score]:
    """Of the scores of one call and criterion the newest, in the order of call and criterion id.

    Where two have the same time, or none, the later rubric version counts, then the lower score: the answer does
    not depend on the order in which they come.
    """
    newest: dict[tuple[str, str], Score] = {}
    for score in scores:
        key = score.call_id, score.criterion_id
        if key not in newest or _recency(score) > _recency(newest[key]):
            newest[key] = score
    return [newest[key] for key in sorted(newest)]


def agents_of(scores: Iterable[Score], calls: Mapping[str, CallFacts]) -> set[str]:
    """The agents of these scores: whom a score names, else whom its call names."""
    named = ((score.agent_id, calls.get(score.call_id)) for score in scores)
    return {agent for own, facts in named if (agent := own or (facts.agent_id if facts else None))}


def _recency(score: Score) -> tuple[float, int, float, str]:
    at = score.scored_at.timestamp() if score.scored_at else float("-inf")
    lower_first = -score.score if score.score is not None else float("-inf")
    return at, score.rubric_version or 0, lower_first, score.model_dump_json()


@dataclass(frozen=True)
class _Ground:
    """What scores and flags are held against."""

    rubric: Rubric
    versions: Mapping[int, Rubric]
    calls: Mapping[str, CallFacts]

    def rubric_of(self, score: Score) -> Rubric:
        return self.versions[score.rubric_version or self.rubric.version]

    def agent_of(self, score: Score) -> str | None:
        facts = self.calls.get(score.call_id)
        return score.agent_id or (facts.agent_id if facts else None)

    def is_under(self, score: Score) -> bool:
        return score.score is not None and score.score < self.rubric_of(score).criterion(score.criterion_id).threshold

    def problem_of(self, score: Score) -> str | None:
        """Why a score cannot be used at all; None where it can."""
        rubric = self.versions.get(score.rubric_version or self.rubric.version)
        if rubric is None:
            known = ", ".join(map(str, sorted(self.versions)))
            return f"scored under version {score.rubric_version} of rubric {self.rubric.id}; known here: {known}"
        if unknown := _unknown(score.criterion_id, rubric):
            return unknown
        scale = rubric.scale
        if score.score is not None and not scale.min <= score.score <= scale.max:
            return f"the score {score.score:g} is off the scale {scale.min:g} to {scale.max:g}"
        facts = self.calls.get(score.call_id)
        if facts and facts.agent_id and score.agent_id and facts.agent_id != score.agent_id:
            return f"the score names agent {score.agent_id!r}, the call agent {facts.agent_id!r}; they must agree"
        return None

    def failure(self, score: Score, reason: Literal["score", "flag"] = "score") -> Failure:
        facts = self.calls.get(score.call_id)
        rubric = self.rubric_of(score)
        criterion = rubric.criterion(score.criterion_id)
        return Failure(
            call_id=score.call_id,
            criterion_id=score.criterion_id,
            score=score.score,
            threshold=criterion.threshold,
            weight=criterion.weight,
            critical=criterion.critical,
            rubric_id=rubric.id,
            rubric_version=rubric.version,
            agent_id=self.agent_of(score),
            at=(facts.at if facts else None) or score.scored_at,
            reason=reason,
        )


def _unknown(criterion_id: str, rubric: Rubric) -> str | None:
    if rubric.has(criterion_id):
        return None
    like = nearest(criterion_id, [criterion.id for criterion in rubric.criteria])
    hint = f"; did you mean {like!r}?" if like else ""
    return f"rubric {rubric.id} version {rubric.version} has no criterion {criterion_id!r}{hint}"


def _sorted_out(scores: Iterable[Score], ground: _Ground) -> tuple[list[Score], list[NotUsed]]:
    kept: list[Score] = []
    set_aside: list[NotUsed] = []
    for score in scores:
        problem = ground.problem_of(score)
        if problem:
            set_aside.append(NotUsed(record=score, reason=problem))
        else:
            kept.append(score)
    return kept, set_aside


def _mode_for(mode: Trigger, agents: int, limit: int) -> tuple[Mode, str]:
    if mode == "score":
        return "score", "Every score under its threshold was selected."
    if mode == "flagged":
        return "flagged", "What supervisors flagged was selected."
    if agents > limit:
        return "score", f"Every score under its threshold was selected: {agents} active agents, more than {limit}."
    return "flagged", f"What supervisors flagged was selected: {agents} active agents, not more than {limit}."


def _select_flagged(
    flags: Sequence[Flag] | None,
    by_key: Mapping[tuple[str, str], Score],
    ground: _Ground,
    note: str,
    set_aside: list[NotUsed],
) -> Selection:
    found: dict[tuple[str, str], Failure] = {}
    wrong, idle = list(set_aside), []
    of_call = _by_call(by_key.values())
    for flag in flags or ():
        if problem := _problem_of_flag(flag, of_call, ground):
            wrong.append(NotUsed(record=flag, reason=problem))
            continue
        failures, why_none = _flagged(flag, by_key, of_call, ground)
        found.update({failure.key: failure for failure in failures})
        if why_none:
            idle.append(NotUsed(record=flag, reason=why_none))
    return Selection(
        mode="flagged",
        note=note if flags else f"Nothing is planned: {_no_flags(flags)}",
        failures=tuple(found[key] for key in sorted(found)),
        set_aside=tuple(wrong),
        idle_flags=tuple(idle),
    )


def _no_flags(flags: Sequence[Flag] | None) -> str:
    given = "no flags were given" if flags is None else "the flags given name no call"
    return f"coaching starts from supervisors' flags here, and {given}. Give a flags file, or let scores trigger."


def _by_call(scores: Iterable[Score]) -> dict[str, list[Score]]:
    of_call: dict[str, list[Score]] = {}
    for score in scores:
        of_call.setdefault(score.call_id, []).append(score)
    return of_call


def _problem_of_flag(flag: Flag, of_call: Mapping[str, list[Score]], ground: _Ground) -> str | None:
    if flag.call_id not in ground.calls and flag.call_id not in of_call:
        return f"a flag on call {flag.call_id!r}, of which there is no call and no score"
    if flag.criterion_id is None or any(rubric.has(flag.criterion_id) for rubric in ground.versions.values()):
        return None
    return _unknown(flag.criterion_id, ground.rubric)


def _flagged(
    flag: Flag, by_key: Mapping[tuple[str, str], Score], of_call: Mapping[str, list[Score]], ground: _Ground
) -> tuple[list[Failure], str]:
    """The failures that a flag makes, else why it makes none."""
    if flag.criterion_id is None:
        under = [score for score in of_call.get(flag.call_id, ()) if ground.is_under(score)]
        return [
            ground.failure(score, "flag") for score in under
        ], "" if under else "no score of it is under its threshold"
    score = by_key.get((flag.call_id, flag.criterion_id))
    if score is None and not ground.rubric.has(flag.criterion_id):
        return [], "its criterion is of an earlier version of the rubric, and has no score in this call"
    if score is not None and score.score is None:
        return [], "its score is empty: the criterion does not apply to this call"
    unscored = Score(call_id=flag.call_id, criterion_id=flag.criterion_id, score=None)
    return [ground.failure(score or unscored, "flag")], ""

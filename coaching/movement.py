"""Whether a score has moved: before, after, how sure, and what would have come by itself.

Agents are coached because of low scores, and a low score is partly bad luck: the next ones would be higher without
any coaching. So a movement counts as one only where it is beyond chance and beyond that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from coaching.plan import PlanItem
from nlp.noun import Id, Noun, Text

Verdict = Literal["moved", "not_moved", "within_noise", "not_enough_calls", "not_comparable"]
ScoredBy = Literal["people", "machine"]

CONFIDENCE = 0.90
"""The interval of a delta holds the true one nine times in ten."""


class Sample(Noun):
    """Some scores of one agent on one criterion. ``spread``: standard deviation, n-1; None under two calls."""

    calls: Annotated[int, Field(ge=0)] = 0
    mean: float | None = None
    spread: float | None = None


class TeamSpread(Noun):
    """How the scores of a criterion lie in a team: ``within`` one agent and ``between`` the agents' true means.

    Both are standard deviations in points; ``mean`` is of the agents' true means; ``agents`` with at least one score.
    """

    mean: float
    within: Annotated[float, Field(ge=0)]
    between: Annotated[float, Field(ge=0)]
    agents: Annotated[int, Field(ge=2)]


class MovementRules(Noun):
    """What counts as movement.

    ``min_calls``: fewer calls after the approval give no verdict. ``by``: by the 90 % interval of the delta, or by the
    plain delta of at least ``least_delta`` points. ``before_days``: how far back the mean before goes.
    """

    min_calls: Annotated[int, Field(ge=2)] = 5
    by: Literal["interval", "delta"] = "interval"
    least_delta: Annotated[float, Field(gt=0)] = 5
    before_days: Annotated[int, Field(ge=1, le=365)] = 30


class Measured(Noun):
    """What is followed up: a criterion under a rubric's version, and the score that brought it into the plan."""

    criterion_id: Id
    rubric_id: Id
    rubric_version: int
    threshold: float
    triggering_score: float | None = None


class Movement(Noun):
    """Before, after and what follows from it; all scores in the rubric's scale.

    ``low`` and ``high``: the 90 % interval of ``delta``. ``by_regression``: the delta that regression to the mean
    alone would give; None where the team is too small to tell. ``changed``: what stands in the way of comparing.
    """

    criterion_id: Id
    rubric_id: Id
    rubric_version: int
    threshold: float
    triggering_score: float | None
    before: Sample
    after: Sample
    scored_by: ScoredBy
    delta: float | None
    low: float | None
    high: float | None
    by_regression: float | None
    verdict: Verdict
    over_threshold: bool
    changed: Annotated[tuple[Text, ...], Field(strict=False)] = ()


def measured(item: PlanItem) -> Measured:
    """What an item of a plan asks to be followed up."""
    return Measured(
        criterion_id=item.criterion_id,
        rubric_id=item.rubric_id,
        rubric_version=item.rubric_version,
        threshold=item.threshold,
        triggering_score=item.score,
    )


def measure_movement(
    of: Measured,
    before: Sequence[float],
    after: Sequence[float],
    *,
    rules: MovementRules,
    spread: TeamSpread | None = None,
    scored_by: ScoredBy = "people",
    changed: Sequence[str] = (),
) -> Movement:
    """The movement of one agent's scores on one criterion.

    ``before``: the scores of the days before the approval, the triggering one among them; ``after``: those from the
    day after it on; all under the same judged digest. ``spread``: of the agent's team on this criterion, from
    ``estimate_spread``. ``changed``: what has changed in what is judged; then nothing is compared.
    """
    earlier, later = sample(before), sample(after)
    delta = None if changed or earlier.mean is None or later.mean is None else later.mean - earlier.mean
    interval = interval_of_delta(earlier, later, spread) if delta is not None else None
    by_itself = regression_alone(earlier, spread) if delta is not None else None
    why_not = tuple(changed) or (() if earlier.calls else (f"no score in the {rules.before_days} days before",))
    return Movement(
        **of.model_dump(),
        before=earlier,
        after=later,
        scored_by=scored_by,
        delta=delta,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        by_regression=by_itself,
        verdict="not_comparable" if why_not else _verdict(later.calls, delta, interval, by_itself, rules),
        over_threshold=later.mean is not None and later.mean >= of.threshold,
        changed=why_not,
    )


def _verdict(
    calls: int,
    delta: float | None,
    interval: tuple[float, float] | None,
    by_itself: float | None,
    rules: MovementRules,
) -> Verdict:
    if calls < rules.min_calls or delta is None:
        return "not_enough_calls"
    if rules.by == "delta":
        return "moved" if delta >= rules.least_delta else "not_moved"
    if interval is None:
        return "within_noise"
    # what comes by itself is never counted in an agent's favour, only against it
    allowance = max(0.0, by_itself or 0.0)
    if interval[0] > allowance:
        return "moved"
    return "not_moved" if interval[1] < allowance + rules.least_delta else "within_noise"


def sample(scores: Sequence[float]) -> Sample:
    """Number, mean and standard deviation (n-1) of some scores."""
    if not scores:
        return Sample()
    mean = math.fsum(scores) / len(scores)
    if len(scores) < 2:
        return Sample(calls=1, mean=mean)
    squares = math.fsum((score - mean) ** 2 for score in scores)
    return Sample(calls=len(scores), mean=mean, spread=math.sqrt(squares / (len(scores) - 1)))


def interval_of_delta(before: Sample, after: Sample, spread: TeamSpread | None) -> tuple[float, float] | None:
    """The 90 % interval of the difference of the means after Welch (1947), degrees of freedom after Satterthwaite.

    A sample of one call takes the team's spread within an agent; None where there is none.
    """
    from scipy.special import stdtrit

    parts = [_squared_error(one, spread) for one in (before, after)]
    if before.mean is None or after.mean is None or None in parts:
        return None
    delta = after.mean - before.mean
    (square_b, free_b), (square_a, free_a) = (part for part in parts if part is not None)
    total = square_b + square_a
    if total == 0:
        return delta, delta
    free = total**2 / (square_b**2 / free_b + square_a**2 / free_a)
    half = float(stdtrit(free, (1 + CONFIDENCE) / 2)) * math.sqrt(total)
    return delta - half, delta + half


def _squared_error(one: Sample, spread: TeamSpread | None) -> tuple[float, int] | None:
    """The squared standard error of a sample's mean, and its degrees of freedom."""
    if one.spread is not None:
        return one.spread**2 / one.calls, one.calls - 1
    if spread is not None and one.calls:
        return spread.within**2 / one.calls, max(1, spread.agents - 1)
    return None


def regression_alone(before: Sample, spread: TeamSpread | None) -> float | None:
    """The delta to expect of an agent with this mean before, had nothing changed.

    A mean of n calls is drawn to the team's by ``within² / (within² + n between²)`` of the way: the shrinkage of a
    random-effects model (Galton's regression; Kelley 1927 for test scores). None without a team or without calls.
    """
    if spread is None or before.mean is None:
        return None
    noise, signal = spread.within**2 / before.calls, spread.between**2
    return 0.0 if noise + signal == 0 else (spread.mean - before.mean) * noise / (noise + signal)


def estimate_spread(scores_by_agent: Mapping[str, Sequence[float]]) -> TeamSpread | None:
    """The spread within and between a team's agents on one criterion; None where it cannot be told.

    By the analysis of variance with one random effect and unequal numbers (Searle, Casella & McCulloch 1992, 3.6);
    a negative estimate of the spread between is 0. Needs two agents, and one of them with two scores.
    """
    samples = [sample(scores) for _, scores in sorted(scores_by_agent.items()) if scores]
    calls = sum(one.calls for one in samples)
    if len(samples) < 2 or calls == len(samples):
        return None
    grand = math.fsum(one.calls * (one.mean or 0.0) for one in samples) / calls
    inside = math.fsum((one.calls - 1) * (one.spread or 0.0) ** 2 for one in samples) / (calls - len(samples))
    outside = math.fsum(one.calls * ((one.mean or 0.0) - grand) ** 2 for one in samples) / (len(samples) - 1)
    usual = (calls - sum(one.calls**2 for one in samples) / calls) / (len(samples) - 1)
    between = max(0.0, (outside - inside) / usual)
    return TeamSpread(
        mean=_weighted_mean(samples, inside, between),
        within=math.sqrt(inside),
        between=math.sqrt(between),
        agents=len(samples),
    )


def _weighted_mean(samples: Sequence[Sample], inside: float, between: float) -> float:
    """The mean of the agents' true means: an agent counts by how well its own is known."""
    weights = [1 / (between + inside / one.calls) if between + inside else 1.0 for one in samples]
    return math.fsum(w * (one.mean or 0.0) for w, one in zip(weights, samples, strict=True)) / math.fsum(weights)

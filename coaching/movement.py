"""Whether a score has moved: before, after, how sure, and what would have come by itself.

Agents are coached because of low scores, and a low score is partly bad luck: the next ones would be higher without
any coaching. So a movement counts as one only where it is beyond chance and beyond that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from coaching.plan import PlanItem
from coaching.spread import Sample, TeamSpread, sample
from nlp.noun import Id, Noun, Text

Verdict = Literal["moved", "not_moved", "within_noise", "not_enough_calls", "not_comparable"]
ScoredBy = Literal["people", "machine"]

CONFIDENCE = 0.90
"""The interval of a delta holds the true one nine times in ten."""

STEADY = 20
"""For so many calls, at most, counts what is known of a spread beforehand."""

TEAM_TO_LEAN_ON = 10
"""From so many agents on, the team makes the mean before more certain; fewer do not know their own spread."""


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
    alone would give; None where that cannot be told. ``changed``: what stands in the way of comparing.
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

    @property
    def allowance(self) -> float:
        """Points of the delta that are not counted: what comes by itself counts against a movement, never for it."""
        return _allowance(self.by_regression)


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
    picked_for: float | None = None,
    spread: TeamSpread | None = None,
    scored_by: ScoredBy = "people",
    changed: Sequence[str] = (),
) -> Movement:
    """The movement of one agent's scores on one criterion.

    ``before``: the scores of the days before the approval; ``after``: those from the day after it on; all under the
    same judged digest. ``picked_for``: the score among those before of the call for which the agent was picked.
    ``spread``: of the agent's team on this criterion in the days before, by the same scorers, from
    ``estimate_spread``. ``changed``: what has changed in what is judged; then nothing is compared.
    """
    earlier, later = sample(before), sample(after)
    why_not = tuple(changed) or (() if earlier.calls else (f"no score in the {rules.before_days} days before",))
    if why_not or earlier.mean is None or later.mean is None:
        change = _UNKNOWN
    else:
        by_itself = regression_alone(earlier, picked_for, spread)
        low, high = interval_of_delta(earlier, later, spread) or (None, None)
        change = _Change(later.mean - earlier.mean, low, high, by_itself)
    return Movement(
        **of.model_dump(),
        before=earlier,
        after=later,
        scored_by=scored_by,
        delta=change.delta,
        low=change.low,
        high=change.high,
        by_regression=change.by_regression,
        verdict="not_comparable" if why_not else _verdict(later.calls, change, rules),
        over_threshold=later.mean is not None and later.mean >= of.threshold,
        changed=why_not,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    delta: float | None
    low: float | None
    high: float | None
    by_regression: float | None


_UNKNOWN = _Change(None, None, None, None)


def _verdict(calls: int, change: _Change, rules: MovementRules) -> Verdict:
    if calls < rules.min_calls or change.delta is None:
        return "not_enough_calls"
    if rules.by == "delta":
        return "moved" if change.delta >= rules.least_delta else "not_moved"
    if change.low is None or change.high is None:
        return "within_noise"
    allowance = _allowance(change.by_regression)
    if change.low > allowance:
        return "moved"
    return "not_moved" if change.high < allowance + rules.least_delta else "within_noise"


def _allowance(by_regression: float | None) -> float:
    return max(0.0, by_regression or 0.0)


def regression_alone(before: Sample, picked_for: float | None, spread: TeamSpread | None) -> float | None:
    """The delta to expect of an agent with this mean before, had nothing changed.

    With a team: the way from the mean to the team's, times the part of it that is chance (1 - reliability; Galton
    1886, Kelley 1927). Without one: how much higher the mean is without ``picked_for``, the score among those before
    for which the agent was picked. None where neither can be told.
    """
    if before.mean is None:
        return None
    if spread is not None:
        return (1 - spread.reliability(before.calls)) * (spread.mean - before.mean)
    if picked_for is None or before.calls < 2:
        return None
    others = (before.mean * before.calls - picked_for) / (before.calls - 1)
    return others - before.mean


def interval_of_delta(before: Sample, after: Sample, spread: TeamSpread | None) -> tuple[float, float] | None:
    """The 90 % interval of a delta: Welch's (1947), degrees of freedom after Satterthwaite, on steadied spreads.

    A few scores that happen to be alike would make any delta look sure, and a pass-or-fail criterion often has such.
    So each spread is averaged with what is known beforehand (Smyth 2004): that of the calls before with the team's,
    that of the calls after with both. With a team, the mean before is known better than by its own calls; what is not
    known of the team's mean is added. None where no spread is known at all.
    """
    from scipy.special import stdtrit

    known = _steadied_spreads(before, after, spread)
    if before.mean is None or after.mean is None or known is None:
        return None
    square_b, square_a = known[0].square / before.calls, known[1].square / after.calls
    of_team = 0.0
    if spread is not None:
        reliability = spread.reliability(before.calls)
        of_team = ((1 - reliability) * spread.error) ** 2
        square_b *= reliability if spread.agents >= TEAM_TO_LEAN_ON else 1.0
    own = square_b + square_a
    free = own**2 / (square_b**2 / known[0].free + square_a**2 / known[1].free) if own else math.inf
    half = float(stdtrit(free, (1 + CONFIDENCE) / 2)) * math.sqrt(own + of_team) if own else 0.0
    delta = after.mean - before.mean
    return delta - half, delta + half


@dataclass(frozen=True, slots=True)
class _Known:
    """A variance and the degrees of freedom that it is known by."""

    square: float
    free: int

    def steady(self, one: Sample) -> _Known:
        """The variance of a sample, averaged with this one, which counts for ``STEADY`` calls at most."""
        weight, own = min(STEADY, self.free), max(0, one.calls - 1)
        total = weight * self.square + own * (one.spread or 0.0) ** 2
        return _Known(total / (weight + own), weight + own) if weight + own else self


def _steadied_spreads(before: Sample, after: Sample, spread: TeamSpread | None) -> tuple[_Known, _Known] | None:
    team = _Known(spread.within**2, spread.known_by) if spread else _Known(0.0, 0)
    earlier = team.steady(before)
    later = earlier.steady(after)
    if later.free == 0:
        return None
    return earlier if earlier.free else later, later

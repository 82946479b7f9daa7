"""How far scores lie apart: of one agent from call to call, and of a team from agent to agent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from nlp.noun import Noun

SMALLEST_TEAM = 3
"""Two agents say next to nothing of how far the agents of a team lie apart."""


class Sample(Noun):
    """Some scores of one agent on one criterion. ``spread``: standard deviation, n-1; None under two calls."""

    calls: Annotated[int, Field(ge=0)] = 0
    mean: float | None = None
    spread: Annotated[float, Field(ge=0)] | None = None


class TeamSpread(Noun):
    """How the scores of a criterion lie in a team, in points.

    ``mean`` is of the agents' true means, and ``error`` its standard error; ``within`` is the standard deviation of
    one agent's scores, ``between`` that of the agents' true means; ``agents`` and ``calls`` are what it rests on.
    """

    mean: float
    error: Annotated[float, Field(ge=0)]
    within: Annotated[float, Field(ge=0)]
    between: Annotated[float, Field(ge=0)]
    agents: Annotated[int, Field(ge=SMALLEST_TEAM)]
    calls: Annotated[int, Field(ge=SMALLEST_TEAM + 1)]

    def reliability(self, calls: int) -> float:
        """How much of what sets a mean of so many calls apart is the agent and not the calls: 0 to 1 (Kelley)."""
        signal, noise = self.between**2, self.within**2 / calls
        return signal / (signal + noise) if signal + noise else 1.0

    @property
    def known_by(self) -> int:
        """Degrees of freedom of ``within``."""
        return self.calls - self.agents


def sample(scores: Sequence[float]) -> Sample:
    """Number, mean and standard deviation (n-1) of some scores."""
    if not scores:
        return Sample()
    mean = math.fsum(scores) / len(scores)
    if len(scores) < 2:
        return Sample(calls=1, mean=mean)
    squares = math.fsum((score - mean) ** 2 for score in scores)
    return Sample(calls=len(scores), mean=mean, spread=math.sqrt(squares / (len(scores) - 1)))


def estimate_spread(scores_by_agent: Mapping[str, Sequence[float]]) -> TeamSpread | None:
    """The spread within and between a team's agents on one criterion; None where it cannot be told.

    By the analysis of variance with one random effect and unequal numbers (Searle, Casella & McCulloch, Variance
    Components, 1992, 3.6); a negative estimate of the spread between is 0. Needs three agents, one of them with two
    scores.
    """
    samples = [sample(scores) for _, scores in sorted(scores_by_agent.items()) if scores]
    calls = sum(one.calls for one in samples)
    if len(samples) < SMALLEST_TEAM or calls == len(samples):
        return None
    inside = math.fsum((one.calls - 1) * (one.spread or 0.0) ** 2 for one in samples) / (calls - len(samples))
    between = _between(samples, calls, inside)
    mean, error = _mean_of_means(samples, inside, between)
    return TeamSpread(
        mean=mean,
        error=error,
        within=math.sqrt(inside),
        between=math.sqrt(between),
        agents=len(samples),
        calls=calls,
    )


def _between(samples: Sequence[Sample], calls: int, inside: float) -> float:
    """The variance of the agents' true means."""
    grand = math.fsum(one.calls * _mean(one) for one in samples) / calls
    outside = math.fsum(one.calls * (_mean(one) - grand) ** 2 for one in samples) / (len(samples) - 1)
    usual_calls = (calls - sum(one.calls**2 for one in samples) / calls) / (len(samples) - 1)
    return max(0.0, (outside - inside) / usual_calls)


def _mean_of_means(samples: Sequence[Sample], inside: float, between: float) -> tuple[float, float]:
    """The mean of the agents' true means and its standard error; an agent counts by how well its own is known."""
    if between + inside == 0:
        return math.fsum(map(_mean, samples)) / len(samples), 0.0
    weights = [1 / (between + inside / one.calls) for one in samples]
    total = math.fsum(weights)
    return math.fsum(w * _mean(one) for w, one in zip(weights, samples, strict=True)) / total, math.sqrt(1 / total)


def _mean(one: Sample) -> float:
    assert one.mean is not None
    return one.mean

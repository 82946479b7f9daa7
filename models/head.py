"""A head: a weighted sum of traits and a curve that makes a chance of it, small enough to be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from nlp.noun import Noun

Numbers = Annotated[tuple[float, ...], Field(strict=False)]
STEEPEST = 30.0
"""A logit is held within this, where a chance is 0 or 1 to the last digit that counts."""


class Head(Noun):
    """The chance of a yes, from the traits of a call.

    Each trait is taken less its ``mean`` and in units of its ``spread``. ``weights`` has a row of the same length for
    each situation that the head tells apart, ``intercepts`` a number. ``slope`` and ``shift`` turn the sum into the
    logit of a chance, by what was right on calls of sources that the weights had not seen.
    """

    traits: Annotated[tuple[str, ...], Field(strict=False)]
    mean: Numbers
    spread: Numbers
    weights: dict[str, Numbers]
    intercepts: dict[str, float]
    slope: float = 1.0
    shift: float = 0.0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, row in {"mean": self.mean, "spread": self.spread, **self.weights}.items():
            if len(row) != len(self.traits):
                raise ValueError(f"{name} has {len(row)} numbers for {len(self.traits)} traits")
        if set(self.weights) != set(self.intercepts):
            raise ValueError("weights and intercepts are of different situations")
        if any(number <= 0 for number in self.spread):
            raise ValueError("a spread is a positive number")
        return self

    def knows(self, situation: str) -> bool:
        """Whether the head tells anything in that situation."""
        return situation in self.weights

    def standard(self, traits: Mapping[str, float]) -> list[float]:
        """The head's traits in their order, each less its mean and in units of its spread."""
        return [
            (traits[name] - mean) / spread
            for name, mean, spread in zip(self.traits, self.mean, self.spread, strict=True)
        ]

    def plain(self, situation: str, traits: Mapping[str, float]) -> float:
        """The weighted sum as it is, before the curve."""
        row = self.weights[situation]
        terms = [weight * value for weight, value in zip(row, self.standard(traits), strict=True)]
        return math.fsum([self.intercepts[situation], *terms])

    def chance(self, situation: str, traits: Mapping[str, float]) -> float:
        """Between 0 and 1."""
        logit = self.slope * self.plain(situation, traits) + self.shift
        return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, logit))))

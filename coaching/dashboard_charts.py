"""Where the marks of the dashboard's charts go, so that a template only draws."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from coaching.charts import level
from coaching.dashboard import Change
from coaching.response import Response
from coaching.trends import Trend

WIDTH, HEIGHT = 280.0, 110.0
"""Of the area that lines are drawn in."""

FOREST_WIDTH = 160.0
STEP = 10.0
"""Axes begin and end at a multiple of it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From which value to which a chart goes, the same for all charts beside each other."""

    low: float
    high: float

    def down(self, value: float) -> float:
        """How far under the top of a chart a value stands."""
        return level(value, self.low, self.high, HEIGHT)

    def right(self, value: float) -> float:
        """How far from the left of a forest plot a value stands."""
        return round(FOREST_WIDTH - level(value, self.low, self.high, FOREST_WIDTH), 1)


def trend_axis(trends: Iterable[Trend], thresholds: Iterable[float], scale: tuple[float, float]) -> Axis:
    """From a tenth well under the lowest weekly mean or threshold to one above the highest, within the scale."""
    values = [week.mean for one in trends for week in one.weeks] + list(thresholds)
    low, high = min(values, default=scale[0]), max(values, default=scale[1])
    low, high = max(scale[0], _tenth(low - 8)), min(scale[1], -_tenth(-high - 5))
    return Axis(low, high) if low < high else Axis(*scale)


def forest_axis(changes: Iterable[Change]) -> Axis:
    """As far to both sides of zero as any interval goes."""
    known = [value for one in changes for value in (one.delta, one.low, one.high, one.by_itself) if value is not None]
    end = -_tenth(-max((abs(value) for value in known), default=STEP))
    return Axis(-max(end, STEP), max(end, STEP))


def week_points(trend: Trend, axis: Axis) -> list[tuple[float, float]]:
    """(x, y) of each week; time runs evenly."""
    first, last = trend.weeks[0].monday, trend.weeks[-1].monday
    span = max(1, (last - first).days)
    return [(round((week.monday - first).days / span * WIDTH, 1), axis.down(week.mean)) for week in trend.weeks]


def half_by(response: Response) -> str:
    """``half have moved by day 14``: the curve in words, for who does not see it."""
    if response.days.at is None:
        return f"{response.moved} of {response.episodes} have moved, fewer than half"
    return f"half have moved by day {response.days.at:g}"


def _tenth(value: float) -> float:
    return math.floor(value / STEP) * STEP

"""Where the lines of a chart go: points of an SVG, worked out here so that a template only draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coaching.movement import Movement
from coaching.response import Response
from coaching.trends import Trend

TREND_WIDTH, TREND_HEIGHT = 160.0, 36.0
CURVE_WIDTH, CURVE_HEIGHT = 280.0, 110.0
MOVEMENT_WIDTH = 240.0


def trend_points(trend: Trend, low: float, high: float) -> list[tuple[float, float]]:
    """(x, y) of each week in a chart of ``TREND_WIDTH`` by ``TREND_HEIGHT``; time runs evenly, ``high`` is on top."""
    first, last = trend.weeks[0].monday, trend.weeks[-1].monday
    span = max(1, (last - first).days)
    return [
        (round((week.monday - first).days / span * TREND_WIDTH, 1), level(week.mean, low, high)) for week in trend.weeks
    ]


@dataclass(frozen=True, slots=True)
class MovementMarks:
    """How far from the left the figures of a movement stand, in a chart of ``MOVEMENT_WIDTH``.

    ``band``: where the mean after may well lie, by the 90 % interval of the delta. ``by_itself``: where regression to
    the mean alone would have brought it.
    """

    threshold: float
    before: float | None
    after: float | None
    band: tuple[float, float] | None
    by_itself: float | None


def movement_marks(movement: Movement, low: float, high: float) -> MovementMarks:
    """The marks of a movement on the rubric's scale from ``low`` to ``high``."""

    def mark(value: float) -> float:
        return round(MOVEMENT_WIDTH - level(value, low, high, MOVEMENT_WIDTH), 1)

    start, after = movement.before.mean, movement.after.mean
    band, by_itself = None, None
    if start is not None and movement.low is not None and movement.high is not None:
        band = mark(start + movement.low), mark(start + movement.high)
    if start is not None and movement.by_regression is not None:
        by_itself = mark(start + movement.by_regression)
    return MovementMarks(
        threshold=mark(movement.threshold),
        before=None if start is None else mark(start),
        after=None if after is None else mark(after),
        band=band,
        by_itself=by_itself,
    )


def level(value: float, low: float, high: float, height: float = TREND_HEIGHT) -> float:
    """How far under the top a value stands."""
    share = (min(high, max(low, value)) - low) / (high - low)
    return round(height * (1 - share), 1)


def path_of(points: Iterable[tuple[float, float]]) -> str:
    """``M0,10L5,12`` for the ``d`` of a path."""
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def curve_path(response: Response, last: float) -> str:
    """The share that has not moved yet as steps, from day 0 to ``last``, in ``CURVE_WIDTH`` by ``CURVE_HEIGHT``."""
    points, y = [(0.0, 0.0)], 0.0
    for point in response.curve:
        x = across(point.at, last)
        points += [(x, y), (x, y := level(point.share, 0, 1, CURVE_HEIGHT))]
    return path_of([*points, (CURVE_WIDTH, y)])


def curve_band(response: Response, last: float) -> str:
    """The 90 % intervals of the curve as one closed shape, as far as points have one; empty where none has."""
    ends = [across(point.at, last) for point in response.curve[1:]] + [CURVE_WIDTH]
    steps = [
        (across(point.at, last), end, point.low, point.high)
        for point, end in zip(response.curve, ends, strict=True)
        if point.low is not None and point.high is not None
    ]
    if not steps:
        return ""
    upper = [(x, level(high, 0, 1, CURVE_HEIGHT)) for start, end, _, high in steps for x in (start, end)]
    lower = [(x, level(low, 0, 1, CURVE_HEIGHT)) for start, end, low, _ in steps for x in (start, end)]
    return path_of([*upper, *reversed(lower)]) + "Z"


def across(days: float, last: float) -> float:
    """How far from the left a day stands."""
    return round(min(1.0, days / max(1.0, last)) * CURVE_WIDTH, 1)


def curves_end(responses: Iterable[Response]) -> float:
    """The day at which the curves end: the last movement of any, and a week more."""
    return max((point.at for one in responses for point in one.curve), default=7.0) + 7

"""Which criteria and which practices respond fastest: time to movement, with those that have not moved yet.

Whoever has not moved yet is not left out, and is not counted as never moving: the Kaplan-Meier curve (1958) takes
each agent for as long as it was watched.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from coaching.movement import CONFIDENCE
from coaching.rounds import Episode
from nlp.noun import Noun, Text

if TYPE_CHECKING:
    from pandas import DataFrame

FEW = 5
"""Under so many episodes nothing is said of which is faster."""

Z = 1.6448536269514722
"""The 95th percentile of the normal distribution: 90 % intervals."""


class CurvePoint(Noun):
    """At ``at`` (days): how many were watched, how many of these moved, and the share that has not moved yet."""

    at: float
    watched: int
    moved: int
    share: Annotated[float, Field(ge=0, le=1)]
    low: float | None = None
    high: float | None = None


class Median(Noun):
    """When half have moved; None where it did not come to half. ``low`` to ``high``: 90 %, open where it is None."""

    at: float | None = None
    low: float | None = None
    high: float | None = None


class Response(Noun):
    """How fast a criterion, or a practice, responds.

    ``episodes`` were coached, ``moved`` of them moved; ``share`` is that share in its 90 % interval (Wilson).
    ``by_machine`` of them have a verdict that rests on machine's scores.
    """

    name: Text
    episodes: int
    moved: int
    share: float
    share_low: float
    share_high: float
    days: Median
    cycles: Median
    curve: Annotated[tuple[CurvePoint, ...], Field(strict=False)] = ()
    by_machine: int = 0

    @property
    def is_few(self) -> bool:
        return self.episodes < FEW


def respond(found: Iterable[Episode], *, by_practice: bool = False) -> list[Response]:
    """A record a criterion (or practice), the fastest first; those with few episodes last.

    Faster is: half have moved sooner; where that is not reached, a larger share moved.
    """
    groups: dict[str, list[Episode]] = defaultdict(list)
    for one in found:
        groups[one.practice if by_practice else one.criterion_id].append(one)
    responses = [
        _response(key if by_practice else group[0].criterion_name or key, group) for key, group in groups.items()
    ]
    return sorted(
        responses,
        key=lambda one: (one.is_few, one.days.at if one.days.at is not None else math.inf, -one.share, one.name),
    )


def episodes_frame(found: Iterable[Episode]) -> DataFrame:
    """A row an episode: criterion, practice, days, cycles, moved, and whether by machine's scores."""
    import pandas as pd

    columns = ["criterion_id", "criterion_name", "practice", "days", "cycles", "moved", "by_machine"]
    return pd.DataFrame([[getattr(one, name) for name in columns] for one in found], columns=columns)


def _response(name: str, group: Sequence[Episode]) -> Response:
    moved = [one.moved for one in group]
    low, high = share_interval(sum(moved), len(group))
    days, curve = _survival([one.days for one in group], moved)
    # an open first cycle has been watched for none: it says nothing of cycles yet
    counted = [one for one in group if one.cycles]
    cycles = _survival([one.cycles for one in counted], [one.moved for one in counted])[0] if counted else Median()
    return Response(
        name=name,
        episodes=len(group),
        moved=sum(moved),
        share=sum(moved) / len(group),
        share_low=low,
        share_high=high,
        days=days,
        cycles=cycles,
        curve=tuple(curve),
        by_machine=sum(one.by_machine for one in group),
    )


def share_interval(part: int, whole: int) -> tuple[float, float]:
    """The 90 % interval of a share (Wilson 1927). ``whole`` is at least 1."""
    from scipy.stats import binomtest

    found = binomtest(part, whole).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def _survival(times: Sequence[float], moved: Sequence[bool]) -> tuple[Median, list[CurvePoint]]:
    """Kaplan-Meier: the median with its interval (Brookmeyer & Crowley 1982, log-log), and the curve."""
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    if not any(moved):
        return Median(), []
    with np.errstate(divide="ignore", invalid="ignore"):
        found = SurvfuncRight(np.asarray(times, float), np.asarray(moved, int))
        median = found.quantile(0.5)
        low, high = found.quantile_ci(0.5, alpha=1 - CONFIDENCE, method="cloglog")
    return Median(at=_finite(median), low=_finite(low), high=_finite(high)), [
        _point(*values)
        for values in zip(
            found.surv_times, found.n_risk, found.n_events, found.surv_prob, found.surv_prob_se, strict=True
        )
    ]


def _point(at: Any, watched: Any, moved: Any, share: Any, error: Any) -> CurvePoint:
    low, high = _around(float(share), float(error))
    return CurvePoint(
        at=float(at), watched=int(watched), moved=int(moved), share=min(1.0, max(0.0, float(share))), low=low, high=high
    )


def _around(share: float, error: float) -> tuple[float | None, float | None]:
    """The 90 % interval of a point of the curve on the log-log scale (Kalbfleisch & Prentice 1980)."""
    if not 0 < share < 1 or not math.isfinite(error):
        return None, None
    width = math.exp(Z * error / (share * abs(math.log(share))))
    return share**width, share ** (1 / width)


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None

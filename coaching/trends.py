"""How scores go over weeks: each criterion of an agent and of a team, and criteria that nearly everyone fails."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from coaching.movement import CONFIDENCE
from coaching.plan import Day
from coaching.response import share_interval
from nlp.noun import Id, Noun, Text

if TYPE_CHECKING:
    from pandas import Categorical, DataFrame, Series

MONTH = 30
"""Days: trends are told in points a month."""

MIN_CALLS, MIN_WEEKS = 8, 3
"""A trend of fewer calls, or over fewer weeks, is not told."""

NEARLY_EVERYONE = 0.8
"""A criterion on which so large a share of agents fall short is the system's fault before it is theirs."""

MIN_AGENTS = 5
"""Of fewer agents, "nearly everyone" is not said."""

NO_TEAM = ""
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """A current score of one call: whose, on which criterion, on which day of the program's calendar."""

    agent_id: str
    team: str | None
    criterion_id: str
    day: date
    score: float


class Week(Noun):
    """The mean of a week that begins on ``monday``, and of how many calls."""

    monday: Day
    mean: float
    calls: int


class Trend(Noun):
    """One criterion of an agent, or of a team (then ``agent_id`` is None), over the weeks.

    ``per_month``: points a month by a straight line, in its 90 % interval; None where there is too little to tell.
    """

    criterion_id: Id
    team: Text | None = None
    agent_id: Id | None = None
    weeks: Annotated[tuple[Week, ...], Field(strict=False, min_length=1)]
    per_month: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def calls(self) -> int:
        return sum(week.calls for week in self.weeks)

    @property
    def direction(self) -> str:
        """``up`` or ``down`` where the whole interval says so, else ``no trend``."""
        if self.low is None or self.high is None:
            return "too few to tell"
        return "up" if self.low > 0 else "down" if self.high < 0 else "no trend"


class FailsForAll(Noun):
    """A criterion on which ``short`` of ``agents`` fall short on average; the share in its 90 % interval."""

    criterion_id: Id
    agents: int
    short: int
    mean: float
    threshold: float
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.short / self.agents


def scores_frame(facts: Iterable[ScoreFact]) -> DataFrame:
    """A row a score: agent_id, team ("" for none), criterion_id (categories), day and monday (timestamps), score.

    The facts may stream. Half a year of a large center has millions: a row holds numbers, and each name is held once.
    """
    import pandas as pd

    agents, teams, criteria = _Names(), _Names(), _Names()
    days, scores = array("i"), array("d")
    for one in facts:
        agents.add(one.agent_id)
        teams.add(one.team or NO_TEAM)
        criteria.add(one.criterion_id)
        days.append(one.day.toordinal() - EPOCH)
        scores.append(one.score)
    frame = pd.DataFrame({"agent_id": agents.column(), "team": teams.column(), "criterion_id": criteria.column()})
    frame["day"] = pd.to_datetime(pd.Series(days, dtype="int32"), unit="D").astype("datetime64[s]")
    frame["score"] = pd.Series(scores, dtype="float64")
    frame["monday"] = frame["day"] - pd.to_timedelta(frame["day"].dt.day_of_week, unit="D")
    return frame.sort_values(["criterion_id", "team", "agent_id", "day", "score"], ignore_index=True)


class _Names:
    """A column of names, as numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._column = array("i")

    def add(self, name: str) -> None:
        self._column.append(self._numbers.setdefault(name, len(self._numbers)))

    def column(self) -> Categorical:
        """Categories in the order of names, so that what is sorted by them is sorted by name."""
        import numpy as np
        import pandas as pd

        names = sorted(self._numbers)
        place = np.empty(len(names), dtype=np.int32)
        for rank, name in enumerate(names):
            place[self._numbers[name]] = rank
        return pd.Categorical.from_codes(
            place[np.asarray(self._column, dtype=np.int32)], categories=pd.Index(names, dtype="str")
        )


def agent_trends(frame: DataFrame) -> list[Trend]:
    """A trend an agent and criterion of ``scores_frame``: the line goes through the single scores."""
    return [
        _trend(criterion_id, team, agent_id, _by_week(group, group), group["day"], group["score"])
        for (criterion_id, team, agent_id), group in frame.groupby(
            ["criterion_id", "team", "agent_id"], observed=True, sort=True
        )
    ]


def team_trends(frame: DataFrame) -> list[Trend]:
    """A trend a team and criterion: the line goes through weekly means, in which every agent counts the same.

    Through the single scores it would look far surer than it is: the calls of one agent are alike.
    """
    found = []
    for (criterion_id, team), group in frame.groupby(["criterion_id", "team"], observed=True, sort=True):
        means = group.groupby(["monday", "agent_id"], observed=True, as_index=False)["score"].mean()
        weekly = means.groupby("monday", observed=True, as_index=False)["score"].mean()
        found.append(
            _trend(criterion_id, team, None, _by_week(means, group), weekly["monday"], weekly["score"], weekly=True)
        )
    return found


def fails_for_nearly_all(frame: DataFrame, thresholds: dict[str, float], min_calls: int = 5) -> list[FailsForAll]:
    """The criteria on which nearly every agent with at least ``min_calls`` falls short, the largest share first."""
    found = []
    for criterion_id, group in frame.groupby("criterion_id", observed=True, sort=True):
        agents = group.groupby("agent_id", observed=True)["score"].agg(["mean", "count"])
        means = agents.loc[agents["count"] >= min_calls, "mean"]
        threshold = thresholds.get(str(criterion_id))
        if threshold is None or len(means) < MIN_AGENTS:
            continue
        short = int((means < threshold).sum())
        if short >= NEARLY_EVERYONE * len(means):
            low, high = share_interval(short, len(means))
            found.append(
                FailsForAll(
                    criterion_id=str(criterion_id),
                    agents=len(means),
                    short=short,
                    mean=float(means.mean()),
                    threshold=threshold,
                    low=low,
                    high=high,
                )
            )
    return sorted(found, key=lambda one: (-one.share, one.criterion_id))


def _by_week(means: Any, calls: Any) -> list[Week]:
    weekly = means.groupby("monday", observed=True)["score"].mean().to_frame("mean")
    weekly["calls"] = calls.groupby("monday", observed=True).size()
    return [
        Week(monday=monday, mean=float(mean), calls=int(count))
        for monday, mean, count in zip(weekly.index.date, weekly["mean"], weekly["calls"], strict=True)
    ]


def _trend(
    criterion_id: Any,
    team: Any,
    agent_id: Any,
    weeks: Sequence[Week],
    days: Series[Any],
    scores: Series[Any],
    *,
    weekly: bool = False,
) -> Trend:
    enough = len(weeks) > MIN_WEEKS if weekly else len(scores) >= MIN_CALLS and len(weeks) >= MIN_WEEKS
    slope, half = _line(days, scores) if enough else (None, None)
    return Trend(
        criterion_id=str(criterion_id),
        team=str(team) or None,
        agent_id=None if agent_id is None else str(agent_id),
        weeks=tuple(weeks),
        per_month=slope,
        low=None if slope is None or half is None else slope - half,
        high=None if slope is None or half is None else slope + half,
    )


def _line(days: Series[Any], scores: Series[Any]) -> tuple[float, float]:
    """Points a month by least squares, and half the width of its 90 % interval (Student)."""
    from scipy.special import stdtrit
    from scipy.stats import linregress

    found = linregress((days - days.iloc[0]).dt.days.to_numpy(float), scores.to_numpy(float))
    quantile = float(stdtrit(len(scores) - 2, (1 + CONFIDENCE) / 2))
    return float(found.slope) * MONTH, quantile * float(found.stderr) * MONTH

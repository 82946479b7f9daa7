"""The dashboard's figures: what cycles and scores show of a team, or of everybody, over some days."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from coaching.across import RECENT_DAYS
from coaching.movement import CONFIDENCE, Verdict
from coaching.plan import Day
from coaching.response import Response, respond
from coaching.rounds import Round, episodes
from coaching.trends import NO_TEAM, FailsForAll, Trend, fails_for_nearly_all, team_trends
from nlp.noun import Id, Noun, Text
from rubric.rubric import Rubric

if TYPE_CHECKING:
    from pandas import DataFrame

PERIODS = (30, 90, 182)
"""Days over which the figures can be looked at; trends go back no further than the last."""

EVERYBODY = ""
"""In place of a team's name: the agents of all teams, and of none."""

MOST_PRACTICES, MOST_TRENDS, LATEST = 12, 12, 12
"""So many of each are shown on the page; lists of their own have the rest."""


class CycleLine(Noun):
    """A cycle in the words of a table: the means of the scores before and after, the delta in its 90 % interval.

    ``by_itself``: the delta that regression to the mean alone would give; None where that cannot be told.
    """

    plan_id: Id
    agent_id: Id
    agent_name: Text
    team: Text | None = None
    criterion_id: Id
    criterion_name: Text
    number: int
    approved_on: Day
    scored_on: Day
    threshold: float
    before: float | None = None
    before_calls: int = 0
    after: float | None = None
    after_calls: int = 0
    delta: float | None = None
    low: float | None = None
    high: float | None = None
    by_itself: float | None = None
    verdict: Verdict
    by_machine: bool = False


class Change(Noun):
    """Before and after of a criterion over its cycles. Every agent counts the same, however many cycles it had.

    ``low`` and ``high``: the 90 % interval of ``delta``, None under two agents. ``by_itself``: what regression to the
    mean alone would have given, by the ``told`` agents of whom that can be told; ``moved`` counts cycles.
    """

    criterion_id: Id
    criterion_name: Text
    threshold: float
    cycles: int
    agents: int
    moved: int
    before: float
    after: float
    delta: float
    low: float | None = None
    high: float | None = None
    by_itself: float | None = None
    told: int = 0


class TrendLine(Noun):
    """An agent's trend on one criterion, with the names."""

    agent_name: Text
    criterion_name: Text
    threshold: float | None = None
    trend: Trend


class Share(Noun):
    """``part`` of ``whole`` decisions, in its 95 % interval; ``name`` is the criterion's."""

    name: Text
    part: int
    whole: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


class Agreed(Noun):
    """How far reviewers agree with the machine, and (``alpha``, Krippendorff's) with each other; 95 % intervals."""

    overall: Share
    by_criterion: Annotated[tuple[Share, ...], Field(strict=False)] = ()
    pairs: int = 0
    same: int = 0
    alpha: float | None = None
    low: float | None = None
    high: float | None = None


class Figures(Noun):
    """What the page shows of a team (``EVERYBODY`` for all) over ``days``, as of a day.

    Responses count all cycles so far, and what fails for nearly everyone the last thirty days: they do not hang on
    ``days``. ``falling`` are the agents' trends that fall for sure, the steepest first; ``teams_apart`` the trends of
    single teams that go up or down for sure.
    """

    team: Text
    days: int
    as_of: Day
    scale_min: float
    scale_max: float
    criterion_names: dict[str, str]
    thresholds: dict[str, float]
    rounds: int = 0
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = ()
    latest: Annotated[tuple[CycleLine, ...], Field(strict=False)] = ()
    trends: Annotated[tuple[Trend, ...], Field(strict=False)] = ()
    teams_apart: Annotated[tuple[Trend, ...], Field(strict=False)] = ()
    falling: Annotated[tuple[TrendLine, ...], Field(strict=False)] = ()
    by_criterion: Annotated[tuple[Response, ...], Field(strict=False)] = ()
    by_practice: Annotated[tuple[Response, ...], Field(strict=False)] = ()
    fails_for_all: Annotated[tuple[FailsForAll, ...], Field(strict=False)] = ()
    agreed: Agreed | None = None


@dataclass(frozen=True)
class Given:
    """What the figures of a team are worked out from: its rounds, scores (``scores_frame``), cycles, falling trends."""

    rubric: Rubric
    as_of: date
    rounds: Sequence[Round]
    scores: DataFrame
    cycles: Sequence[CycleLine]
    falling: Sequence[TrendLine]


def figures(team: str, given: Given, agreed: Mapping[int, Agreed | None] | None = None) -> Iterator[Figures]:
    """The figures over each of ``PERIODS``; ``agreed`` are the reviewers' figures by the same days."""
    rubric, as_of = given.rubric, given.as_of
    always: dict[str, Any] = {
        "team": team,
        "as_of": as_of,
        "scale_min": rubric.scale.min,
        "scale_max": rubric.scale.max,
        "criterion_names": {criterion.id: criterion.title for criterion in rubric.criteria},
        "thresholds": {criterion.id: criterion.threshold for criterion in rubric.criteria},
        "rounds": len(given.rounds),
        "falling": tuple(given.falling[:MOST_TRENDS]),
        "by_criterion": tuple(respond(episodes(given.rounds, as_of))),
        "by_practice": tuple(
            respond(episodes(given.rounds, as_of, by_practice=True), by_practice=True)[:MOST_PRACTICES]
        ),
        "fails_for_all": tuple(_fails_for_all(given)),
    }
    for days in PERIODS:
        yield Figures.model_validate({**always, **_over(team, days, given), "agreed": (agreed or {}).get(days)})


def _fails_for_all(given: Given) -> list[FailsForAll]:
    thresholds = {criterion.id: criterion.threshold for criterion in given.rubric.criteria}
    return fails_for_nearly_all(_last_days(given, RECENT_DAYS), thresholds)


def _over(team: str, days: int, given: Given) -> dict[str, Any]:
    """What hangs on the days."""
    recent = [one for one in given.cycles if one.scored_on > given.as_of - timedelta(days=days)]
    newest = sorted(recent, key=lambda one: (-one.scored_on.toordinal(), one.agent_name, one.criterion_id))
    scores = _last_days(given, days)
    return {
        "days": days,
        "changes": tuple(changes(recent)),
        "latest": tuple(newest[:LATEST]),
        "trends": tuple(team_trends(scores.assign(team=NO_TEAM))),
        "teams_apart": tuple(_apart(team_trends(scores))) if team == EVERYBODY else (),
    }


def _last_days(given: Given, days: int) -> DataFrame:
    import pandas as pd

    last: DataFrame = given.scores[(pd.Timestamp(given.as_of) - given.scores["day"]).dt.days < days]
    return last


def changes(cycles: Iterable[CycleLine]) -> list[Change]:
    """Before and after of each criterion, the most cycles first. Cycles without a comparison do not count."""
    compared: dict[str, list[CycleLine]] = defaultdict(list)
    for one in cycles:
        if one.delta is not None:
            compared[one.criterion_id].append(one)
    found = [_change(group) for group in compared.values()]
    return sorted(found, key=lambda one: (-one.cycles, one.criterion_name))


def _change(group: Sequence[CycleLine]) -> Change:
    deltas = _by_agent(group, lambda one: one.delta)
    alone = _by_agent(group, lambda one: one.by_itself)
    mean = statistics.fmean(deltas)
    half = _half_width(deltas)
    last = max(group, key=lambda one: one.scored_on)
    return Change(
        criterion_id=last.criterion_id,
        criterion_name=last.criterion_name,
        threshold=last.threshold,
        cycles=len(group),
        agents=len(deltas),
        moved=sum(one.verdict == "moved" for one in group),
        before=statistics.fmean(_by_agent(group, lambda one: one.before)),
        after=statistics.fmean(_by_agent(group, lambda one: one.after)),
        delta=mean,
        low=None if half is None else mean - half,
        high=None if half is None else mean + half,
        by_itself=statistics.fmean(alone) if alone else None,
        told=len(alone),
    )


def _by_agent(group: Iterable[CycleLine], value: Callable[[CycleLine], float | None]) -> list[float]:
    """The mean of each agent's cycles, where it has a value: the cycles of one agent are alike."""
    of_agent: dict[str, list[float]] = defaultdict(list)
    for one in group:
        found = value(one)
        if found is not None:
            of_agent[one.agent_id].append(found)
    return [statistics.fmean(values) for values in of_agent.values()]


def _half_width(values: Sequence[float]) -> float | None:
    """Half of the 90 % interval of a mean (Student 1908)."""
    from scipy.special import stdtrit

    if len(values) < 2:
        return None
    quantile = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2))
    return quantile * statistics.stdev(values) / math.sqrt(len(values))


def _apart(trends: Iterable[Trend]) -> list[Trend]:
    """Those of teams that go down or up for sure: the falling ones first, the steepest of them first."""
    sure = [one for one in trends if one.team is not None and one.direction in ("down", "up")]
    return sorted(sure, key=lambda one: (one.per_month or 0.0, one.criterion_id, one.team or ""))[:MOST_TRENDS]

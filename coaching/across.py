"""What many cycles show together: trends, who was coached and has not moved, what responds, what fails for everyone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from coaching.movement import Verdict
from coaching.plan import Day
from coaching.response import Response, respond
from coaching.rounds import Round, episodes, stuck
from coaching.trends import (
    FailsForAll,
    Trend,
    agent_trends,
    fails_for_nearly_all,
    team_trends,
)
from nlp.noun import Noun, Text
from rubric.rubric import Rubric

if TYPE_CHECKING:
    from pandas import DataFrame

WEEKS = 26
"""How far back trends go."""

RECENT_DAYS = 30
"""Whether a criterion fails for nearly everyone is told by the calls of so many days."""


class StuckLine(Noun):
    """An agent who was coached on a criterion and has not moved: how often measured, since when, the last delta."""

    agent_name: Text
    team: Text | None = None
    criterion_name: Text
    cycles: int
    since: Day
    verdict: Verdict
    delta: float | None = None
    low: float | None = None
    high: float | None = None
    practices: Annotated[tuple[Text, ...], Field(strict=False)]
    by_machine: bool = False


class AcrossCycles(Noun):
    """The section of the report over all cycles. ``agents`` has the trends of agents who were coached, no others."""

    as_of: Day
    scale_min: float
    scale_max: float
    criterion_names: dict[str, str]
    agent_names: dict[str, str]
    thresholds: dict[str, float]
    rounds: int = 0
    teams: Annotated[tuple[Trend, ...], Field(strict=False)] = ()
    agents: Annotated[tuple[Trend, ...], Field(strict=False)] = ()
    stuck: Annotated[tuple[StuckLine, ...], Field(strict=False)] = ()
    by_criterion: Annotated[tuple[Response, ...], Field(strict=False)] = ()
    by_practice: Annotated[tuple[Response, ...], Field(strict=False)] = ()
    fails_for_all: Annotated[tuple[FailsForAll, ...], Field(strict=False)] = ()


def look_across(
    rounds: Sequence[Round], scores: DataFrame, as_of: date, rubric: Rubric, agent_names: Mapping[str, str]
) -> AcrossCycles:
    """Gather the section. ``scores``: a `scores_frame` of the last weeks, all comparable under ``rubric``."""
    import pandas as pd

    thresholds = {criterion.id: criterion.threshold for criterion in rubric.criteria}
    recent = scores[(pd.Timestamp(as_of) - scores["day"]).dt.days < RECENT_DAYS]
    return AcrossCycles(
        as_of=as_of,
        scale_min=rubric.scale.min,
        scale_max=rubric.scale.max,
        criterion_names={criterion.id: criterion.title for criterion in rubric.criteria},
        agent_names=dict(agent_names),
        thresholds=thresholds,
        rounds=len(rounds),
        teams=tuple(team_trends(scores)),
        agents=tuple(coached_trends(rounds, scores)),
        stuck=tuple(_stuck_line(run) for run in stuck(rounds)),
        by_criterion=tuple(respond(episodes(rounds, as_of))),
        by_practice=tuple(respond(episodes(rounds, as_of, by_practice=True), by_practice=True)),
        fails_for_all=tuple(fails_for_nearly_all(recent, thresholds)),
    )


def coached_trends(rounds: Sequence[Round], scores: DataFrame) -> list[Trend]:
    """The trends of agents who were coached, on what they were coached on."""
    coached = {(one.agent_id, one.criterion_id) for one in rounds}
    trends = agent_trends(scores[scores["agent_id"].isin({agent_id for agent_id, _ in coached})])
    return [one for one in trends if (one.agent_id, one.criterion_id) in coached]


def _stuck_line(run: Sequence[Round]) -> StuckLine:
    last = run[-1]
    assert last.verdict is not None
    return StuckLine(
        agent_name=last.agent_name,
        team=last.team,
        criterion_name=last.criterion_name,
        cycles=len(run),
        since=run[0].approved_on,
        verdict=last.verdict,
        delta=last.delta,
        low=last.low,
        high=last.high,
        practices=tuple(dict.fromkeys(one.practice for one in run)),
        by_machine=last.by_machine,
    )

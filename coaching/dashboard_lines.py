"""The dashboard's lists of agents, worked out ahead: who has not moved, who is on the clock, how scores go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from coaching.across import StuckLine
from coaching.bottom_quartile import ClockLine
from coaching.dashboard import TrendLine
from coaching.rounds import Round
from coaching.trends import Trend
from nlp.noun import Id, Noun, Text
from rubric.rubric import Rubric

Kind = Literal["stuck", "clock", "trend"]

CONTENT: dict[Kind, type[StuckLine] | type[ClockLine] | type[TrendLine]] = {
    "stuck": StuckLine,
    "clock": ClockLine,
    "trend": TrendLine,
}


class Line(Noun):
    """One line of a list of agents, and where it stands in it: ``place`` sorts as text."""

    agent_id: Id
    criterion_id: str = ""
    team: Text | None = None
    place: str
    content: StuckLine | ClockLine | TrendLine


def trend_lines(trends: Iterable[Trend], rubric: Rubric, names: Mapping[str, str]) -> list[Line]:
    """A line a trend of an agent: those that fall for sure first, then by the slope; those too few to tell last."""
    titles = {criterion.id: criterion for criterion in rubric.criteria}
    found = []
    for one in trends:
        if one.agent_id is None:
            continue
        criterion = titles.get(one.criterion_id)
        content = TrendLine(
            agent_name=names.get(one.agent_id, one.agent_id),
            criterion_name=criterion.title if criterion else one.criterion_id,
            threshold=criterion.threshold if criterion else None,
            trend=one,
        )
        first = ("down", "no trend", "up", "too few to tell").index(one.direction)
        key = f"{first} {_sortable(one.per_month or 0.0)}"
        found.append(_line(one.agent_id, one.criterion_id, one.team, key, content))
    return sorted(found, key=lambda one: one.place)


def stuck_lines(runs: Iterable[Sequence[Round]]) -> list[Line]:
    """A line an agent and criterion that was measured and moved in no round, of those that ``stuck`` gives."""
    found = []
    for run in runs:
        last = run[-1]
        assert last.verdict is not None
        content = StuckLine(
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
        )
        key = f"{9999 - min(9999, len(run)):04} {content.since.isoformat()}"
        found.append(_line(last.agent_id, last.criterion_id, last.team, key, content))
    return sorted(found, key=lambda one: one.place)


def clock_lines(lines: Iterable[ClockLine]) -> list[Line]:
    """A line an agent of the lowest quarter: who is on the clock the longest first, then the lowest score."""
    found = [_line(one.agent_id, "", one.team, f"{one.since.isoformat()} {_sortable(one.score)}", one) for one in lines]
    return sorted(found, key=lambda one: one.place)


def _line(
    agent_id: str, criterion_id: str, team: str | None, key: str, content: StuckLine | ClockLine | TrendLine
) -> Line:
    place = f"{key} {agent_id} {criterion_id}"
    return Line(agent_id=agent_id, criterion_id=criterion_id, team=team, place=place, content=content)


def _sortable(value: float) -> str:
    """A number as text that sorts as the number does, for numbers under ten million."""
    return f"{round((value + 10**7) * 1000):012}"

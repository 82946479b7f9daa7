"""The dashboard: its figures are worked out after each night and each scoring run; its counts each time it is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coaching.across import coached_trends
from coaching.agreement import Share as Counted
from coaching.bottom_quartile import ClockLine
from coaching.dashboard import EVERYBODY, PERIODS, Agreed, CycleLine, Figures, Given, Share, TrendLine, figures
from coaching.dashboard_lines import Kind, Line, clock_lines, stuck_lines, trend_lines
from coaching.plan import Plan, PlanStatus
from coaching.rounds import stuck
from coaching.trends import Trend
from operations.across import Gathered, gather
from operations.agreement import see_agreement
from operations.bottom_quartile import see_clock
from rubric.rubric import Rubric
from store import agents, dashboard, plans
from store.dashboard import LINES_COUNTED_TO, SOON_DAYS, DayPlan, Due, Kept
from store.plan_list import COUNTED_TO, Listed, count_listed
from store.session import Store

__all__ = ["COUNTED_TO", "LINES_COUNTED_TO", "SOON_DAYS", "DayPlan", "Due", "Kind", "Line", "Listed"]

OPEN: tuple[PlanStatus, ...] = ("draft", "returned", "approved")
DUE: tuple[Due, ...] = ("overdue", "soon", "waiting")
CLOCK_SHOWN, PAGE = 10, 25

Board = tuple[str, int]
"""A team, or EVERYBODY, and over how many days."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was worked out: for how many teams, and how many lines each list has."""

    as_of: date
    teams: int
    lines: dict[Kind, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted anew each time: plans by status, follow-ups by what is due, cycles that wait for a decision.

    Counts over ``COUNTED_TO`` (of ``stuck`` and ``on_clock``: ``LINES_COUNTED_TO``) say only that there are more.
    ``clock`` are the most urgent of those on it.
    """

    plans: dict[PlanStatus, int]
    due: dict[Due, int]
    asking: int
    stuck: int
    on_clock: int
    clock: tuple[ClockLine, ...]


@dataclass(frozen=True, slots=True)
class LinePage:
    """A stretch of a list: ``further`` is where it goes on, None at its end."""

    lines: tuple[Line, ...]
    count: int
    further: str | None


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A plan and the day of its next follow-up."""

    plan: Plan
    due_on: date


@dataclass(frozen=True, slots=True)
class DuePage:
    """A stretch of the follow-ups that are due, how many there are, and where it goes on."""

    rows: tuple[DuePlan, ...]
    count: int
    further: DayPlan | None


@dataclass(frozen=True, slots=True)
class AskingPage:
    """A stretch of the cycles that wait for a decision, how many there are, and where it goes on."""

    cycles: tuple[CycleLine, ...]
    count: int
    further: str | None


def refresh(
    store: Store,
    rubric: Rubric,
    as_of: date,
    timezone: ZoneInfo,
    *,
    clock: Sequence[ClockLine] | None = None,
    gathered: Gathered | None = None,
) -> Refreshed:
    """Work the figures out again, of everybody and of each team, as of a day.

    ``clock`` is what is known of the lowest quarter, and ``gathered`` the scores and rounds as of that day, also of
    agents whom nobody coached; both are looked up where they are left out.
    """
    low = see_clock(store, rubric, as_of, timezone) if clock is None else clock
    found = gathered or gather(store, rubric, as_of, timezone, uncoached=True)
    lines = _lines(found, low, rubric, coached_trends(found.rounds, found.scores))
    boards = list(_boards(store, found, lines["trend"], rubric, as_of, timezone))
    with store.begin() as session:
        dashboard.put_dashboard(session, boards, lines)
    return Refreshed(as_of, len(boards) // len(PERIODS) - 1, {kind: len(some) for kind, some in lines.items()})


def see_figures(store: Store, team: str, days: int) -> Figures | None:
    """The figures of a team, or of ``EVERYBODY``."""
    with store.read() as session:
        return dashboard.get_figures(session, team, days)


def see_now(store: Store, listed: Listed, today: date, board: Board | None) -> tuple[Counts, Kept | None]:
    """The counts of the plans that somebody may see, and which figures of ``board`` there are: None for none yet."""
    teams = listed.teams
    with store.read() as session:
        kept = dashboard.kept_figures(session, *board) if board else None
        clock = dashboard.list_lines(session, "clock", teams, limit=CLOCK_SHOWN)
        counts = Counts(
            plans={status: count_listed(session, _with(listed, status)) for status in OPEN},
            due={due: dashboard.count_due(session, listed, due, today) for due in DUE},
            asking=dashboard.count_asking(session, teams),
            stuck=dashboard.count_lines(session, "stuck", teams),
            on_clock=dashboard.count_lines(session, "clock", teams),
            clock=tuple(one.content for one in clock if isinstance(one.content, ClockLine)),
        )
        return counts, kept


def teams_kept(store: Store) -> tuple[str, ...]:
    """The teams that there are figures of, in order."""
    with store.read() as session:
        return tuple(dashboard.teams_kept(session, PERIODS[0]))


def list_lines(store: Store, kind: Kind, teams: Sequence[str] | None, after: str = "", limit: int = PAGE) -> LinePage:
    """Lines of a list in their order, from a place on; ``teams`` None for all."""
    with store.read() as session:
        found = dashboard.list_lines(session, kind, teams, after=after, limit=limit + 1)
        more = len(found) > limit
        return LinePage(
            lines=tuple(found[:limit]),
            count=dashboard.count_lines(session, kind, teams),
            further=found[limit - 1].place if more else None,
        )


def list_due(store: Store, listed: Listed, due: Due, today: date, after: DayPlan | None = None) -> DuePage:
    """The plans of which the follow-up is due so, the earliest first, from a place on."""
    with store.read() as session:
        found = dashboard.plans_due(session, listed, due, today, after=after, limit=PAGE + 1)
        shown = found[:PAGE]
        kept = plans.get_plans(session, [plan_id for _, plan_id in shown])
        rows = tuple(DuePlan(plan, day) for plan, (day, _) in zip(kept, shown, strict=True))
        return DuePage(rows, dashboard.count_due(session, listed, due, today), shown[-1] if len(found) > PAGE else None)


def list_asking(store: Store, teams: Sequence[str] | None, after: str = "") -> AskingPage:
    """The cycles that wait for a supervisor's decision, the longest first, from a place on."""
    with store.read() as session:
        found = dashboard.list_asking(session, teams, after=after, limit=PAGE + 1)
        further = found[PAGE - 1].place if len(found) > PAGE else None
        cycles = tuple(one.cycle for one in found[:PAGE])
        return AskingPage(cycles, dashboard.count_asking(session, teams), further)


def _with(listed: Listed, status: PlanStatus) -> Listed:
    return Listed(status, listed.agent_id, listed.teams, listed.supervisor)


def _lines(
    found: Gathered, low: Sequence[ClockLine], rubric: Rubric, trends: Sequence[Trend]
) -> dict[Kind, list[Line]]:
    return {
        "stuck": stuck_lines(stuck(found.rounds)),
        "clock": clock_lines(low),
        "trend": trend_lines(trends, rubric, found.agent_names),
    }


def _boards(
    store: Store, found: Gathered, trends: Sequence[Line], rubric: Rubric, as_of: date, timezone: ZoneInfo
) -> Iterator[Figures]:
    with store.read() as session:
        cycles = list(dashboard.cycles_since(session, as_of - timedelta(days=max(PERIODS)), as_of))
        teams = sorted({one.team for one in agents.list_agents(session) if one.team})
    content = (one.content for one in trends)
    falling = [one for one in content if isinstance(one, TrendLine) and one.trend.direction == "down"]
    for team in (EVERYBODY, *teams):
        of_all = team == EVERYBODY
        given = Given(
            rubric=rubric,
            as_of=as_of,
            rounds=[one for one in found.rounds if of_all or one.team == team],
            scores=found.scores if of_all else found.scores[found.scores["team"] == team],
            cycles=[one for one in cycles if of_all or one.team == team],
            falling=[one for one in falling if of_all or one.trend.team == team],
        )
        agreed = {days: _agreed(store, rubric, as_of, days, timezone) for days in PERIODS} if of_all else {}
        yield from figures(team, given, agreed)


def _share(name: str, share: Counted) -> Share:
    return Share(name=name, part=share.part, whole=share.whole, low=share.low, high=share.high)


def _agreed(store: Store, rubric: Rubric, as_of: date, days: int, timezone: ZoneInfo) -> Agreed | None:
    end = datetime.combine(as_of + timedelta(days=1), time(), timezone)
    found = see_agreement(store, end - timedelta(days=days))
    if not (found.overall.whole or found.between.items):
        return None
    between = found.between
    names = {criterion.id: criterion.title for criterion in rubric.criteria}
    return Agreed(
        overall=_share("", found.overall),
        by_criterion=tuple(_share(names.get(name, name), share) for name, share in found.by_criterion),
        pairs=between.items,
        same=between.same,
        alpha=between.value,
        low=between.low,
        high=between.high,
    )

"""The dashboard: where the coaching of a team, or of all teams, stands; and the lists behind its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coaching.bottom_quartile import DAYS, days_left
from coaching.dashboard import EVERYBODY, PERIODS, Figures
from coaching.dashboard_lines import Kind
from operations.dashboard import (
    COUNTED_TO,
    LINES_COUNTED_TO,
    DayPlan,
    Due,
    Listed,
    list_asking,
    list_due,
    list_lines,
    see_figures,
    see_now,
    teams_kept,
)
from review.access import EVERY_ROLE, Viewer, allows, teams_seen, viewer_of
from review.desk import Desk, environment
from review.drawing import figures_drawing

PERIOD_WORDS = {30: "30 days", 90: "90 days", 182: "half a year"}
USUAL = 90
SEES_AGREEMENT = ("admin", "qa_manager")
FRAGMENTS = 64
"""So many drawn sets of figures are kept in memory: a team over some days each."""

ListName = Literal["not-moved", "clock", "trends"]
LISTS: dict[ListName, tuple[Kind, str]] = {
    "not-moved": ("stuck", "Coached and not moved"),
    "clock": ("clock", "Lowest quarter without an approved plan"),
    "trends": ("trend", "Trends of agents who were coached"),
}
DUE: dict[Due, str] = {
    "overdue": "Overdue",
    "soon": "In the next 7 days",
    "waiting": "Waiting for more calls",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody looks at: one of the teams that they see, or all of them. ``choices`` are those to choose from.

    ``team`` is EVERYBODY for all teams, and None for somebody who sees none.
    """

    team: str | None
    choices: tuple[str, ...]
    listed: Listed
    days: int

    def query(self, **more: str) -> str:
        """The end of an address that keeps the team and the days."""
        return self.of_team(days="" if self.days == USUAL else str(self.days), **more)

    def of_team(self, **more: str) -> str:
        """The end of an address that keeps the team."""
        values = {name: value for name, value in {"team": self.team or "", **more}.items() if value}
        return f"?{urlencode(values)}" if values else ""


def scope_of(desk: Desk, viewer: Viewer, query: Mapping[str, str]) -> Scope:
    """What the address asks for, as far as the viewer sees it; a team of others is as if there were none: 404."""
    asked, days = query.get("team", ""), query.get("days", "")
    period = int(days) if days in {str(one) for one in PERIODS} else USUAL
    seen = teams_seen(viewer)
    if seen is None:
        choices = teams_kept(desk.store)
        teams = (asked,) if asked else None
        return Scope(asked or EVERYBODY, choices, Listed(teams=teams), period)
    if asked and asked not in seen:
        raise HTTPException(404, "There is no such team.")
    if not seen:
        supervisor = viewer.user_id if viewer.role == "supervisor" else None
        return Scope(None, (), Listed(teams=(), supervisor=supervisor), period)
    team = asked or min(seen)
    return Scope(team, tuple(sorted(seen)), Listed(teams=(team,)), period)


def dashboard_routes(desk: Desk) -> list[Route]:
    """``/dashboard`` and the lists below it."""
    pages, sees = DashboardPages(desk), allows(*EVERY_ROLE)
    return [
        Route("/dashboard", sees(pages.show)),
        Route("/dashboard/follow-ups", sees(pages.follow_ups)),
        Route("/dashboard/undecided", sees(pages.undecided)),
        Route("/dashboard/{name}", sees(pages.lines)),
    ]


def tally(count: int, most: int = COUNTED_TO) -> str:
    """A count as a tile has room for it; it stops where counting stops."""
    return f"{count:,}" if count <= most else f"{most:,}+"


def _day_plan(query: Mapping[str, str]) -> DayPlan | None:
    """Where the list of follow-ups goes on, from the address; None where it says nothing of sense."""
    try:
        return date.fromisoformat(query.get("on", "")), query.get("plan", "")
    except ValueError:
        return None


@dataclass(frozen=True)
class DashboardPages:
    desk: Desk
    _drawn: dict[tuple[str, int, str, bool], str] = field(default_factory=dict)

    def show(self, request: Request) -> Response:
        viewer = viewer_of(request)
        agent = request.query_params.get("agent", "").strip()
        if agent and agent.isprintable():
            return RedirectResponse(f"/agents/{quote(agent, safe='')}", 303)
        scope = scope_of(self.desk, viewer, request.query_params)
        today = self.desk.today()
        board = None if scope.team is None else (scope.team, scope.days)
        counts, kept = see_now(self.desk.store, scope.listed, today, board)
        return self.desk.page(
            request,
            "dashboard.html",
            scope=scope,
            counts=counts,
            today=today,
            days_left=days_left,
            clock_days=DAYS,
            as_of=kept.as_of if kept else None,
            figures=self._figures(scope, kept.digest, viewer.role in SEES_AGREEMENT) if kept else "",
            periods=PERIOD_WORDS,
            everybody=viewer.sees_all_teams,
            tally=tally,
            most_lines=LINES_COUNTED_TO,
        )

    def follow_ups(self, request: Request) -> Response:
        scope = scope_of(self.desk, viewer_of(request), request.query_params)
        due: Due = next((one for one in DUE if one == request.query_params.get("due")), "overdue")
        page = list_due(self.desk.store, scope.listed, due, self.desk.today(), _day_plan(request.query_params))
        return self.desk.page(
            request,
            "dashboard_follow_ups.html",
            scope=scope,
            due=due,
            page=page,
            further=scope.query(due=due, on=page.further[0].isoformat(), plan=page.further[1]) if page.further else "",
            due_words=DUE,
            today=self.desk.today(),
        )

    def undecided(self, request: Request) -> Response:
        scope = scope_of(self.desk, viewer_of(request), request.query_params)
        page = list_asking(self.desk.store, scope.listed.teams, request.query_params.get("after", ""))
        return self.desk.page(request, "dashboard_undecided.html", scope=scope, page=page)

    def lines(self, request: Request) -> Response:
        name = next((one for one in LISTS if one == request.path_params["name"]), None)
        if name is None:
            raise HTTPException(404, "There is no such list.")
        kind, title = LISTS[name]
        scope = scope_of(self.desk, viewer_of(request), request.query_params)
        page = list_lines(self.desk.store, kind, scope.listed.teams, request.query_params.get("after", ""))
        return self.desk.page(
            request,
            "dashboard_list.html",
            scope=scope,
            name=name,
            kind=kind,
            title=title,
            page=page,
            today=self.desk.today(),
            days_left=days_left,
            clock_days=DAYS,
            tally=tally,
            most_lines=LINES_COUNTED_TO,
        )

    def _figures(self, scope: Scope, digest: str, agreement: bool) -> str:
        """The figures as they are drawn. They are the same until they are worked out again, so they are drawn once."""
        assert scope.team is not None
        key = (scope.team, scope.days, digest, agreement)
        drawn = self._drawn.get(key)
        if drawn is None:
            found = see_figures(self.desk.store, scope.team, scope.days)
            drawn = self._draw(found, scope, agreement) if found else ""
            if len(self._drawn) >= FRAGMENTS:
                self._drawn.clear()
            self._drawn[key] = drawn
        return drawn

    def _draw(self, found: Figures, scope: Scope, agreement: bool) -> str:
        from markupsafe import Markup

        stuck = list_lines(self.desk.store, "stuck", scope.listed.teams, limit=8)
        html = (
            environment()
            .get_template("dashboard_figures.html")
            .render(figures=found, scope=scope, agreement=agreement, stuck=stuck.lines, **figures_drawing(found))
        )
        return Markup(html)  # out of a template that escapes what is put into it

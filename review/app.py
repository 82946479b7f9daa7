"""The pages of a program: its plans, one plan, and the nights' reports. They show; deciding is for the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from coaching.page import plan_html, plans_html
from operations.review import NoSuchPlan, find_plan, list_plans
from review.access import EVERY_ROLE, allows, anyone, may_see_plan, the_plan_seen, viewer_of
from review.errors import failed, refused
from review.gate import Gate
from review.guarding import refuse_unguarded
from review.headers import document_policy
from review.routes.my_plan import my_plan_routes
from review.routes.sign_in import sign_in_routes

if TYPE_CHECKING:
    from app.wiring import Program

REPORT = re.compile(r"\d{4}-\d{2}-\d{2}\.html")


def make_app(program: Program, now: Callable[[], datetime] | None = None) -> Starlette:
    """The pages of ``program`` behind the gate. Raises Unguarded where a route does not say who may use it."""
    pages, gate = _Pages(program), Gate.of(program, now) if now else Gate.of(program)
    routes: list[BaseRoute] = [
        Route("/", pages.index),
        Route("/plans/{plan_id}", pages.plan),
        Route("/reports/{name}", pages.report),
        Route("/healthz", pages.healthz),
        *my_plan_routes(program),
        *sign_in_routes(gate),
        Mount("/static", anyone(StaticFiles(packages=[("review", "static")]))),
    ]
    refuse_unguarded(routes)
    return Starlette(
        routes=routes,
        middleware=gate.middleware(),
        exception_handlers={HTTPException: refused, Exception: failed},
    )


class _Pages:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.reports = program.settings.resolve(program.settings.report.folder)
        self.redacted = program.settings.report.redact

    @allows(*EVERY_ROLE)
    def index(self, request: Request) -> Response:
        viewer = viewer_of(request)
        names = sorted((path.name for path in self.reports.glob("*.html") if REPORT.fullmatch(path.name)), reverse=True)
        plans = [plan for plan in list_plans(self.program.store) if may_see_plan(viewer, plan)]
        return _page(plans_html(self.program.settings.program.name, plans, names))

    @allows(*EVERY_ROLE)
    def plan(self, request: Request) -> Response:
        try:
            found = find_plan(self.program.store, request.path_params["plan_id"])
        except NoSuchPlan:
            raise HTTPException(404, "There is no such plan.") from None
        plan = the_plan_seen(viewer_of(request), found)
        scale = self.program.rubric.scale
        return _page(plan_html(plan, scale=(scale.min, scale.max), redacted=self.redacted))

    @allows("admin", "qa_manager")
    def report(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self.reports / name
        if not REPORT.fullmatch(name) or not path.is_file():
            raise HTTPException(404, "There is no such report.")
        return _page(path.read_text(encoding="utf-8"))

    @anyone
    def healthz(self, request: Request) -> Response:
        with self.program.store.read() as session:
            session.connection()
        return PlainTextResponse("ok")


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers={"Content-Security-Policy": document_policy(html)})

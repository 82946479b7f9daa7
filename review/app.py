"""The pages of a program: its plans, one plan, and the nights' reports. They show; deciding is for the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from coaching.page import plan_html, plans_html
from operations.review import NoSuchPlan, find_plan, list_plans

if TYPE_CHECKING:
    from app.wiring import Program

REPORT = re.compile(r"\d{4}-\d{2}-\d{2}\.html")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_app(program: Program) -> Starlette:
    """The pages of ``program``, for requests that name this machine as their host."""
    pages = _Pages(program)
    return Starlette(
        routes=[
            Route("/", pages.index),
            Route("/plans/{plan_id}", pages.plan),
            Route("/reports/{name}", pages.report),
            Route("/healthz", pages.healthz),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "testserver"])],
    )


class _Pages:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.reports = program.settings.resolve(program.settings.report.folder)
        self.redacted = program.settings.report.redact

    def index(self, request: Request) -> Response:
        names = sorted((path.name for path in self.reports.glob("*.html") if REPORT.fullmatch(path.name)), reverse=True)
        return _page(plans_html(self.program.settings.program.name, list_plans(self.program.store), names))

    def plan(self, request: Request) -> Response:
        try:
            plan = find_plan(self.program.store, request.path_params["plan_id"])
        except NoSuchPlan:
            raise HTTPException(404, "There is no such plan.") from None
        scale = self.program.rubric.scale
        return _page(plan_html(plan, scale=(scale.min, scale.max), redacted=self.redacted))

    def report(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self.reports / name
        if not REPORT.fullmatch(name) or not path.is_file():
            raise HTTPException(404, "There is no such report.")
        return _page(path.read_text(encoding="utf-8"))

    def healthz(self, request: Request) -> Response:
        with self.program.store.read() as session:
            session.connection()
        return PlainTextResponse("ok", headers=HEADERS)


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers=HEADERS)

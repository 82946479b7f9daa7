"""The reports of the nights, and the files of the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from review.access import allows, anyone
from review.desk import Desk, static_content
from review.headers import document_policy

REPORT = re.compile(r"\d{4}-\d{2}-\d{2}\.html")
FILE = re.compile(r"[a-z0-9.-]+\.(css|js|svg)")
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


def night_routes(desk: Desk) -> list[Route]:
    """``/nights``, ``/reports/{name}`` and ``/static/{name}``."""
    pages = NightPages(desk)
    looks = allows("admin", "qa_manager")
    return [
        Route("/nights", looks(pages.index)),
        Route("/reports/{name}", looks(pages.report)),
        Route("/static/{name}", anyone(static_file)),
    ]


@dataclass(frozen=True)
class NightPages:
    desk: Desk

    def index(self, request: Request) -> Response:
        names = sorted((path.name for path in self._folder.glob("*.html") if REPORT.fullmatch(path.name)), reverse=True)
        return self.desk.page(request, "nights.html", reports=names)

    def report(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self._folder / name
        if not REPORT.fullmatch(name) or not path.is_file():
            raise HTTPException(404, "There is no such report.")
        html = path.read_text(encoding="utf-8")
        return HTMLResponse(html, headers={"Content-Security-Policy": document_policy(html)})

    @property
    def _folder(self) -> Path:
        settings = self.desk.program.settings
        return settings.resolve(settings.report.folder)


def static_file(request: Request) -> Response:
    """One of our own style sheets and scripts."""
    name = request.path_params["name"]
    found = FILE.fullmatch(name)
    try:
        content = static_content(name) if found else None
    except FileNotFoundError:
        content = None
    if found is None or content is None:
        raise HTTPException(404, "There is no such file.")
    return Response(content, media_type=TYPES[found[1]], headers=KEPT if request.query_params.get("v") else None)

"""What somebody sees when it did not work: a short page, or for a program a problem of RFC 9457. Never the inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nlp.errors import VerbatimError
from review.access_log import noted
from review.headers import API_POLICY, HEADERS
from review.outside import outside_page

API_PATH = "/api/"
PROBLEM = "application/problem+json"
SIGN_IN = "/sign-in"
TOKEN_NEEDED = "A token that holds is needed: Authorization: Bearer, and what `verbatim user token` has printed."


def error_response(request: Request, error: Exception) -> Response:
    """The answer for an HTTPException: for somebody who must sign in first, the way there."""
    if not isinstance(error, HTTPException):
        return failed(request, error)
    if request.url.path.startswith(API_PATH):
        detail = TOKEN_NEEDED if error.status_code == 401 else error.detail
        return problem(error.status_code, detail, headers=error.headers)
    if error.status_code == 401 and request.method in ("GET", "HEAD"):
        return RedirectResponse(f"{SIGN_IN}?next={quote(_path(request))}", 303)
    return _page(request, error.status_code, error.detail, error.headers)


def refused(request: Request, error: Exception) -> Response:
    """The answer within the app, after noting that somebody was not allowed something."""
    if isinstance(error, HTTPException) and error.status_code in (401, 403):
        viewer = getattr(request.state, "viewer", None)
        noted("refused", path=request.url.path, status=error.status_code, user=viewer.user_id if viewer else None)
    return error_response(request, error)


def failed(request: Request, error: Exception) -> Response:
    """The answer when we failed: that we did, and not why. The reason is for the log."""
    noted("failed", path=request.url.path, error=type(error).__name__, problem=_one_line(error))
    said = "That did not work, and the reason is in the log of this server. Nothing was half saved; try again."
    answer = problem(500, said) if request.url.path.startswith(API_PATH) else _page(request, 500, said, None)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """A problem of RFC 9457, as the API tells it."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    answer = Response(json.dumps(content, ensure_ascii=False), status, media_type=PROBLEM)
    answer.headers["Content-Security-Policy"] = API_POLICY
    answer.headers.update(headers or {})
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _page(request: Request, status: int, detail: str, headers: Mapping[str, str] | None) -> Response:
    title = {401: "Sign in first", 403: "Not allowed", 404: "Not found", 429: "Too many requests"}.get(status, "Sorry")
    words = {"title": title, "message": detail, "href": "/", "link": "To the start"}
    page = outside_page(request, "message.html", words, status)
    page.headers.update(headers or {})
    return page


def _path(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _one_line(error: Exception) -> str:
    return str(error) if isinstance(error, VerbatimError) else ""

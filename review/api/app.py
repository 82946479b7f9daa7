"""The API of a program, version 1: OpenAPI 3.1, errors as problems of RFC 9457, nothing public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from review.api.deciding import add_deciding
from review.api.describing import describe
from review.api.looping import add_looping
from review.api.originals import add_originals
from review.api.publishing import add_publishing
from review.api.reading import add_reading
from review.api.scopes import needs
from review.errors import failed, problem, refused
from review.gate import Gate
from review.headers import API_POLICY

if TYPE_CHECKING:
    from app.wiring import Program

PREFIX = "/api/v1"


def make_api(program: Program, gate: Gate) -> FastAPI:
    """The app to mount at ``PREFIX``. Its description is at ``/openapi.json``, for who has a token."""
    api = FastAPI(
        title="Verbatim",
        version="1",
        summary="Coaching plans, the evidence in them, and what came of them.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.add_exception_handler(HTTPException, refused)
    api.add_exception_handler(RequestValidationError, _wrong)
    api.add_exception_handler(Exception, failed)
    # on the app itself: an included router hides its routes from who walks them
    add_reading(api, program)
    add_originals(api, program)
    add_deciding(api, program, gate)
    add_looping(api, program, gate)
    add_publishing(api)
    described: list[dict[str, Any]] = []

    @api.get("/openapi.json", dependencies=[Depends(needs())], include_in_schema=False)
    def openapi() -> JSONResponse:
        if not described:
            described.append(describe(api, PREFIX))
        return JSONResponse(described[0])

    return api


def _wrong(request: Request, error: Exception) -> Response:
    """What of a request is not as it must be: where, and why; never the value itself."""
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"in": ".".join(map(str, one["loc"])), "detail": str(one["msg"]).removeprefix("Value error, ")}
        for one in error.errors()
    ]
    return problem(422, "The request is not as it must be.", errors=wrong)


class Counted:
    """Middleware of the API: says how many requests are left this minute, and that nothing of it is a page."""

    def __init__(self, app: FastAPI, limit: int) -> None:
        self.app, self.limit = app, limit
        self.routes = app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = Request(scope).state.left if scope["type"] == "http" else 0

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"] = str(self.limit), str(left)
                headers["Content-Security-Policy"] = API_POLICY
            await send(message)

        await self.app(scope, receive, counted)

"""The gate before every page: who asks, how often, and whether a form is one of ours."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coaching.account import SessionRules
from operations.accounts import token_of
from operations.sign_in import SECRET_BYTES, agent_of, who_is
from review.access import Viewer
from review.access_log import noted
from review.cookies import Cookies
from review.errors import API_PATH, error_response
from review.forged import SAFE_METHODS, Forged, TooLarge, read_body, refuse_forged, replayed
from review.headers import SecurityHeaders
from review.limits import Limits, TooOften

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import Program
    from coaching.account import ApiToken
    from store.session import Store
    from store.sign_ins import KeptSession

OPEN_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")
"""Nobody is looked up for these."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Gate:
    """What signing in works with: the store, the rules, the cookies, the counts, and the clock."""

    store: Store
    settings: Settings
    rules: SessionRules
    cookies: Cookies
    limits: Limits
    now: Callable[[], datetime] = _now

    @classmethod
    def of(cls, program: Program, now: Callable[[], datetime] = _now) -> Gate:
        settings = program.settings
        rules, limits = settings.review.session_rules(), Limits(settings.review)
        return cls(program.store, settings, rules, Cookies.of(settings), limits, now)

    def middleware(self) -> list[Middleware]:
        """From outside in: headers on every answer, known hosts alone, then who asks."""
        review = self.settings.review
        return [
            Middleware(SecurityHeaders, secure=self.cookies.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(review.hosts), www_redirect=False),
            Middleware(Gatekeeper, gate=self),
        ]

    def look_up(self, request: Request) -> KeptSession | None:
        """The session of the browser that asks."""
        secret = self.cookies.read(request, self.cookies.session)
        return who_is(self.store, secret, self.now(), self.rules) if secret else None

    def viewer(self, kept: KeptSession) -> Viewer:
        """Who that session belongs to, with the role and the teams of this moment."""
        if kept.account is not None:
            account = kept.account
            return Viewer(user_id=account.user_id, name=account.name, role=account.role, teams=account.teams)
        plan_id, agent_id = kept.plan_id or "", kept.agent_id or ""
        return Viewer(user_id=agent_id, name=agent_of(self.store, plan_id), role="agent", plan_id=plan_id)

    def service(self, request: Request) -> ApiToken | None:
        """The token that a request to the API shows, where it holds."""
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        return token_of(self.store, shown.strip(), self.now()) if kind.lower() == "bearer" else None


def client_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else "-"


class Gatekeeper:
    """Middleware: puts ``viewer`` (None for nobody) and ``csrf`` on ``request.state``, refuses forged and too many."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        request.state.viewer, request.state.csrf, request.state.csrf_shown = None, "", False
        path = request.url.path
        try:
            if path.startswith(API_PATH):
                receive = await self._service(request, receive)
            elif not path.startswith(OPEN_PATHS):
                receive = await self._browser(request, receive)
                send = self._binding(request, send)
        except HTTPException as refused:
            _note(request, refused)
            answer = error_response(request, refused)
            return await answer(scope, receive, send)
        await self.app(scope, receive, send)

    async def _browser(self, request: Request, receive: Receive) -> Receive:
        kept = await run_in_threadpool(self.gate.look_up, request)
        if kept is not None:
            request.state.viewer = await run_in_threadpool(self.gate.viewer, kept)
            request.state.csrf = kept.csrf
        else:
            known = self.gate.cookies.read(request, self.gate.cookies.form)
            request.state.csrf = known or secrets.token_urlsafe(SECRET_BYTES)
        self.gate.limits.count(self.gate.limits.pages, "pages", kept.digest if kept else client_of(request))
        if request.method in SAFE_METHODS:
            return receive
        body = await read_body(receive)
        refuse_forged(request, body, self.gate.settings.review.origin, request.state.csrf)
        return replayed(body, receive)

    async def _service(self, request: Request, receive: Receive) -> Receive:
        limits = self.gate.limits
        token = await run_in_threadpool(self.gate.service, request)
        request.state.left = limits.count(limits.api, "api", token.token_id if token else client_of(request))
        if token is not None:
            request.state.viewer = Viewer(
                user_id=f"token:{token.token_id}",
                name=token.name,
                role="service",
                teams=token.teams,
                scopes=token.scopes,
            )
        return receive if request.method in SAFE_METHODS else replayed(await read_body(receive), receive)

    def _binding(self, request: Request, send: Send) -> Send:
        """Where a form was shown to somebody who is not signed in, the browser gets the cookie that belongs to it."""
        cookies = self.gate.cookies

        async def bound(message: Message) -> None:
            if message["type"] == "http.response.start" and request.state.csrf_shown and not request.state.viewer:
                carrier = Response()
                cookies.write(carrier, cookies.form, request.state.csrf)
                given = [header for header in carrier.raw_headers if header[0] == b"set-cookie"]
                message["headers"] = [*message["headers"], *given]
            await send(message)

        return bound


def _note(request: Request, refused: HTTPException) -> None:
    kinds = {Forged: "refused: forged form", TooLarge: "refused: too large", TooOften: "refused: too often"}
    viewer: Viewer | None = request.state.viewer
    who = viewer.user_id if viewer else None
    noted(kinds.get(type(refused), "refused"), path=request.url.path, user=who, client=client_of(request))

"""Signing in by name and password or by a link, and out again. A GET changes nothing: links ask for one click more."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from operations.sign_in import enter_by_link, link_opens, sign_in, sign_out
from review.access import anyone
from review.access_log import noted
from review.errors import SIGN_IN
from review.gate import Gate, client_of
from review.limits import TooOften
from review.outside import outside_page
from store.sign_ins import KeptPass

WRONG = "That name and password do not belong together, or the account is closed."
GONE = "This link does not work any more: it was used, or its time is over."


def sign_in_routes(gate: Gate) -> list[Route]:
    """``/sign-in``, ``/sign-out`` and ``/enter/{secret}``."""
    pages = SignInPages(gate)
    return [
        Route("/sign-in", pages.ask, methods=["GET"]),
        Route("/sign-in", pages.take, methods=["POST"]),
        Route("/sign-out", pages.leave, methods=["POST"]),
        Route("/enter/{secret}", pages.door, methods=["GET"]),
        Route("/enter/{secret}", pages.enter, methods=["POST"]),
    ]


def inside(target: str) -> str:
    """Where to go after signing in: a path of this page, never another host's address."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain and "\\" not in target and not target.startswith(("/sign-", "/enter/")) else "/"


@dataclass(frozen=True)
class SignInPages:
    gate: Gate

    @anyone
    def ask(self, request: Request) -> Response:
        target = inside(request.query_params.get("next", "/"))
        if request.state.viewer is not None and request.state.viewer.role != "agent":
            return RedirectResponse(target, 303)
        return self._form(request, target)

    @anyone
    async def take(self, request: Request) -> Response:
        form = await request.form()
        user, password = str(form.get("user", "")).strip(), str(form.get("password", ""))
        target = inside(str(form.get("next", "/")))
        try:
            self._count(request, user)
        except TooOften as often:
            noted("refused: too many tries to sign in", user=user, client=client_of(request))
            page = self._form(request, target, user, often.detail, 429)
            page.headers["Retry-After"] = str(often.seconds)
            return page
        gate = self.gate
        secret = await run_in_threadpool(sign_in, gate.store, user, password, gate.now(), gate.rules)
        if secret is None:
            noted("refused: wrong name or password", user=user, client=client_of(request))
            return self._form(request, target, user, WRONG, 403)
        gate.limits.forget(gate.limits.sign_ins, "account", user)
        noted("signed in", user=user, by="password", client=client_of(request))
        return await run_in_threadpool(self.begin, request, secret, target)

    @anyone
    def leave(self, request: Request) -> Response:
        gate, viewer = self.gate, request.state.viewer
        self._end(request)
        if viewer is not None:
            noted("signed out", user=viewer.user_id)
        answer = RedirectResponse("/sign-in", 303)
        gate.cookies.take_back(answer, gate.cookies.session)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @anyone
    def door(self, request: Request) -> Response:
        found = link_opens(self.gate.store, request.path_params["secret"], self.gate.now())
        return self._door(request, found) if found else self._gone(request)

    @anyone
    def enter(self, request: Request) -> Response:
        gate = self.gate
        entered = enter_by_link(gate.store, request.path_params["secret"], gate.now(), gate.rules)
        if entered is None:
            noted("refused: link", client=client_of(request))
            return self._gone(request)
        secret, used = entered
        noted("signed in", user=used.user_id or used.agent_id, by=f"{used.purpose} link", client=client_of(request))
        return self.begin(
            request, secret, f"/my-plan/{quote(used.plan_id or '', safe='')}" if used.purpose == "plan" else "/"
        )

    def begin(self, request: Request, secret: str, target: str) -> Response:
        """Give the browser its new session; the one that it had before ends."""
        gate = self.gate
        self._end(request)
        answer = RedirectResponse(target, 303)
        gate.cookies.write(answer, gate.cookies.session, secret)
        gate.cookies.take_back(answer, gate.cookies.form)
        return answer

    def _end(self, request: Request) -> None:
        secret = self.gate.cookies.read(request, self.gate.cookies.session)
        if secret:
            sign_out(self.gate.store, secret)

    def _count(self, request: Request, user: str) -> None:
        limits = self.gate.limits
        limits.count(limits.sign_ins, "account", user)
        limits.count(limits.sign_ins_of_a_client, "client", client_of(request))

    def _form(self, request: Request, target: str, user: str = "", problem: str = "", status: int = 200) -> Response:
        oidc = self.gate.settings.review.oidc
        provider = oidc.name if oidc else None
        words = {"title": "Sign in", "next": target, "user": user, "problem": problem, "provider": provider}
        return outside_page(request, "sign_in.html", words, status)

    def _door(self, request: Request, found: KeptPass) -> Response:
        until = found.expires_at.astimezone(self.gate.settings.timezone)
        when = f"{until:%H:%M on} {until.day} {until:%B}"
        if found.purpose == "plan":
            words = {
                "title": "Your coaching plan",
                "sentence": "This link shows one coaching plan to the agent whom it is for. It shows nothing else.",
                "button": "Show the plan",
                "note": f"The link works until {when}. Do not pass it on: who has it sees the plan.",
            }
        else:
            words = {
                "title": "Sign in by link",
                "sentence": f"This link signs you in as {found.user_id}.",
                "button": "Sign in",
                "note": f"The link works once, until {when}, and for signing in alone.",
            }
        return outside_page(request, "enter.html", words)

    def _gone(self, request: Request) -> Response:
        said = f"{GONE} Sign in with a password, or ask for a new one."
        words = {"title": "This link is over", "message": said, "href": SIGN_IN, "link": "Sign in"}
        return outside_page(request, "message.html", words, 404)

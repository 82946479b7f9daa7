"""The review page in tests: a program with plans, its app, and a browser that somebody signed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.settings import load_settings
from app.wiring import Program
from builders import a_rubric
from coaching.account import Account, SessionRules
from coaching.plan import Plan
from operations.accounts import UnknownRole, add_token, add_user, new_user
from operations.sign_in import begin_session, enter_by_link, plan_link
from review.access import CSRF_FIELD, CSRF_HEADER
from review.cookies import Cookies
from store.accounts import UserThere
from store.plans import put_plan
from store.session import Store

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8080"
PASSWORD = "grey otter under seven bridges"


class Clock:
    """What time it is, until it is set to another: ``clock.now = ...``."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def a_program(folder: Path, store: Store, *plans: Plan, settings: str = "") -> Program:
    """A program of this store with these plans in it; ``settings`` is more of its TOML."""
    config = folder / "verbatim.toml"
    config.write_text(f'[program]\nname = "Harbour"\n{settings}', encoding="utf-8")
    with store.begin() as session:
        for plan in plans:
            put_plan(session, plan)
    return Program(load_settings(config), a_rubric("empathy"), store)


def a_browser(app: Starlette, address: str = ADDRESS) -> TestClient:
    """A browser that nobody is signed in with. It follows no redirect by itself."""
    return TestClient(app, base_url=address, follow_redirects=False)


def a_user(program: Program, role: str, *, user_id: str = "", teams: Sequence[str] = ("east",)) -> Account:
    """An account of that role, named after it, with a password; made where it is not there."""
    account = new_user(user_id or f"{role}-1", f"{role.title()} One", role, teams, NOW)
    try:
        return add_user(program.store, account, PASSWORD)
    except UserThere:
        return account


def signed_in(
    program: Program,
    app: Starlette,
    role: str,
    *,
    user_id: str = "",
    teams: Sequence[str] = ("east",),
    at: datetime = NOW,
) -> TestClient:
    """A browser in which somebody of that role is signed in. Forms are posted with ``send``, or the header is there.

    ``at`` is when they signed in: the same time as the app's clock tells.
    """
    if role in ("agent", "service"):
        raise UnknownRole(role)
    account = a_user(program, role, user_id=user_id, teams=teams)
    return with_session(program, app, begin_session(program.store, account, at, SessionRules()), at)


def at_own_plan(program: Program, app: Starlette, plan: Plan, at: datetime = NOW) -> TestClient:
    """The browser of an agent who opened the link to this plan."""
    secret = plan_link(program.store, plan, at, SessionRules())
    entered = enter_by_link(program.store, secret, at, SessionRules())
    assert entered is not None
    return with_session(program, app, entered[0], at)


def with_session(program: Program, app: Starlette, secret: str, at: datetime) -> TestClient:
    """A browser with a session's cookie, and the session's token as a header on every request."""
    from operations.sign_in import who_is

    browser = a_browser(app)
    browser.cookies.set(Cookies.of(program.settings).session, secret)
    kept = who_is(program.store, secret, at, SessionRules())
    assert kept is not None
    browser.headers[CSRF_HEADER] = kept.csrf
    return browser


def a_service(
    program: Program, app: Starlette, *scopes: str, teams: Sequence[str] = ("*",), at: datetime = NOW
) -> TestClient:
    """A program that shows a token of these scopes."""
    secret = add_token(program.store, "data team", scopes, teams, "admin-1", at, 90)[1]
    browser = a_browser(app)
    browser.headers["authorization"] = f"Bearer {secret}"
    return browser


def hidden(page: str, name: str) -> str:
    """The value of a hidden field in a page's forms."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no form with a field {name!r}"
    return found[1]


def form_token(page: str) -> str:
    """The token against forged forms in a page."""
    return hidden(page, CSRF_FIELD)


def text(answer: httpx.Response) -> str:
    """What a page says, without its marks and with single spaces; it must have come."""
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

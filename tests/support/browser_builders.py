"""A real browser at a real server, with somebody signed in."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from app.wiring import Program
from coaching.account import SessionRules
from operations.sign_in import begin_session
from review.app import make_app
from review.cookies import Cookies
from web_builders import a_user

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def served(program: Program) -> Iterator[str]:
    """The program's pages at an address on this machine."""
    import uvicorn

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = make_app(program)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@contextmanager
def a_browser_started() -> Iterator[Any]:
    """Chromium, for the tests of one module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def windows(browser: Any, program: Program, first: str) -> Iterator[Callable[..., Any]]:
    """Opens windows on the program's pages; none may break the policy or ask for anything from elsewhere."""
    pages: list[Any] = []
    with served(program) as address:

        def at(path: str = first, **settings: Any) -> Any:
            page = window(browser, program, address, **settings)
            pages.append(page)
            page.goto(path)
            return page

        yield at
        for page in pages:
            page.context.close()
    assert [page.noises for page in pages if page.noises] == []


def window(browser: Any, program: Program, address: str, role: str = "qa_manager", **settings: Any) -> Any:
    """A window in which somebody of that role is signed in. What breaks the policy or fails is in ``page.noises``."""
    user_id = settings.pop("user_id", "")
    account = a_user(program, role, user_id=user_id)
    secret = begin_session(program.store, account, datetime.now(UTC), SessionRules())
    size = {"width": settings.pop("width", 1366), "height": settings.pop("height", 900)}
    context = browser.new_context(viewport=size, base_url=address, **settings)
    context.add_cookies([{"name": Cookies.of(program.settings).session, "value": secret, "url": address}])
    page = context.new_page()
    page.noises = []
    page.on("console", lambda said: page.noises.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.noises.append(str(error)))
    page.on("dialog", lambda dialog: page.noises.append(dialog.message))
    page.on("request", lambda asked: page.noises.append(asked.url) if not asked.url.startswith(address) else None)
    return page

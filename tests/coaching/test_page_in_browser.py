from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coaching.page import plan_html, report_html
from night_builders import a_night, a_night_of, a_none_item, a_shown_item
from plan_builders import a_plan

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

LONG = "Donaudampfschifffahrtsgesellschaftskapitaen" * 6


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def look(browser, tmp_path: Path):
    """Open a page in a window; what it said to the console, asked for, or opened is in ``page.noises``."""
    windows = []

    def at(html: str, width: int = 1366, **settings: str):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        windows.append(browser.new_context(viewport={"width": width, "height": 900}, **settings))
        page = windows[-1].new_page()
        page.noises = []
        page.on("console", lambda message: page.noises.append(message.text))
        page.on("pageerror", lambda error: page.noises.append(str(error)))
        page.on("dialog", lambda dialog: page.noises.append(dialog.message))
        page.on("request", lambda request: page.noises.append(request.url))
        page.goto(path.as_uri())
        assert page.noises.pop(0) == path.as_uri()
        return page

    yield at
    for window in windows:
        window.close()


def test_a_page_asks_for_nothing_and_breaks_no_policy(look) -> None:
    night = a_night_of("</style><script>alert(1)</script><img src='https://example.com/a.png' onerror=alert(1)>")
    page = look(report_html(night))
    assert page.noises == []
    assert page.locator("img, script").count() == 0


def test_the_style_sheet_is_in_force(look) -> None:
    page = look(report_html(a_night()), color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 245, 240)"
    dark = look(report_html(a_night()), color_scheme="dark")
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"


@pytest.mark.parametrize("words", ["words", LONG])
def test_nothing_is_wider_than_the_window(look, words: str) -> None:
    page = look(report_html(a_night_of(words)))
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    for width in (320, 390, 700, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_plan_of_its_own_is_not_wider_than_a_phone(look) -> None:
    page = look(plan_html(a_plan("a-1", a_shown_item(), a_none_item())), 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_quote_is_seen_where_it_was_said(look) -> None:
    page = look(report_html(a_night()))
    quote = page.locator("mark.quote").first
    assert quote.inner_text() == "What is the account number?"
    assert quote.is_visible()
    assert page.locator(".talk li.told").first.inner_text().startswith("Agent 0:09 quote")


def test_folds_open_by_the_keyboard(look) -> None:
    page = look(report_html(a_night()))
    fold = page.locator("details", has_text="Where this stands").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("code").is_visible()


def test_print_shows_what_is_folded(look) -> None:
    page = look(report_html(a_night()))
    page.emulate_media(media="print")
    assert page.locator("details code").first.is_visible()

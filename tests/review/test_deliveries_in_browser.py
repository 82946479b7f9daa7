"""The page of deliveries in a real browser: without a script, for every reader, at every width."""

from __future__ import annotations

from datetime import timedelta

import pytest

from browser_builders import CHROMIUM, a_browser_started, served, window
from coaching.recording import View
from delivery_builders import a_receiver, assign, put_endpoint
from operations.delivering import DeliveryWork, deliver
from operations.webhook import Webhook
from store.audit import PROGRAM
from store.columns import written_now
from store.deliveries import give_up
from store.endpoints import set_state
from web_builders import Clock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def browser():
    with a_browser_started() as started:
        yield started


def some_deliveries(store):
    """Three endpoints: one that took all but one, one that is gone, one that does not answer."""
    clock = Clock(written_now())
    with a_receiver() as receiver, a_receiver() as stopped:
        put_endpoint(store, "lms", address=receiver.address)
        put_endpoint(store, "warehouse", address="https://hooks.example.com/x", types=("plan.closed", "plan.changed"))
        put_endpoint(store, "team-board", address=stopped.address, teams=("Billing", "Claims and complaints"))
        assign(store, "a-7", team="Billing")
        assign(store, "a-8", team="Claims and complaints")
        assign(store, "a-9")
        receiver.answers = [(503, {"retry-after": "60"})]
        stopped.usual = (302, {"location": "https://elsewhere.example.com"})
        for _ in range(4):
            sender = Webhook("urn:x", frozenset({"127.0.0.1"}), clock=clock)
            deliver(DeliveryWork(store, {"webhook": sender}, View(True, True), clock))
            clock.now += timedelta(minutes=11)
    with store.begin() as session:
        give_up(session, "team-board", clock.now)
        set_state(session, "warehouse", "disabled", PROGRAM, "answered 410, gone for good")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_has_no_barrier_is_not_wider_than_the_window_and_needs_no_script(
    browser, program, store, width, scheme
):
    from axe_playwright_python.sync_playwright import Axe

    some_deliveries(store)
    with served(program) as address:
        page = window(browser, program, address, role="admin", width=width, color_scheme=scheme)
        page.goto("/deliveries")
        violations = [
            (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        assert violations == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.noises == []
        page.context.close()
        page = window(browser, program, address, role="admin", width=width, java_script_enabled=False)
        page.goto("/deliveries?state=dead")
        page.get_by_role("button", name="Try again what was given up for team-board").click()
        assert page.url.endswith("/deliveries?endpoint=team-board")
        page.get_by_label("State").select_option("waiting")
        page.get_by_role("button", name="Filter").click()
        assert page.get_by_role("row", name="p-a-7").count() == 1
        page.context.close()

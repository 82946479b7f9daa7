"""The follow-up pages in a real browser: without a script, for every reader, at every width, with hostile words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from browser_builders import CHROMIUM, a_browser_started, served, window
from follow_up_builders import APPROVED, RUBRIC, approve, decided, open_center, put_draft, put_scored, work_of
from operations.follow_up import score_due
from operations.overruling import overrule
from operations.practice import record_session, session_of, sessions_of
from operations.review import find_plan, list_plans
from store.session import Store
from web_builders import a_program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

DAY = timedelta(days=1)
LOW, LATER, FEW = [40, 44, 42, 38, 41, 43, 40, 44], [52, 47, 60, 55, 44, 49, 58, 51], [70, 66]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>{{ 7*7 }}\u202eevil"


@pytest.fixture(scope="module")
def browser():
    with a_browser_started() as started:
        yield started


def two_cycles(store: Store) -> str:
    """A first cycle that went on, and a second that waits for a person; a plan of another agent is still to come."""
    open_center(store, ["a-1", "a-2", "a-3"])
    for agent, points in (("a-1", LOW), ("a-2", [70, 82, 64, 75, 90, 77, 68, 71]), ("a-3", [55, 61, 72, 49, 66, 80])):
        put_scored(store, points, APPROVED - 9 * DAY, agent_id=agent, prefix="before-")
    approve(store, put_draft(store))
    words = {"by": "Ines Duarte", "note": "Slow at first, then good."}
    done = session_of(plan_id="p-a-1", criterion_id="empathy", done_on=APPROVED + 3 * DAY, score=70, **words)
    record_session(store, done, APPROVED + 9 * DAY)
    put_scored(store, LATER, APPROVED + DAY)
    score_due(work_of(store), APPROVED + 14 * DAY)
    overrule(work_of(store), "p-a-1", "empathy", ("continue",), decided(APPROVED + 15 * DAY, reason="Nearly there."))
    (draft,) = list_plans(store, "draft")
    approve(store, draft, APPROVED + 15 * DAY)
    put_scored(store, FEW, APPROVED + 16 * DAY)
    score_due(work_of(store), APPROVED + 36 * DAY)
    approve(store, put_draft(store, agent_id="a-2"), datetime.now(UTC).date() - DAY)
    return draft.plan_id


@pytest.fixture
def program(tmp_path, store):
    made = a_program(tmp_path, store)
    return type(made)(made.settings, RUBRIC, store)


@pytest.fixture
def look(browser, program):
    """Open windows on the program's pages; none may break the policy or ask for anything from elsewhere."""
    pages = []
    with served(program) as address:

        def at(path, **settings):
            page = window(browser, program, address, role="admin", **settings)
            pages.append(page)
            page.goto(path)
            return page

        yield at
        for page in pages:
            page.context.close()
    assert [page.noises for page in pages if page.noises] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_has_a_barrier_or_is_wider_than_the_window(look, store, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    second = two_cycles(store)
    page = look("/follow-ups", width=width, color_scheme=scheme)
    found = {}
    for place in ("/follow-ups", "/plans/p-a-1/follow-up", f"/plans/{second}/follow-up", "/plans/p-a-2/follow-up"):
        page.goto(place)
        for summary in page.locator("summary").all():
            if not summary.evaluate("one => one.parentElement.open"):
                summary.click()
        violations = [
            (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if violations or wide > width:
            found[place] = (violations, wide)
    assert found == {}


def test_without_a_script_practice_is_noted_and_a_cycle_decided(look, store):
    second = two_cycles(store)
    page = look("/follow-ups", java_script_enabled=False)
    page.get_by_role("link", name="A-1").first.click()
    page.locator("summary", has_text="Note a session").click()
    page.get_by_label("Score of the session").fill("85")
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("The session is noted.").wait_for()
    assert [one.score for one in sessions_of(store, second)] == [85]
    page.get_by_label("What follows").select_option("close")
    page.locator("form[action$=overrule] input[name=reason]").fill("I heard the calls.")
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Both words stay on record").wait_for()
    assert find_plan(store, second).status == "closed"


def test_hostile_words_are_text(look, store):
    open_center(store)
    plan = put_draft(store, agent_name=HOSTILE, team=HOSTILE)
    put_scored(store, LOW, APPROVED - 9 * DAY, prefix="before-")
    approve(store, plan)
    words = {"by": HOSTILE, "note": HOSTILE}
    done = session_of(plan_id="p-a-1", criterion_id="empathy", done_on=APPROVED, **words)
    record_session(store, done, APPROVED + DAY)
    put_scored(store, LATER, APPROVED + DAY)
    score_due(work_of(store), APPROVED + 14 * DAY)
    overrule(work_of(store), "p-a-1", "empathy", ("close",), decided(APPROVED + 15 * DAY, HOSTILE, HOSTILE))
    page = look("/follow-ups")
    for path in ("/follow-ups", "/plans/p-a-1/follow-up"):
        assert page.goto(path).status == 200
        assert page.locator("main script, main img, main b b").count() == 0
        assert "<script>alert(1)</script>" in page.locator("main").inner_text()
        assert "\u202e" not in page.locator("main").inner_text()

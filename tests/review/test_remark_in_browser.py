"""The evaluator's words in a real browser: no barrier, no wider than the window, hostile words are text."""

import pytest

from browser_builders import CHROMIUM, a_browser_started, served, window
from builders import a_score
from judging_builders import a_waiting_item, keep_draft
from rubric.evaluation import Evaluated
from store.evaluations import put_evaluated
from web_builders import a_program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\n\u202eevil \u200b=HYPERLINK() " + "unbroken" * 60


@pytest.fixture(scope="module")
def browser():
    with a_browser_started() as started:
        yield started


@pytest.mark.parametrize("comment", [HOSTILE, f"{HOSTILE} {'and more of it ' * 60}"], ids=["short", "folded"])
def test_a_remark_is_no_barrier_and_no_danger(browser, store, tmp_path, comment):
    from axe_playwright_python.sync_playwright import Axe

    plan = keep_draft(store, "a-1", a_waiting_item(call_id="c-a-1", score=0.0), team="east")
    program = a_program(tmp_path, store)
    score = a_score(0.0, call_id="c-a-1", comment=comment, scored_by="<b>qa</b>")
    origin = Evaluated(score=score, key="k", told="t", vendor="V", question=HOSTILE, answer=HOSTILE, form=HOSTILE,
                       overall=comment, auto_fail=True, by_machine=True)  # fmt: skip
    with store.begin() as session:
        put_evaluated(session, [origin])
    with served(program) as address:
        for width, scheme in ((1366, "light"), (390, "dark"), (390, "light")):
            page = window(browser, program, address, width=width, color_scheme=scheme)
            page.goto(f"/evidence/{plan.plan_id}/{plan.items[0].item_id}")
            page.evaluate("document.querySelectorAll('.remark details').forEach(one => one.open = true)")
            assert page.locator(".remark").count() == 1
            assert page.locator(".remark script, .remark img, .remark b").count() == 0
            violations = [(one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]]
            assert violations == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.noises == []
            page.context.close()

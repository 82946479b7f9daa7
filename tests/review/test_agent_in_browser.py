"""The agent's page, and what a dispute does to other pages, in a real browser: keys alone, no script, every reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from answer_builders import SAM, WHY, disputed, keep_assigned, kept
from browser_builders import CHROMIUM, a_browser_started, served, window
from builders import a_call, a_pick
from coaching.account import SessionRules
from coaching.plan import ContextTurn
from coaching.showing import visible
from judging_builders import a_waiting_item
from operations.agents_answer import answers_of
from operations.sign_in import plan_link
from plan_builders import a_plan, further
from store.calls import put_calls
from store.plans import put_plan
from web_builders import a_program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"'><svg onload=alert(3)></mark></textarea></title><b>",
    "{{ 7*7 }} {% raw %} =HYPERLINK('http://example.com') +1 @x javascript:alert(4) [a](b)",
    "\u202eevil\u202c \u200b\ufeff\u00ad \x1b[31mred \x07 </style>@import url(http://example.com/x.css)",
)


@pytest.fixture(scope="module")
def browser():
    with a_browser_started() as started:
        yield started


@pytest.fixture
def plan(store):
    first = a_waiting_item(call_id="c-1", item_id="i-1", further=[further("c-1b")])
    return keep_assigned(store, "a-1", first, a_waiting_item("closing", "c-1", item_id="i-2"), team="east")


@pytest.fixture
def program(tmp_path, store, plan):
    return a_program(tmp_path, store)


@pytest.fixture
def windows(browser, program):
    """Windows of people with an account, and of agents by their link; nothing may break the policy or go elsewhere."""
    pages = []

    class Windows:
        def of(self, path, role="admin", **settings):
            page = window(browser, program, address, role, **settings)
            pages.append(page)
            page.goto(path)
            return page

        def agent(self, plan, **settings):
            page = window(browser, program, address, "viewer", **settings)
            pages.append(page)
            page.context.clear_cookies()
            page.goto(f"/enter/{plan_link(program.store, plan, datetime.now(UTC), SessionRules())}")
            page.get_by_role("button", name="Show the plan").click()
            page.wait_for_url(re.compile("/my-plan/"))
            return page

    with served(program) as address:
        yield Windows()
        for page in pages:
            page.context.close()
    assert [page.noises for page in pages if page.noises] == []


def tab_to(page, name, most=40):
    """Press Tab until what is called so has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.name") == name:
            return
    raise AssertionError(f"{name!r} is not reached with Tab")


def test_an_agent_reads_and_disputes_with_the_keyboard_alone(windows, store, plan):
    page = windows.agent(plan)
    tab_to(page, "I have read this plan")
    page.keyboard.press("Enter")
    page.get_by_text("Saved: you have read this plan.").wait_for()
    tab_to(page, "I do not agree with this")
    page.keyboard.press("Enter")
    tab_to(page, "reason")
    page.keyboard.type(WHY)
    tab_to(page, "Put it before another reviewer")
    page.keyboard.press("Enter")
    page.get_by_text("Another reviewer looks at this.").wait_for()
    answers = answers_of(store, kept(store, plan))
    assert answers.acknowledged is not None
    assert [one.reason for one in answers.disputes] == [WHY]


@pytest.mark.parametrize("script", [True, False])
def test_the_whole_way_from_the_link_to_the_answer(windows, store, plan, script, tmp_path):
    boss = windows.of(f"/plans/{plan.plan_id}", "supervisor", java_script_enabled=script)
    boss.get_by_role("button", name="Make a link for the agent").click()
    boss.locator("#made-link").wait_for()
    link = boss.locator("#made-link").input_value()
    agent = windows.of(
        link.partition("/enter/")[1] + link.partition("/enter/")[2], "viewer", java_script_enabled=script
    )
    agent.get_by_role("button", name="Show the plan").click()
    agent.locator("summary", has_text="I do not agree").first.click()
    agent.locator("textarea").first.fill(WHY)
    agent.get_by_role("button", name="Put it before another reviewer").first.click()
    agent.get_by_text("Another reviewer looks at this.").wait_for()
    tom = windows.of("/queue", "qa_manager", user_id="tom", java_script_enabled=script)
    tom.get_by_role("link", name="Decide one after the other").click()
    tom.get_by_text("The agent disputes this").wait_for()
    tom.locator("#reason").fill("You asked at once.")
    tom.get_by_role("button", name=re.compile("The quote stands")).click()
    tom.wait_for_url(re.compile("saved="))
    agent.reload()
    agent.get_by_text("The item stands as it is.").wait_for()
    agent.get_by_text("You asked at once.").wait_for()
    with agent.expect_download() as started:
        agent.get_by_role("link", name="As PDF").click()
    assert started.value.suggested_filename == "plan-2026-11-16.pdf"
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF-")
    agent.get_by_role("button", name="Close this plan").click()
    agent.wait_for_url(re.compile("/sign-in"))


def test_a_reviewer_upholds_with_one_key(windows, store, plan):
    disputed(store, plan)
    page = windows.of("/queue", "qa_manager", user_id="tom")
    page.keyboard.press("Enter")
    page.get_by_text("The agent disputes this").wait_for()
    page.wait_for_selector("html.has-script:not(.saving)")
    page.keyboard.press("a")
    page.wait_for_url(re.compile("saved="))
    assert answers_of(store, kept(store, plan)).of("i-1").outcome == "upheld"
    page.wait_for_selector("html.has-script:not(.saving)")
    page.keyboard.press("u")
    page.get_by_text("The agent disputes this").wait_for()


def test_a_score_on_every_page_leads_to_its_line_with_one_click(windows, store, plan):
    waiting = keep_waiting(store)
    admin = f"/plans/{plan.plan_id}"
    starts = {
        "/queue": 'td.number a:has-text("42")',
        f"/evidence/{waiting.plan_id}/{waiting.items[0].item_id}": '.shortfall a:has-text("42")',
        "/plans": 'td a:has-text("scored 42")',
        admin: '.shortfall a:has-text("42")',
        f"{admin}/calls/c-1": 'main ul a:has-text("42")',
        f"{admin}/follow-up": 'a:has-text("The line in the call")',
        "/agents/a-1": 'td a:has-text("42")',
    }
    page = windows.of("/queue", "admin")
    for path, score in starts.items():
        page.goto(path)
        page.locator(score).first.click()
        assert told(page) == "What is the account number?", path
    agent = windows.agent(plan)
    agent.locator('.shortfall a:has-text("42")').first.click()
    assert told(agent) == "What is the account number?"


def keep_waiting(store):
    from judging_builders import keep_draft

    return keep_draft(store, "a-2", a_waiting_item(call_id="c-2", item_id="i-9"), team="east")


def told(page):
    """The marked words of the turn that the address leads to, where they are to be seen."""
    page.wait_for_url(re.compile(r"#(t\d+|line)$"))
    line = page.locator(f"#{page.url.rpartition('#')[2]} mark.quote")
    assert line.is_visible()
    page.wait_for_function(
        "() => { const box = document.querySelector(':target').getBoundingClientRect();"
        " return box.top >= -1 && box.top < innerHeight; }"
    )
    return line.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_has_a_barrier_or_is_wider_than_the_window(windows, store, plan, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    look = {"width": width, "color_scheme": scheme}
    agent, admin = windows.agent(plan, **look), windows.of("/queue", "admin", **look)
    sam = windows.of("/queue", "admin", user_id=SAM.user_id, **look)
    found = {}

    def examine(page, what):
        violations = [
            (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if violations or wide > width:
            found[what] = (violations, wide)

    for detail in agent.locator("summary").all():
        detail.click()
    examine(agent, "agent's page")
    agent.locator("textarea").first.fill(WHY)
    agent.locator("textarea").first.press("Tab")
    agent.keyboard.press("Enter")
    agent.get_by_text("Another reviewer looks at this.").wait_for()
    examine(agent, "agent's page, disputed")
    agent.goto(f"/my-plan/{plan.plan_id}/calls/c-1?criterion=empathy")
    examine(agent, "agent's call")
    for path in ("/queue", f"/evidence/{plan.plan_id}/i-1", f"/plans/{plan.plan_id}", "/plans?status=approved"):
        admin.goto(path)
        examine(admin, path)
    sam.goto(f"/evidence/{plan.plan_id}/i-1")
    examine(sam, "evidence for another")
    admin.goto(f"/plans/{plan.plan_id}")
    admin.get_by_role("button", name="Make a link for the agent").click()
    admin.locator("#made-link").wait_for()
    examine(admin, "the link")
    assert found == {}


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_text_on_the_agents_page_and_in_documents(windows, store, words):
    call = a_call(f"agent: {words}", f"customer: {words}", f"agent: {words}", call_id="c/ho?st#ile", call_type="x")
    plain_id = "".join(c for c in words if c.isprintable())[:60]
    item = a_waiting_item(
        call_id=call.call_id,
        item_id="i-hostile",
        evidence=a_pick(call, 2, cue=1, why=words),
        criterion_name=words,
        headline=words,
        expected_behavior=words,
        call_type_name=words,
        context=[ContextTurn(turn=n, speaker=turn.speaker, text=turn.text) for n, turn in enumerate(call.turns)],
        edited_by=words,
    )
    at = datetime(2026, 11, 16, 12, tzinfo=UTC)
    by = {"decided_by": words, "decided_at": at, "reason": words, "agent_name": words, "team": words}
    plan = a_plan(plain_id, item, plan_id="p-hostile", status="approved", **by)
    with store.begin() as session:
        put_calls(session, [call])
        put_plan(session, plan)
    agent = windows.agent(plan)
    agent.locator("summary").first.click()
    agent.locator("textarea").first.fill(words.replace("\x07", "").replace("\x1b", ""))
    agent.get_by_role("button", name="Put it before another reviewer").click()
    agent.get_by_text("Another reviewer looks at this.").wait_for()
    admin = windows.of("/queue", "admin")
    harmless = "script, img, svg[onload], b b, link[href^=http]"
    for page, paths in (
        (agent, ["/my-plan/p-hostile", "/my-plan/p-hostile/calls/c%2Fho%3Fst%23ile"]),
        (admin, ["/queue", "/evidence/p-hostile/i-hostile", "/plans/p-hostile", "/plans?status=approved"]),
    ):
        for path in paths:
            assert page.goto(path).status == 200
            assert page.locator(f":is(main, article) :is({harmless})").count() == 0, path
            assert squeezed(visible(words))[:12] in squeezed(page.locator("main").inner_text()), path
    answer = admin.request.get("/plans/p-hostile/pdf")
    assert answer.status == 200
    paper = pypdf.PdfReader(BytesIO(answer.body()))
    said = squeezed("".join(one.extract_text() for one in paper.pages))
    assert squeezed(visible(words)).replace("\ufffd", "") in said.replace("\ufffd", "")
    markdown = admin.request.get("/plans/p-hostile/markdown").text()
    assert re.search(r"(?<!\\)<", markdown) is None
    assert "\x1b" not in markdown


def squeezed(text):
    return "".join(text.split())


def test_both_pages_print_without_what_is_for_the_screen(windows, store, plan):
    disputed(store, plan)
    boss, agent = windows.of(f"/plans/{plan.plan_id}", "supervisor"), windows.agent(plan)
    for page in (boss, agent):
        page.emulate_media(media="print")
        for gone in ("button", "form", ".top", ".no-print", "textarea"):
            assert page.locator(f"{gone}:visible").count() == 0, gone
        assert page.locator("mark.quote").first.is_visible()
        paper = pypdf.PdfReader(BytesIO(page.pdf(format="A4")))
        said = squeezed("".join(one.extract_text() for one in paper.pages))
        for words in ("What is the account number?", "Say what the trouble means", "30 November 2026", WHY):
            assert squeezed(words) in said

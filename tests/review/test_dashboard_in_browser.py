"""The dashboard in a real browser: no barrier, by the keyboard, without a script, in the dark, on a telephone."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from across_builders import AS_OF, facts_of, rounds_of
from browser_builders import CHROMIUM, a_browser_started, windows
from builders import a_criterion, a_rubric
from coaching.agent import Agent
from coaching.dashboard import EVERYBODY, CycleLine, Given, figures
from coaching.dashboard_lines import clock_lines, stuck_lines, trend_lines
from coaching.rounds import stuck
from coaching.trends import agent_trends, scores_frame
from cycle_builders import a_clock_line
from judging_builders import a_waiting_item, keep_draft
from store import agents, dashboard
from web_builders import a_program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

UTC = ZoneInfo("UTC")
HOSTILE = "</desc></svg><script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} \u202eevil ${7}"
PLACES = [
    "/dashboard",
    "/dashboard?days=30",
    "/dashboard/not-moved",
    "/dashboard/clock",
    "/dashboard/trends",
    "/dashboard/follow-ups",
    "/dashboard/undecided",
    "/agents/a-1",
]


def fill(store, words=""):
    """Half a year of a small company on the dashboard. ``words`` stand in every text from outside."""
    names = (words or "Empathy", words or "Closing")
    rubric = a_rubric(
        a_criterion("empathy", name=names[0], weight=60, threshold=60),
        a_criterion("closing", name=names[1], weight=40, threshold=70),
    )
    rounds = [*rounds_of("empathy", names[0], 0.55, 1, words), *rounds_of("closing", names[1], 0.1, 2, words)]
    frame = scores_frame([*facts_of("empathy", 70, -1.2, 3), *facts_of("closing", 40, 0.0, 4)])
    team = words or "North"
    cycles = [
        CycleLine(
            plan_id="p-a-1", agent_id=f"a-{n}", agent_name=words or f"Agent {n}", team=team, criterion_id="empathy",
            criterion_name=names[0], number=1, approved_on=AS_OF - timedelta(days=20), threshold=60, verdict="moved",
            scored_on=AS_OF - timedelta(days=6), before=40, after=50 + n, delta=10 + n, low=2, high=20, by_itself=3,
        )
        for n in range(5)
    ]  # fmt: skip
    trends = trend_lines(agent_trends(frame), rubric, {f"a-{n}": words or f"Agent {n}" for n in range(12)})
    falling = [one.content for one in trends if one.content.trend.direction == "down"]
    clock = [
        a_clock_line(
            agent_id=f"a-{n}", agent_name=words or f"Agent {n}", team=team, since=AS_OF - timedelta(days=5 * n)
        )
        for n in range(5)
    ]
    board = list(figures(EVERYBODY, Given(rubric, AS_OF, rounds, frame, cycles, falling)))
    listed = {"stuck": stuck_lines(stuck(rounds)), "clock": clock_lines(clock), "trend": trends}
    with store.begin() as session:
        agents.put_agents(session, [Agent(agent_id="a-1", name=words or "Agent 1", team=team)])
        dashboard.put_dashboard(session, board, listed)


@pytest.fixture(scope="module")
def browser():
    with a_browser_started() as started:
        yield started


@pytest.fixture
def program(tmp_path, store):
    keep_draft(store, "a-1", a_waiting_item(), team="North")
    fill(store)
    return a_program(tmp_path, store)


@pytest.fixture
def look(browser, program):
    with windows(browser, program, "/dashboard") as at:
        yield at


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_has_a_barrier_or_is_wider_than_the_window(look, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = look(width=width, color_scheme=scheme)
    found = {}
    for place in PLACES:
        page.goto(place)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        violations = [
            (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if violations or wide > width:
            found[place] = (violations, wide)
    assert found == {}


def test_every_chart_has_a_name_and_its_figures_beside_or_behind_it(look):
    page = look()
    charts = page.locator("svg[role=img]")
    assert charts.count() >= 4
    for chart in charts.all():
        named = [
            page.locator(f"[id='{name}']").text_content() for name in chart.get_attribute("aria-labelledby").split()
        ]
        assert all(words and words.strip() for words in named)
        figure = chart.locator("xpath=ancestor::figure")
        assert figure.locator("details table tbody tr").count() >= 1
    # what is drawn without a name stands in words in the same row
    for chart in page.locator("svg[aria-hidden=true]").all():
        assert chart.locator("xpath=ancestor::tr").inner_text().strip()


def test_the_weeks_of_a_chart_open_by_the_keyboard(look):
    page = look()
    summary = page.locator("#trends-title ~ .curves summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#trends-title ~ .curves details[open] table").count() == 1
    for label in ("To decide", "Not moved"):
        tile = page.locator("dt", has_text=label).locator("xpath=following-sibling::dd/a")
        tile.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_a_tile_is_followed_by_the_keyboard_alone(look):
    page = look()
    page.locator("dt", has_text="Not moved").locator("xpath=following-sibling::dd/a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/not-moved*")
    assert page.locator("tbody tr").count() > 0


def test_all_of_it_works_without_a_script(look):
    page = look(java_script_enabled=False)
    assert page.locator("svg[role=img]").count() >= 4
    page.get_by_label("Over").select_option("30")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**days=30*")
    assert page.get_by_text("in these 30 days").count() >= 1
    page.get_by_role("textbox", name="Agent").fill("a-1")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/agents/a-1")
    page.get_by_text("42 under 60").click()
    page.wait_for_url("**/plans/p-a-1/calls/c-1*")


def test_charts_can_be_told_from_their_ground_in_the_dark_and_in_the_light(look):
    for scheme in ("light", "dark"):
        page = look(color_scheme=scheme)
        line, ground = (
            page.locator(f"svg[role=img] {which}").first.evaluate(f"one => getComputedStyle(one).{what}")
            for which, what in ((".line", "stroke"), (".track", "fill"))
        )
        assert contrast(line, ground) >= 3, scheme


def test_hostile_words_are_text_in_every_chart_and_list(look, store):
    fill(store, HOSTILE)
    page = look()
    for place in PLACES:
        page.goto(place)
        assert page.locator("main script, main img").count() == 0
        assert "evil" in page.locator("main").inner_text() or place in ("/dashboard/follow-ups", "/dashboard/undecided")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours in the browser's words, as WCAG 2 has it."""
    lights = sorted(luminance(words) for words in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(words: str) -> float:
    parts = [int(part) / 255 for part in words[words.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""The dashboard over HTTP: for each reader the own teams and nothing of others, and every figure leads to its list."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from across_builders import AS_OF, facts_of, rounds_of
from builders import a_criterion, a_rubric
from coaching.account import Account
from coaching.agent import Agent
from coaching.dashboard import EVERYBODY, Given, figures
from coaching.dashboard_lines import clock_lines, stuck_lines
from coaching.rounds import stuck
from coaching.trends import scores_frame
from cycle_builders import a_clock_line
from follow_up_builders import RUBRIC, approve, open_center, put_draft, put_scored, work_of
from judging_builders import a_waiting_item, keep_draft
from operations.accounts import add_user
from operations.dashboard import refresh
from operations.follow_up import score_due
from store import agents, dashboard
from web_builders import NOW, PASSWORD, a_program, signed_in

TODAY = NOW.date()
DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")


def boards(team, words="Empathy"):
    rubric = a_rubric(a_criterion("empathy", name=words, weight=60), a_criterion("closing", name="Closing", weight=40))
    rounds = [*rounds_of("empathy", words, 0.55, 1), *rounds_of("closing", "Closing", 0.1, 2)]
    frame = scores_frame([*facts_of("empathy", 50, 1.2, 3), *facts_of("closing", 40, 0.0, 4)])
    return list(figures(team, Given(rubric, AS_OF, rounds, frame, [], falling=())))


def lines(team, agent_id):
    (run, *_) = stuck(rounds_of("closing", "Closing", 0.1, 2))
    own = [one.model_copy(update={"team": team, "agent_id": agent_id, "agent_name": agent_id.upper()}) for one in run]
    clock = a_clock_line(agent_id=agent_id, agent_name=agent_id.upper(), team=team, since=TODAY - 15 * DAY)
    return {"stuck": stuck_lines([own]), "clock": clock_lines([clock]), "trend": []}


@pytest.fixture
def program(tmp_path, store, east, west):
    made = a_program(tmp_path, store, east, west)
    both = [lines("east", "a-1"), lines("west", "a-2")]
    with store.begin() as session:
        agents.put_agents(
            session,
            [
                Agent(agent_id="a-1", name="A-1", team="east", supervisor_id="s-1"),
                Agent(agent_id="a-2", name="A-2", team="west", supervisor_id="s-2"),
            ],
        )
        together = {kind: both[0][kind] + both[1][kind] for kind in both[0]}
        dashboard.put_dashboard(session, [*boards(EVERYBODY), *boards("east"), *boards("west", "Westward")], together)
    return made


@pytest.fixture
def supervisor(program, app):
    return signed_in(program, app, "supervisor", teams=["east"])


@pytest.fixture
def manager(program, app):
    return signed_in(program, app, "qa_manager")


def tiles(page):
    """What each tile counts, and where it leads."""
    found = re.findall(r"<dt>([^<]+)</dt><dd><a href=\"([^\"]+)\"><b>([^<]+)</b>", page)
    return {label: (count, unescape(href)) for label, href, count in found}


def test_a_manager_sees_all_teams_and_may_choose_one(manager):
    page = manager.get("/dashboard").text
    assert '<h1 tabindex="-1">All teams</h1>' in page
    assert tiles(page)["To decide"][0] == "2"
    assert ("A-1" in page, "A-2" in page) == (True, True)
    chosen = manager.get("/dashboard?team=west&days=30").text
    assert (tiles(chosen)["To decide"][0], "A-1" in chosen, "Westward" in chosen) == ("1", False, True)


@pytest.mark.parametrize("role", ["supervisor", "viewer"])
@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/not-moved", "/dashboard/clock", "/dashboard/follow-ups"])
def test_others_see_their_team_and_nothing_of_another(program, app, role, path):
    browser = signed_in(program, app, role, teams=["east"])
    page = browser.get(path).text
    assert "A-2" not in page
    assert not re.search(r"\bwest\b", page, re.IGNORECASE)
    assert browser.get(f"{path}?team=west").status_code == 404
    assert browser.get(f"{path}?team=nowhere").text == browser.get(f"{path}?team=west").text


def test_of_two_teams_one_is_shown_at_a_time(program, app):
    browser = signed_in(program, app, "viewer", teams=["west", "east"])
    assert ">east</h1>" in browser.get("/dashboard").text
    assert ">west</h1>" in browser.get("/dashboard?team=west").text
    assert '<option value="">all</option>' not in browser.get("/dashboard").text


def test_somebody_without_a_team_gets_their_own_people_and_a_word_about_it(program, app):
    for user_id, role in (("s-2", "supervisor"), ("v-2", "viewer")):
        add_user(program.store, Account(user_id=user_id, name="x", role=role, created_at=NOW), PASSWORD)
    page = signed_in(program, app, "supervisor", user_id="s-2").get("/dashboard").text
    assert "no team is yours yet" in page
    assert tiles(page)["To decide"][0] == "1"
    assert "A-1" not in page
    assert tiles(signed_in(program, app, "viewer", user_id="v-2").get("/dashboard").text)["To decide"][0] == "0"


def test_every_figure_leads_to_a_list_that_is_as_long_as_it_says(supervisor, manager):
    for browser, address in ((supervisor, "/dashboard"), (manager, "/dashboard"), (manager, "/dashboard?team=west")):
        for label, (count, href) in tiles(browser.get(address).text).items():
            answer = browser.get(href)
            assert answer.status_code == 200, (label, href)
            rows = len(re.findall(r"<tr><th scope=\"row\">", answer.text))
            assert rows == int(count), (label, href)


def test_no_link_on_the_page_leads_nowhere(supervisor):
    page = supervisor.get("/dashboard").text
    for href in {unescape(one) for one in re.findall(r"href=\"(/[^\"#]*)\"", page)}:
        assert supervisor.get(href).status_code == 200, href


def test_a_period_or_a_place_of_no_sense_is_as_if_it_were_not_there(manager):
    usual = manager.get("/dashboard").text
    assert manager.get("/dashboard?days=31").text == usual
    assert manager.get("/dashboard?days=30").text != usual
    assert manager.get("/dashboard/not-moved?after=%F0%9F%92%A5").status_code == 200
    assert manager.get("/dashboard/follow-ups?due=never").status_code == 200
    assert manager.get("/dashboard/nothing").status_code == 404


def test_what_was_worked_out_again_is_drawn_again(program, manager, store):
    assert "Westward" not in manager.get("/dashboard").text
    with store.begin() as session:
        dashboard.put_dashboard(session, boards(EVERYBODY, "Westward"), lines("east", "a-1"))
    assert "Westward" in manager.get("/dashboard").text


def test_the_page_says_as_of_when_its_figures_are_and_where_there_are_none(tmp_path, store, app, manager):
    assert "as of 16 November 2026" in manager.get("/dashboard").text
    with store.begin() as session:
        dashboard.put_dashboard(session, [], {})
    assert "come with the next night" in manager.get("/dashboard").text


def test_who_is_overdue_says_by_how_many_days(manager):
    assert "1 day overdue" in manager.get("/dashboard").text


def test_an_approval_takes_an_agent_off_the_clock_of_the_page(program, manager, store, east):
    with store.begin() as session:
        from store.plans import put_plan

        put_plan(session, east.model_copy(update={"status": "approved"}))
    page = manager.get("/dashboard").text
    assert (tiles(page)["On the clock"][0], tiles(page)["Under way"][0]) == ("1", "1")


def test_reviewers_agreement_is_for_who_judges(program, app, manager, supervisor, store):
    from judging_builders import decide

    decide(store, keep_draft(store, "a-7", a_waiting_item(), team="east"))
    refresh(store, RUBRIC, TODAY, UTC)
    assert "agreement" in manager.get("/dashboard").text
    assert "pick stood" in manager.get("/dashboard").text
    assert "pick stood" not in supervisor.get("/dashboard").text
    everyone = signed_in(program, app, "viewer", user_id="v-2", teams=["*"])
    assert "pick stood" not in everyone.get("/dashboard").text


def test_the_plans_of_a_team_are_listed_for_who_sees_it(manager, supervisor):
    assert "A-1" not in manager.get("/plans?team=west").text
    assert "A-2" in manager.get("/plans?team=west").text
    assert "A-2" not in supervisor.get("/plans?team=west").text


class TestAgent:
    @pytest.fixture
    def program(self, tmp_path, store):
        open_center(store, ["a-1", "a-2"])
        start = TODAY - 28 * DAY
        put_scored(store, [40, 44, 42, 38, 41, 43, 40, 44], start - 9 * DAY, prefix="before-")
        approve(store, put_draft(store), on=start)
        put_scored(store, [85, 90, 88, 84, 91, 87, 89, 86], start + DAY)
        score_due(work_of(store), start + 14 * DAY)
        refresh(store, RUBRIC, TODAY, UTC)
        return a_program(tmp_path, store)

    def test_the_history_has_plan_cycle_and_trend_and_every_score_leads_to_its_line(self, program, app):
        browser = signed_in(program, app, "supervisor", teams=["Billing"])
        page = browser.get("/agents/a-1").text
        assert "1 plan, 1 concluded cycle" in page
        assert "moved" in page
        assert "mean score by week" in page
        (line,) = re.findall(r'<a href="([^"]+)">42 under 60</a>', page)
        assert line == "/plans/p-a-1/calls/c-1#t2"

    def test_the_dashboards_filter_by_agent_leads_there(self, program, app):
        browser = signed_in(program, app, "qa_manager")
        assert browser.get("/dashboard?agent=a-1").headers["location"] == "/agents/a-1"
        assert browser.get("/dashboard?agent=..%2Fplans").headers["location"] == "/agents/..%2Fplans"

    def test_an_agent_of_another_team_is_not_found_and_nothing_is_told(self, program, app):
        stranger = signed_in(program, app, "supervisor", teams=["east"])
        theirs, none = stranger.get("/agents/a-1"), stranger.get("/agents/a-none")
        assert (theirs.status_code, theirs.text) == (404, none.text)

    def test_plans_of_the_time_in_another_team_stay_with_that_team(self, program, app, store):
        with store.begin() as session:
            agents.put_agents(session, [Agent(agent_id="a-1", name="A-1", team="Sales", supervisor_id="s-1")])
        page = signed_in(program, app, "supervisor", teams=["Sales"]).get("/agents/a-1").text
        assert "0 plans, 0 concluded cycles" in page
        assert "p-a-1" not in page
        assert "1 plan, 1 concluded cycle" in signed_in(program, app, "qa_manager").get("/agents/a-1").text

    def test_the_pick_of_a_blind_item_is_not_pointed_at(self, tmp_path, store, program):
        from review.app import make_app
        from web_builders import Clock

        keep_draft(store, "a-2", a_waiting_item(), team="Billing")
        doubled = a_program(tmp_path, store, settings="[review]\ntwo_reviewers = 1.0\n")
        app = make_app(doubled, Clock())
        assert '/calls/c-1">42 under 60' in signed_in(doubled, app, "qa_manager").get("/agents/a-2").text
        assert "/calls/c-1#t2" in signed_in(doubled, app, "supervisor", teams=["Billing"]).get("/agents/a-2").text

"""The accountability table in words, in the terminal and on the night's page."""

from datetime import UTC, date, datetime

from coaching.accountability import account_rows, by_itself_words, clock_rows
from coaching.follow_up import Overruling, PracticeDone
from coaching.markdown import plan_markdown
from coaching.page import plan_html, report_html
from coaching.spread import TeamSpread
from cycle_builders import a_clock_line, an_account
from night_builders import a_night
from plan_builders import a_plan, an_item

LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87]


def the_row(account):
    (row,) = account_rows([account])
    return row


def test_a_row_has_before_after_delta_calls_verdict_action_and_who_decided():
    row = the_row(an_account(LOW, HIGH))
    assert (row["before"], row["after"]) == ("41.5 (8 calls)", "87.5 (6 calls)")
    assert row["delta"].startswith("+46.0 (+4")
    assert (row["verdict"], row["action"], row["decided by"]) == ("moved", "close", "machine")


def test_where_a_supervisor_decides_the_row_says_why_once():
    row = the_row(an_account(LOW, [80, 82]))
    assert row["action"] == "the supervisor decides: 2 scored calls since the approval"
    assert row["decided by"] == "nobody yet"
    changed = the_row(an_account(LOW, HIGH, changed=("definition in version 2",)))
    assert (changed["verdict"], changed["delta"]) == ("not comparable", "-")
    assert changed["action"] == "the supervisor decides: definition in version 2"


def test_a_persons_decision_stands_with_its_reason():
    said = Overruling(actions=("continue",), by="odile", at=datetime(2026, 11, 17, tzinfo=UTC), reason="A hard week.")
    row = the_row(an_account(LOW, HIGH, overrulings=[said]))
    assert (row["action"], row["decided by"]) == ("continue: A hard week.", "odile")


def test_practice_done_stands_beside_what_was_planned():
    done = [
        PracticeDone(plan_id="p-a-1", criterion_id="empathy", done_on=date(2026, 11, day), score=score)
        for day, score in ((4, 70), (9, None))
    ]
    assert the_row(an_account(LOW, HIGH, practice_done=done))["practice"] == "2 of 2, mean 70"
    assert the_row(an_account(LOW, HIGH))["practice"] == "0 of 2"


def test_what_would_have_come_by_itself_is_a_figure_or_said_not_to_be_known():
    of_team = an_account(LOW, HIGH, spread=TeamSpread(mean=60, error=1, within=12, between=8, agents=12, calls=90))
    assert by_itself_words(of_team) == f"{of_team.cycle.movement.by_regression:+.1f}"
    assert by_itself_words(an_account(LOW, HIGH)) == "not known: too few scores of the team before"
    by_machine = an_account(LOW, HIGH, scored_by="machine")
    assert by_itself_words(by_machine) == "not known: too few machine's scores of the team before"
    assert by_itself_words(an_account([], HIGH)) == "-"


def test_control_characters_of_a_name_are_shown_and_never_sent():
    row = the_row(an_account(LOW, HIGH, agent_name="A\x1b[31m"))
    assert "\x1b" not in row["agent"]
    assert "\x1b" not in clock_rows([a_clock_line(agent_name="N\x1b[31m")])[0]["agent"]


def test_the_nights_page_has_the_clock_and_what_was_followed_up():
    page = report_html(
        a_night(
            clock=[a_clock_line(-2, agent_name="<b>Nia</b>"), a_clock_line(5)],
            followed=[an_account(LOW, HIGH), an_account(LOW, [80, 82], agent_name="A-2")],
        )
    )
    assert "2 days overdue" in page
    assert "&lt;b&gt;Nia&lt;/b&gt;" in page
    assert "<b>Nia</b>" not in page
    assert "supervisor decides" in page
    assert "Followed up" in page


def test_a_night_without_either_has_no_such_section():
    page = report_html(a_night())
    assert "lowest quarter" not in page
    assert "Followed up" not in page


def test_a_plan_says_which_cycle_it_is_and_why():
    plan = a_plan("a-1", an_item(cycle=2, follows="p-0", because="within noise; same practice"))
    assert "Cycle 2, after: within noise; same practice" in plan_markdown(plan)
    assert "Cycle 2, after: within noise; same practice" in plan_html(plan)
    assert "provisional" not in plan_markdown(plan.model_copy(update={"status": "closed"}))

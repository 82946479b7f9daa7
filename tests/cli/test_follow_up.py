"""The commands about follow-ups, as people type them."""

from datetime import date, timedelta

import pytest

from app.wiring import open_program
from cli.main import main
from follow_up_builders import APPROVED, open_center, put_draft, put_scored
from operations.start import init_program

DAY = timedelta(days=1)
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
CRITERION = "acknowledgement"


@pytest.fixture
def verbatim(tmp_path, capsys, monkeypatch):
    """Runs a command on a program with one draft; its exit status, what it said, and what it complained."""
    monkeypatch.setenv("COLUMNS", "220")
    config = init_program(tmp_path / "program")
    with open_program(config) as program:
        open_center(program.store, ["a-1"], program.rubric)
        put_scored(program.store, LOW, APPROVED - 9 * DAY, criterion_id=CRITERION, prefix="before-")
        put_scored(program.store, HIGH, APPROVED + DAY, criterion_id=CRITERION)
        put_draft(program.store, CRITERION, rubric=program.rubric)

    def run(*words):
        status = main([*map(str, words), "--config", str(config)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def approved(verbatim):
    assert verbatim("plan", "approve", "p-a-1", "--as-of", APPROVED, "--by", "ines")[0] == 0


def test_a_plan_is_approved_practised_scored_and_on_the_table(verbatim):
    approved(verbatim)
    assert verbatim("practice", "add", "p-a", CRITERION, "--score", 80, "--as-of", "2026-11-05")[0] == 0
    status, said, _ = verbatim("follow-up", "--as-of", APPROVED + 14 * DAY)
    assert (status, said.splitlines()[-1]) == (0, "1 scored, 0 waiting, 0 not done, as of 2026-11-16")
    table = verbatim("plan", "movements")[1]
    for words in ("41.5 (8 calls)", "87.5 (8 calls)", "moved", "close", "machine", "1 of 2, mean 80"):
        assert words in table
    assert "closed" in verbatim("plan", "list", "--status", "closed")[1]
    shown = verbatim("plan", "show", "p-a-1")[1]
    assert "Practice done" in shown
    assert "Followed up" in shown


def test_nothing_due_is_said_and_is_no_error(verbatim):
    approved(verbatim)
    assert verbatim("follow-up", "--as-of", APPROVED + DAY) == (0, "Nothing is due on 2026-11-03.\n", "")
    assert verbatim("plan", "movements")[1] == "Nothing has been followed up.\n"


def test_a_date_is_moved_and_an_approval_cancelled(verbatim):
    approved(verbatim)
    assert "scored on 2026-11-18" in verbatim("plan", "move-date", "p-a-1", "2026-11-18", "--as-of", APPROVED)[1]
    status, _, problem = verbatim("plan", "move-date", "p-a-1", "2026-12-24", "--as-of", APPROVED)
    assert status == 2
    assert "later than 2026-11-23, the last day" in problem
    assert verbatim("plan", "cancel", "p-a-1", "--reason", "The wrong week.", "--as-of", APPROVED)[0] == 0
    assert verbatim("follow-up", "--as-of", APPROVED + 21 * DAY)[1].startswith("Nothing is due")


def test_a_person_overrules_with_a_reason(verbatim):
    approved(verbatim)
    verbatim("follow-up", "--as-of", APPROVED + 14 * DAY)
    words = ("plan", "overrule", "p-a-1", CRITERION, "--by", "odile", "--as-of", date(2026, 11, 17))
    status, said, _ = verbatim(*words, "--action", "reassign", "--action", "escalate", "--reason", "By ear.")
    assert (status, said) == (0, f"plan p-a-1, {CRITERION}: reassign and escalate: By ear.\n")
    status, _, problem = verbatim(*words, "--action", "praise", "--reason", "x")
    assert (status, "choose one of close, continue and reassign" in problem) == (2, True)
    assert "draft" in verbatim("plan", "list", "--status", "draft")[1]


def test_a_file_of_sessions_with_a_bad_line_is_done_with_a_count(verbatim, tmp_path):
    approved(verbatim)
    path = tmp_path / "sessions.csv"
    path.write_text(f"plan_id,criterion_id,done_on\np-a-1,{CRITERION},2026-11-05\np-x,{CRITERION},2026-11-05\n")
    status, said, _ = verbatim("practice", "import", path, "--as-of", "2026-11-30")
    assert status == 1
    assert said.splitlines()[-1] == "1 session kept, 1 record set aside, listed above"
    assert "2026-11-05" in verbatim("practice", "list", "p-a-1")[1]


def test_without_a_quarter_nobody_is_on_the_clock(verbatim):
    assert "approved plan" in verbatim("plan", "clock", "--as-of", APPROVED)[1]


def test_what_is_no_date_is_said_in_one_line(verbatim):
    status, _, problem = verbatim("follow-up", "--as-of", "tomorrow")
    assert (status, problem) == (2, "verbatim: 'tomorrow' is no date; write it like 2026-11-16\n")

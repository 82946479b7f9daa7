"""The dashboard's figures from the terminal: worked out again when asked, and by each follow-up scoring."""

from datetime import timedelta

import pytest

from app.wiring import open_program
from cli.main import main
from follow_up_builders import APPROVED, open_center, put_draft, put_scored
from operations.dashboard import see_figures
from operations.start import init_program

DAY = timedelta(days=1)
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
CRITERION = "acknowledgement"


@pytest.fixture
def config(tmp_path):
    made = init_program(tmp_path / "program")
    with open_program(made) as program:
        open_center(program.store, ["a-1"], program.rubric)
        put_scored(program.store, LOW, APPROVED - 9 * DAY, criterion_id=CRITERION, prefix="before-")
        put_scored(program.store, HIGH, APPROVED + DAY, criterion_id=CRITERION)
        put_draft(program.store, CRITERION, rubric=program.rubric)
    return made


def figures(config):
    with open_program(config) as program:
        return see_figures(program.store, "Billing", 90)


def test_figures_are_worked_out_as_of_the_day_that_is_asked_for(config, capsys):
    assert main(["dashboard", "refresh", "--config", str(config), "--as-of", "2026-11-10"]) == 0
    assert capsys.readouterr().out == "1 team: 0 not moved, 0 on the clock, 0 trends, as of 2026-11-10\n"
    assert figures(config).as_of.isoformat() == "2026-11-10"


def test_a_follow_up_scoring_works_them_out_again(config):
    assert main(["plan", "approve", "p-a-1", "--config", str(config), "--as-of", str(APPROVED), "--by", "ines"]) == 0
    assert main(["follow-up", "--config", str(config), "--as-of", str(APPROVED + DAY)]) == 0
    assert figures(config) is None
    assert main(["follow-up", "--config", str(config), "--as-of", str(APPROVED + 14 * DAY)]) == 0
    (change,) = figures(config).changes
    assert (change.moved, change.cycles) == (1, 1)


def test_a_day_that_is_none_is_said_in_a_line(config, capsys):
    assert main(["dashboard", "refresh", "--config", str(config), "--as-of", "monday"]) == 2
    assert capsys.readouterr().err == "verbatim: 'monday' is no date; write it like 2026-11-16\n"

"""What is asked for while another process does it: one line that says who, and nothing begun or marked as failed."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.wiring import open_program
from cli.main import main
from follow_up_builders import APPROVED, approve, open_center, put_draft, put_scored
from holding import held_by_another
from operations.follow_up_run import FOLLOW_UPS
from operations.night_lease import unit_of_night
from operations.start import init_program
from store import runs

NIGHT = date(2026, 11, 16)
DUE = (APPROVED + timedelta(days=14)).isoformat()
CRITERION = "acknowledgement"
AT = datetime(2026, 11, 16, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return init_program(tmp_path_factory.mktemp("beside") / "program")


def url_of(config):
    with open_program(config) as program:
        return str(program.store.engine.url)


@pytest.fixture(scope="module")
def night_at_work(config):
    with held_by_another(url_of(config), unit_of_night(NIGHT)) as process:
        yield process


def runs_of(config):
    with open_program(config) as program, program.store.read() as session:
        return [(one.run_id, one.status) for one in runs.list_runs(session)]


def said_of(what, process):
    return rf"^(verbatim: )?{what} is at work since 20[^\n]*: process {process.pid} of [^\n]*run this again[^\n]*\n?$"


def test_a_run_beside_a_night_is_one_line_and_not_done(config, night_at_work, capsys):
    assert main(["run", "--config", str(config), "--as-of", "2026-11-17"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert re.match(said_of("the night of 2026-11-16", night_at_work), said.err)
    assert runs_of(config) == []


def test_the_flow_beside_a_night_says_so_in_its_state_and_leaves_rows_alone(config, night_at_work, caplog):
    from flows.nightly import nightly, report_failure

    state = nightly.fn(str(config), "2026-11-17")
    assert (state.is_failed(), state.name) == (True, "AlreadyAtWork")
    assert re.match(said_of("the night of 2026-11-16", night_at_work), state.message)
    with open_program(config) as program, program.store.begin() as session:
        # Prefect takes up a run under its old name: the one at work may be the same one's first try
        runs.start_run(session, "f-1", NIGHT, AT)
    report_failure(nightly, SimpleNamespace(id="f-1", parameters={"config": str(config)}), state)
    assert runs_of(config) == [("f-1", "running")]
    assert caplog.text == ""


@pytest.fixture(scope="module")
def one_is_due(config):
    with open_program(config) as program:
        open_center(program.store, ["a-1"], program.rubric)
        put_scored(program.store, [40, 44, 42], APPROVED - timedelta(days=9), criterion_id=CRITERION)
        approve(program.store, put_draft(program.store, CRITERION, rubric=program.rubric))
    return config


def test_scoring_follow_ups_beside_another_is_one_line_and_not_done(one_is_due, capsys, monkeypatch):
    from flows.follow_up import follow_up

    monkeypatch.setattr("flows.follow_up.RUN_WAITS", timedelta(seconds=0.5))
    with held_by_another(url_of(one_is_due), FOLLOW_UPS) as process:
        assert main(["follow-up", "--config", str(one_is_due), "--as-of", DUE]) == 3
        said = capsys.readouterr()
        assert said.out == ""
        assert re.match(said_of("the scoring of follow-ups", process), said.err)
        state = follow_up.fn(str(one_is_due), DUE)
        assert (state.is_failed(), state.name) == (True, "AlreadyAtWork")
        assert re.match(said_of("the scoring of follow-ups", process), state.message)


def test_where_nothing_is_due_nobody_is_waited_for(one_is_due, capsys):
    with held_by_another(url_of(one_is_due), FOLLOW_UPS):
        assert main(["follow-up", "--config", str(one_is_due), "--as-of", APPROVED.isoformat()]) == 0
    assert "Nothing is due" in capsys.readouterr().out

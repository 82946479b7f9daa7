"""A night lets go at its end what was kept for long enough, and is done whether that succeeds or not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from builders import a_call
from cli.main import main
from night_builders import Nothing
from nlp.blotting import is_blotted
from nlp.vector_cache import VectorFile
from operations.audit import verify_audit
from operations.night import run_night
from operations.start import init_program
from programs import open_program
from store.calls import get_call, put_calls
from store.runs import list_runs

DAY = date(2026, 11, 16)


@pytest.fixture
def config(tmp_path):
    """A program that keeps words for 200 days, with a call of 201 days and one of 199."""
    path = init_program(tmp_path / "program")
    path.write_text(path.read_text() + "\n[keeping]\ncalls = 200\n")
    with open_program(path) as program, program.store.begin() as session:
        for call_id, days in (("c-old", 201), ("c-new", 199)):
            at = datetime.now(UTC) - timedelta(days=days)
            put_calls(session, [a_call(call_id=call_id).model_copy(update={"started_at": at})])
    return path


def night(program, **fields):
    work = replace(program.night_work(), finder=Nothing(), guess_type=lambda call, rubric: None, **fields)
    return run_night(work, DAY, "r-1")


def without_words(config):
    with open_program(config) as program, program.store.read() as session:
        return {one for one in ("c-old", "c-new") if is_blotted(get_call(session, one))}


def test_a_night_lets_go_at_its_end_what_was_kept_for_long_enough(config):
    with open_program(config) as program:
        night(program)
        verify_audit(program.store)
        with program.store.read() as session:
            assert [one.status for one in list_runs(session)] == ["done"]
    assert without_words(config) == {"c-old"}


def test_a_night_is_done_though_letting_go_fails(config, caplog):
    def fail():
        raise OSError("reports: permission denied")

    with open_program(config) as program:
        assert night(program, keep=fail).report_path.is_file()
        with program.store.read() as session:
            assert [one.status for one in list_runs(session)] == ["done"]
    assert "records not let go: reports: permission denied" in caplog.text


def test_the_command_shows_what_would_go_and_then_lets_it_go(config, capsys):
    def said(*options):
        assert main(["keep", "--config", str(config), *options]) == 0
        return {
            line.split("│")[1].strip(): [cell.strip() for cell in line.split("│")[2:4]]
            for line in capsys.readouterr().out.splitlines()
            if "│" in line
        }

    shown = said("--dry-run")
    assert shown["words of calls"] == ["200", "1"]
    assert {days for kind, (days, _) in shown.items() if kind != "words of calls"} == {"for good"}
    assert without_words(config) == set()
    assert said()["words of calls"] == shown["words of calls"]
    assert without_words(config) == {"c-old"}
    assert said()["words of calls"] == ["200", "0"]


def test_vectors_go_as_many_days_after_they_were_made_as_words_do(config):
    config.write_text(config.read_text().replace("[evidence]", '[evidence]\ncache = "vectors"'))
    for days, text in ((201, "Old."), (199, "New.")):
        at = datetime.now(UTC) - timedelta(days=days)
        made = VectorFile(config.parent / "vectors", "m", now=at.timestamp)
        made.put({text: np.ones(8, dtype=np.float32)})
        made.close()
    with open_program(config) as program:
        program.keep()
    kept = VectorFile(config.parent / "vectors", "m")
    assert set(kept.get(["Old.", "New."])) == {"New."}
    kept.close()

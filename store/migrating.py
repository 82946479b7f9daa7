"""Bringing a database to the tables of this version, forward only, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect

from store.engine import READS, StoreError

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "verbatim_version"
"""Not Alembic's own name, under which Prefect and others keep theirs."""

ADVISORY_LOCK = 7_310_241_944
"""Two processes that open a fresh PostgreSQL at once must not both create the tables; SQLite's write lock does it."""


class NewerStore(StoreError):
    """The database was written by a newer version of Verbatim."""

    def __init__(self, connection: Connection, revision: str) -> None:
        problem = f"is at {revision!r}, which this version does not know; install a newer Verbatim"
        super().__init__(connection.engine.url, problem)
        self.revision = revision


class HoldsSomethingElse(StoreError):
    """The database has tables, and they are not Verbatim's."""

    def __init__(self, connection: Connection, tables: list[str]) -> None:
        named = ", ".join(sorted(tables)[:3])
        super().__init__(connection.engine.url, f"holds something else ({named}); give Verbatim a database of its own")
        self.tables = tables


def upgrade(engine: Engine) -> None:
    """Create or upgrade the tables, and change nothing where they are those of this version.

    Raises NewerStore, HoldsSomethingElse or StoreError, and leaves the database as it is.
    """
    from alembic import command

    with engine.connect().execution_options(**{READS: True}) as connection:
        if _revision(connection) == _head():
            return
        connection.rollback()
    with _altering(engine) as connection:
        if _revision(connection) != _head():
            command.upgrade(_config(connection), "head")


def standing(engine: Engine) -> str:
    """How the tables stand to this version, in words. Raises as ``upgrade`` does, and writes nothing."""
    with engine.connect().execution_options(**{READS: True}) as connection:
        revision = _revision(connection)
    if revision is None:
        return "empty; the first night makes its tables"
    return "up to date" if revision == _head() else f"at {revision!r}; the next night brings it to {_head()!r}"


def _revision(connection: Connection) -> str | None:
    """The revision that the tables are at; None for an empty database."""
    from alembic.runtime.migration import MigrationContext

    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if found is None:
        tables = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
        if tables:
            raise HoldsSomethingElse(connection, tables)
    elif found not in {script.revision for script in _scripts().walk_revisions()}:
        raise NewerStore(connection, found)
    return found


def _head() -> str | None:
    head: str | None = _scripts().get_current_head()
    return head


@contextmanager
def _altering(engine: Engine) -> Iterator[Connection]:
    """A transaction that may change tables, alone in doing so."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            _check_encoding(connection)
            yield connection
            connection.commit()
            return
        with _sqlite_altering(connection):
            yield connection
            _check_references(connection)
            connection.commit()


@contextmanager
def _sqlite_altering(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA journal_mode = WAL")
    # a table that is altered is copied and dropped: its rows must not take those that refer to it along
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        rows = f"{len(dangling)} rows, the first of table {dangling[0][0]!r},"
        raise StoreError(connection.engine.url, f"{rows} refer to what is not there; it was left as it was")


def _check_encoding(connection: Connection) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        problem = f"keeps text as {encoding}; quotes need one made with ENCODING 'UTF8'"
        raise StoreError(connection.engine.url, problem)


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("store") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> Any:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())

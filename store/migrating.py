"""Bringing a database to the tables of this version, forward only, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect

from store.engine import BUSY_SECONDS, READS, StoreError

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
        revision = _revision(connection)
        if revision == _head():
            return
        if revision is not None and engine.dialect.name == "sqlite":
            copy_aside(connection, revision)
        command.upgrade(_config(connection), "head")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to this version. ``revision``: of its tables, None where it has none; ``head``: of ours."""

    revision: str | None
    head: str | None

    @property
    def is_behind(self) -> bool:
        return self.revision not in (None, self.head)

    def __str__(self) -> str:
        if self.revision is None:
            return "empty; the first night makes its tables"
        if self.is_behind:
            return f"at {self.revision!r}, and this version works at {self.head!r}; `verbatim upgrade` brings it there"
        return "up to date"


def standing(engine: Engine) -> Standing:
    """How the tables stand to this version. Raises as ``upgrade`` does, and writes nothing."""
    with engine.connect().execution_options(**{READS: True}) as connection:
        return standing_of(connection)


def standing_of(connection: Connection) -> Standing:
    """The same, as this connection sees it. Raises NewerStore, HoldsSomethingElse."""
    return Standing(_revision(connection), _head())


def rebuild(
    engine: Engine, revision: str, fill: Callable[[Connection], None], check: Callable[[Connection], None]
) -> None:
    """Put other rows in the place of all that is there: ``fill`` the tables of ``revision``, bring them to this
    version, ``check`` them; or leave everything as it was.

    One transaction, alone in the database: whoever reads meanwhile waits, or sees what was there before. Raises
    NewerStore, HoldsSomethingElse, StoreError, or what ``fill`` and ``check`` raise.
    """
    from alembic import command

    with _altering(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        if _revision(connection) is not None:
            command.upgrade(_config(connection), "head")
            _take_away(connection)
        command.upgrade(_config(connection), revision)
        fill(connection)
        command.upgrade(_config(connection), "head")
        check(connection)


def revisions() -> list[str]:
    """Every revision that this version knows, the first one first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def copy_aside(connection: Connection, revision: str) -> Path | None:
    """Copy SQLite's file as it was last committed to ``FILE.at-REVISION`` beside it; None where it has no file.

    What such a copy was for is over when the new version works; it holds all that the store held. Raises StoreError.
    """
    place = next((row[2] for row in connection.exec_driver_sql("PRAGMA database_list") if row[1] == "main"), "")
    if not place:
        return None
    kept = Path(f"{place}.at-{revision}")
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        _copy(Path(place), draft)
        draft.replace(kept)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        problem = f"no copy could be made before the upgrade ({error}); it was left as it was"
        raise StoreError(connection.engine.url, problem) from error
    return kept


def _copy(place: Path, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    # a connection of its own: SQLite refuses to copy out of a transaction that writes
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    shutil.copymode(place, draft)


def _take_away(connection: Connection) -> None:
    """Drop the tables of this version and what hangs on them. Raises HoldsSomethingElse where there are others."""
    from store.tables import Base

    found = set(inspect(connection).get_table_names()) - {VERSION_TABLE}
    strange = found - set(Base.metadata.tables)
    if strange:
        raise HoldsSomethingElse(connection, sorted(strange))
    functions = _functions_of_triggers(connection) if connection.dialect.name == "postgresql" else []
    Base.metadata.drop_all(connection)
    connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    for function in functions:
        connection.exec_driver_sql(f"DROP FUNCTION {function}")


def _functions_of_triggers(connection: Connection) -> list[str]:
    asked = (
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace ORDER BY 1"
    )
    return list(connection.exec_driver_sql(asked).scalars())


def _revision(connection: Connection) -> str | None:
    """The revision that the tables are at; None for an empty database."""
    from alembic.runtime.migration import MigrationContext

    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if found is None:
        tables = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
        if tables:
            raise HoldsSomethingElse(connection, tables)
    elif found not in _known():
        raise NewerStore(connection, found)
    return found


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


@lru_cache(maxsize=1)
def _head() -> str | None:
    # asked whenever a store is opened, by each chunk of a night too, and compiling the revisions takes longest of that
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

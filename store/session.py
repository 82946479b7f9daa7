"""The store's door: SQLite as the embedded default, PostgreSQL by URL; transactions, and migration when opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from nlp.errors import WrongInput

BUSY_SECONDS = 60


class StoreError(WrongInput):
    """The store cannot be opened."""

    def __init__(self, url: URL | str, problem: str) -> None:
        shown = url.render_as_string(hide_password=True) if isinstance(url, URL) else url
        super().__init__(f"store {shown}: {problem}")
        self.url, self.problem = shown, problem


class Store:
    """One program's memory. ``begin`` writes in one transaction, ``read`` looks at one consistent state."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that is kept whole or not at all."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to look with; what it changes is not kept."""
        # SQLite's writers take their lock when they begin, which readers must not wait for
        with (
            self.engine.connect().execution_options(verbatim_reads=True) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(url: str) -> Store:
    """Open a store, made or brought up to date where it must be.

    ``sqlite:///path/verbatim.db`` or ``postgresql://user@host/database``. Raises StoreError in one line where the URL
    is none, the database does not answer, is not one, or was written by a newer version.
    """
    from store.migrating import upgrade

    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        folder = Path(parsed.database).parent
        if not folder.is_dir():
            raise StoreError(parsed, f"there is no folder {folder}")
    try:
        engine = _engine(parsed)
    except NoSuchModuleError:
        raise StoreError(parsed, f"no driver for {parsed.drivername!r}; sqlite and postgresql are served") from None
    try:
        upgrade(engine)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, OperationalError):
            raise StoreError(parsed, f"does not answer: {_first_line(error)}") from None
        if isinstance(error, DatabaseError):
            raise StoreError(parsed, f"is no store of Verbatim: {_first_line(error)}") from None
        raise
    return Store(engine)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(url, "is no database URL; write sqlite:///verbatim.db or postgresql://host/name") from None
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # the driver must leave BEGIN to us: its own is deferred, and two deferred writers end in "database is locked"
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    reads = connection.get_execution_options().get("verbatim_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _first_line(error: DatabaseError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def store_state(url: str) -> str:
    """Whether the store answers, in words, without making or changing anything. Raises StoreError."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).exists():
        return f"{parsed.database}: not there yet; the first night makes it"
    try:
        engine = _engine(parsed)
    except NoSuchModuleError:
        raise StoreError(parsed, f"no driver for {parsed.drivername!r}") from None
    try:
        with engine.connect():
            return f"{parsed.render_as_string(hide_password=True)} answers"
    except DatabaseError as error:
        raise StoreError(parsed, f"does not answer: {_first_line(error)}") from None
    finally:
        engine.dispose()

"""Connections: what SQLite and PostgreSQL are told, so that both keep the same promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from nlp.errors import WrongInput

BUSY_SECONDS = 60
"""How long a writer of SQLite waits for the one before it."""

ANSWER_SECONDS = 10
"""How long PostgreSQL may take to accept a connection."""

HINT = "write sqlite:///verbatim.db or postgresql://user@host/name"

READS = "verbatim_reads"
"""The execution option of a connection that only looks."""


class StoreError(WrongInput):
    """The store cannot be opened. ``url`` is without its password."""

    def __init__(self, url: URL | str, problem: str) -> None:
        shown = url.render_as_string(hide_password=True) if isinstance(url, URL) else url
        super().__init__(f"store {shown}: {problem}")
        self.url, self.problem = shown, problem


def parse(url: str) -> URL:
    """The URL of a store, with the driver that serves it. Raises StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(_without_password(url), f"is no database URL; {HINT}") from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(parsed, f"no driver for {parsed.drivername!r}; {HINT}")
    if parsed.get_backend_name() == "sqlite":
        _check_file(parsed)
    return parsed


def make_engine(url: URL) -> Engine:
    """An engine for a URL of ``parse``; it connects when it is first used. Raises StoreError without a driver."""
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        waits = {} if "connect_timeout" in url.query else {"connect_timeout": ANSWER_SECONDS}
        return create_engine(url, pool_pre_ping=True, connect_args=waits)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise StoreError(url, f"no driver for {url.drivername!r}; {HINT}") from None


def why(error: DatabaseError) -> str:
    """What the database says, in one line."""
    said = str(error.orig or error).strip().splitlines()
    words = said[0] if said else type(error).__name__
    return f"does not answer: {words}" if isinstance(error, OperationalError) else f"cannot be used: {words}"


def _check_file(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise StoreError(url, "names no file, and what is kept in memory is lost; write sqlite:///verbatim.db")
    path = Path(url.database)
    if path.is_dir():
        raise StoreError(url, "is a folder; name a file in it")
    if not path.parent.is_dir():
        raise StoreError(url, f"there is no folder {path.parent}")


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"***{at}{after}" if before else url


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # the driver must leave BEGIN to us: its own is deferred, and two deferred writers end in "database is locked"
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # what a person was told is saved outlives a power cut
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Any) -> None:
    reads = bool(connection.get_execution_options().get(READS))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reads)}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

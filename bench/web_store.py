"""Stores that are written in bulk, on SQLite and on PostgreSQL, and kept for the next run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, create_engine
from sqlalchemy.engine import make_url

from bench.web_rows import Company, Row, Size
from bench.web_words import make_words
from operations.dashboard import refresh
from rubric.loading import load_rubric
from rubric.rubric import Rubric
from store.columns import CanonicalJson
from store.rubrics import lock_rubric
from store.session import Store, open_store
from store.tables import Base

FOLDER = Path(__file__).parents[1] / "build" / "bench" / "web"
EXAMPLES = Path(__file__).parents[1] / "examples"
AT_ONCE = 20_000
"""Rows that are written in one go."""

MAKERS = ("web_words.py", "web_rows.py")
"""What a store holds is theirs to say; later migrations are made as it is opened."""


@dataclass(frozen=True)
class Made:
    """A store that stands ready."""

    database: str
    size: Size
    url: str

    @property
    def name(self) -> str:
        return f"{self.database}-{self.size.name}"


def sqlite_store(size: Size, last: date, seed: int) -> Made:
    """The SQLite store of that size; made where it is not there, or where what makes it has changed."""
    path = FOLDER / f"{size.name}.db"
    made = Made("SQLite", size, f"sqlite:///{path}")
    if _is_current(made.name, seed):
        return made
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_store(made.url) as store:
        fill(store, size, last, seed)
    _note(made.name, seed)
    return made


def postgres_store(server_url: str, size: Size, last: date, seed: int) -> Made:
    """The same as a database of a PostgreSQL server."""
    name = f"web_{size.name.replace('-', '_')}"
    url = server_url.replace("/postgres?", f"/{name}?")
    made = Made("PostgreSQL", size, url)
    if _is_current(made.name, seed):
        return made
    admin = create_engine(_driven(server_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    admin.dispose()
    with open_store(url) as store:
        fill(store, size, last, seed)
    _note(made.name, seed)
    return made


def fill(store: Store, size: Size, last: date, seed: int) -> Rubric:
    """Fill a new store up to the day ``last``, and work its dashboard out. The rubric is that of the sample company."""
    rubric = load_rubric(EXAMPLES / "rubric.yaml")
    with store.begin() as session:
        lock_rubric(session, rubric)
    rows = Company(size, rubric, make_words(rubric, seed), last, seed).rows()
    if store.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(store.engine.url.database))) as connection:
            _fill_sqlite(connection, rows)
    else:
        _fill_postgres(store, rows)
    refresh(store, rubric, last, ZoneInfo("Europe/Dublin"))
    return rubric


def _fill_sqlite(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    from sqlalchemy.dialects import sqlite

    connection.execute("PRAGMA synchronous = OFF")
    writers: dict[type[Base], Any] = {}
    for row, some in _in_bulk(rows):
        if row not in writers:
            names = [column.name for column in row.__table__.columns]
            marks = ", ".join("?" for _ in names)
            quoted = ", ".join(f'"{name}"' for name in names)
            writers[row] = (
                f"INSERT INTO {row.__tablename__} ({quoted}) VALUES ({marks})",
                _binder(row, sqlite.dialect()),
            )
        statement, bind = writers[row]
        connection.executemany(statement, map(bind, some))
        connection.commit()


def _fill_postgres(store: Store, rows: Iterable[Row]) -> None:
    with closing(store.engine.raw_connection()) as connection:
        cursor = connection.driver_connection.cursor()  # type: ignore[union-attr]
        cursor.execute("SET session_replication_role = replica")
        for row, some in _in_bulk(rows):
            names = ", ".join(f'"{column.name}"' for column in row.__table__.columns)
            with cursor.copy(f"COPY {row.__tablename__} ({names}) FROM STDIN") as copy:
                for one in some:
                    copy.write_row([one[column.name] for column in row.__table__.columns])
        connection.commit()
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.exec_driver_sql("VACUUM ANALYZE")  # what the server does by itself within minutes


def _in_bulk(rows: Iterable[Row]) -> Iterable[tuple[type[Base], list[dict[str, Any]]]]:
    """Rows of a table together; foreign keys are of no matter here, they hold all the same in the end."""
    waiting: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
    for row, values in rows:
        waiting[row].append(values)
        if len(waiting[row]) == AT_ONCE:
            yield row, waiting.pop(row)
    yield from waiting.items()


def _binder(row: type[Base], dialect: Dialect) -> Any:
    """Values of a row as the driver takes them; JSON is text already."""
    columns = [(column.name, _written(column.type, dialect)) for column in row.__table__.columns]

    def bound(values: dict[str, Any]) -> list[Any]:
        return [bind(values[name]) if bind else values[name] for name, bind in columns]

    return bound


def _written(kind: Any, dialect: Dialect) -> Any:
    return None if isinstance(kind, CanonicalJson) else kind.dialect_impl(dialect).bind_processor(dialect)


def _driven(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _stamp(seed: int) -> str:
    makers = [Path(__file__).with_name(name).read_bytes() for name in MAKERS]
    return hashlib.sha256(b"".join([*makers, str(seed).encode()])).hexdigest()


def _is_current(name: str, seed: int) -> bool:
    path = FOLDER / "made.json"
    return path.exists() and json.loads(path.read_text()).get(name) == _stamp(seed)


def _note(name: str, seed: int) -> None:
    path = FOLDER / "made.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, name: _stamp(seed)}, indent=1))

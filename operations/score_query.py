"""Scores that lie in a database: the rows of a query, which is only ever read.

The address is never in a file: the map names the environment variable that holds it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.errors import VerbatimError, WrongInput
from nlp.readers.vendor import Hints, Source
from rubric.score_map import ENDINGS, Query, ScoreMap, WrongScoreMap, load_score_map

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

AT_ONCE = 1000
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
CHANGES = re.compile(r"\b(insert|update|delete|merge|drop|alter|truncate|into)\b", re.IGNORECASE)


class WrongQuery(WrongInput):
    """The query of a map, or the address that it names, cannot be used; nothing was asked of any database."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class QueryFailed(VerbatimError):
    """The database did not answer the query. ``address`` is without its password."""

    def __init__(self, path: Path, address: str, problem: str) -> None:
        super().__init__(f"{path}: {address}: {problem}")
        self.path, self.address, self.problem = path, address, problem


def is_query(address: str) -> bool:
    """Whether an import was asked for a map with a query in it, and not for files."""
    path = Path(address)
    if path.suffix.casefold() not in ENDINGS or not path.is_file():
        return False
    try:
        return load_score_map(path).source is not None
    except WrongScoreMap:
        return "[source]" in path.read_text(encoding="utf-8", errors="replace")


@contextmanager
def queried(path: Path, told: ScoreMap, timezone: tzinfo) -> Iterator[Source]:
    """The rows of a map's query as a table, read a thousand at a time, while the connection is open.

    The transaction is read-only where the database has such ones, and is never committed anywhere.
    Raises WrongQuery, and QueryFailed also while rows are read.
    """
    from sqlalchemy.exc import SQLAlchemyError

    if told.source is None:
        raise WrongQuery(path, "has no [source] with an address and a query")
    check_query(path, told.source)
    engine = _engine(path, told.source)
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with _reading(engine) as connection:
            yield _answer(path, told.source, connection, Hints(timezone=timezone))
    except (SQLAlchemyError, FileNotFoundError) as error:
        raise QueryFailed(path, shown, _words(error)) from None
    finally:
        engine.dispose()


def check_query(path: Path, source: Query) -> None:
    """Refuse what is more than one statement or may change anything. Raises WrongQuery.

    This is a fence beside the road and no wall: the database's own rights are. Give the address of a user that can
    only read.
    """
    bare = QUOTED.sub("''", COMMENT.sub(" ", source.query)).strip().rstrip(";").strip()
    if not re.match(r"(select|with|values|table)\b", bare, re.IGNORECASE):
        raise WrongQuery(path, "source.query: one SELECT is needed, and nothing else is asked of a database")
    if ";" in bare:
        raise WrongQuery(path, "source.query: holds more than one statement; one SELECT is needed")
    if found := CHANGES.search(bare):
        raise WrongQuery(path, f"source.query: holds {found[0]!r}, and a query that only reads needs no such word")


def _engine(path: Path, source: Query) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    if "://" in source.address:
        problem = "source.address: is an address; put it into an environment variable, and name that here"
        raise WrongQuery(path, problem)
    address = os.environ.get(source.address)
    if not address:
        problem = f"source.address: the environment variable {source.address} is not set, or empty"
        raise WrongQuery(path, problem)
    try:
        return create_engine(_with_driver(address))
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise WrongQuery(
            path, f"{source.address} holds no address that SQLAlchemy knows, like postgresql://…"
        ) from None
    except ImportError as error:
        raise WrongQuery(path, f"{source.address} needs a driver that is not installed: {error.name}") from None


def _with_driver(address: str) -> str:
    """The driver that comes with us, where an address names none."""
    for plain in ("postgresql://", "postgres://"):
        if address.startswith(plain):
            return f"postgresql+psycopg://{address.removeprefix(plain)}"
    return address


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction cannot write, where the database can promise that; it is rolled back always."""
    from sqlalchemy import text

    kind, file = engine.dialect.name, engine.url.database
    if kind == "sqlite" and file and file != ":memory:" and not Path(file).is_file():
        raise FileNotFoundError(f"there is no file {file}")  # it would be made
    options = {"postgresql_readonly": True} if kind == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        if kind == "sqlite":
            connection.execute(text("PRAGMA query_only = ON"))
        elif kind in ("mysql", "mariadb"):
            connection.execute(text("SET TRANSACTION READ ONLY"))
        try:
            yield connection
        finally:
            connection.rollback()


def _answer(path: Path, source: Query, connection: Connection, hints: Hints) -> Source:
    from sqlalchemy import text

    # a colon in a query is a colon: none of it is a parameter
    statement = text(source.query.strip().rstrip(";").replace(":", r"\:"))
    found = connection.execution_options(yield_per=AT_ONCE).execute(statement)
    names = tuple(found.keys())
    if len(set(names)) != len(names):
        raise WrongQuery(path, "source.query: two of its columns have one name; give them names with AS")

    def rows() -> Iterator[Mapping[str, Any]]:
        for row in found:
            yield dict(zip(names, row, strict=True))

    return Source(file=f"the query of {path}", columns=names, rows=rows, hints=hints)


def _words(error: Exception) -> str:
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return f"the query was not answered: {type(error).__name__}: {said[:300]}"

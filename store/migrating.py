"""Bringing a database to the tables of this version, forward only."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from nlp.errors import WrongInput

if TYPE_CHECKING:
    from alembic.config import Config

# Two processes that open a fresh PostgreSQL at once must not both create the tables; SQLite's own write lock does it.
ADVISORY_LOCK = 7_310_241_944


class NewerStore(WrongInput):
    """The database was written by a newer version of Verbatim."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the store is at {revision!r}, which this version does not know; install a newer Verbatim")
        self.revision = revision


def upgrade(engine: Engine) -> None:
    """Create or upgrade the tables. Raises NewerStore, and leaves the database as it is."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        config = _config(connection)
        scripts = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise NewerStore(current)
        if current != scripts.get_current_head():
            command.upgrade(config, "head")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("store") / "migrations"))
    config.attributes["connection"] = connection
    return config

"""Giving up what was deleted: a database keeps old pages and rows until it is told to clear them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from store.session import Store


def sweep(store: Store) -> None:
    """Write the database anew without what was overwritten. On SQLite the file and its log, on PostgreSQL each table.

    Not inside a transaction; on SQLite others wait for it.
    """
    if store.engine.dialect.name == "sqlite":
        pooled = store.engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            for statement in ("PRAGMA query_only = 0", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                driver.execute(statement).fetchall()
        finally:
            pooled.close()
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))

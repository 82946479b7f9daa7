"""A restore whose process is killed in the middle, in a module that another process can import."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Table

import operations.restore
from operations.restore import restore
from store.dumping import load_rows


def die_at(path: Path, url: str, table: str, replace: bool) -> None:
    """Restore, and be killed when it comes to a table."""

    def load_or_die(connection: Connection, found: Table, lines: Iterable[bytes]) -> int:
        if found.name == table:
            load_rows(connection, found, list(lines)[:1])
            os.kill(os.getpid(), signal.SIGKILL)
        return load_rows(connection, found, lines)

    operations.restore.load_rows = load_or_die
    restore(path, url, replace=replace)

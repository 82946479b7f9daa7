"""A whole store into one file, from one moment, while others go on working."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from nlp.errors import VerbatimError, WrongInput
from operations.backup_file import Manifest, TrailKept, write_backup
from store.audit import verify_trail
from store.dumping import dump_rows, tables_of
from store.migrating import Standing, standing_of
from store.session import Store


class NoBackup(WrongInput):
    """Where the backup should go, or what it should be of, is not so that one can be made."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place, self.problem = place, problem


class BackupFailed(VerbatimError):
    """The disk did not take the backup."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: the backup was not written ({problem}); nothing is left of it")
        self.path, self.problem = path, problem


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that is on the disk. ``sha256`` is of the whole file, hex."""

    path: Path
    manifest: Manifest
    sha256: str


def backup(store: Store, path: Path, made_at: datetime, *, verified: bool = True) -> BackupReport:
    """Write all rows of the store to ``path``, as they stand at one moment; neither readers nor writers wait for it.

    The store may be at an older revision than this version (see store.session.open_as_it_is): it stays there. Its
    audit trail is held against its digests first, unless not ``verified``.

    Raises NoBackup for a file that is there already or a store with no tables, AuditDamaged, BackupFailed, StoreError.
    """
    if path.exists():
        raise NoBackup(str(path), "is there already, and no backup takes another's place; name a new file")
    with store.read() as session:
        connection = session.connection()
        standing = standing_of(connection)
        if standing.revision is None:
            raise NoBackup(connection.engine.url.render_as_string(hide_password=True), "is empty; there is no row yet")
        trail = None if standing.is_behind or not verified else _trail(session)
        manifest = _write(connection, standing, path, made_at, trail)
    return BackupReport(path, manifest, file_sha256(path))


def file_sha256(path: Path) -> str:
    """sha256 over a file, hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _trail(session: Session) -> TrailKept:
    found = verify_trail(session)
    return TrailKept(entries=found.entries, digest=found.digest)


def _write(
    connection: Connection, standing: Standing, path: Path, made_at: datetime, trail: TrailKept | None
) -> Manifest:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_backup(path) as writer:
            manifest = Manifest(
                made_at=made_at,
                made_by=version("verbatim"),
                database=connection.dialect.name,
                revision=standing.revision or "",
                tables=tuple(writer.add(table.name, dump_rows(connection, table)) for table in tables_of(connection)),
                trail=trail,
            )
            writer.finish(manifest)
    except OSError as error:
        raise BackupFailed(path, error.strerror or str(error)) from error
    return manifest

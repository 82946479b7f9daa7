"""A store from a backup: whole and verified, or as it was before."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from nlp.errors import WrongInput
from operations.audit import Verified, verify_audit
from operations.backup_file import Backup, DamagedBackup, Manifest, read_backup
from store.audit import verify_trail
from store.dumping import count_rows, load_rows, tables_of
from store.engine import StoreError, make_engine, parse, why
from store.migrating import rebuild, revisions, standing
from store.session import NothingThere, open_as_it_is, open_store
from store.verifying import WrongQuote, verify_quotes


class NewerBackup(WrongInput):
    """The backup was written by a newer version of Verbatim."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        super().__init__(
            f"{path}: is of revision {manifest.revision!r} and was made by Verbatim {manifest.made_by}, which this "
            "version does not know; install that one"
        )
        self.path, self.revision = path, manifest.revision


class HoldsRows(WrongInput):
    """The store into which a backup should go has rows."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"store {url}: holds rows already; `verbatim restore FILE --replace` puts the backup in their place"
        )
        self.url = url


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored. ``head`` is the revision that the store is at now."""

    manifest: Manifest
    head: str

    @property
    def upgraded(self) -> bool:
        return self.head != self.manifest.revision


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A backup that was restored to see whether it can be. ``wrong`` are quotes that are not in their call."""

    report: RestoreReport
    verified: Verified | None
    wrong: tuple[WrongQuote, ...]


def restore(path: Path, url: str, *, replace: bool = False, verified: bool = True) -> RestoreReport:
    """Fill a store with a backup, of whichever database, and bring it to this version; or leave it as it was.

    The file's digests are held against its rows before the store is touched, the audit trail against its own before
    anything is kept, unless not ``verified``. A store with rows is refused unless ``replace``.

    Raises NoSuchBackup, DamagedBackup, WrongRow, NewerBackup, HoldsRows, AuditDamaged, StoreError.
    """
    with read_backup(path) as kept:
        known = revisions()
        if kept.manifest.revision not in known:
            raise NewerBackup(path, kept.manifest)
        kept.check()
        if not replace and holds_rows(url):
            raise HoldsRows(parse(url).render_as_string(hide_password=True))
        _rebuild(kept, url, verified)
    return RestoreReport(kept.manifest, known[-1])


def rehearse(path: Path, *, verified: bool = True) -> Rehearsal:
    """Restore a backup into a store of its own, which goes again: every digest, the audit trail, every plan against
    it, every quote against its call.

    Raises as ``restore`` does, and PlanNotAsWritten.
    """
    with tempfile.TemporaryDirectory(prefix="verbatim-rehearsal-") as folder:
        url = f"sqlite:///{Path(folder) / 'verbatim.db'}"
        report = restore(path, url, verified=verified)
        with open_store(url) as store:
            found = verify_audit(store) if verified else None
            with store.read() as session:
                return Rehearsal(report, found, tuple(verify_quotes(session)))


def holds_rows(url: str) -> bool:
    """Whether there is a store there with any row. Raises StoreError, HoldsSomethingElse, NewerStore."""
    try:
        with open_as_it_is(url) as store:
            if standing(store.engine).revision is None:
                return False
            with store.read() as session:
                connection = session.connection()
                return any(count_rows(connection, table) for table in tables_of(connection))
    except NothingThere:
        return False


def _rebuild(kept: Backup, url: str, verified: bool) -> None:
    parsed = parse(url)
    made = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    was_there = made is not None and made.exists()
    engine = make_engine(parsed)
    whole = False
    try:
        rebuild(engine, kept.manifest.revision, lambda found: _fill(kept, found), lambda found: _check(found, verified))
        whole = True
    except DatabaseError as error:
        raise StoreError(parsed, why(error)) from error
    finally:
        engine.dispose()
        if made is not None and not (whole or was_there):
            for ending in ("", "-wal", "-shm", "-journal"):
                made.with_name(f"{made.name}{ending}").unlink(missing_ok=True)


def _fill(kept: Backup, connection: Connection) -> None:
    tables = tables_of(connection)
    found, named = {table.name for table in tables}, {table.name for table in kept.manifest.tables}
    if found != named:
        strange = ", ".join(sorted(found ^ named))
        raise DamagedBackup(kept.path, f"has other tables than revision {kept.manifest.revision!r}: {strange}")
    for table in tables:
        with kept.lines(table.name) as lines:
            load_rows(connection, table, lines)


def _check(connection: Connection, verified: bool) -> None:
    if verified and inspect(connection).has_table("audit"):
        with Session(connection) as session:
            verify_trail(session)

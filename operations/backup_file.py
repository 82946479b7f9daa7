"""The file of a backup: a zip with the rows of a table in each file, and a sheet that says what has to be in it."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError

from nlp.errors import VerbatimError, WrongInput
from nlp.noun import Noun, explain

SHEET, ROOM, ENDING = "backup.json", "tables/", ".jsonl"
LARGEST_SHEET, LONGEST_LINE = 2**20, 2**28
"""Bytes: what a damaged or hostile file may make this program hold at once."""

BLOCK = 2**20
STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of each file inside: the same rows are the same bytes."""


class DamagedBackup(VerbatimError):
    """A file that is no backup, or no longer the one that was written."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; nothing was restored from it, take another backup")
        self.path, self.problem = path, problem


class NoSuchBackup(WrongInput):
    """There is no such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no such file; `verbatim backup` writes one")
        self.path = path


class TableKept(Noun):
    """One table as it lies in the file: how many rows, bytes before they were compressed, and their sha256, hex."""

    name: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    rows: Annotated[int, Field(ge=0)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TrailKept(Noun):
    """The audit trail as it stood: how many entries, and the digest of the last one."""

    entries: Annotated[int, Field(ge=0)]
    digest: str


class Manifest(Noun):
    """What a backup holds. ``revision`` is of the tables' schema; ``database`` the kind that the rows came from."""

    format: Literal[1] = 1
    made_at: AwareDatetime
    made_by: str
    database: str
    revision: str
    tables: Annotated[tuple[TableKept, ...], Field(strict=False)]
    trail: TrailKept | None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def add(self, name: str, lines: Iterable[bytes]) -> TableKept:
        """Write one table's rows, a line each."""
        digest, rows, size = hashlib.sha256(), 0, 0
        with self.archive.open(_member(f"{ROOM}{name}{ENDING}"), "w", force_zip64=True) as target:
            for line in lines:
                target.write(line)
                digest.update(line)
                rows, size = rows + 1, size + len(line)
        return TableKept(name=name, rows=rows, size=size, sha256=digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        self.archive.writestr(_member(SHEET), manifest.model_dump_json(indent=1) + "\n")


@contextmanager
def write_backup(path: Path) -> Iterator[BackupWriter]:
    """A file that is there when it is whole and on the disk, and else is not; for its owner's eyes alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b")
        with handle:
            with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
                yield BackupWriter(archive)
            handle.flush()
            os.fsync(handle.fileno())
        _put(draft, path)
        _settle(path.parent)
    finally:
        draft.unlink(missing_ok=True)


class Backup:
    """A backup that is being read. Nothing of it is unpacked to the disk."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self.archive, self.manifest = path, archive, manifest

    def check(self) -> None:
        """Hold every table's bytes against the sheet. Raises DamagedBackup."""
        for table in self.manifest.tables:
            digest, rows, size = hashlib.sha256(), 0, 0
            with self._reading(table.name) as source:
                while block := source.read(BLOCK):
                    digest.update(block)
                    rows, size = rows + block.count(b"\n"), size + len(block)
                    if size > table.size:
                        break
            if (digest.hexdigest(), rows, size) != (table.sha256, table.rows, table.size):
                raise DamagedBackup(self.path, f"the rows of {table.name!r} are not those that were written")

    @contextmanager
    def lines(self, table: str) -> Iterator[Iterator[bytes]]:
        """The rows of a table, a line each. Raises DamagedBackup."""
        with self._reading(table) as source:
            yield iter(lambda: source.readline(LONGEST_LINE), b"")

    @contextmanager
    def _reading(self, table: str) -> Iterator[IO[bytes]]:
        with _refusing(self.path), self.archive.open(f"{ROOM}{table}{ENDING}") as source:
            yield source


@contextmanager
def read_backup(path: Path) -> Iterator[Backup]:
    """A backup, its sheet read. Raises NoSuchBackup, or DamagedBackup where it is none."""
    with _refusing(path):
        archive = zipfile.ZipFile(path)
    with archive:
        manifest = _manifest(path, archive)
        expected = sorted([SHEET, *(f"{ROOM}{table.name}{ENDING}" for table in manifest.tables)])
        if sorted(archive.namelist()) != expected:
            raise DamagedBackup(path, f"holds other files than its {SHEET} names")
        yield Backup(path, archive, manifest)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    with _refusing(path):
        if archive.getinfo(SHEET).file_size > LARGEST_SHEET:
            raise DamagedBackup(path, f"its {SHEET} is too large")
        written = archive.read(SHEET)
    try:
        return Manifest.model_validate_json(written)
    except ValidationError as error:
        raise DamagedBackup(path, f"its {SHEET}: {explain(error, Manifest)[1]}") from error


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except KeyError:
        raise DamagedBackup(path, f"is no backup: it has no {SHEET}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DamagedBackup(path, f"is no backup, or was cut off or changed ({error})") from error
    except FileNotFoundError:
        raise NoSuchBackup(path) from None
    except OSError as error:
        raise DamagedBackup(path, f"cannot be read ({error.strerror or error})") from error


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, STAMP)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def _put(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # unlike a renaming, it never takes another file's place
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no second name of a file
        draft.rename(path)


def _settle(folder: Path) -> None:
    """Have the folder on the disk say that the file is in it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

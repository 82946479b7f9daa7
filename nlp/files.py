"""Input files: which ones a path means, and whether one can be read as text at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from nlp.errors import VerbatimError, WrongInput
from nlp.set_aside import SetAside

UNREAD = (".md",)
"""What stands beside data without being data: hidden files, and those that end so."""

BINARY_KINDS = {
    b"\x1f\x8b": "gzip: unpack it first",
    b"BZh": "bzip2: unpack it first",
    b"\xfd7zXZ": "xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "zstandard: unpack it first",
    b"PK\x03\x04": "a zip archive or an Excel workbook: unpack it, or export it as CSV",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file: export it as CSV",
    b"PAR1": "Parquet: name it .parquet",
    b"%PDF-": "PDF: export the data behind it",
    b"SQLite format 3": "a SQLite database: export its table as CSV",
    b"\xff\xfe": "UTF-16: save it as UTF-8",
    b"\xfe\xff": "UTF-16: save it as UTF-8",
    b"\x00\x00\xfe\xff": "UTF-32: save it as UTF-8",
}
"""What a file is whose first bytes these are, and what to do about it."""


class NoSuchInput(WrongInput):
    """The path that was given holds nothing that can be read. ``path`` is that path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class NotText(VerbatimError):
    """The file is no UTF-8 text from its first bytes on."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


def files_in(path: Path, endings: Collection[str], what: str) -> Iterator[Path | SetAside]:
    """The files that ``path`` means: itself, or those of a folder and its folders, by name.

    Of a folder, hidden files and ``*.md`` are passed over; every other file whose name does not end in one of
    ``endings`` is set aside. ``what`` names the records in messages, in the plural.
    Raises NoSuchInput at once where the path does not exist or is no file of that kind.
    """
    _stat(path, what)
    if path.is_dir():
        return _walk(path, Path(os.path.realpath(path)), endings, what)
    return iter([one_file(path, endings, what)])


def one_file(path: Path, endings: Collection[str], what: str) -> Path:
    """``path`` where it is one file of that kind. Raises NoSuchInput."""
    _stat(path, what)
    if not path.is_file():
        raise NoSuchInput(path, f"is not a file; {what} are read from {_either(endings)}")
    if path.suffix.lower() not in endings:
        raise NoSuchInput(path, f"{what} are read from {_either(endings)}, not from {path.suffix or 'such a file'}")
    return path


def open_text(path: Path) -> TextIO:
    """Open UTF-8 text, with a byte order mark or without, with any line ends.

    Bytes that are no UTF-8 come through as lone surrogates: ``not_utf8`` says where.
    Raises NotText where the first bytes show another kind of file, and OSError.
    """
    stream = path.open("rb")
    try:
        kind = _kind(stream.peek(64)[:64])
        if kind is not None:
            raise NotText(path, f"is {kind}")
        return TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    except BaseException:
        stream.close()
        raise


def not_utf8(text: str) -> str | None:
    """Where ``text``, read by ``open_text``, has a byte that is no UTF-8, in words; None where it has none."""
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(text[error.start]) & 0xFF
        return (
            f"is not UTF-8 (byte 0x{byte:02x} as character {error.start + 1}), perhaps Windows-1252 or Latin-1; "
            "save the file as UTF-8"
        )
    return None


def cannot_open(path: Path, error: OSError) -> SetAside:
    """The file, set aside for what the system says."""
    return SetAside(file=str(path), line=None, reason=f"cannot be read: {error.strerror or error}")


def not_followed(path: Path, root: Path) -> str | None:
    """Why an entry of a folder that is no folder itself is not followed: a link that leaves ``root``, which is a real
    path, or one to a folder. None for every other."""
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        return "is a link that leaves the folder; copy the file into it"
    return "is a link to a folder, which is not followed" if path.is_dir() else None


def _stat(path: Path, what: str) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise NoSuchInput(path, f"does not exist; {what} were to be read from there") from None
    except (OSError, ValueError) as error:
        raise NoSuchInput(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _kind(head: bytes) -> str | None:
    for start, kind in BINARY_KINDS.items():
        if head.startswith(start):
            return kind
    if len(head) > 1 and 0 in head[:2] and head[:2] != b"\x00\x00":
        return BINARY_KINDS[b"\xff\xfe"]
    return None


def _walk(folder: Path, root: Path, endings: Collection[str], what: str) -> Iterator[Path | SetAside]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield cannot_open(folder, error)
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or path.suffix.lower() in UNREAD:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, root, endings, what)
        else:
            yield _usable(path, root, endings, what)


def _usable(path: Path, root: Path, endings: Collection[str], what: str) -> Path | SetAside:
    reason = not_followed(path, root)
    if reason is None and path.suffix.lower() not in endings:
        reason = f"{what} are read from {_either(endings)}"
    elif reason is None and path.exists() and not path.is_file():
        reason = "is not a regular file"
    return path if reason is None else SetAside(file=str(path), line=None, reason=reason)


def _either(endings: Collection[str]) -> str:
    *most, last = (f"*{ending}" for ending in endings)
    return f"{', '.join(most)} or {last}" if most else last

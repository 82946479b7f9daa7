"""Files as documents: what is packed (gzip, zip, one in the other) is unpacked as a stream, within bounds.

Nothing is ever written to disk, so no name in an archive can lead anywhere; one that tries is set aside all the same.
"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from nlp.files import BINARY_KINDS
from nlp.readers.documents import documents
from nlp.readers.parquet import parquet_table
from nlp.readers.places import Blob
from nlp.readers.vendor import Hints, Source
from nlp.records import LONGEST
from nlp.set_aside import SetAside

DEEPEST = 3
"""How many archives may lie inside each other."""

MOST_TIMES = 250
"""How many times its packed size a file may unpack to; transcripts come to 5 to 50 times theirs."""

ALWAYS_ALLOWED = 64 * 2**20
"""Bytes that any file may unpack to, however small it is packed."""

CANNOT_UNPACK = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What the libraries raise where an archive is broken, cut off, or packed in a way that they do not know: zipfile says
that with NotImplementedError, and with RuntimeError where a password is wanted."""

SOUND = {b"ID3": "MP3", b"OggS": "Ogg", b"fLaC": "FLAC", b"RIFF": "WAV", b"\xff\xfb": "MP3", b"\xff\xf3": "MP3"}
GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
OFFICE = "[Content_Types].xml"
MEMBER_BYTES = 700
"""Memory that Python's list of an archive takes for each of its members, about."""


class Bomb(OSError):
    """A file unpacks to far more than its size allows."""


class _Unpacked(RawIOBase):
    """A stream of unpacked bytes that stops where there are too many of them for what was packed."""

    def __init__(self, stream: BinaryIO, allowed: int) -> None:
        self.stream, self.left = stream, allowed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and (piece := self.stream.read(len(view) - filled)):
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
        self.left -= filled
        if self.left < 0:
            raise Bomb(f"unpacks to more than {MOST_TIMES} times its size; such a file is made to fill a disk")
        return filled


def sources_in(blob: Blob, hints: Hints) -> Iterator[Source | SetAside]:
    """The documents of a file, those of archives in it among them, one at a time.

    Never raises: what cannot be read is set aside with its place, and the rest goes on where it can.
    """
    try:
        with blob.open() as stream:
            yield from _open(blob.file, stream, hints, 0)
    except Exception as error:  # a file system, remote ones among them, raises what it likes
        yield SetAside(file=blob.file, line=None, reason=_broken(error))


def _open(file: str, stream: BinaryIO, hints: Hints, depth: int) -> Iterator[Source | SetAside]:
    try:
        buffered = stream if isinstance(stream, BufferedReader) else BufferedReader(cast(RawIOBase, stream))
        head = buffered.peek(600)[:600]
        unpack = _gzip if head.startswith(GZIP) else _zip if head.startswith(ZIP) else None
        if unpack is not None and depth >= DEEPEST:
            reason = f"lies more than {DEEPEST} archives deep; unpack it first"
            yield SetAside(file=file, line=None, reason=reason)
        elif unpack is not None:
            yield from unpack(file, buffered, hints, depth)
        elif head.startswith(b"PAR1"):
            yield from parquet_table(file, _seekable(buffered), hints)
        elif (kind := _not_read(head)) is not None:
            yield SetAside(file=file, line=None, reason=f"is {kind}")
        else:
            yield from documents(file, buffered, hints)
    except CANNOT_UNPACK as error:
        yield SetAside(file=file, line=None, reason=_broken(error))


def _gzip(file: str, stream: BufferedReader, hints: Hints, depth: int) -> Iterator[Source | SetAside]:
    packed = _size(stream)
    allowed = max(ALWAYS_ALLOWED, MOST_TIMES * packed) if packed is not None else 2**40
    with gzip.GzipFile(fileobj=stream) as unpacked:
        inner = BufferedReader(_Unpacked(cast(BinaryIO, unpacked), allowed))
        yield from _open(file, cast(BinaryIO, inner), hints, depth + 1)


def _zip(file: str, stream: BufferedReader, hints: Hints, depth: int) -> Iterator[Source | SetAside]:
    seekable = _seekable(stream)
    size = _size(seekable) or 0
    if _listed_bytes(seekable, size) // 47 * MEMBER_BYTES > 40 * 2**20 + 5 * size:
        yield SetAside(file=file, line=None, reason="is a zip archive of more members than fit into memory; split it")
        return
    with zipfile.ZipFile(seekable) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if any(member.filename == OFFICE for member in members):
            yield SetAside(file=file, line=None, reason="is an Excel or Word file; export it as CSV or as plain text")
            return
        left = max(ALWAYS_ALLOWED, MOST_TIMES * size)
        for member in sorted(members, key=lambda member: member.filename):
            if not _passed_over(member.filename):
                left -= member.file_size
                yield from _member(f"{file}/{member.filename}", archive, member, hints, depth, left)


def _member(
    file: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, hints: Hints, depth: int, left: int
) -> Iterator[Source | SetAside]:
    reason = _refused(member)
    if reason is None and left < 0:
        reason = f"would unpack, with the members before it, to more than {MOST_TIMES} times the archive's size"
    if reason is not None:
        yield SetAside(file=file, line=None, reason=reason)
        return
    allowed = min(max(ALWAYS_ALLOWED, MOST_TIMES * member.compress_size), member.file_size)
    try:
        with archive.open(member) as unpacked:
            inner = BufferedReader(_Unpacked(cast(BinaryIO, unpacked), allowed))
            yield from _open(file, cast(BinaryIO, inner), hints, depth + 1)
    except CANNOT_UNPACK as error:
        yield SetAside(file=file, line=None, reason=_broken(error))


def _refused(member: zipfile.ZipInfo) -> str | None:
    """Why a member of an archive is not read, or None."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        return "has a name that leads out of the archive; such an archive was not made by an export"
    if member.flag_bits & 1:
        return "is encrypted; unpack the archive with its password first"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link, which is not followed"
    if member.file_size > max(ALWAYS_ALLOWED, MOST_TIMES * member.compress_size):
        return f"would unpack to {member.file_size:,} bytes, more than {MOST_TIMES} times its size; it is not read"
    return None


def _passed_over(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _listed_bytes(stream: BinaryIO, size: int) -> int:
    """How long a zip archive says that its list of members is: from its last record, or the 64-bit one before it."""
    stream.seek(max(0, size - 2**16 - 200))
    tail = stream.read()
    stream.seek(0)
    longest = 0
    for mark, start, width in ((b"PK\x05\x06", 12, 4), (b"PK\x06\x06", 40, 8)):
        found = tail.rfind(mark)
        if found >= 0 and found + start + width <= len(tail):
            says = int.from_bytes(tail[found + start : found + start + width], "little")
            longest = max(longest, says if says != 2 ** (8 * width) - 1 else 0)
    return min(longest, size)


def _seekable(stream: BufferedReader) -> BinaryIO:
    """The stream itself, or all of it in memory where it cannot go back. Raises OSError where that is too much."""
    if stream.seekable():
        return cast(BinaryIO, stream)
    whole = stream.read(LONGEST + 1)
    if len(whole) > LONGEST:
        raise OSError(
            f"is an archive or a table of more than {LONGEST // 2**20} MiB inside an archive; unpack it first"
        )
    return BytesIO(whole)


def _size(stream: BinaryIO) -> int | None:
    if not stream.seekable():
        return None
    here = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(here)
    return size


def _not_read(head: bytes) -> str | None:
    """What a file is whose kind is not read, and what to do about it; None for what may be text."""
    for start, kind in BINARY_KINDS.items():
        if "UTF-" not in kind and head.startswith(start):
            return kind
    for start, kind in SOUND.items():
        if head.startswith(start):
            return f"a recording ({kind}); give the transcript of it"
    if head[4:8] == b"ftyp":
        return "a recording (MP4); give the transcript of it"
    return "a tar archive: unpack it, or pack it as zip" if head[257:262] == b"ustar" else None


def _broken(error: Exception) -> str:
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    if isinstance(error, Bomb) or said.startswith("is an archive"):
        return said
    if isinstance(error, EOFError):
        return "is cut off: its packed data ends in the middle"
    if isinstance(error, zlib.error | gzip.BadGzipFile | zipfile.BadZipFile | NotImplementedError):
        return f"is a broken archive: {said}"
    return f"cannot be read: {said or type(error).__name__}"

"""Where files lie: a local file or folder, or any address that fsspec knows (s3://, gs://, az://, memory://)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from nlp.errors import WrongInput
from nlp.files import cannot_open, not_followed
from nlp.set_aside import SetAside

EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az", "abfss": "az", "adl": "az"}
"""Which extra of this package brings what a protocol needs."""


class NoSuchPlace(WrongInput):
    """The address holds nothing, or cannot be looked at. ``address`` is that address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address, self.reason = address, reason


@dataclass(frozen=True, slots=True)
class Blob:
    """A file before anybody has looked into it. ``file`` is what a person is shown of where it lies.

    ``open`` may raise whatever the file system behind it raises.
    """

    file: str
    open: Callable[[], BinaryIO]


def blobs_at(address: str) -> Iterator[Blob | SetAside]:
    """The files at an address: itself, or those of a folder and its folders, by name.

    Hidden files and folders are passed over. Links that leave the folder, links to folders and what is no regular file
    are set aside. Raises NoSuchPlace at once where nothing is there.
    """
    if "://" in address or "::" in address:
        return _remote(address)
    path = Path(address)
    try:
        path.stat()
    except FileNotFoundError:
        raise NoSuchPlace(
            address, "does not exist; name a file, a folder or an address like s3://bucket/calls"
        ) from None
    except (OSError, ValueError) as error:
        raise NoSuchPlace(address, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if path.is_dir():
        return _walk(path, Path(os.path.realpath(path)))
    if not path.is_file():
        raise NoSuchPlace(address, "is neither a file nor a folder")
    return iter([_local(path)])


def _local(path: Path) -> Blob:
    return Blob(str(path), lambda: path.open("rb"))


def _walk(folder: Path, root: Path) -> Iterator[Blob | SetAside]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield cannot_open(folder, error)
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, root)
        elif (reason := _unusable(path, root)) is not None:
            yield SetAside(file=str(path), line=None, reason=reason)
        else:
            yield _local(path)


def _unusable(path: Path, root: Path) -> str | None:
    if (reason := not_followed(path, root)) is not None:
        return reason
    if not path.exists():
        return "is a link to a file that does not exist"
    return None if path.is_file() else "is not a regular file"


def _remote(address: str) -> Iterator[Blob | SetAside]:
    system, path, protocol = _file_system(address)
    try:
        names = [path] if system.isfile(path) else sorted(system.find(path))
    except Exception as error:  # each file system has errors of its own, and no common ancestor
        raise NoSuchPlace(address, f"cannot be listed: {_words(error)}") from None
    if not names:
        raise NoSuchPlace(address, "holds no file; check the address and who may read it")
    return (_opened(system, name, protocol) for name in names if not _hidden(name, path))


def _file_system(address: str) -> tuple[Any, str, str]:
    import fsspec

    protocol = address.split("://", 1)[0].split("::")[-1]
    try:
        system, path = fsspec.core.url_to_fs(address)
    except ImportError:
        extra = EXTRAS.get(protocol)
        what = f"pip install 'verbatim[{extra}]'" if extra else f"install what fsspec needs for {protocol}"
        raise NoSuchPlace(address, f"{protocol}:// cannot be read without another package; {what}") from None
    except Exception as error:  # as above
        raise NoSuchPlace(address, f"is no address that can be read: {_words(error)}") from None
    return system, path, protocol


def _opened(system: Any, name: str, protocol: str) -> Blob:
    return Blob(f"{protocol}://{name.lstrip('/')}", lambda: cast(BinaryIO, system.open(name, "rb")))


def _hidden(name: str, root: str) -> bool:
    return any(part.startswith(".") for part in name.removeprefix(root).split("/"))


def _words(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__

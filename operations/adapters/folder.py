"""Folders: each event a file, at any place that fsspec knows: on this machine, over SFTP, in a bucket.

A file appears whole under its name or not at all, and its name is the event's: one that is there is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from nlp.errors import WrongInput
from nlp.noun import Noun, Text, nearest
from operations.adapters.answering import Variable, secret_of
from operations.addresses import resolved
from operations.asking import Asking
from operations.delivering import Sent
from operations.webhook import cloud_event
from store.endpoints import Endpoint
from store.events import Event

log = logging.getLogger(__name__)

SCHEMES = ("file", "sftp", "s3", "gs", "az")
SFTP_PORT = 22


class FolderOptions(Noun):
    """For ``sftp``: ``host_key`` is the server's key as ``ssh-keygen -lf`` shows it (SHA256:...), and is needed.

    ``password`` is a variable's name, ``key_file`` a private key's. Buckets sign in as their libraries do.
    """

    host_key: Text | None = None
    password: Variable | None = None
    key_file: Text | None = None


class FolderRefused(WrongInput):
    """No files can be put there."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def check_folder(address: str, options: FolderOptions, allow: Collection[str]) -> None:
    """Raises FolderRefused in a line where no files can be put there."""
    scheme, parts = address.partition("://")[0], urlsplit(address)
    if "://" not in address or scheme not in SCHEMES:
        like = nearest(scheme, SCHEMES) if "://" in address else None
        hint = (
            f"did you mean {like}://?" if like else "write it like sftp://user@files.example.com/drop or file:///drop"
        )
        raise FolderRefused(f"{parts.hostname or address[:80]}: is no folder that files can be put into; {hint}")
    if parts.password or parts.query or parts.fragment:
        raise FolderRefused(f"{parts.hostname}: an address has no password, query or fragment; --set password=VARIABLE")
    if scheme == "sftp" and not (parts.hostname and parts.username and parts.path.strip("/")):
        raise FolderRefused("an SFTP address has a user, a host and a folder, like sftp://user@files.example.com/drop")
    if scheme == "sftp" and not (options.host_key or "").startswith("SHA256:"):
        raise FolderRefused(f"{parts.hostname}: --set host_key=SHA256:... is needed, as `ssh-keygen -lf` shows it")
    if scheme == "file" and not parts.path.startswith("/"):
        raise FolderRefused("a folder on this machine is named from its root, like file:///srv/drop")


@dataclass(frozen=True)
class Folder:
    """Sends to endpoints of the kind ``folder``: a CloudEvent in a file of its own, in the address's folder."""

    source: str
    asking: Asking
    kind: str = "folder"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        options = FolderOptions.model_validate(endpoint.options)
        body = cloud_event(self.source, event, record)
        try:
            return self._put(endpoint.address, options, f"{event.type}.{event.event_id}.json", body)
        except WrongInput:
            raise
        except ImportError as error:
            return Sent("later", problem=f"not installed: {error.name}; pip install 'verbatim[sftp]' (or s3, gs, az)")
        except Exception as error:  # each library of a place has errors of its own
            log.debug("folder %s", endpoint.endpoint_id, exc_info=True)
            return Sent("later", problem=f"not written: {type(error).__name__}: {str(error)[:200]}", pause=True)

    def _put(self, address: str, options: FolderOptions, name: str, body: bytes) -> Sent:
        import fsspec

        parts = urlsplit(address)
        if parts.scheme == "sftp":
            from operations.adapters.sftp import connected

            port = parts.port or SFTP_PORT
            placed = resolved(str(parts.hostname), port, self.asking.allow, self.asking.lookup)
            password = secret_of(options.password).get_secret_value() if options.password else None
            key = (options.host_key or "", options.key_file)
            there = connected(placed, port, str(parts.username), password, *key, self.asking.timeout)
            with closing(there.client):
                return _written(there, unquote(parts.path).rstrip("/"), name, body)
        there, root = fsspec.core.url_to_fs(address)
        return _written(there, root.rstrip("/"), name, body)


def _written(there: Any, root: str, name: str, body: bytes) -> Sent:
    path, part = f"{root}/{name}", f"{root}/.{name}.part"
    there.invalidate_cache()
    if there.exists(path):
        return Sent("done")
    there.makedirs(root, exist_ok=True)
    with there.open(part, "wb") as file:
        file.write(body)
    there.mv(part, path)
    with suppress(AttributeError):
        there.invalidate_cache()
    return Sent("done")

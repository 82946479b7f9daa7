"""An SFTP server on this machine, of a folder, with a key of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko


@dataclass(frozen=True)
class SftpSide:
    address: str
    host_key: str


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == ("drop", "hush")
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


def _files(root: Path) -> type[paramiko.SFTPServerInterface]:
    class Files(paramiko.SFTPServerInterface):
        def _at(self, path: str) -> Path:
            return root / path.lstrip("/")

        def list_folder(self, path: str) -> Any:
            return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in self._at(path).iterdir()]

        def stat(self, path: str) -> Any:
            try:
                return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        lstat = stat

        def open(self, path: str, flags: int, attr: Any) -> Any:
            handle = paramiko.SFTPHandle(flags)
            handle.writefile = handle.readfile = os.fdopen(os.open(self._at(path), flags, 0o600), "r+b")
            return handle

        def rename(self, oldpath: str, newpath: str) -> int:
            if self._at(newpath).exists():
                return paramiko.SFTP_FAILURE
            self._at(oldpath).rename(self._at(newpath))
            return paramiko.SFTP_OK

        posix_rename = rename

        def mkdir(self, path: str, attr: Any) -> int:
            self._at(path).mkdir()
            return paramiko.SFTP_OK

    return Files


@contextmanager
def an_sftp_side(root: Path) -> Iterator[SftpSide]:
    """Files under ``root`` for the user ``drop`` with the password ``hush``."""
    key, transports = paramiko.ECDSAKey.generate(), []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                taken, _ = server.accept()
            except OSError:
                return
            transport = paramiko.Transport(taken)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _files(root))
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                transport.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    try:
        yield SftpSide(f"sftp://drop@127.0.0.1:{server.getsockname()[1]}/in/plans", f"SHA256:{digest}")
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
        for transport in transports:
            transport.close()

"""A server's files over SFTP, with a key that is known beforehand: nobody else is taken for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from nlp.errors import VerbatimError


class WrongHostKey(VerbatimError):
    """The server has another key than it should: another one, most likely."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the server's key is {found}, which is not the host_key of this endpoint")
        self.found = found


class _Pinned(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    def __init__(self, expected: str) -> None:
        self.expected = expected

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
        if not hmac.compare_digest(f"SHA256:{digest}", self.expected.rstrip("=")):
            raise WrongHostKey(f"SHA256:{digest}")


def connected(
    host: str, port: int, user: str, password: str | None, host_key: str, key_file: str | None, timeout: float
) -> SFTPFileSystem:
    """The server's files. Whoever asks closes ``client``. Raises WrongHostKey, and paramiko's own errors."""
    limits = {"timeout": timeout, "banner_timeout": timeout, "auth_timeout": timeout, "channel_timeout": timeout}
    there = SFTPFileSystem(
        host,
        port=port,
        username=user,
        password=password,
        key_filename=key_file,
        look_for_keys=False,
        allow_agent=False,
        host_key_policy=_Pinned(host_key),
        skip_instance_cache=True,
        **limits,
    )
    there.ftp.get_channel().settimeout(timeout)
    return there

"""Connections that end at a moment, whatever the other side does: a byte now and then does not keep them open."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, end: float) -> None:
        self._inner, self._end = inner, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, left(self._end, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        sock: socket.socket = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            sock.settimeout(left(self._end, timeout))
            rest = rest[sock.send(rest) :]

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left(self._end, timeout)), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, end: float) -> None:
        self._inner, self._end = httpcore.SyncBackend(), end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        given = left(self._end, timeout)
        return _Stream(self._inner.connect_tcp(host, port, given, local_address, socket_options), self._end)


def backend_until(end: float) -> httpcore.NetworkBackend:
    """Connections of which nothing goes on after ``end``, by the clock of time.monotonic."""
    return _Backend(end)


def left(end: float, timeout: float | None = None) -> float:
    """Seconds until ``end``. Raises TimeoutError where none are left."""
    seconds = end - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds if timeout is None else min(seconds, timeout)

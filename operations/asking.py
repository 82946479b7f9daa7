"""One request to another side over HTTP: to where it may go, within a time that is of the whole of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from nlp.errors import VerbatimError
from operations.addresses import Lookup, checked_url, host_of, resolved
from operations.retrying import LONGEST

if TYPE_CHECKING:
    import ssl

    import httpcore

KEPT = 1_000_000
"""Bytes of an answer that are read at most."""


class NoAnswer(VerbatimError):
    """The other side gave none, or not in time."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case; the body is empty where it was not wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def well(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises NoAnswer where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise NoAnswer(f"answered {self.status} with what is no JSON") from None


@dataclass(frozen=True)
class Asking:
    """How others are asked. ``allow`` are the hosts that may be private or without TLS.

    ``timeout`` is for a whole request, in seconds; ``ca_file`` has certificates to be trusted in place of the usual
    ones. No redirect is followed, and no proxy of the environment is used.
    """

    allow: frozenset[str] = frozenset()
    timeout: float = 15
    ca_file: Path | None = None
    lookup: Lookup | None = None

    def ask(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes = b"", *, read: bool = True
    ) -> Answer:
        """Ask once. Raises AddressRefused and NoAnswer; ``read``: whether the answer's body is wanted."""
        import httpcore

        url = checked_url(address, self.allow)
        host = host_of(url)
        port = url.port or (443 if url.scheme == "https" else 80)
        # connected to as it was checked; the name still goes into Host, into TLS, and is what the certificate is of
        placed = httpcore.URL(
            scheme=url.raw_scheme,
            host=resolved(host, port, self.allow, self.lookup).encode(),
            port=port,
            target=url.raw_path,
        )
        sent = {"host": url.netloc.decode("ascii"), "user-agent": _agent(), "content-length": str(len(body)), **headers}
        try:
            return self._exchange(method, placed, host, sent, body, read)
        except (httpcore.TimeoutException, TimeoutError):
            raise NoAnswer(f"no answer within {self.timeout:g} seconds") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise NoAnswer(f"no answer: {error or type(error).__name__}") from None

    def _exchange(
        self, method: str, placed: httpcore.URL, host: str, headers: Mapping[str, str], body: bytes, read: bool
    ) -> Answer:
        import httpcore

        from operations.deadline import backend_until

        extensions = {"sni_hostname": host}
        backend = backend_until(monotonic() + self.timeout)
        with (
            httpcore.ConnectionPool(ssl_context=self._trusted, network_backend=backend) as pool,
            pool.stream(method, placed, headers=list(headers.items()), content=body, extensions=extensions) as got,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in got.headers}
            return Answer(got.status, found, _read(got.iter_stream()) if read else b"")

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        import ssl

        import certifi

        return ssl.create_default_context(cafile=str(self.ca_file or certifi.where()))


def asked_wait(written: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date (RFC 9110, 10.2.3), at most LONGEST."""
    if not written:
        return None
    if written.strip().isdecimal():
        return min(timedelta(seconds=int(written.strip()[:9])), LONGEST)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(wait, LONGEST) if wait > timedelta(0) else None


def _read(parts: Iterable[bytes]) -> bytes:
    found = bytearray()
    for part in parts:
        found += part
        if len(found) > KEPT:
            raise NoAnswer(f"answered with more than {KEPT} bytes")
    return bytes(found)


def _agent() -> str:
    return f"Verbatim/{version('verbatim')}"

"""Webhooks: an event posted as CloudEvents 1.0 in structured JSON, signed as Standard Webhooks has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from operations.addresses import AddressRefused, Lookup, checked_url, host_of, resolved
from operations.delivering import GONE, Sent
from operations.retrying import LONGEST
from operations.signing import signed_headers
from operations.telling import schema_of
from store.endpoints import Endpoint
from store.events import Event

if TYPE_CHECKING:
    import ssl

    import httpx

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
BUSY = (429, 502, 503, 504)
"""Answers that speak of the receiver as a whole, and not of what it was sent."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Webhook:
    """Sends to endpoints of the kind ``webhook``. ``source`` is whose events these are, as CloudEvents has it.

    ``allow`` are the hosts that may be private or without TLS; ``timeout`` is for each step, in seconds; ``ca_file``
    has certificates to be trusted in place of the usual ones.
    """

    source: str
    allow: frozenset[str] = frozenset()
    timeout: float = 15
    ca_file: Path | None = None
    clock: Callable[[], datetime] = _now
    lookup: Lookup | None = None
    kind: str = "webhook"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        """Post the event once; only an answer of 2xx counts as done."""
        import httpx

        body = cloud_event(self.source, event, record)
        at = self.clock()
        headers = signed_headers(event.event_id, at, body, endpoint.secrets_at(at))
        try:
            return self._answered(*self._post(endpoint.address, body, headers))
        except AddressRefused as error:
            return Sent("later", problem=str(error))
        except httpx.TimeoutException:
            return Sent("later", problem=f"no answer within {self.timeout:g} seconds", pause=True)
        except httpx.HTTPError as error:
            return Sent("later", problem=f"no answer: {str(error) or type(error).__name__}", pause=True)

    def _post(self, address: str, body: bytes, headers: dict[str, str]) -> tuple[int, httpx.Headers]:
        import httpx

        url = checked_url(address, self.allow)
        host = host_of(url)
        port = url.port or (443 if url.scheme == "https" else 80)
        # connected to as it was checked; the name still goes into Host, into TLS, and is what the certificate is of
        placed = url.copy_with(host=resolved(host, port, self.allow, self.lookup))
        sent = headers | {"host": url.netloc.decode("ascii"), "content-type": CONTENT_TYPE, "user-agent": _agent()}
        client = httpx.Client(verify=self._trusted, trust_env=False, follow_redirects=False, timeout=self.timeout)
        extensions = {"sni_hostname": host}
        with (
            client,
            client.stream("POST", placed, content=body, headers=sent, extensions=extensions) as response,
        ):
            return response.status_code, response.headers  # its body is of no interest, however long it is

    def _answered(self, status: int, headers: httpx.Headers) -> Sent:
        if 200 <= status < 300:
            return Sent("done", status)
        if status == 410:
            return Sent("gone", status, GONE)
        problem = f"answered {status}" + ("; redirects are not followed" if 300 <= status < 400 else "")
        wait = asked_wait(headers.get("retry-after"), self.clock())
        return Sent("later", status, problem, wait, pause=status in BUSY)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        import httpx

        return httpx.create_ssl_context(verify=True, trust_env=False) if self.ca_file is None else self._own_trust()

    def _own_trust(self) -> ssl.SSLContext:
        import ssl

        return ssl.create_default_context(cafile=str(self.ca_file))


def cloud_event(source: str, event: Event, record: dict[str, Any]) -> bytes:
    """The body: the same bytes for the same event at every attempt."""
    schema = schema_of(event.type)
    said = {
        "specversion": "1.0",
        "id": event.event_id,
        "source": source,
        "type": event.type,
        "subject": event.plan_id,
        "time": event.written_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        **({"dataschema": schema} if schema else {}),
        "data": record,
    }
    return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


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


def hosts(names: Collection[str]) -> frozenset[str]:
    """Host names as they are compared."""
    return frozenset(name.strip().strip("[]").lower().rstrip(".") for name in names)


def _agent() -> str:
    return f"Verbatim/{version('verbatim')}"

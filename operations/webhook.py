"""Webhooks: an event posted as CloudEvents 1.0 in structured JSON, signed as Standard Webhooks has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.addresses import AddressRefused, Lookup
from operations.asking import Answer, Asking, NoAnswer, asked_wait
from operations.delivering import GONE, Sent
from operations.signing import signed_headers
from operations.telling import schema_of
from store.endpoints import Endpoint
from store.events import Event

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
BUSY = (429, 502, 503, 504)
"""Answers that speak of the receiver as a whole, and not of what it was sent."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Webhook:
    """Sends to endpoints of the kind ``webhook``. ``source`` is whose events these are, as CloudEvents has it.

    ``allow`` are the hosts that may be private or without TLS; ``timeout`` is for the whole request, in seconds;
    ``ca_file`` has certificates to be trusted in place of the usual ones.
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
        body = cloud_event(self.source, event, record)
        at = self.clock()
        headers = signed_headers(event.event_id, at, body, endpoint.secrets_at(at)) | {"content-type": CONTENT_TYPE}
        asking = Asking(self.allow, self.timeout, self.ca_file, self.lookup)
        try:
            # its body is of no interest, however long it is
            answer = asking.ask("POST", endpoint.address, headers, body, read=False)
        except AddressRefused as error:
            return Sent("later", problem=str(error))
        except NoAnswer as error:
            return Sent("later", problem=error.problem, pause=True)
        return Sent("gone", 410, GONE) if answer.status == 410 else sent_of(answer, at)


def sent_of(answer: Answer, now: datetime) -> Sent:
    """What an answer means: done at 2xx, else to be tried again, and when it says so not before."""
    status = answer.status
    if answer.well:
        return Sent("done", status)
    problem = f"answered {status}" + ("; redirects are not followed" if 300 <= status < 400 else "")
    wait = asked_wait(answer.headers.get("retry-after"), now)
    return Sent("later", status, problem, wait, pause=status in BUSY)


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


def hosts(names: Collection[str]) -> frozenset[str]:
    """Host names as they are compared."""
    return frozenset(name.strip().strip("[]").lower().rstrip(".") for name in names)

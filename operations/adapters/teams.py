"""Microsoft Teams: an Adaptive Card for supervisors, by a webhook of Workflows.

Such a webhook cannot be asked what it has: an event whose answer was lost is posted again. Its id is the header
``webhook-id``, by which a workflow can tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nlp.noun import Noun
from operations.adapters.answering import address_of, now_utc, sent_by, taken
from operations.adapters.wording import Message, message_of
from operations.asking import Asking
from operations.delivering import Sent
from store.endpoints import Endpoint
from store.events import Event

CARD = "application/vnd.microsoft.card.adaptive"


class TeamsOptions(Noun):
    """A webhook needs nothing besides its address."""


@dataclass(frozen=True)
class Teams:
    """Sends to endpoints of the kind ``teams``; the address is that of a workflow's webhook."""

    asking: Asking
    page: str | None = None
    clock: Callable[[], datetime] = now_utc
    kind: str = "teams"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        body = json.dumps(teams_body(message_of(event, record, self.page))).encode()
        address = address_of(endpoint.address)
        headers = {"content-type": "application/json; charset=utf-8", "webhook-id": event.event_id}

        def tell() -> Sent:
            return Sent("done", taken(self.asking.ask("POST", address, headers, body)).status)

        return sent_by(tell, self.clock())


def teams_body(message: Message) -> dict[str, Any]:
    """A message with one Adaptive Card 1.4. Its lines are text runs, in which no Markdown is read."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_line(message.title, weight="Bolder", size="Medium"), *(_line(one) for one in message.lines)],
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the plan", "url": message.link}]
    attached = {"contentType": CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


def _line(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}

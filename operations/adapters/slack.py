"""Slack: a message for supervisors, by an incoming webhook or by a bot.

A bot (``chat.postMessage``) leaves the event's id in the message's metadata and looks for it first, so that an event
that is sent again stands there once. An incoming webhook cannot look, and may say it twice where it was cut off.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from nlp.noun import Noun, Text
from operations.adapters.answering import Variable, address_of, now_utc, secret_of, sent_by, taken
from operations.adapters.wording import Message, message_of
from operations.asking import Asking
from operations.delivering import Sent
from store.endpoints import Endpoint
from store.events import Event

JSON = "application/json; charset=utf-8"
METADATA = "verbatim_event"
PAGES = 3
"""Pages of 200 messages in which an event's own is looked for."""


class SlackOptions(Noun):
    """``token`` and ``channel`` for a bot; neither for an incoming webhook."""

    token: Variable | None = None
    channel: Text | None = None


@dataclass(frozen=True)
class Slack:
    """Sends to endpoints of the kind ``slack``; the address is an incoming webhook's, or https://slack.com/api."""

    asking: Asking
    page: str | None = None
    clock: Callable[[], datetime] = now_utc
    kind: str = "slack"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        options = SlackOptions.model_validate(endpoint.options)
        body = slack_body(message_of(event, record, self.page))
        address = address_of(endpoint.address)
        if options.token is None or options.channel is None:
            return sent_by(lambda: self._hook(address, body), self.clock())
        token, channel = secret_of(options.token).get_secret_value(), options.channel
        return sent_by(lambda: self._post(address.rstrip("/"), token, channel, event, body), self.clock())

    def _hook(self, address: str, body: dict[str, Any]) -> Sent:
        answer = taken(self.asking.ask("POST", address, {"content-type": JSON}, json.dumps(body).encode()))
        return Sent("done", answer.status)

    def _post(self, address: str, token: str, channel: str, event: Event, body: dict[str, Any]) -> Sent:
        headers = {"authorization": f"Bearer {token}", "content-type": JSON}
        if self._is_there(address, headers, channel, event):
            return Sent("done", 200)
        marked = {"event_type": METADATA, "event_payload": {"id": event.event_id}}
        sent = json.dumps(body | {"channel": channel, "metadata": marked}).encode()
        answer = taken(self.asking.ask("POST", f"{address}/chat.postMessage", headers, sent))
        said = answer.json()
        if said.get("ok") is True:
            return Sent("done", answer.status)
        return Sent("later", answer.status, f"Slack says {str(said.get('error'))[:80]}")

    def _is_there(self, address: str, headers: dict[str, str], channel: str, event: Event) -> bool:
        asked = {"channel": channel, "oldest": f"{event.written_at.timestamp():.6f}", "limit": "200"}
        asked["include_all_metadata"] = "true"
        for _ in range(PAGES):
            said = taken(self.asking.ask("GET", f"{address}/conversations.history?{urlencode(asked)}", headers)).json()
            if any(_is_of(one, event.event_id) for one in said.get("messages", ())):
                return True
            cursor = (said.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return False
            asked["cursor"] = cursor
        return False


def slack_body(message: Message) -> dict[str, Any]:
    """A message as Slack's blocks have it. Names and numbers are plain text: nothing in them links or calls anybody."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": message.title[:150], "emoji": False}},
        {"type": "section", "text": {"type": "plain_text", "text": "\n".join(message.lines)[:3000], "emoji": False}},
    ]
    if message.link:
        linked = {"type": "mrkdwn", "text": f"<{message.link}|Open the plan>"}
        blocks.append({"type": "section", "text": linked})
    return {"text": _escaped(message.text), "blocks": blocks}


def _is_of(message: dict[str, Any], event_id: str) -> bool:
    marked = message.get("metadata") or {}
    return marked.get("event_type") == METADATA and (marked.get("event_payload") or {}).get("id") == event_id


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""The other sides of adapters, small and real: servers on this machine that hold what comes against what they ask."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Said = tuple[int, dict[str, str], Any]


@dataclass
class Side:
    """A side of its own. ``first`` are answers that are given before anything is looked at, one a request."""

    address: str = ""
    first: list[Said] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Said:
        raise NotImplementedError


@contextmanager
def served(side: Side) -> Iterator[Side]:
    """The side on 127.0.0.1, for as long as the test needs it."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            side.asked.append((self.command, parts.path))
            given = side.first.pop(0) if side.first else side.answer(self.command, parts.path, query, headers, body)
            status, more, said = given
            written = b"" if said is None else said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**more, "content-length": str(len(written))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_PUT = do_PATCH = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass
class RecordStore(Side):
    """A learning record store: statements by id, never changed."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Said:
        if headers.get("authorization") != basic("key", "hush"):
            return 401, {}, None
        if headers.get("x-experience-api-version") not in ("1.0.3", "2.0.0"):
            return 400, {}, "no version"
        self.versions.append(headers["x-experience-api-version"])
        if method == "GET":
            return 200, {}, {"statements": list(self.kept.values())}
        said = json.loads(body)
        problem = self._problem(said, query.get("statementId"))
        if method != "PUT" or path != "/statements" or problem:
            return 400, {}, problem
        if said["id"] in self.kept:
            return (204 if self.kept[said["id"]] == said else 409), {}, None
        self.kept[said["id"]] = said
        return 204, {}, None

    @staticmethod
    def _problem(said: dict[str, Any], asked: str | None) -> str | None:
        """What xAPI 1.0.3, part 2, asks of a statement."""
        if str(uuid.UUID(said["id"])) != said["id"] or asked != said["id"]:
            return "id"
        if (
            not {"actor", "verb", "object"}
            <= said.keys()
            <= {
                *(
                    "id",
                    "actor",
                    "verb",
                    "object",
                    "result",
                    "context",
                    "timestamp",
                    "authority",
                    "version",
                    "attachments",
                )
            }
        ):
            return "fields"
        account = said["actor"]["account"]
        if account.keys() != {"homePage", "name"} or ":" not in account["homePage"]:
            return "actor"
        if ":" not in said["verb"]["id"] or not said["verb"]["display"] or ":" not in said["object"]["id"]:
            return "iri"
        if any(":" not in key for place in ("context", "result") for key in said.get(place, {}).get("extensions", {})):
            return "extension"
        known = {"registration", "platform", "instructor", "extensions", "contextActivities"}
        if not said["context"].keys() <= known or datetime.fromisoformat(said["timestamp"]).tzinfo is None:
            return "context"
        # platform is only allowed where the object is an activity
        return None if said["object"]["objectType"] == "Activity" else "object"


@dataclass
class SlackSide(Side):
    """Slack: a channel, by a bot and by an incoming webhook. ``lose``: the message is kept and the answer is lost."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    lose: int = 0

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Said:
        if path == "/hook":
            self.messages.append(self._checked(json.loads(body)))
            return 200, {}, "ok"
        if headers.get("authorization") != "Bearer xoxb-hush":
            return 200, {}, {"ok": False, "error": "invalid_auth"}
        if path == "/api/conversations.history":
            assert query["include_all_metadata"] == "true"
            float(query["oldest"])
            return 200, {}, {"ok": True, "messages": self.messages[::-1]}
        assert path == "/api/chat.postMessage"
        said = self._checked(json.loads(body))
        if said["channel"] != "C0HARBOUR":
            return 200, {}, {"ok": False, "error": "channel_not_found"}
        assert said["metadata"].keys() == {"event_type", "event_payload"}
        self.messages.append(said)
        if self.lose:
            self.lose -= 1
            return 502, {}, None
        return 200, {}, {"ok": True}

    @staticmethod
    def _checked(said: dict[str, Any]) -> dict[str, Any]:
        assert said["text"]
        assert 0 < len(said["blocks"]) <= 50
        for block in said["blocks"]:
            kind, text = block["type"], block["text"]
            assert kind in ("header", "section")
            assert text["type"] == "plain_text" or (kind == "section" and text["type"] == "mrkdwn")
            assert 0 < len(text["text"]) <= (150 if kind == "header" else 3000)
            assert text["type"] == "plain_text" or "emoji" not in text
        return said


@dataclass
class TeamsSide(Side):
    """A workflow's webhook: it takes messages with one Adaptive Card."""

    cards: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Said:
        said = json.loads(body)
        (attached,) = said["attachments"]
        card = attached["content"]
        right = said["type"] == "message" and attached["contentType"] == "application/vnd.microsoft.card.adaptive"
        right = right and card["type"] == "AdaptiveCard" and card["version"] == "1.4" and card["body"]
        if method != "POST" or not right or len(body) > 28_000:
            return 400, {}, None
        self.cards.append(card)
        return 202, {}, None


NEEDED = {"name", "description", "dateStart", "lengthInMinutes", "facilitatorId", "attendeeIds"}
CREATES = NEEDED | {"conversationIds", "documentIds", "externalLinks", "location", "shareInsightsData", "addToSchedule"}
UPDATES = {"name", "description", "dateStart", "lengthInMinutes", "conversationIds", "documentIds", "status"}


@dataclass
class GenesysSide(Side):
    """Genesys Cloud: tokens that end, appointments and annotations. ``lose``: it is made and the answer is lost."""

    token: str = "t-0"
    tokens: int = 0
    expires_in: int = 86_400
    appointments: list[dict[str, Any]] = field(default_factory=list)
    annotations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lose: int = 0
    page_size: int = 100
    before: Callable[[], None] = lambda: None

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Said:
        if path == "/oauth/token":
            return self._signed_in(headers, body)
        if headers.get("authorization") != f"Bearer {self.token}":
            return 401, {}, {"code": "bad.credentials"}
        parts = path.removeprefix("/api/v2/coaching/appointments").strip("/").split("/")
        said = json.loads(body) if body else {}
        if parts == [""]:
            return self._list(query) if method == "GET" else self._create(said)
        there = next(one for one in self.appointments if one["id"] == parts[0])
        if parts[1:] == ["annotations"]:
            return self._annotations(method, there["id"], said)
        if method != "PATCH" or not said.keys() <= UPDATES or said.get("status", "Completed") != "Completed":
            return 400, {}, None
        there.update(said)
        return self._lost(200, there)

    def _signed_in(self, headers: dict[str, str], body: bytes) -> Said:
        right = headers.get("authorization") == basic("client", "hush") and body == b"grant_type=client_credentials"
        if not right or headers.get("content-type") != "application/x-www-form-urlencoded":
            return 400, {}, {"error": "invalid_client"}
        self.tokens += 1
        self.token = f"t-{self.tokens}"
        return 200, {}, {"access_token": self.token, "token_type": "bearer", "expires_in": self.expires_in}

    def _list(self, query: dict[str, str]) -> Said:
        found = [one for one in self.appointments if query["userIds"] in one["attendeeIds"]]
        number, size = int(query["pageNumber"]), min(int(query["pageSize"]), self.page_size)
        pages = max(1, -(-len(found) // size))
        shown = found[(number - 1) * size : number * size]
        return 200, {}, {"entities": shown, "pageNumber": number, "pageSize": size, "pageCount": pages}

    def _create(self, said: dict[str, Any]) -> Said:
        if not NEEDED <= said.keys() <= CREATES or len(said["attendeeIds"]) != 1 or said["lengthInMinutes"] < 1:
            return 400, {}, {"message": "fields"}
        assert said["dateStart"].endswith("Z")
        datetime.fromisoformat(said["dateStart"])
        for who in (said["facilitatorId"], *said["attendeeIds"]):
            uuid.UUID(who)
        made = {**said, "id": str(uuid.uuid4()), "status": "Scheduled"}
        self.appointments.append(made)
        return self._lost(201, made)

    def _annotations(self, method: str, id_: str, said: dict[str, Any]) -> Said:
        there = self.annotations.setdefault(id_, [])
        if method == "GET":
            return 200, {}, {"entities": there, "pageNumber": 1, "pageCount": 1}
        if said.keys() != {"text", "accessType"} or said["accessType"] not in ("Public", "Private"):
            return 400, {}, None
        there.append(said)
        return self._lost(201, said)

    def _lost(self, status: int, said: Any) -> Said:
        if self.lose:
            self.lose -= 1
            return 504, {}, None
        return status, {}, said

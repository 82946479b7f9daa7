"""Genesys Cloud: a coaching appointment for each plan, kept up with it, and a note on it for each scored follow-up.

An appointment says in its description of which plan and version it is, and is looked for before anything is made; so
an event that is sent again, or late, makes nothing twice and turns nothing back.

API: developer.genesys.cloud, Coaching.
"""

from __future__ import annotations

import base64
import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import Field

from nlp.errors import VerbatimError
from nlp.noun import Noun, Text
from operations.adapters.answering import NotTaken, Variable, now_utc, secret_of, sent_by, taken
from operations.adapters.wording import Message, message_of
from operations.asking import Answer, Asking
from operations.delivering import Sent
from store.endpoints import Endpoint
from store.events import Event

COACHING = "/api/v2/coaching/appointments"
PAGES = 3
"""Pages of 100 in which what was made is looked for: all that is asked stays within what a delivery is held."""
UNAUTHORIZED = 401
EARLY = timedelta(minutes=1)
"""How long before its end a token is not used any more."""
LONGEST_NAME = 100
USER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class GenesysOptions(Noun):
    """``client_id`` and ``secret`` (a variable's name) are of an OAuth client for client credentials.

    ``people`` is a CSV with ``id,user_id``: who our agents and supervisors are there. ``facilitator`` leads where a
    plan has no supervisor. ``hour`` and ``minutes`` say when and how long, on the first working day after. ``login`` is
    where tokens are got, by the address where it is left out.
    """

    client_id: Text
    secret: Variable
    people: Text | None = None
    facilitator: Text | None = None
    hour: Annotated[int, Field(ge=0, le=23)] = 10
    minutes: Annotated[int, Field(ge=5, le=480)] = 30
    login: Text | None = None


class NoUser(VerbatimError):
    """Nobody knows who that is in Genesys Cloud."""

    def __init__(self, who: str, hint: str) -> None:
        super().__init__(f"{who}: no user of Genesys Cloud is known for it; {hint}")
        self.who = who


@dataclass(frozen=True)
class Genesys:
    """Sends to endpoints of the kind ``genesys``; the address is the region's API, like https://api.mypurecloud.com.

    ``folder`` is where ``people`` lies, ``works`` says whether people work on a day.
    """

    asking: Asking
    folder: Path
    timezone: ZoneInfo
    works: Callable[[date], bool]
    page: str | None = None
    clock: Callable[[], datetime] = now_utc
    kind: str = "genesys"
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        options = GenesysOptions.model_validate(endpoint.options)
        return sent_by(lambda: self._tell(event, record, endpoint, options), self.clock())

    def _tell(self, event: Event, record: dict[str, Any], endpoint: Endpoint, options: GenesysOptions) -> Sent:
        if "message" in record:  # a test: whether a token is given, and nothing is left behind
            self._token(endpoint, options, fresh=True)
            return Sent("done", 200)
        people = _People(self.folder, options)
        message = message_of(event, record, self.page)
        there = self._found(endpoint, options, people.user(record["agent_id"]), event.plan_id)
        if "items" not in record:
            return self._annotate(endpoint, options, event, message, there)
        if there is None:
            return self._create(endpoint, options, people, record, message)
        return self._update(endpoint, options, record, message, there)

    def _create(
        self, endpoint: Endpoint, options: GenesysOptions, people: _People, record: dict[str, Any], message: Message
    ) -> Sent:
        if record["status"] != "approved":
            return Sent("done")  # what was never there needs no end
        led = people.user(record["supervisor_id"]) if record["supervisor_id"] else options.facilitator
        if led is None:
            raise NoUser(
                f"plan {record['plan_id']}", "it has no supervisor; --set facilitator=USER_ID says who leads then"
            )
        made: dict[str, Any] = {
            **_said(record, message),
            "dateStart": self._start(options),
            "lengthInMinutes": options.minutes,
            "facilitatorId": led,
            "attendeeIds": [people.user(record["agent_id"])],
        }
        calls = sorted({item["call_id"] for item in record["items"] if USER.fullmatch(item["call_id"])})
        made |= {"conversationIds": calls} if calls else {}
        made |= {"externalLinks": [message.link]} if message.link else {}
        return Sent("done", self._ask(endpoint, options, "POST", COACHING, made).status)

    def _update(
        self, endpoint: Endpoint, options: GenesysOptions, record: dict[str, Any], message: Message, there: _There
    ) -> Sent:
        """Its time is left as it is: the supervisor may have moved it."""
        if there.version >= record["version"]:
            return Sent("done")
        path = f"{COACHING}/{quote(there.id, safe='')}"
        ended = {"status": "Completed"} if record["status"] == "closed" else {}
        return Sent("done", self._ask(endpoint, options, "PATCH", path, _said(record, message) | ended).status)

    def _annotate(
        self, endpoint: Endpoint, options: GenesysOptions, event: Event, message: Message, there: _There | None
    ) -> Sent:
        if there is None:
            return Sent("done")  # it is of a plan from before this endpoint was added
        path, mark = f"{COACHING}/{quote(there.id, safe='')}/annotations", f"[{event.event_id}]"
        for number in range(1, PAGES + 1):
            page = self._ask(endpoint, options, "GET", f"{path}?pageNumber={number}&pageSize=100").json()
            if any(mark in str(one.get("text")) for one in page.get("entities", ())):
                return Sent("done")
            if number >= int(page.get("pageCount") or 1):
                break
        access = "Private" if event.type == "agent.escalated" else "Public"
        body = {"text": f"{message.text}\n{mark}", "accessType": access}
        return Sent("done", self._ask(endpoint, options, "POST", path, body).status)

    def _found(self, endpoint: Endpoint, options: GenesysOptions, user: str, plan_id: str) -> _There | None:
        for number in range(1, PAGES + 1):
            asked = urlencode({"userIds": user, "pageSize": 100, "pageNumber": number, "sortOrder": "desc"})
            page = self._ask(endpoint, options, "GET", f"{COACHING}?{asked}").json()
            for one in page.get("entities", ()):
                version = _version(str(one.get("description")), plan_id)
                if version is not None:
                    return _There(str(one["id"]), version)
            if number >= int(page.get("pageCount") or 1):
                break
        return None

    def _start(self, options: GenesysOptions) -> str:
        day = self.clock().astimezone(self.timezone).date() + timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        at = datetime.combine(day, time(options.hour), self.timezone).astimezone(UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _ask(
        self, endpoint: Endpoint, options: GenesysOptions, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Answer:
        """Ask with a token, and once more with a fresh one where it is not taken any more. Raises NotTaken."""
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        for fresh in (False, True):
            token = self._token(endpoint, options, fresh=fresh)
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            answer = self.asking.ask(method, endpoint.address.rstrip("/") + path, headers, sent)
            if answer.status != UNAUTHORIZED:
                break
        return taken(answer)

    def _token(self, endpoint: Endpoint, options: GenesysOptions, *, fresh: bool) -> str:
        kept, now = self._tokens.get(endpoint.endpoint_id), self.clock()
        if kept is not None and not fresh and now < kept[1]:
            return kept[0]
        signed = f"{options.client_id}:{secret_of(options.secret).get_secret_value()}".encode()
        headers = {
            "authorization": "Basic " + base64.b64encode(signed).decode(),
            "content-type": "application/x-www-form-urlencoded",
        }
        address = (options.login or login_of(endpoint.address)).rstrip("/") + "/oauth/token"
        answer = self.asking.ask("POST", address, headers, b"grant_type=client_credentials")
        if not answer.well:
            raise NotTaken(answer)
        given = answer.json()
        until = now + timedelta(seconds=float(given.get("expires_in", 0))) - EARLY
        self._tokens[endpoint.endpoint_id] = (str(given["access_token"]), until)
        return str(given["access_token"])


@dataclass(frozen=True, slots=True)
class _There:
    """An appointment that is there, and the version of the plan that it shows."""

    id: str
    version: int


class _People:
    """Who our agents and supervisors are there. An id that is one of theirs already stands for itself."""

    def __init__(self, folder: Path, options: GenesysOptions) -> None:
        self.written = options.people
        self.known = _read_people(folder / options.people) if options.people else {}

    def user(self, who: str) -> str:
        found = self.known.get(who) or (who if USER.fullmatch(who) else None)
        if found is None:
            raise NoUser(
                who, f"add it to {self.written}" if self.written else "--set people=FILE names a CSV id,user_id"
            )
        return found


def _read_people(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            return {row["id"].strip(): row["user_id"].strip() for row in rows}
    except (OSError, KeyError, AttributeError, csv.Error, UnicodeDecodeError):
        raise NoUser(str(path), "a CSV with a header id,user_id is needed there") from None


def login_of(address: str) -> str:
    """Where a region's tokens are got: login.mypurecloud.com for api.mypurecloud.com."""
    parts = urlsplit(address)
    host = parts.netloc.removeprefix("api.")
    return urlunsplit((parts.scheme, f"login.{host}", "", "", ""))


def _said(record: dict[str, Any], message: Message) -> dict[str, Any]:
    practice = [f"{item['practice']['skill']}: {item['expected_behavior']}" for item in record["items"]]
    mark = f"Verbatim plan {record['plan_id']}, version {record['version']}"
    ended = {"approved": "Coaching", "closed": "Coaching"}.get(record["status"], "Cancelled")
    name = f"{ended}: {', '.join(item['criterion_name'] for item in record['items'])}"
    return {"name": name[:LONGEST_NAME], "description": "\n".join((message.text, *practice, mark))}


def _version(description: str, plan_id: str) -> int | None:
    found = re.search(rf"^Verbatim plan {re.escape(plan_id)}, version (\d+)$", description, re.MULTILINE)
    return int(found[1]) if found else None

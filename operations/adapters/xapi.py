"""xAPI: a statement of each event for a learning record store, by xAPI 1.0.3 or 2.0.0 (IEEE 9274.1.1).

A statement's id is made of the plan and its version, so a store that has it changes nothing (xAPI, part 3, 2.1.1).
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from pydantic import field_validator

from nlp.noun import Noun, Text
from operations.adapters.answering import Variable, now_utc, secret_of, sent_by, taken
from operations.asking import Asking
from operations.delivering import Sent
from store.endpoints import Endpoint
from store.events import Event

CONFLICT = 409
ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = {
    "assigned": ("urn:verbatim:xapi:verb:was-assigned", "was assigned"),
    "changed": ("urn:verbatim:xapi:verb:was-reassigned", "was reassigned"),
    "withdrawn": ("urn:verbatim:xapi:verb:was-relieved-of", "was relieved of"),
    "closed": (ADL + "completed", "completed"),
    "dismissed": (ADL + "terminated", "terminated"),
    "scored": (ADL + "scored", "scored"),
    "escalated": ("urn:verbatim:xapi:verb:was-escalated", "was escalated on"),
}
OBJECTIVE = "http://adlnet.gov/expapi/activities/objective"
PLAN = "urn:verbatim:xapi:activity-type:coaching-plan"
EXTENSION = "urn:verbatim:xapi:extension:"


class XapiOptions(Noun):
    """``key`` and ``secret`` (a variable's name) sign in; agents' ids are meant under the web address ``home``."""

    key: Text
    secret: Variable
    home: Text
    version: Literal["1.0.3", "2.0.0"] = "1.0.3"

    @field_validator("home")
    @classmethod
    def _is_web_address(cls, home: str) -> str:
        if not home.startswith(("https://", "http://")):
            raise ValueError(
                "a web address is needed, under which ids of agents are meant, like https://hr.example.com"
            )
        return home.rstrip("/")


@dataclass(frozen=True)
class Xapi:
    """Sends to endpoints of the kind ``xapi``; the address is that of the store, without ``/statements``."""

    asking: Asking
    clock: Callable[[], datetime] = now_utc
    kind: str = "xapi"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        options = XapiOptions.model_validate(endpoint.options)
        signed = f"{options.key}:{secret_of(options.secret).get_secret_value()}".encode()
        headers = {
            "authorization": "Basic " + base64.b64encode(signed).decode(),
            "x-experience-api-version": options.version,
            "content-type": "application/json",
        }
        address = endpoint.address.rstrip("/") + "/statements"
        if "message" in record:  # a test: whether it can be asked, and nothing is left behind
            return sent_by(lambda: self._look(f"{address}?limit=1", headers), self.clock())
        return sent_by(lambda: self._put(address, statement_of(event, record, options.home), headers), self.clock())

    def _look(self, address: str, headers: dict[str, str]) -> Sent:
        return Sent("done", taken(self.asking.ask("GET", address, headers)).status)

    def _put(self, address: str, statement: dict[str, Any], headers: dict[str, str]) -> Sent:
        body = json.dumps(statement, ensure_ascii=False, allow_nan=False).encode()
        answer = self.asking.ask("PUT", f"{address}?statementId={statement['id']}", headers, body)
        # the store has a statement of that id: this event was told, by other settings of what is shown
        return Sent("done", answer.status if answer.status == CONFLICT else taken(answer).status)


def statement_of(event: Event, record: dict[str, Any], home: str) -> dict[str, Any]:
    """The statement of an event: the same at every attempt."""
    of_plan = "items" in record
    verb, display = VERBS[_verb(event, record)]
    said: dict[str, Any] = {
        "id": str(statement_id(event, record)),
        "actor": _account(home, record["agent_id"], record["agent_name"]),
        "verb": {"id": verb, "display": {"en": display}},
        "object": _plan(home, record) if of_plan else _criterion(home, record),
        "context": _context(home, event, record),
        "timestamp": event.written_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return said if of_plan else said | {"result": _result(record)}


def statement_id(event: Event, record: dict[str, Any]) -> uuid.UUID:
    """Of the plan and its version; of the event where several can be told of one version, as of its items."""
    of = f"{record['plan_id']}:{record['version']}" if "items" in record else event.event_id
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:verbatim:{of}")


def _verb(event: Event, record: dict[str, Any]) -> str:
    if "items" not in record:
        return "escalated" if event.type == "agent.escalated" else "scored"
    if event.type == "plan.assigned":
        return "assigned"
    if event.type == "plan.closed":
        return "closed" if record["status"] == "closed" else "dismissed"
    return "changed" if record["status"] == "approved" else "withdrawn"


def _account(home: str, name: str, shown: str | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"objectType": "Agent", "account": {"homePage": home, "name": name}}
    return said | {"name": shown} if shown else said


def _plan(home: str, record: dict[str, Any]) -> dict[str, Any]:
    named = ", ".join(item["criterion_name"] for item in record["items"])
    definition = {"type": PLAN, "name": {"en": f"Coaching plan: {named}"}}
    return {"objectType": "Activity", "id": _iri(home, "plans", record["plan_id"]), "definition": definition}


def _criterion(home: str, record: dict[str, Any]) -> dict[str, Any]:
    id_ = _iri(home, "rubrics", record["rubric_id"], "criteria", record["criterion_id"])
    definition = {"type": OBJECTIVE, "name": {"en": record["criterion_name"]}}
    return {"objectType": "Activity", "id": id_, "definition": definition}


def _context(home: str, event: Event, record: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "registration": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:verbatim:{event.plan_id}")),
        "platform": "Verbatim",
    }
    by = record.get("supervisor_id") or record.get("decided_by")
    if by and "items" in record:
        said["instructor"] = _account(home, by)
    if "items" in record:
        said["extensions"] = {
            EXTENSION + "version": record["version"],
            EXTENSION + "follow-up-on": record["follow_up_on"],
        }
    else:
        plan = {"objectType": "Activity", "id": _iri(home, "plans", event.plan_id), "definition": {"type": PLAN}}
        said["contextActivities"] = {"parent": [plan]}
    return said


def _result(record: dict[str, Any]) -> dict[str, Any]:
    names = ("verdict", "delta", "low", "high", "actions")
    told = {EXTENSION + name: record[name] for name in names if record[name] is not None}
    told[EXTENSION + "before"] = record["before"]
    told[EXTENSION + "after"] = record["after"]
    said: dict[str, Any] = {"success": record["over_threshold"], "extensions": told}
    mean = record["after"]["mean"]
    return said if mean is None else said | {"score": {"raw": mean}}


def _iri(home: str, *parts: str) -> str:
    return "/".join((home, *(quote(part, safe="") for part in parts)))

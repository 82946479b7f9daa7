"""What an event is told as: the open record as it stood when it happened, masked where the settings say so."""

from __future__ import annotations

import json
from typing import Any

from coaching.follow_up import Cycle, CycleAccount, Overruling
from coaching.plan import Plan
from coaching.recording import View, movement_shape, plan_shape
from coaching.schemas import NAMED, VERSION, RecordName
from store.events import Event, EventType

SCHEMAS: dict[EventType, RecordName] = {
    "plan.assigned": "plan",
    "plan.changed": "plan",
    "plan.closed": "plan",
    "follow_up.scored": "movement",
    "agent.escalated": "movement",
}
"""The record that each type of event is told as."""


def record_of(event: Event, view: View) -> dict[str, Any]:
    """The record of an event: the same at every attempt. Its shape is that of SCHEMAS."""
    if SCHEMAS[event.type] == "plan":
        plan = Plan.model_validate_json(json.dumps(event.content["plan"]))
        return plan_shape(plan, event.content["version"], event.written_at, view).model_dump(mode="json")
    return movement_shape(_account(event.content), event.written_at).model_dump(mode="json")


def schema_of(type_: str) -> str | None:
    """The address of the schema that such an event's record keeps to; None for an event that tells of no record."""
    name = {str(known): record for known, record in SCHEMAS.items()}.get(type_)
    return NAMED.format(version=VERSION, name=name) if name else None


def _account(content: dict[str, Any]) -> CycleAccount:
    cycle = Cycle.model_validate_json(json.dumps(content["cycle"]))
    said = content["overruling"]
    overruling = Overruling.model_validate_json(json.dumps(said)) if said else None
    return CycleAccount(cycle=cycle, overrulings=(overruling,) if overruling else ())

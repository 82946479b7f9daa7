"""The open record as JSON Schema 2020-12, by which a consumer can hold what it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from coaching.record import Evidence, FollowUpShape, Item, MovementShape, PlanShape

VERSION = "1.0"
"""Of all records together. What a consumer of 1.0 reads, it can read in every 1.x."""

RecordName = Literal["plan", "item", "evidence", "follow_up", "movement"]

RECORDS: Mapping[str, type[BaseModel]] = {
    "plan": PlanShape,
    "item": Item,
    "evidence": Evidence,
    "follow_up": FollowUpShape,
    "movement": MovementShape,
}

DIALECT = GenerateJsonSchema.schema_dialect
NAMED = "urn:verbatim:schema:{version}:{name}"


@cache
def schema_text(name: str) -> str:
    """One record's schema as it is published. Raises KeyError for a name that is not in RECORDS."""
    body = RECORDS[name].model_json_schema(mode="serialization")
    schema = {"$schema": DIALECT, "$id": NAMED.format(version=VERSION, name=name), **_open(body)}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def schema(name: str) -> dict[str, Any]:
    """One record's schema."""
    loaded: dict[str, Any] = json.loads(schema_text(name))
    return loaded


def breaks(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Why a reader of the ``old`` schema could fail on a record of the ``new`` one, a sentence each; none where not.

    A field may be added. A field may not go, be left out where it was always there, or hold what it never held.
    """
    yield from _breaks(_Side(old, old), _Side(new, new), "the record")


class _Side:
    """A part of a schema, and the whole that its references lead into."""

    def __init__(self, part: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
        while "$ref" in part:
            part = whole["$defs"][part["$ref"].rpartition("/")[2]]
        self.part, self.whole = part, whole

    def kinds(self) -> list[_Side]:
        """The alternatives that it allows; itself where it is one."""
        return [_Side(one, self.whole) for one in self.part.get("anyOf", [self.part])]

    def under(self, *keys: str) -> _Side:
        part: Any = self.part
        for key in keys:
            part = part[key]
        return _Side(part, self.whole)

    @property
    def type(self) -> str:
        return str(self.part.get("type", ""))

    @property
    def values(self) -> set[Any] | None:
        if "const" in self.part:
            return {self.part["const"]}
        return set(self.part["enum"]) if "enum" in self.part else None


def _breaks(old: _Side, new: _Side, place: str) -> Iterator[str]:
    known = {one.type: one for one in old.kinds()}
    for one in new.kinds():
        if one.type not in known and not (one.type == "integer" and "number" in known):
            yield f"{place} can be {one.type} and could not before"
        else:
            yield from _breaks_alike(known.get(one.type) or known["number"], one, place)


def _breaks_alike(old: _Side, new: _Side, place: str) -> Iterator[str]:
    if old.values is not None and (new.values is None or not new.values <= old.values):
        fresh = sorted(map(str, (new.values or set()) - old.values)) or ["anything"]
        yield f"{place} can be {', '.join(fresh)} and could not before"
    if old.part.get("format") != new.part.get("format"):
        yield f"{place} is written as {new.part.get('format')} and was as {old.part.get('format')}"
    if new.type == "array":
        yield from _breaks(old.under("items"), new.under("items"), f"an entry of {place}")
    if new.type == "object":
        yield from _breaks_fields(old, new, place)


def _breaks_fields(old: _Side, new: _Side, place: str) -> Iterator[str]:
    for name in old.part.get("properties", {}):
        field = f"{name} of {place}"
        if name not in new.part.get("properties", {}):
            yield f"{field} is gone"
            continue
        if name in old.part.get("required", ()) and name not in new.part.get("required", ()):
            yield f"{field} can be left out and could not before"
        yield from _breaks(old.under("properties", name), new.under("properties", name), field)


def _open(part: Any) -> Any:
    """A schema that lets later fields through: a reader of this one can read what a later one adds to."""
    if isinstance(part, dict):
        return {key: _open(value) for key, value in part.items() if key != "additionalProperties"}
    return [_open(one) for one in part] if isinstance(part, list) else part

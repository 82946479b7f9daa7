"""Kept records without the words of some calls: the same record, with its figures, places and lengths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nlp.blotting import blotted

OF_A_CALL = frozenset({"quote", "text", "opening_lines", "why", "reason"})
"""What holds words of a call, or of people about them, inside a record that is about a call."""

BY_A_PERSON = frozenset({"skill", "scenario", "method", "sentence"})
"""What a practice says; a person who edited it may have put words of the call there."""

NAMES = frozenset({"agent_name", "name"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What is forgotten: the words of these calls, the names of these agents; ``items`` are those about the calls."""

    calls: frozenset[str]
    agents: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    names: frozenset[str] = field(default_factory=frozenset)


def without_words(record: Any, scope: Scope, *, inside: bool = False, agent: str | None = None) -> Any:
    """A record as JSON has it, blotted where it is about a forgotten call, renamed where it is about such an agent.

    ``inside``: it is about such a call from its beginning. ``agent``: the agent that it is about, where it does not
    say so itself. What is not about either comes back equal.
    """
    if isinstance(record, list):
        return [without_words(one, scope, inside=inside, agent=agent) for one in record]
    if not isinstance(record, dict):
        return record
    inside, agent = _is_inside(record, scope, inside), record.get("agent_id", agent)
    edited = inside and bool(record.get("edited_by"))
    return {key: _value(key, value, scope, inside, edited, agent) for key, value in record.items()}


def mentions(record: Any, scope: Scope) -> bool:
    """Whether a record is about a forgotten call."""
    if isinstance(record, list):
        return any(mentions(one, scope) for one in record)
    if not isinstance(record, dict):
        return False
    return record.get("call_id") in scope.calls or any(mentions(one, scope) for one in record.values())


def items_about(record: Any, scope: Scope) -> set[str]:
    """The items in a record of which some evidence is of a forgotten call."""
    if isinstance(record, list):
        return set().union(*(items_about(one, scope) for one in record))
    if not isinstance(record, dict):
        return set()
    found = set().union(*(items_about(one, scope) for one in record.values()))
    return found | ({record["item_id"]} if "item_id" in record and record.get("call_id") in scope.calls else set())


def all_blotted(value: Any) -> Any:
    """Every string in a value blotted."""
    if isinstance(value, str):
        return blotted(value)
    if isinstance(value, list):
        return [all_blotted(one) for one in value]
    return {key: all_blotted(one) for key, one in value.items()} if isinstance(value, dict) else value


def _is_inside(record: dict[str, Any], scope: Scope, inside: bool) -> bool:
    if "call_id" in record:
        return record["call_id"] in scope.calls
    if "item_id" in record:
        return inside or record["item_id"] in scope.items
    if "items" in record:
        return mentions(record["items"], scope)
    if "cycle" in record and isinstance(record["cycle"], dict):
        return record["cycle"].get("item_id") in scope.items
    return inside


def _value(key: str, value: Any, scope: Scope, inside: bool, edited: bool, agent: str | None) -> Any:
    if key in NAMES and isinstance(value, str) and _is_named(value, scope, agent):
        return agent or "forgotten"
    if inside and key in OF_A_CALL:
        return all_blotted(value)
    if edited and key == "practice" and isinstance(value, dict):
        return {name: all_blotted(one) if name in BY_A_PERSON | OF_A_CALL else one for name, one in value.items()}
    return without_words(value, scope, inside=inside and key != "items", agent=agent)


def _is_named(name: str, scope: Scope, agent: str | None) -> bool:
    return agent in scope.agents if agent is not None else name in scope.names

"""Intercom: conversations as its API gives them, one or several.

Structure: developers.intercom.com, ``Conversation``. The first message is the conversation's ``source``, the others are
``conversation_parts``, of which those with a body are turns: all but notes, which colleagues write to each other.
Bodies are HTML unless they were asked for as plain text; its words are taken out of it, and a note says so. Times are
seconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import epoch, facts, identifier, label, listed, number, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Intercom"

ROLES: Mapping[str, Role] = {
    "admin": "agent",
    "team": "agent",
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "bot": "system",
}
NOTES = ("note", "note_and_reopen")
BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote)>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def recognises(source: Source) -> float:
    """Conversations with their parts, which have a kind and an author."""
    for _, conversation in _conversations(source.value):
        parts = objects(conversation, "conversation_parts", "conversation_parts")
        if any({"part_type", "author"} <= part.keys() for part in parts):
            return 1.0
    return 0.8 if any(text_at(each, "type") == "conversation" for _, each in _conversations(source.value)) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The conversations of the document, each with the id that Intercom gave it."""
    found = list(_conversations(source.value))
    if not found:
        yield source.aside(
            "conversations with their parts were to be here; a list of them has none, fetch each by its id"
        )
    for place, conversation in found:
        yield _conversation(source, place, conversation)


def count(source: Source) -> int | None:
    """The elements of all lists of ``conversation_parts``; a first message is not among them."""
    return elements(source.raw, "conversation_parts")


def _conversations(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(under(value, "conversation_parts", "conversation_parts"), list):
        yield "", value
    for index, each in enumerate(listed(value, "conversations")):
        if isinstance(under(each, "conversation_parts", "conversation_parts"), list):
            yield f"conversations[{index}]", each


def _conversation(source: Source, at: str, value: Mapping[str, Any]) -> Transcript | SetAside:
    gathering = Gathering(source, at)
    began = number(value.get("created_at"))
    roles: dict[str, Role] = {}
    names: dict[str, str] = {}
    first = under(value, "source") or under(value, "conversation_message")
    parts = list(gathering.entries(value.get("conversation_parts"), "conversation_parts", "conversation_parts"))
    if isinstance(first, Mapping) and isinstance(first.get("body"), str) and first["body"].strip():
        who = _author(first, roles, names)
        gathering.say("source", who, _plain(gathering, first["body"]), None if began is None else 0.0, None, entries=0)
    for place, part in parts:
        if part.get("part_type") in NOTES:
            gathering.pass_over("a note between colleagues")
        elif part.get("body") is None or part.get("body") == "":
            gathering.pass_over("an event of the conversation")
        else:
            at_ = number(part.get("created_at"))
            start = None if at_ is None or began is None else round(at_ - began, 3)
            gathering.say(place, _author(part, roles, names), _plain(gathering, part["body"]), start, None)
    gathering.in_time_order()
    return gathering.complete(
        Transcript(
            call_id=identifier(value.get("id")) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=_only_agent(value, roles),
            started_at=epoch(began),
            channel="chat",
            metadata=facts(title=value.get("title"), state=value.get("state")),
            roles=roles,
            names=names,
            sides="names",
        )
    )


def _author(message: Mapping[str, Any], roles: dict[str, Role], names: dict[str, str]) -> str:
    """The label of whoever wrote a message, ``admin:7``; what is said of them is noted down."""
    kind = (text_at(message, "author", "type") or "").casefold()
    one = label(under(message, "author", "id"))
    who = f"{kind}:{one}" if kind and one else kind or one
    if (role := ROLES.get(kind)) is not None:
        roles[who] = role
    if (name := identifier(under(message, "author", "name"))) is not None:
        names[who] = name
    return who


def _only_agent(value: Mapping[str, Any], roles: Mapping[str, Role]) -> str | None:
    agents = [who.partition(":")[2] for who, role in roles.items() if role == "agent"]
    return identifier(agents[0]) if len(agents) == 1 else None


def _plain(gathering: Gathering, body: Any) -> Any:
    """The words of a body in HTML, a paragraph a line; what is no HTML stays as it is."""
    if not isinstance(body, str) or TAG.search(body) is None:
        return body
    gathering.note("messages were HTML; their words were taken out of it")
    lines = unescape(TAG.sub("", BREAK.sub("\n", body))).split("\n")
    return "\n".join(line for line in lines if line.strip()).strip()

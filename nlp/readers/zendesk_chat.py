"""Zendesk Chat: chats as its API and its incremental export give them.

Structure: developer.zendesk.com/api-reference/live-chat/chat-api, ``Chat`` with its ``history``. A turn is an entry of
kind ``chat.msg``; the others are events (somebody joined, a rating) and files. Who writes is told by ``sender_type``,
or in older exports by ``nick``: a trigger is a machine. Times are moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, moment, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Zendesk Chat"

ROLES: Mapping[str, Role] = {"visitor": "customer", "agent": "agent", "trigger": "system", "system": "system"}
MESSAGE = "chat.msg"


def recognises(source: Source) -> float:
    """Chats, or one, whose history has entries of the kinds of a chat."""
    for _, chat in _chats(source.value):
        if any((text_at(entry, "type") or "").startswith("chat.") for entry in objects(chat, "history")):
            return 1.0
    return 0.6 if any(text_at(chat, "type") == "offline_msg" for _, chat in _chats(source.value)) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The chats of the document, each with the id that Zendesk gave it."""
    chats = list(_chats(source.value))
    if not chats:
        yield source.aside("a list of chats was to be here", "chats")
    for place, chat in chats:
        if isinstance(chat.get("history"), list):
            yield _chat(source, place, chat)
        else:
            yield source.aside("is a message that was left while nobody was there, and no conversation", place)


def count(source: Source) -> int | None:
    """The elements of all ``history``."""
    return elements(source.raw, "history")


def _chats(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(under(value, "history"), list) or text_at(value, "type") == "offline_msg":
        yield "", value
        return
    for index, chat in enumerate(listed(value, "chats")):
        if isinstance(chat, Mapping):
            yield f"chats[{index}]", chat


def _chat(source: Source, at: str, chat: Mapping[str, Any]) -> Transcript | SetAside:
    gathering = Gathering(source, at)
    zone = source.hints.timezone
    moments = [each for entry in objects(chat, "history") if (each := moment(entry.get("timestamp"), zone))]
    began = min(moments, default=None) or moment(chat.get("timestamp"), zone)
    roles: dict[str, Role] = {}
    names: dict[str, str] = {}
    for place, entry in gathering.entries(chat, "history"):
        if entry.get("type", MESSAGE) != MESSAGE:
            gathering.pass_over("an event of the chat")
            continue
        who, role = _who(entry)
        roles |= {} if role is None else {who: role}
        names |= {who: name} if (name := identifier(entry.get("name"))) else {}
        at_ = moment(entry.get("timestamp"), zone)
        start = None if at_ is None or began is None else (at_ - began).total_seconds()
        gathering.say(place, who, entry.get("msg"), start, None)
    gathering.in_time_order()
    agents = listed(chat, "agent_ids")
    return gathering.complete(
        Transcript(
            call_id=identifier(chat.get("id")) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=identifier(agents[0]) if len(agents) == 1 else None,
            started_at=began,
            channel="chat",
            metadata=facts(department=chat.get("department_name"), rating=chat.get("rating")),
            roles=roles,
            names=names,
            sides="names",
        )
    )


def _who(entry: Mapping[str, Any]) -> tuple[str, Role | None]:
    """The label of who writes, and the role: ``agent:7`` of a nick, else the sender's type with the agent's id."""
    nick = label(entry.get("nick"))
    kind = (text_at(entry, "sender_type") or nick.rpartition("trigger")[1] or nick.partition(":")[0]).casefold()
    agent = label(entry.get("agent_id"))
    return nick or (f"{kind}:{agent}" if agent else kind) or label(entry.get("name")), ROLES.get(kind)

"""Google Conversational Insights: conversations as its API and its exports have them, and the upload format.

Structure: ``Conversation`` of google.cloud.contactcenterinsights.v1, where a field that is zero or empty is left out.
Keys are in camel case, or in snake case with numbers for roles, as client libraries dump them. And ``{"entries":
[{"start_timestamp_usec", "text", "role", "user_id"}]}``, which is what people upload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from nlp.call import Channel
from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import (
    camel_keys,
    epoch,
    facts,
    identifier,
    label,
    listed,
    moment,
    number,
    objects,
    proto_duration,
    text_at,
    under,
)
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Google Conversational Insights"

ROLES: Mapping[str, Role] = {
    "HUMAN_AGENT": "agent",
    "ANY_AGENT": "agent",
    "AGENT": "agent",
    "AUTOMATED_AGENT": "system",
    "END_USER": "customer",
    "CUSTOMER": "customer",
}
ROLE_NUMBERS = {1: "HUMAN_AGENT", 2: "AUTOMATED_AGENT", 3: "END_USER", 4: "ANY_AGENT"}
MEDIUM_NUMBERS = {1: "PHONE_CALL", 2: "CHAT"}
CHANNELS: Mapping[str, Channel] = {"PHONE_CALL": "phone", "CHAT": "chat"}
MICROSECONDS = 1e6
NAMED = re.compile(r"projects/[^/]+/locations/[^/]+/conversations/[^/]+")


def recognises(source: Source) -> float:
    """It has transcript segments, alone or as one of several conversations, or entries as they are uploaded."""
    if any(_segments(conversation) for _, conversation in _conversations(source.value)):
        return 1.0
    if any("transcript_segments" in conversation["transcript"] for _, conversation in _conversations(source.value)):
        return 1.0
    if NAMED.fullmatch(text_at(source.value, "name") or ""):
        return 0.9
    return 1.0 if any("start_timestamp_usec" in entry for entry in objects(source.value, "entries")) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The conversations of the document, each with its own name as its id; an upload has the file's."""
    conversations = list(_conversations(camel_keys(source.value)))
    if conversations:
        for place, conversation in conversations:
            yield _conversation(source, place, conversation)
    elif isinstance(under(source.value, "entries"), list):
        yield _upload(source)
    else:
        yield source.aside("a list of segments was to be here", "transcript.transcriptSegments")


def count(source: Source) -> int | None:
    """The elements of all ``transcriptSegments``, in either case, or of ``entries``."""
    ways = ("transcriptSegments", "transcript_segments", "entries")
    return next((found for way in ways if (found := elements(source.raw, way))), 0)


def _conversations(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(under(value, "transcript"), Mapping):
        yield "", value
    for index, conversation in enumerate(listed(value, "conversations")):
        if isinstance(under(conversation, "transcript"), Mapping):
            yield f"conversations[{index}]", conversation


def _segments(conversation: Mapping[str, Any]) -> list[Any]:
    return listed(conversation, "transcript", "transcriptSegments")


def _conversation(source: Source, at: str, value: Mapping[str, Any]) -> Transcript | SetAside:
    gathering = Gathering(source, f"{at}.transcript" if at else "transcript")
    began = moment(value.get("startTime"))
    for place, segment in gathering.entries(value.get("transcript"), "transcriptSegments"):
        gathering.say(place, _label(segment), segment.get("text", ""), *_span(segment, began))
    gathering.in_time_order()
    agent = next(objects(value, "qualityMetadata", "agentInfo"), {})
    return gathering.complete(
        Transcript(
            call_id=identifier((text_at(value, "name") or "").rsplit("/", 1)[-1]) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=identifier(value.get("agentId")) or identifier(agent.get("agentId")),
            started_at=began,
            channel=CHANNELS.get(_named(value.get("medium"), MEDIUM_NUMBERS)),
            language=identifier(value.get("languageCode")),
            metadata=_about(value, agent),
            roles=_roles(value),
            sides="channels",
        )
    )


def _about(value: Mapping[str, Any], agent: Mapping[str, Any]) -> dict[str, Any]:
    kept = facts(
        satisfaction=under(value, "qualityMetadata", "customerSatisfactionRating"),
        agent_name=agent.get("displayName"),
        team=agent.get("team"),
        disposition=agent.get("dispositionCode"),
    )
    labels = under(value, "labels")
    return kept | (facts(**{str(key): label for key, label in labels.items()}) if isinstance(labels, Mapping) else {})


def _label(segment: Mapping[str, Any]) -> str:
    """The participant where the segment names one, with the role before the id, else the channel."""
    role = _said_role(segment)
    user = label(under(segment, "segmentParticipant", "userId"))
    if role in ROLES:
        return f"{role}:{user}" if user else role
    return user or label(segment.get("channelTag"))


def _said_role(segment: Mapping[str, Any]) -> str:
    return _named(under(segment, "segmentParticipant", "role"), ROLE_NUMBERS)


def _named(value: Any, numbers: Mapping[int, str]) -> str:
    """The name of an enumeration's value, which is its number where a client library dumped it so."""
    return value if isinstance(value, str) else numbers.get(value, "") if type(value) is int else ""


def _roles(value: Mapping[str, Any]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for key, role in (("customerChannel", "customer"), ("agentChannel", "agent")):
        if channel := label(under(value, "callMetadata", key)):
            roles[channel] = "agent" if role == "agent" else "customer"
    for segment in objects(value, "transcript", "transcriptSegments"):
        if (known := ROLES.get(_said_role(segment))) is not None:
            roles[_label(segment)] = known
    return roles


def _span(segment: Mapping[str, Any], began: datetime | None) -> tuple[float | None, float | None]:
    """By the words where they have times, else by the moment of the segment."""
    words = [word for word in objects(segment, "words") if {"startOffset", "endOffset"} & word.keys()]
    if words:
        return proto_duration(words[0].get("startOffset", "0s")), proto_duration(words[-1].get("endOffset"))
    at = moment(segment.get("messageTime"))
    return ((at - began).total_seconds() if at is not None and began is not None else None), None


def _upload(source: Source) -> Transcript | SetAside:
    gathering = Gathering(source)
    roles: dict[str, Role] = {}
    for place, entry in gathering.entries(source.value, "entries"):
        said = (text_at(entry, "role") or "").upper()
        who = f"{said}:{label(entry.get('user_id'))}" if label(entry.get("user_id")) else said
        if said in ROLES:
            roles[who] = ROLES[said]
        at = number(entry.get("start_timestamp_usec"))
        gathering.say(place, who, entry.get("text"), None if at is None else at / MICROSECONDS, None)
    gathering.in_time_order()
    began = epoch(min(gathering.starts(), default=None))
    if began is not None:
        gathering.shift(began.timestamp())
    return gathering.complete(
        Transcript(call_id=source.stem, vendor=NAME, speeches=(), started_at=began, roles=roles, sides="channels")
    )

"""Genesys Cloud: the transcript of a conversation, as the address that its API gives leads to.

Structure: what the ``transcripturl`` resource of Speech and Text Analytics leads to. A turn is a phrase; several
``transcripts`` in a file are parts of one conversation, and all are read. ``participantPurpose`` is ``external`` or
``internal``, which takes in the agent, but also the IVR, the queue and the voicemail: where the file lists participants
with the times when they were there, a phrase in the time of a machine is the machine's, and two agents are told apart;
where it does not, a note says so. Times are milliseconds since 1970; lengths come as ``duration.milliseconds`` and as
``durationMs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlp.call import Channel
from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import epoch, facts, identifier, label, millis, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Genesys Cloud"

MACHINES = {"ivr", "acd", "voicemail", "workflow", "botflow", "system", "dialer"}
CHANNELS: Mapping[str, Channel] = {
    "call": "phone",
    "voice": "phone",
    "callback": "phone",
    "chat": "chat",
    "webchat": "chat",
    "message": "chat",
    "email": "email",
}

CANNOT_TELL = "Genesys calls agents, IVR and voicemail all 'internal'; here all of it counts as the agent's"
TWO_AGENTS = "several agents took part, so the call is nobody's alone; name its agent with the score"


@dataclass(frozen=True, slots=True)
class Presence:
    """A participant on the company's side and when they were there, in seconds since 1970."""

    who: str
    role: Role
    start: float
    end: float
    user: str | None


def recognises(source: Source) -> float:
    """Transcripts with phrases, or phrases that name a purpose."""
    for part in _parts(source.value):
        if any("participantPurpose" in phrase for phrase in objects(part, "phrases")):
            return 1.0
    lists = (isinstance(part.get("phrases"), list) for part in objects(source.value, "transcripts"))
    return 0.7 if any(lists) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one conversation of the file."""
    value = source.value
    parts = [part for part in _parts(value) if isinstance(part.get("phrases"), list)]
    if not parts:
        yield source.aside("transcripts with phrases were to be here", "transcripts")
        return
    gathering = Gathering(source)
    present = list(_present(value, parts))
    for index, part in enumerate(parts):
        at = f"transcripts[{index}]" if part is not value else ""
        for place, phrase in gathering.entries(part, "phrases", at):
            _say(gathering, place, phrase, present)
    gathering.in_time_order()
    began = epoch(min((*gathering.starts(), *(each.start for each in present)), default=None))
    if began is not None:
        gathering.shift(began.timestamp())
    roles: dict[str, Role] = {"external": "customer", "internal": "agent"}
    agents = {presence.who for presence in present if presence.role == "agent"}
    if not present:
        gathering.note(CANNOT_TELL)
    elif len(agents) > 1:
        gathering.note(TWO_AGENTS)
    yield gathering.complete(
        Transcript(
            call_id=identifier(under(value, "conversationId")) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=_agent_id(present),
            started_at=began,
            channel=CHANNELS.get((text_at(value, "mediaType") or "").casefold()),
            language=next((found for part in parts if (found := identifier(part.get("language")))), None),
            metadata=facts(communication_id=text_at(value, "communicationId")),
            roles=roles | {each.who: each.role for each in present},
            sides="channels",
        )
    )


def count(source: Source) -> int | None:
    """The elements of all ``phrases``."""
    return elements(source.raw, "phrases")


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(under(value, "transcripts"), list):
        yield from objects(value, "transcripts")
    elif isinstance(under(value, "phrases"), list):
        yield value


def _say(gathering: Gathering, place: str, phrase: Mapping[str, Any], present: list[Presence]) -> None:
    text = phrase.get("text")
    if text is None:
        text = phrase.get("decoratedText")
    start = _first(phrase, "startTimeMs", "offsetMs", "offset")
    lasted = _first(phrase, "durationMs", "duration")
    end = None if start is None or lasted is None else start + lasted
    gathering.say(place, _who(phrase, start, present), text, start, end)


def _first(phrase: Mapping[str, Any], *keys: str) -> float | None:
    """Seconds of the first of these that is there, as a number of milliseconds or as an object of them."""
    for key in keys:
        value = phrase.get(key)
        found = millis(under(value, "milliseconds") if isinstance(value, Mapping) else value)
        if found is not None:
            return found
    return None


def _who(phrase: Mapping[str, Any], start: float | None, present: list[Presence]) -> str:
    purpose = label(phrase.get("participantPurpose"))
    if purpose != "internal" or start is None:
        return purpose
    there = [each for each in present if each.start <= start <= each.end]
    people = [each for each in there if each.role == "agent"]
    return (people or there)[-1].who if there else purpose


def _present(value: Any, parts: list[Mapping[str, Any]]) -> Iterator[Presence]:
    """Who was there on the company's side, of the participants that have a purpose and times."""
    for holder in (value, *(part for part in parts if part is not value)):
        for person in objects(holder, "participants"):
            purpose = (text_at(person, "participantPurpose") or text_at(person, "purpose") or "").casefold()
            start, end = millis(person.get("startTimeMs")), millis(person.get("endTimeMs"))
            if start is not None and end is not None and (purpose in MACHINES or purpose in ("agent", "user")):
                user = identifier(person.get("userId"))
                machine = purpose in MACHINES
                yield Presence(
                    purpose if machine or not user else user, "system" if machine else "agent", start, end, user
                )


def _agent_id(present: list[Presence]) -> str | None:
    """The user's id of the only agent; None where there were several."""
    users = {each.user for each in present if each.role == "agent"}
    return users.pop() if len(users) == 1 else None

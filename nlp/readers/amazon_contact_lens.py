"""Amazon Connect Contact Lens: the files of calls and of chats.

Structure: docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files and -chat. Turns name a
participant, who is in ``Participants`` with a role. A chat's times are moments; its entries are messages, and events
(somebody joined) and attachments, in which nothing is said. The chat transcripts that Connect writes without Contact
Lens are the same, and name their contact at the top. What the real-time API answers is read too: ``Segments``, each
with a turn under ``Transcript`` or with something else, like a category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from nlp.call import Channel
from nlp.readers.amazon_call_analytics import about, failure
from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, millis, moment, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Amazon Connect Contact Lens"

ROLES: Mapping[str, Role] = {
    "AGENT": "agent",
    "CUSTOMER": "customer",
    "SYSTEM": "system",
    "CUSTOM_BOT": "system",
    "SUPERVISOR": "system",  # speaks, but is not whom the call is about
}
CHANNELS: Mapping[str, Channel] = {"VOICE": "phone", "CHAT": "chat", "EMAIL": "email"}
SILENT = {"EVENT": "an event of the chat", "ATTACHMENT": "an attachment"}

CONTACT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def recognises(source: Source) -> float:
    """Its turns name a participant by id; or the file is of a chat."""
    by_id = any("ParticipantId" in each for each in (*_turns(source.value), *objects(source.value, "Participants")))
    chat = (text_at(source.value, "Version") or "").startswith(("CHAT-", "EMAIL-"))
    return 1.0 if by_id or chat else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one contact of the file."""
    value = source.value
    if (text_at(value, "Channel") or "").upper() == "EMAIL" and "Transcript" not in (value or {}):
        yield source.aside("is the analysis of an e-mail, which holds none of its text; import the message itself")
    elif not listed(value, "Segments") and (failed := failure(source)) is not None:
        yield failed
    else:
        yield _contact(source)


def count(source: Source) -> int | None:
    """The elements of ``Transcript``, or of ``Segments``, whose own ``Transcript`` is one turn and no list."""
    inside = elements(source.raw, "Segments", "Transcript")
    return elements(source.raw, "Transcript") - inside + elements(source.raw, "Segments")


def _turns(value: Any) -> list[Mapping[str, Any]]:
    live = (under(segment, "Transcript") for segment in objects(value, "Segments"))
    return [*objects(value, "Transcript"), *(turn for turn in live if isinstance(turn, Mapping))]


def _entries(gathering: Gathering, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from gathering.entries(value, "Transcript")
    for place, segment in gathering.entries(value, "Segments"):
        if isinstance(segment.get("Transcript"), Mapping):
            yield f"{place}.Transcript", segment["Transcript"]
        else:
            gathering.pass_over("a segment that is no turn")


def _contact(source: Source) -> Transcript | SetAside:
    value, gathering = source.value, Gathering(source)
    began = _first_moment(value)
    for place, turn in _entries(gathering, value):
        silent = SILENT.get(text_at(turn, "Type") or "")
        if silent is not None and not isinstance(turn.get("Content"), str):
            gathering.pass_over(silent)
        else:
            gathering.say(place, _label(turn), turn.get("Content"), *_times(turn, began))
    gathering.in_time_order()
    roles = _roles(value)
    if "SUPERVISOR" in {text_at(turn, "ParticipantRole") for turn in _turns(value)}:
        gathering.note("a supervisor took part, whose turns count as the system's and not as the agent's")
    return gathering.complete(
        Transcript(
            call_id=_contact_id(source),
            vendor=NAME,
            speeches=(),
            started_at=began,
            channel=CHANNELS.get((text_at(value, "Channel") or "").upper()),
            language=identifier(under(value, "LanguageCode") or under(value, "Configuration", "LanguageLocale")),
            metadata=about(value) | facts(version=text_at(value, "Version")),
            roles=roles,
            names=_names(value),
            sides="channels",
        )
    )


def _label(turn: Mapping[str, Any]) -> str:
    return label(turn.get("ParticipantId")) or label(turn.get("ParticipantRole"))


def _times(turn: Mapping[str, Any], began: datetime | None) -> tuple[float | None, float | None]:
    at = _moment(turn)
    if at is not None and began is not None:
        return (at - began).total_seconds(), None
    return millis(turn.get("BeginOffsetMillis")), millis(turn.get("EndOffsetMillis"))


def _moment(turn: Mapping[str, Any]) -> datetime | None:
    return moment(turn.get("AbsoluteTime") or under(turn, "Time", "AbsoluteTime"))


def _first_moment(value: Any) -> datetime | None:
    moments = [_moment(turn) for turn in _turns(value)]
    return min((at for at in moments if at is not None), default=None)


def _roles(value: Any) -> dict[str, Role]:
    """The role of each participant: from the list of them, else from the turns, which name it in chats."""
    roles: dict[str, Role] = dict(ROLES)
    for named in (*_turns(value), *objects(value, "Participants")):
        role = ROLES.get((text_at(named, "ParticipantRole") or "").upper())
        if role is not None and label(named.get("ParticipantId")):
            roles[label(named.get("ParticipantId"))] = role
    return roles


def _names(value: Any) -> dict[str, str]:
    named = ((_label(turn), text_at(turn, "DisplayName")) for turn in _turns(value))
    return {who: name for who, name in named if who and name and identifier(name)}


def _contact_id(source: Source) -> str:
    """The contact's id, which Connect's evaluations name too. Of calls it stands only in the file's name."""
    given = identifier(under(source.value, "CustomerMetadata", "ContactId")) or identifier(
        under(source.value, "ContactId")
    )
    named = CONTACT_ID.match(source.stem)
    return given or (named.group() if named else source.stem)

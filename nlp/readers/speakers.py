"""Who is the agent: a vendor's transcript as a call of ours, or set aside where nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from nlp.call import Call
from nlp.noun import explain
from nlp.readers.hearing import Heard, Listener, looks_swapped, percent
from nlp.readers.roles import role_of
from nlp.readers.vendor import Role, Transcript
from nlp.set_aside import SetAside

SURE = 0.95
"""How sure it must be, by how people talk, who is the agent: of 246 calls so told 244 were told rightly."""

SWAPPED_FROM = 0.97
"""The chance from which speakers look swapped."""

OTHER: dict[Role, Role] = {"agent": "customer", "customer": "agent"}


@dataclass(frozen=True, slots=True)
class Who:
    """What somebody told us about speakers: the role of a label or channel (``{"0": "agent"}``, or for one vendor's
    files ``{"Twilio:1": "agent"}``), and agents' names with their ids. Neither case nor spaces around them matter.

    Where nobody said, ``listener`` tells by how people talk, and counts where it is at least ``sure``. A call whose
    speakers look swapped with a chance of at least ``swapped_from`` is held back, unless ``checked`` has its id."""

    speakers: Mapping[str, Role] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    listener: Listener | None = None
    sure: float = SURE
    swapped_from: float = SWAPPED_FROM
    checked: frozenset[str] = frozenset()

    def role(self, label: str, vendor: str = "") -> Role | None:
        """The role that was given for this very label, of that vendor or of any."""
        given = {_plain(each): role for each, role in self.speakers.items()}
        return given.get(_plain(f"{vendor}:{label}"), given.get(_plain(label)))

    def agent_named(self, name: str) -> str | None:
        """The id of the agent of that name, given whole, also as ``Cruz, Maria`` and with a remark in brackets."""
        wanted = _name(name)
        return next((found for known, found in self.agents.items() if wanted and _name(known) == wanted), None)


def to_call(transcript: Transcript, who: Who = Who()) -> Call | SetAside:
    """The transcript as a call, each speech a turn; or set aside where a speaker has no role or a value no place.

    A label's role is what ``who`` says of it, else what the file says, else what the label itself says (``Agent``),
    else agent where its name is an agent's. Where all are known but one, and the known ones are all of one side, the
    one is of the other side. Who is left over is told by how people talk, if that is sure enough; the call's metadata
    then say so under ``speakers_heard``. A call whose file says it the other way round comes back as LooksSwapped.
    """
    if not transcript.speeches:
        return _aside(transcript, "holds no turns")
    labels = list(dict.fromkeys(speech.speaker_label for speech in transcript.speeches))
    roles = roles_of(transcript, who, labels)
    unknown = [label for label in labels if label not in roles]
    heard = _heard(transcript, who, roles) if unknown and "" not in unknown else None
    if unknown and (heard is None or heard.sure < who.sure):
        return _aside(transcript, _cannot_tell(labels, unknown, heard, who.sure))
    try:
        call = Call.model_validate(_values(transcript, who, {**roles, **(heard.roles if heard else {})}, heard))
    except ValidationError as error:
        return _aside(transcript, explain(error, Call)[1])
    return call if heard else _unless_swapped(call, transcript, who, labels)


def _heard(transcript: Transcript, who: Who, roles: Mapping[str, Role]) -> Heard | None:
    if who.listener is None:
        return None
    said: dict[str, list[str]] = {}
    for speech in transcript.speeches:
        said.setdefault(speech.speaker_label, []).append(speech.text)
    return who.listener.hear(said, roles)


def _unless_swapped(call: Call, transcript: Transcript, who: Who, labels: Iterable[str]) -> Call | SetAside:
    """The call, or it held back where its file seems to have taken one side for the other. What somebody told us, by
    label or by an agent's name, is not doubted."""
    if who.listener is None or call.call_id in who.checked or any(_told(transcript, who, label) for label in labels):
        return call
    chance = who.listener.swapped(call)
    return call if chance < who.swapped_from else looks_swapped(call, chance, transcript.file, transcript.line)


def _told(transcript: Transcript, who: Who, label: str) -> bool:
    name = transcript.names.get(label, label)
    given = [who.role(each, transcript.vendor) for each in (label, name)]
    return any(role is not None for role in given) or who.agent_named(name) is not None


def roles_of(transcript: Transcript, who: Who, labels: Iterable[str]) -> dict[str, Role]:
    """The roles of those ``labels`` that can be told."""
    labels = list(labels)
    found = {label: role for label in labels if (role := _role(transcript, who, label)) is not None}
    unknown = [label for label in labels if label not in found]
    sides = {role for role in found.values() if role != "system"}
    if len(unknown) == 1 and len(sides) == 1 and unknown[0]:
        found[unknown[0]] = OTHER[sides.pop()]
    return found


def _role(transcript: Transcript, who: Who, label: str) -> Role | None:
    name = transcript.names.get(label, label)
    for each in (label, name):
        if (given := who.role(each, transcript.vendor)) is not None:
            return given
    if (said := transcript.roles.get(label)) is not None:
        return said
    if (worded := role_of(label) or role_of(name)) is not None:
        return worded
    return "agent" if who.agent_named(name) is not None else None


def _values(transcript: Transcript, who: Who, roles: Mapping[str, Role], heard: Heard | None) -> dict[str, Any]:
    turns = [
        {"speaker": roles[speech.speaker_label], "text": speech.text, "start": speech.start, "end": speech.end}
        for speech in transcript.speeches
    ]
    return {
        "call_id": transcript.call_id,
        "agent_id": transcript.agent_id or _agent_id(transcript, who, roles),
        "started_at": transcript.started_at,
        "call_type": transcript.call_type,
        "channel": transcript.channel,
        "language": transcript.language,
        "metadata": _metadata(transcript, roles, heard),
        "turns": turns,
    }


def _agent_id(transcript: Transcript, who: Who, roles: Mapping[str, Role]) -> str | None:
    """The id of the one agent that is known by name; None where none is, or more than one."""
    names = [transcript.names.get(label, label) for label, role in roles.items() if role == "agent"]
    found = {agent for name in names if (agent := who.agent_named(name)) is not None}
    return found.pop() if len(found) == 1 else None


def _metadata(transcript: Transcript, roles: Mapping[str, Role], heard: Heard | None) -> dict[str, Any]:
    kept = dict(transcript.metadata)
    if not transcript.vendor:  # our own format says already all that it has to say
        return kept
    kept |= {"vendor": transcript.vendor, "speakers": dict(roles)}
    if heard is not None:
        kept["speakers_heard"] = {"labels": list(heard.roles), "sure": round(heard.sure, 2)}
    if transcript.names:
        kept["names"] = dict(transcript.names)
    if transcript.notes:
        kept["notes"] = list(transcript.notes)
    return kept


def _cannot_tell(labels: list[str], unknown: list[str], heard: Heard | None, asked: float) -> str:
    if labels == [""]:
        return "names no speakers, so nobody can tell what the agent said; export it with channels or speakers"
    shown = ", ".join(repr(label) if label else "turns without a speaker" for label in unknown[:6])
    more = f" and {len(unknown) - 6} more" if len(unknown) > 6 else ""
    verb = "is" if len(unknown) == 1 else "are"
    return (
        f"cannot tell which speaker is the agent: nothing says who {shown}{more} {verb}{_by_talk(heard, asked)}; "
        "name them under speakers of the mapping, or list the agents' names"
    )


def _by_talk(heard: Heard | None, asked: float) -> str:
    """What could be heard and is not sure enough; nothing where nothing could be."""
    agents = [label for label, role in heard.roles.items() if role == "agent"] if heard else []
    if heard is None or not agents or not heard.sure:
        return ""
    shown = " and ".join(repr(label) for label in agents[:3])
    return f"; by how they talk {shown} would be the agent, {percent(heard.sure)} sure of {asked:.0%} asked for"


def _aside(transcript: Transcript, reason: str) -> SetAside:
    record = " / ".join(f"{speech.speaker_label}: {speech.text[:200]}" for speech in transcript.speeches[:6])
    where = f"call {transcript.call_id!r}: {reason}" if transcript.line is None else reason
    return SetAside(file=transcript.file, line=transcript.line, reason=where, record=record)


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()


def _name(name: str) -> str:
    plain = _plain(re.sub(r"\(.*?\)|\[.*?\]", " ", name))
    last, comma, first = plain.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else plain

"""Who is the agent: a vendor's transcript as a call of ours, or set aside where nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from nlp.call import Call
from nlp.noun import explain
from nlp.readers.roles import role_of
from nlp.readers.vendor import Role, Transcript
from nlp.set_aside import SetAside

OTHER: dict[Role, Role] = {"agent": "customer", "customer": "agent"}


@dataclass(frozen=True, slots=True)
class Who:
    """What somebody told us about speakers: the role of a label or channel (``{"0": "agent"}``, or for one vendor's
    files ``{"Twilio:1": "agent"}``), and agents' names with their ids. Neither case nor spaces around them matter."""

    speakers: Mapping[str, Role] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)

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
    one is of the other side. Nothing beyond that is inferred.
    """
    if not transcript.speeches:
        return _aside(transcript, "holds no turns")
    labels = list(dict.fromkeys(speech.speaker_label for speech in transcript.speeches))
    roles = roles_of(transcript, who, labels)
    unknown = [label for label in labels if label not in roles]
    if unknown:
        return _aside(transcript, _cannot_tell(labels, unknown))
    try:
        return Call.model_validate(_values(transcript, who, roles))
    except ValidationError as error:
        return _aside(transcript, explain(error, Call)[1])


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


def _values(transcript: Transcript, who: Who, roles: Mapping[str, Role]) -> dict[str, Any]:
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
        "metadata": _metadata(transcript, roles),
        "turns": turns,
    }


def _agent_id(transcript: Transcript, who: Who, roles: Mapping[str, Role]) -> str | None:
    """The id of the one agent that is known by name; None where none is, or more than one."""
    names = [transcript.names.get(label, label) for label, role in roles.items() if role == "agent"]
    found = {agent for name in names if (agent := who.agent_named(name)) is not None}
    return found.pop() if len(found) == 1 else None


def _metadata(transcript: Transcript, roles: Mapping[str, Role]) -> dict[str, Any]:
    kept = dict(transcript.metadata)
    if not transcript.vendor:  # our own format says already all that it has to say
        return kept
    kept |= {"vendor": transcript.vendor, "speakers": dict(roles)}
    if transcript.names:
        kept["names"] = dict(transcript.names)
    if transcript.notes:
        kept["notes"] = list(transcript.notes)
    return kept


def _cannot_tell(labels: list[str], unknown: list[str]) -> str:
    if labels == [""]:
        return "names no speakers, so nobody can tell what the agent said; export it with channels or speakers"
    shown = ", ".join(repr(label) if label else "turns without a speaker" for label in unknown[:6])
    more = f" and {len(unknown) - 6} more" if len(unknown) > 6 else ""
    verb = "is" if len(unknown) == 1 else "are"
    return (
        f"cannot tell which speaker is the agent: nothing says who {shown}{more} {verb}; "
        "name them under speakers of the mapping, or list the agents' names"
    )


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

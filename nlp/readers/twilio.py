"""Twilio Conversational Intelligence (classic): the sentences of a transcript.

Structure: twilio.com/docs/conversation-intelligence-classic/api/transcript-sentence-subresource, of which one version
has camel case. Numbers are text. A sentence names its channel and no role: ``channel.participants`` of the transcript
itself has the roles, and is read where it was put beside the sentences. Redaction stays as the vendor marks it. The
transcriptions of recordings that Twilio made before are one text without speakers, which no call can be made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, moment, number, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Twilio"

ROLES: Mapping[str, Role] = {"agent": "agent", "customer": "customer"}


def recognises(source: Source) -> float:
    """Sentences that name a media channel."""
    found = objects(_holder(source.value), "sentences")
    if text_at(source.value, "meta", "key") == "sentences" or _is_one_text(source.value):
        return 1.0
    return 1.0 if any({"media_channel", "mediaChannel"} & sentence.keys() for sentence in found) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the file. A page of sentences is a part of a call: put the pages of a transcript together."""
    holder = _holder(source.value)
    if _is_one_text(source.value):
        yield source.aside(
            "is one text that names no speakers; transcribe the recording with Conversational Intelligence"
        )
        return
    if not isinstance(holder.get("sentences"), list):
        yield source.aside("a list of sentences was to be here", "sentences")
        return
    gathering = Gathering(source)
    for place, sentence in gathering.entries(holder, "sentences"):
        start, end = (
            number(_either(sentence, "start_time", "startTime")),
            number(_either(sentence, "end_time", "endTime")),
        )
        gathering.say(
            place, label(_either(sentence, "media_channel", "mediaChannel")), sentence.get("transcript"), start, end
        )
    gathering.in_time_order()
    if under(holder, "meta", "next_page_url"):
        gathering.note("this is one page of several; what was said on the others is missing")
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=_agent_id(holder),
            started_at=moment(_either(holder, "media_start_time", "mediaStartTime"), source.hints.timezone),
            channel="phone",
            language=identifier(_either(holder, "language_code", "languageCode")),
            metadata=facts(transcript_sid=_sid(holder)),
            roles={who: ROLES[role] for who, role, _ in _participants(holder) if role in ROLES},
            names={
                who: name for who, _, person in _participants(holder) if (name := identifier(person.get("full_name")))
            },
            sides="channels",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``sentences``, or of the document where it is a bare list of them."""
    return elements(source.raw) if isinstance(source.value, list) else elements(source.raw, "sentences")


def _is_one_text(value: Any) -> bool:
    return isinstance(value, Mapping) and {"transcription_text", "recording_sid"} <= value.keys()


def _holder(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {"sentences": value} if isinstance(value, list) else {}


def _either(holder: Mapping[str, Any], snake: str, camel: str) -> Any:
    return holder.get(snake, holder.get(camel))


def _participants(holder: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for person in objects(holder, "channel", "participants"):
        who = label(_either(person, "channel_participant", "channelParticipant"))
        if who:
            yield who, (text_at(person, "role") or "").casefold(), person


def _agent_id(holder: Mapping[str, Any]) -> str | None:
    found = (identifier(person.get("user_id")) for _, role, person in _participants(holder) if role == "agent")
    return next((agent for agent in found if agent), None)


def _sid(holder: Mapping[str, Any]) -> str | None:
    named = (text_at(sentence, "transcript_sid") for sentence in objects(holder, "sentences"))
    return text_at(holder, "sid") or next((sid for sid in named if sid), None)

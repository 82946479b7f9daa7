"""Gong: what ``POST /v2/calls/transcript`` answers, with what ``/v2/calls/extensive`` knows where it was put beside it.

A turn is a monologue: a speaker and sentences. The answer names no one, so ``speakerId`` is joined with ``parties`` of
``calls`` where the file has them, or of the call itself. One call of the answer by itself is read too. Gong's help says
that times are milliseconds, published schemas say seconds: what it is here is computed from the length of the call,
else from how fast people would be speaking, and where neither tells, the times are left out and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, moment, number, objects, text_at, under
from nlp.readers.vendor import Role, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Gong"

ROLES: Mapping[str, Role] = {"internal": "agent", "external": "customer"}

SLOWEST, FASTEST = 0.4, 12.0
"""Words a second of somebody who is speaking: no one is slower or faster over a whole call."""

UNTOLD = "it cannot be told whether times are seconds or milliseconds, so they were left out; name the unit"


def recognises(source: Source) -> float:
    """Call transcripts, or one of them, with monologues of sentences."""
    for call in objects(source.value, "callTranscripts"):
        if isinstance(call.get("transcript"), list):
            return 1.0
    alone = any(isinstance(each.get("sentences"), list) for each in objects(source.value, "transcript"))
    return 0.9 if alone and "callId" in source.value else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The calls of the answer, each with the id that Gong gave it."""
    if not listed(source.value, "callTranscripts") and isinstance(under(source.value, "transcript"), list):
        yield _call(source, "", source.value, source.value)
        return
    if not listed(source.value, "callTranscripts"):
        yield source.aside("a list of calls was to be here", "callTranscripts")
        return
    known = {label(under(call, "metaData", "id")): call for call in objects(source.value, "calls")}
    for index, call in enumerate(listed(source.value, "callTranscripts")):
        at = f"callTranscripts[{index}]"
        if not isinstance(call, Mapping) or not isinstance(call.get("transcript"), list):
            yield source.aside("is no call with a transcript", at)
        else:
            yield _call(source, at, call, known.get(label(call.get("callId")), {}))


def count(source: Source) -> int | None:
    """The elements of all ``sentences``."""
    return elements(source.raw, "callTranscripts", "sentences") or elements(source.raw, "transcript", "sentences")


def _call(source: Source, at: str, call: Mapping[str, Any], extra: Mapping[str, Any]) -> Transcript | SetAside:
    gathering = Gathering(source, at)
    a_second = _units_in_a_second(source, call, extra)
    for place, monologue in gathering.entries(call, "transcript", weight=0):
        _say(gathering, place, monologue, a_second)
    if a_second is None and any(True for _ in _sentences(call)):
        gathering.note(UNTOLD)
    parties = {
        label(party.get("speakerId")): party for party in (*objects(extra, "parties"), *objects(call, "parties"))
    }
    return gathering.complete(
        Transcript(
            call_id=identifier(call.get("callId")) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=_agent_id(parties),
            started_at=moment(under(extra, "metaData", "started"), source.hints.timezone),
            channel="phone",
            language=identifier(under(extra, "metaData", "language")),
            metadata=facts(title=text_at(extra, "metaData", "title")),
            roles={who: ROLES[side] for who, party in parties.items() if (side := _side(party)) in ROLES},
            names={who: name for who, party in parties.items() if (name := identifier(party.get("name")))},
        )
    )


def _say(gathering: Gathering, place: str, monologue: Mapping[str, Any], a_second: float | None) -> None:
    kept = []
    for where, sentence in gathering.entries(monologue, "sentences", place):
        if isinstance(sentence.get("text"), str):
            kept.append(sentence)
        else:
            gathering.lose(where, "has no text", sentence)
    if kept:
        text = " ".join(sentence["text"] for sentence in kept)
        start, end = number(kept[0].get("start")), number(kept[-1].get("end"))
        times = (None if at is None or a_second is None else at / a_second for at in (start, end))
        gathering.say(place, label(monologue.get("speakerId")), text, *times, entries=len(kept))


def _units_in_a_second(source: Source, call: Mapping[str, Any], extra: Mapping[str, Any]) -> float | None:
    """1 where times are seconds, 1000 where they are milliseconds, None where that cannot be told."""
    if source.hints.unit is not None:
        return 1.0 if source.hints.unit == "seconds" else 1000.0
    ends = [end for sentence in _sentences(call) if (end := number(sentence.get("end"))) is not None]
    lasted = number(under(extra, "metaData", "duration"))
    if lasted and ends:
        return next((unit for unit in (1.0, 1000.0) if lasted / 10 <= max(ends) / unit <= lasted * 1.1 + 2), None)
    words, spoken = _pace(call)
    fitting = [unit for unit in (1.0, 1000.0) if spoken and SLOWEST <= words / (spoken / unit) <= FASTEST]
    return fitting[0] if len(fitting) == 1 else None


def _pace(call: Mapping[str, Any]) -> tuple[int, float]:
    """Words of all sentences that have times, and the sum of how long these are, in whatever unit."""
    words, spoken = 0, 0.0
    for sentence in _sentences(call):
        start, end, text = number(sentence.get("start")), number(sentence.get("end")), text_at(sentence, "text")
        if start is not None and end is not None and end > start and text:
            words, spoken = words + len(text.split()), spoken + end - start
    return words, spoken


def _sentences(call: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (sentence for monologue in objects(call, "transcript") for sentence in objects(monologue, "sentences"))


def _side(party: Mapping[str, Any]) -> str:
    return (text_at(party, "affiliation") or "").casefold()


def _agent_id(parties: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The one party on the company's side; None where there are several."""
    own = [party for party in parties.values() if _side(party) == "internal"]
    return identifier(own[0].get("userId")) or identifier(own[0].get("emailAddress")) if len(own) == 1 else None

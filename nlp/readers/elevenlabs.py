"""ElevenLabs Scribe: the answer of its speech to text, with speakers or a transcript a channel.

Structure: elevenlabs.io/docs/api-reference/speech-to-text. The vendor has words, the spaces between them and sounds
(``(laughter)``), whose texts make the whole when they are put one after the other. A turn lasts until another speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, number, objects, text_at
from nlp.readers.vendor import Source, Transcript
from nlp.set_aside import SetAside

NAME = "ElevenLabs"

KINDS = {"word", "spacing", "audio_event"}


def recognises(source: Source) -> float:
    """Words with a kind of its own, in one transcript or in one a channel."""
    for _, part in _parts(source.value):
        if any(
            word.get("type") in ("spacing", "audio_event") or "speaker_id" in word for word in objects(part, "words")
        ):
            return 1.0 if any(word.get("type") in KINDS for word in objects(part, "words")) else 0.0
    return 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file."""
    parts = list(_parts(source.value))
    if not parts:
        yield source.aside("a list of words was to be here", "words")
        return
    gathering = Gathering(source)
    by_channel = len(parts) > 1
    for at, part in parts:
        _say(gathering, at, part, label(part.get("channel_index")) if by_channel else "")
    gathering.in_time_order()
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=next((found for _, part in parts if (found := identifier(part.get("language_code")))), None),
            metadata=facts(transcription_id=text_at(source.value, "transcription_id")),
            sides="channels" if by_channel else "speakers",
        )
    )


def count(source: Source) -> int | None:
    """The elements of all ``words``."""
    return elements(source.raw, "words")


def _parts(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if listed(value, "words"):
        yield "", value
    for index, part in enumerate(objects(value, "transcripts")):
        if listed(part, "words"):
            yield f"transcripts[{index}]", part


def _say(gathering: Gathering, at: str, part: Mapping[str, Any], channel: str) -> None:
    """The words of one transcript by whoever says them; a space goes with the word before it."""
    kept: list[tuple[str, Mapping[str, Any]]] = []
    for place, word in gathering.entries(part, "words", at):
        if not isinstance(word.get("text"), str):
            gathering.lose(place, "has no text", word)
        else:
            before = kept[-1][0] if kept else ""
            who = channel or label(word.get("speaker_id"))
            kept.append((before if word.get("type") == "spacing" or not who else who, word))
    for who, run in groupby(kept, key=lambda pair: pair[0]):
        words = [word for _, word in run]
        timed = [word for word in words if word.get("type") != "spacing"] or words
        text = "".join(word["text"] for word in words).strip()
        start, end = number(timed[0].get("start")), number(timed[-1].get("end"))
        gathering.say(f"{at}.words" if at else "words", who, text, start, end, entries=len(words))

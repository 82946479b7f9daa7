"""ElevenLabs Scribe: the answer of its speech to text, with speakers or a transcript a channel.

Structure: elevenlabs.io/docs/api-reference/speech-to-text. The vendor has words, the spaces between them and sounds
(``(laughter)``), and no turns: a turn lasts until another speaks, on channels until a pause or a word of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, number, objects, text_at
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, turns_of
from nlp.set_aside import SetAside

NAME = "ElevenLabs"

KINDS = ("word", "spacing", "audio_event")


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
    words: list[Word] = []
    for at, part in parts:
        words += _words(gathering, at, part, label(part.get("channel_index")) if by_channel else "")
    gathering.say_each("words", turns_of(words, by_ear=not by_channel))
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


def _words(gathering: Gathering, at: str, part: Mapping[str, Any], channel: str) -> list[Word]:
    """The words of one transcript; what stands between two of them without a space is one."""
    words: list[Word] = []
    apart = True
    for place, each in gathering.entries(part, "words", at):
        text = each.get("text")
        if not isinstance(text, str):
            gathering.lose(place, "has no text", each)
        elif each.get("type") == "spacing" and words:
            words[-1], apart = replace(words[-1], entries=words[-1].entries + 1), True
        else:
            word = Word(
                text, channel or label(each.get("speaker_id")), number(each.get("start")), number(each.get("end"))
            )
            if apart or word.label not in ("", words[-1].label):
                words.append(word)
            else:
                words[-1] = replace(words[-1], text=words[-1].text + text, end=word.end, entries=words[-1].entries + 1)
            apart = False
    return words

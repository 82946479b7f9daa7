"""AssemblyAI: a transcript as its API gives it.

Structure: assemblyai.com/docs/api-reference/transcripts. Turns are the utterances, which are there where speakers or
channels were asked for; else what the words show. Times of speech are milliseconds, ``audio_duration`` is seconds. What
was redacted (``[PERSON_NAME]``, ``####``) stays so: the unredacted copies beside it are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, millis, number, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, turns_of
from nlp.set_aside import SetAside

NAME = "AssemblyAI"

OWN = ("audio_duration", "acoustic_model", "language_model", "audio_url", "speaker_labels", "speech_model")
"""Keys of a transcript that other vendors' files do not have; any two of them show it."""


def recognises(source: Source) -> float:
    """Words or utterances beside two of its own keys, or an id and a status."""
    value = source.value
    if not isinstance(value, Mapping) or not {"utterances", "words"} & value.keys() or "segments" in value:
        return 0.0
    if len(value.keys() & set(OWN)) >= 2 or ("audio_duration" in value and "status" in value):
        return 1.0
    return 0.6 if any(_has_its_times(each) for each in _dicts(value, "utterances", "words")) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file; its id is the file's name, as the vendor's own is that of a request."""
    value = source.value
    if not isinstance(value, Mapping) or text_at(value, "status") == "error":
        reason = facts(error=under(value, "error")).get("error", "no reason is given")
        yield source.aside(f"the transcription failed: {reason}", "status")
        return
    gathering = Gathering(source)
    if listed(value, "utterances"):
        for place, said in gathering.entries(value, "utterances"):
            gathering.say(place, _label(said), said.get("text"), millis(said.get("start")), millis(said.get("end")))
        gathering.in_time_order()
    elif listed(value, "words"):
        gathering.say_each("words", turns_of(_words(gathering, value), by_ear=True))
    elif isinstance(value.get("text"), str) and value["text"].strip():
        gathering.say("text", "", value["text"], None, None)
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=identifier((text_at(value, "language_code") or "").replace("_", "-")),
            metadata=facts(transcript_id=text_at(value, "id"), seconds=number(value.get("audio_duration"))),
            sides="channels" if value.get("multichannel") is True else "speakers",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``utterances``, else of ``words``, else one for the whole text."""
    return elements(source.raw, "utterances") or elements(source.raw, "words") or None


def _dicts(value: Mapping[str, Any], *keys: str) -> Iterator[Mapping[str, Any]]:
    return (each for key in keys for each in listed(value, key)[:3] if isinstance(each, Mapping))


def _has_its_times(said: Mapping[str, Any]) -> bool:
    """Text with a confidence between whole numbers of milliseconds; others write seconds with a point."""
    return {"text", "confidence"} <= said.keys() and all(type(said.get(key)) is int for key in ("start", "end"))


def _label(said: Mapping[str, Any]) -> str:
    return label(said.get("speaker")) or label(said.get("channel"))


def _words(gathering: Gathering, value: Mapping[str, Any]) -> list[Word]:
    words = []
    for place, word in gathering.entries(value, "words"):
        text = text_at(word, "text")
        if text is None:
            gathering.lose(place, "has no text", word)
        else:
            words.append(Word(text, _label(word), millis(word.get("start")), millis(word.get("end"))))
    return words

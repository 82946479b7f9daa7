"""Whisper and what descends from it: openai-whisper, faster-whisper, WhisperX, whisper-timestamped, whisper.cpp, and
the answers of OpenAI's transcription API in verbose and in diarized JSON.

A turn is a segment; WhisperX's is cut where its words change speaker. Sources: the dataclasses of faster-whisper
(which has no file format: people write its segments as a list, or under ``segments``), ``schema.py`` of WhisperX,
``output_json`` of whisper.cpp, whose times are milliseconds under ``offsets``; the pipelines of transformers and
insanely-fast-whisper, which have ``chunks``, or ``speakers`` where they were told apart, with a ``timestamp`` of two
numbers. All others are seconds. A segment's text begins with a space, which stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, millis, number, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, parted, several_speakers
from nlp.set_aside import SetAside

NAME = "Whisper"

PIPELINE = ("speakers", "chunks")
"""What pipelines have instead of segments: those with speakers first, as these repeat the others."""

LANGUAGES = {
    "english": "en", "german": "de", "spanish": "es", "french": "fr", "portuguese": "pt", "italian": "it",
    "dutch": "nl", "polish": "pl", "turkish": "tr", "russian": "ru", "hindi": "hi", "arabic": "ar", "japanese": "ja",
    "korean": "ko", "chinese": "zh", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs",
}  # fmt: skip
"""OpenAI's API writes a language out."""


def recognises(source: Source) -> float:
    """Segments with a start, an end and a text; surer where they have what only Whisper computes."""
    holder = _holder(source.value)
    found = list(islice(objects(holder, _key(source.value)), 5))
    if not listed(holder, "segments") and {"segments", "text", "language"} <= holder.keys():
        return 0.8  # a silent recording
    if not found or not any(isinstance(segment.get("text"), str) for segment in found):
        return 0.0
    if _key(source.value) == "transcription":
        return 1.0 if any("offsets" in segment for segment in found) else 0.0
    if _key(source.value) in PIPELINE:
        return 0.9
    if not any({"start", "end"} <= segment.keys() for segment in found):
        return 0.0
    own = {"no_speech_prob", "avg_logprob", "compression_ratio", "temperature", "tokens", "seek"}
    sure = any(own & segment.keys() for segment in found) or "word_segments" in holder
    return 1.0 if sure else 0.8 if {"text", "language"} & holder.keys() else 0.6


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file."""
    holder, key = _holder(source.value), _key(source.value)
    if not isinstance(holder.get(key), list):
        yield source.aside("a list of segments was to be here", "segments")
        return
    gathering = Gathering(source)
    for place, segment in gathering.entries(holder, key):
        _say(gathering, place, segment)
    language = (
        text_at(holder, "language") or text_at(holder, "info", "language") or text_at(holder, "result", "language")
    )
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=identifier(LANGUAGES.get((language or "").casefold(), language)),
            metadata=facts(seconds=number(holder.get("duration"))),
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``segments``, ``transcription``, ``speakers`` or ``chunks``, or of a bare list of segments."""
    return elements(source.raw) if isinstance(source.value, list) else elements(source.raw, _key(source.value))


def _holder(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {"segments": value} if isinstance(value, list) else {}


def _key(value: Any) -> str:
    if isinstance(under(value, "transcription"), list):
        return "transcription"
    return next((key for key in PIPELINE if any(_is_pair(each) for each in listed(value, key)[:3])), "segments")


def _is_pair(chunk: Any) -> bool:
    return isinstance(chunk, Mapping) and isinstance(chunk.get("timestamp"), list) and "text" in chunk


def _say(gathering: Gathering, place: str, segment: Mapping[str, Any]) -> None:
    who, text = label(segment.get("speaker")), segment.get("text")
    start, end = number(segment.get("start")), number(segment.get("end"))
    if _is_pair(segment):
        start, end = (number(each) for each in [*segment["timestamp"], None, None][:2])
    if "offsets" in segment:
        start, end = millis(under(segment, "offsets", "from")), millis(under(segment, "offsets", "to"))
    if isinstance(text, str) and several_speakers(segment):
        gathering.note("segments with words of several speakers were cut where the speaker changes")
        gathering.say_each(place, parted(text, list(_words(segment)), who))
    else:
        gathering.say(place, who, text, start, end)


def _words(segment: Mapping[str, Any]) -> Iterator[Word]:
    for word in objects(segment, "words"):
        text = (text_at(word, "word") or text_at(word, "text") or "").strip()
        yield Word(text, label(word.get("speaker")), number(word.get("start")), number(word.get("end")))

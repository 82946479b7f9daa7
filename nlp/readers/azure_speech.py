"""Azure Speech: the results of batch and of fast transcription.

Structure: learn.microsoft.com/azure/ai-services/speech-service, batch-transcription-get and fast-transcription-create.
A turn is a recognised phrase. Batch has times as ISO 8601 durations and in ticks of 100 nanoseconds, which come as
whole numbers and as ``7600000.0``; fast has milliseconds. ``speaker`` is there only where diarization was asked for.
The text is the display form of the best alternative, as the vendor punctuated and masked it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import (
    facts,
    file_stem,
    identifier,
    iso_duration,
    label,
    millis,
    objects,
    text_at,
    ticks,
    under,
)
from nlp.readers.vendor import Source, Transcript
from nlp.set_aside import SetAside

NAME = "Azure Speech"

FORMS = ("display", "itn", "lexical", "maskedITN")


def recognises(source: Source) -> float:
    """It has recognised phrases (batch), or phrases and what they come to when combined (fast)."""
    if isinstance(under(source.value, "recognizedPhrases"), list):
        return 1.0
    fast = isinstance(under(source.value, "phrases"), list)
    return 1.0 if fast and isinstance(under(source.value, "combinedPhrases"), list) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file. The id is the recording's name: result files are all named alike."""
    value = source.value
    if not recognises(source):
        yield source.aside("a list of phrases was to be here", "recognizedPhrases")
        return
    gathering = Gathering(source)
    key = "recognizedPhrases" if "recognizedPhrases" in value else "phrases"
    say = _say_batch if key == "recognizedPhrases" else _say_fast
    sides = _sides(value, key)
    for place, phrase in gathering.entries(value, key):
        say(gathering, place, phrase, sides)
    gathering.in_time_order()
    languages = (identifier(phrase.get("locale")) for phrase in objects(value, key))
    yield gathering.complete(
        Transcript(
            call_id=file_stem(value.get("source")) or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=next((language for language in languages if language), None),
            metadata=facts(transcribed_at=text_at(value, "timestamp")),
            sides=sides,
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``recognizedPhrases``, or of ``phrases``."""
    return elements(source.raw, "recognizedPhrases") or elements(source.raw, "phrases")


def _sides(value: Mapping[str, Any], key: str) -> Literal["channels", "speakers"]:
    return "channels" if len({label(phrase.get("channel")) for phrase in objects(value, key)}) > 1 else "speakers"


def _label(phrase: Mapping[str, Any], sides: str) -> str:
    """The channel where there are several, each of which is one side of the call; else the speaker."""
    channel, speaker = label(phrase.get("channel")), label(phrase.get("speaker"))
    return channel if sides == "channels" else speaker or channel


def _say_batch(gathering: Gathering, place: str, phrase: Mapping[str, Any], sides: str) -> None:
    status = text_at(phrase, "recognitionStatus") or "Success"
    best = next(objects(phrase, "nBest"), {})
    text = next((best[form] for form in FORMS if isinstance(best.get(form), str)), None)
    if text is None and status != "Success":
        gathering.lose(place, f"its recognitionStatus is {status[:40]}: what was said there is not in the file", phrase)
        return
    start = _first(ticks(phrase.get("offsetInTicks")), millis(phrase.get("offsetMilliseconds")), phrase.get("offset"))
    lasted = _first(
        ticks(phrase.get("durationInTicks")), millis(phrase.get("durationMilliseconds")), phrase.get("duration")
    )
    gathering.say(place, _label(phrase, sides), text, start, _end(start, lasted))


def _say_fast(gathering: Gathering, place: str, phrase: Mapping[str, Any], sides: str) -> None:
    start = millis(phrase.get("offsetMilliseconds", phrase.get("offset")))
    lasted = millis(phrase.get("durationMilliseconds", phrase.get("duration")))
    gathering.say(place, _label(phrase, sides), phrase.get("text"), start, _end(start, lasted))


def _first(in_ticks: float | None, in_millis: float | None, written: Any) -> float | None:
    return next((found for found in (in_ticks, in_millis) if found is not None), iso_duration(written))


def _end(start: float | None, lasted: float | None) -> float | None:
    return None if start is None or lasted is None else round(start + lasted, 6)

"""Azure Speech: the results of batch and of fast transcription.

Structure: learn.microsoft.com/azure/ai-services/speech-service, batch-transcription-get and fast-transcription-create.
A turn is a recognised phrase. Batch has times as ISO 8601 durations and in ticks of 100 nanoseconds, which come as
whole numbers and as ``7600000.0``; fast has milliseconds. ``speaker`` is there only where diarization was asked for.
The text is the display form of the best alternative, as the vendor punctuated and masked it. The results of the first
versions of batch (``AudioFileResults``, a file or a channel each) are the same under capitals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    if isinstance(under(source.value, "recognizedPhrases"), list) or _is_old(source.value):
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
    say = _say_fast if key == "phrases" and not _is_old(value) else _say_batch
    phrases = list(_old_phrases(gathering, value) if _is_old(value) else gathering.entries(value, key))
    sides = _sides(phrase for _, phrase in phrases)
    for place, phrase in phrases:
        say(gathering, place, phrase, sides)
    gathering.in_time_order()
    languages = (identifier(phrase.get("locale")) for _, phrase in phrases)
    yield gathering.complete(
        Transcript(
            call_id=_recording(value) or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=next((language for language in languages if language), None),
            metadata=facts(transcribed_at=text_at(value, "timestamp")),
            sides=sides,
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``recognizedPhrases``, of ``SegmentResults``, or of ``phrases``."""
    ways = (("recognizedPhrases",), ("AudioFileResults", "SegmentResults"), ("phrases",))
    return next((found for way in ways if (found := elements(source.raw, *way))), 0)


def _is_old(value: Any) -> bool:
    return any(isinstance(file.get("SegmentResults"), list) for file in objects(value, "AudioFileResults"))


def _old_phrases(gathering: Gathering, value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The segments of the first versions as phrases of today's; several files are channels of one recording."""
    files = list(objects(value, "AudioFileResults"))
    for index, file in enumerate(files):
        for place, segment in gathering.entries(file, "SegmentResults", f"AudioFileResults[{index}]"):
            channel = segment.get("ChannelNumber")
            yield (
                place,
                {
                    "recognitionStatus": segment.get("RecognitionStatus"),
                    "channel": channel if channel is not None or len(files) < 2 else index,
                    "speaker": segment.get("SpeakerId"),
                    "offsetInTicks": segment.get("Offset"),
                    "durationInTicks": segment.get("Duration"),
                    "nBest": [{form: best.get(form[0].upper() + form[1:]) for form in FORMS} | {"itn": best.get("ITN")}
                              for best in objects(segment, "NBest")],
                },
            )  # fmt: skip


def _recording(value: Mapping[str, Any]) -> str | None:
    """The name of the recording, where the file says it; the first versions named channels ``Channel.0.wav``."""
    names = [
        text_at(file, "AudioFileUrl") or text_at(file, "AudioFileName") for file in objects(value, "AudioFileResults")
    ]
    return file_stem(value.get("source")) or (file_stem(names[0]) if len(names) == 1 and _is_name(names[0]) else None)


def _is_name(name: str | None) -> bool:
    return name is not None and not name.startswith("Channel.")


def _sides(phrases: Iterable[Mapping[str, Any]]) -> Literal["channels", "speakers"]:
    return "channels" if len({label(phrase.get("channel")) for phrase in phrases}) > 1 else "speakers"


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

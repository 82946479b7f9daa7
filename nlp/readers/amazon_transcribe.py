"""Amazon Transcribe without analytics: speaker labels, channel labels, or neither.

Structure: docs.aws.amazon.com/transcribe/latest/dg/how-input (output). Files of since 2024 have ``audio_segments``,
which are turns in the vendor's own words; older ones have ``items`` (words and punctuation marks, times as text) and
say beside them who spoke when. Channels stand one after the other and are put in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, number, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, turns_of
from nlp.set_aside import SetAside

NAME = "Amazon Transcribe"


def recognises(source: Source) -> float:
    """``results.transcripts`` is a list, as in no other vendor's file."""
    lists = [isinstance(under(source.value, "results", key), list) for key in ("transcripts", "items")]
    return 1.0 if all(lists) else 0.8 if any(lists) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file."""
    results = under(source.value, "results")
    if not isinstance(results, Mapping):
        status = text_at(source.value, "status")
        yield source.aside(f"has no results{f' (status {status})' if status else ''}", "results")
        return
    gathering = Gathering(source, "results")
    if listed(results, "audio_segments"):
        _segments(gathering, results)
    else:
        _items(gathering, results)
    gathering.in_time_order()
    yield gathering.complete(
        Transcript(
            call_id=identifier(under(source.value, "jobName")) or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=identifier(results.get("language_code")),
            metadata=facts(content="redacted" if under(source.value, "isRedacted") is True else None),
            sides=_sides(results),
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``audio_segments`` where there are any; else of ``items``, those of channels counted once."""
    if segments := elements(source.raw, "audio_segments"):
        return segments
    in_channels, in_segments = elements(source.raw, "channels", "items"), elements(source.raw, "segments", "items")
    return in_channels or elements(source.raw, "items") - in_segments


def _sides(results: Mapping[str, Any]) -> Literal["channels", "speakers"]:
    return "channels" if "channel_labels" in results else "speakers"


def _segments(gathering: Gathering, results: Mapping[str, Any]) -> None:
    for place, segment in gathering.entries(results, "audio_segments"):
        who = label(segment.get("speaker_label")) or label(segment.get("channel_label"))
        start, end = number(segment.get("start_time")), number(segment.get("end_time"))
        gathering.say(place, who, segment.get("transcript"), start, end)


def _items(gathering: Gathering, results: Mapping[str, Any]) -> None:
    channels = [channel for channel in objects(results, "channel_labels", "channels") if listed(channel, "items")]
    if not channels:
        words = _placed(_words(gathering, results, "", ""), results)
        gathering.say_each("items", turns_of(words, by_ear=not any(word.label.startswith("ch_") for word in words)))
        return
    said: list[Word] = []
    for index, channel in enumerate(channels):
        who = label(channel.get("channel_label")) or f"ch_{index}"
        said += _words(gathering, channel, who, f"channel_labels.channels[{index}]")
    gathering.say_each("channel_labels", turns_of(said, by_ear=False))


def _words(gathering: Gathering, holder: Mapping[str, Any], who: str, at: str) -> list[Word]:
    """The words of a list of items, each with the punctuation that follows it."""
    words: list[Word] = []
    for place, item in gathering.entries(holder, "items", at):
        content = next((text_at(said, "content") for said in objects(item, "alternatives")), None)
        if content is None:
            gathering.lose(place, "has no content", item)
        elif item.get("type") == "punctuation" and words:
            last = words[-1]
            words[-1] = replace(last, text=last.text + content, entries=last.entries + 1)
        else:
            mine = who or label(item.get("speaker_label")) or label(item.get("channel_label"))
            words.append(Word(content, mine, number(item.get("start_time")), number(item.get("end_time"))))
    return words


def _placed(words: Sequence[Word], results: Mapping[str, Any]) -> list[Word]:
    """``words`` with their speaker and segment, which the speaker labels know by the time when a word begins."""
    known: dict[float, tuple[str, int]] = {}
    for index, segment in enumerate(objects(results, "speaker_labels", "segments")):
        who = label(segment.get("speaker_label"))
        for item in objects(segment, "items"):
            if (start := number(item.get("start_time"))) is not None:
                known[start] = (label(item.get("speaker_label")) or who, index)
    placed, part = [], 0
    for word in words:
        who, part = known.get(word.start, (word.label, part)) if word.start is not None else (word.label, part)
        placed.append(replace(word, label=word.label or who, part=part))
    return placed

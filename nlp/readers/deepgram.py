"""Deepgram: pre-recorded audio, with channels, speakers, utterances or none of them.

Structure: developers.deepgram.com/reference, ``ListenV1Response``, where nearly everything is there only if it was
asked for. Turns are the utterances where there are any, else the paragraphs, else what the words show, else a channel's
whole transcript. An utterance can hold words of two speakers and is cut there. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements, sizes
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, listed, number, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, parted, several_speakers, turns_of
from nlp.set_aside import SetAside

NAME = "Deepgram"


def recognises(source: Source) -> float:
    """It has results with channels, which have alternatives."""
    channels = objects(source.value, "results", "channels")
    return 1.0 if any(isinstance(channel.get("alternatives"), list) for channel in channels) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file; its id is the file's name, as the vendor's own is that of a request."""
    results = under(source.value, "results")
    if not isinstance(results, Mapping):
        yield source.aside("an object with channels was to be here", "results")
        return
    gathering = Gathering(source, "results")
    by_channel = len(listed(results, "channels")) > 1
    if listed(results, "utterances"):
        _utterances(gathering, results, by_channel)
    else:
        _channels(gathering, results, by_channel)
    if by_channel:
        gathering.in_time_order()
    languages = (identifier(channel.get("detected_language")) for channel in objects(results, "channels"))
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=next((language for language in languages if language), None),
            metadata=facts(
                request_id=text_at(source.value, "metadata", "request_id"),
                transcribed_at=text_at(source.value, "metadata", "created"),
            ),
            sides="channels" if by_channel else "speakers",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``utterances``, else of the lists of paragraphs, else of words, else of channels.

    None where alternatives repeat each other.
    """
    if utterances := elements(source.raw, "utterances"):
        return utterances
    if any(size > 1 for size in sizes(source.raw, "channels", "alternatives")):
        return None
    ways = ("paragraphs", "words", "alternatives")
    return next((found for way in ways if (found := elements(source.raw, "channels", way))), 0)


def _label(spoken: Mapping[str, Any], channel: str, by_channel: bool) -> str:
    """The channel where there are several, each of which is one side of the call; else the speaker."""
    return channel if by_channel else label(spoken.get("speaker"))


def _utterances(gathering: Gathering, results: Mapping[str, Any], by_channel: bool) -> None:
    cut = 0
    for place, utterance in gathering.entries(results, "utterances"):
        channel = label(utterance.get("channel"))
        who, text = _label(utterance, channel, by_channel), utterance.get("transcript")
        start, end = number(utterance.get("start")), number(utterance.get("end"))
        if isinstance(text, str) and not by_channel and several_speakers(utterance):
            pieces = parted(text, _words(utterance, channel, by_channel), who)
            cut += 1
            gathering.say_each(place, pieces)
        else:
            gathering.say(place, who, text, start, end)
    if cut:
        gathering.note(f"utterances with words of several speakers, cut where the speaker changes: {cut}")


def _channels(gathering: Gathering, results: Mapping[str, Any], by_channel: bool) -> None:
    """By the best that any channel has: a channel of silence has nothing."""
    best = {
        f"channels[{index}].alternatives[0]": (label(index), said if isinstance(said, Mapping) else {})
        for index, channel in enumerate(listed(results, "channels"))
        for said in listed(channel, "alternatives")[:1]
    }
    if any(listed(said, "paragraphs", "paragraphs") for _, said in best.values()):
        for place, (channel, said) in best.items():
            _paragraphs(gathering, place, said, channel, by_channel)
    elif any(listed(said, "words") for _, said in best.values()):
        words: list[Word] = []
        for place, (channel, said) in best.items():
            kept = [word for _, word in gathering.entries(said, "words", place)]
            words += _words({"words": kept}, channel, by_channel)
        gathering.say_each("channels", turns_of(words, by_ear=not by_channel))
    else:
        for place, (channel, said) in best.items():
            gathering.say(place, channel if by_channel else "", said.get("transcript"), None, None)


def _paragraphs(gathering: Gathering, at: str, said: Mapping[str, Any], channel: str, by_channel: bool) -> None:
    if not listed(said, "paragraphs", "paragraphs") and (transcript := text_at(said, "transcript")):
        gathering.lose(at, "has no paragraphs, as other channels do", transcript, len(listed(said, "paragraphs")))
        return
    for place, paragraph in gathering.entries(said.get("paragraphs"), "paragraphs", f"{at}.paragraphs"):
        sentences = [text_at(sentence, "text") for sentence in objects(paragraph, "sentences")]
        text = " ".join(sentence for sentence in sentences if sentence) if any(sentences) else None
        start, end = number(paragraph.get("start")), number(paragraph.get("end"))
        gathering.say(place, _label(paragraph, channel, by_channel), text, start, end)


def _words(holder: Mapping[str, Any], channel: str, by_channel: bool) -> list[Word]:
    return [
        Word(
            text_at(word, "punctuated_word") or text_at(word, "word") or "",
            _label(word, channel, by_channel),
            number(word.get("start")),
            number(word.get("end")),
        )
        for word in objects(holder, "words")
    ]

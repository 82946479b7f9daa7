"""Speechmatics: json-v2, as batch and on-premises write it, and the JSON of its first version.

Structure: docs.speechmatics.com, the transcript's schema. The vendor has words and marks and no turns: a turn is made
of words up to the next speaker's, or of a channel's up to its pause. A mark says by ``attaches_to`` which word it
belongs to. ``UU`` is a speaker who was not told, whose words stay with those before them. In the first version times
are text, a mark is a word of its own, and ``speakers`` says from when on who speaks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, file_stem, identifier, label, number, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, turns_of
from nlp.set_aside import SetAside

NAME = "Speechmatics"

UNTOLD = "UU"
MARKS = frozenset(".,?!;:")


def recognises(source: Source) -> float:
    """Results of words and marks with their content; or words with a name and a time, of the first version."""
    for result in objects(source.value, "results"):
        best = next(objects(result, "alternatives"), {})
        if "content" in best and {"type", "start_time", "end_time"} & result.keys():
            return 1.0
    first = next(objects(source.value, "words"), {})
    return 1.0 if {"name", "time", "duration"} <= first.keys() else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file, under the name that the job gave it."""
    value = source.value
    if not recognises(source):
        yield source.aside("a list of words was to be here", "results")
        return
    gathering = Gathering(source)
    is_first = not isinstance(under(value, "results"), list)
    words = _first_words(gathering, value) if is_first else _words(gathering, value)
    by_channel = not is_first and any(label(result.get("channel")) for result in objects(value, "results"))
    gathering.say_each("words" if is_first else "results", turns_of(words, by_ear=not by_channel))
    name = text_at(value, "job", "data_name") or text_at(value, "job", "name")
    language = text_at(value, "metadata", "transcription_config", "language") or text_at(value, "job", "lang")
    yield gathering.complete(
        Transcript(
            call_id=file_stem(name) or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=identifier(language),
            metadata=facts(job=under(value, "job", "id"), seconds=number(under(value, "job", "duration"))),
            sides="channels" if by_channel else "speakers",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``results``, or of the first version's ``words``."""
    return elements(source.raw, "results") or elements(source.raw, "words")


def _words(gathering: Gathering, value: Mapping[str, Any]) -> list[Word]:
    """The words with the marks that are attached to them."""
    words: list[Word] = []
    ahead: Word | None = None
    for place, result in gathering.entries(value, "results"):
        best = next(objects(result, "alternatives"), {})
        content = text_at(best, "content")
        if result.get("type") == "speaker_change":
            gathering.pass_over("a change of speakers")
        elif content is None:
            gathering.lose(place, "has no content", result)
        else:
            word = Word(content, _who(result, best), number(result.get("start_time")), number(result.get("end_time")))
            attached = result.get("attaches_to")
            if attached in ("previous", "both") and words and ahead is None:
                words[-1] = _joined(words[-1], word)
            elif attached == "next":
                ahead = word if ahead is None else _joined(ahead, word)
            else:
                words.append(word if ahead is None else _after(ahead, word))
                ahead = None
    return words if ahead is None else [*words, ahead]


def _who(result: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    who = label(result.get("channel")) or label(best.get("speaker"))
    return "" if who == UNTOLD else who


def _joined(word: Word, mark: Word) -> Word:
    return replace(word, text=word.text + mark.text, entries=word.entries + mark.entries)


def _after(mark: Word, word: Word) -> Word:
    return replace(word, text=mark.text + word.text, entries=word.entries + mark.entries)


def _first_words(gathering: Gathering, value: Mapping[str, Any]) -> list[Word]:
    spans = sorted((begun, label(each.get("name"))) for each in objects(value, "speakers")
                   if (begun := number(each.get("time"))) is not None)  # fmt: skip
    begins = [begun for begun, _ in spans]
    words: list[Word] = []
    for place, each in gathering.entries(value, "words"):
        content, start, lasts = text_at(each, "name"), number(each.get("time")), number(each.get("duration"))
        if content is None:
            gathering.lose(place, "has no name", each)
            continue
        at = bisect_right(begins, start) - 1 if start is not None else -1
        end = None if start is None or lasts is None else round(start + lasts, 3)
        word = Word(content, spans[at][1] if at >= 0 else "", start, end)
        if content in MARKS and words:
            words[-1] = _joined(words[-1], word)
        else:
            words.append(word)
    return words

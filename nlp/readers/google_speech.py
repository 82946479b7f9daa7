"""Google Speech-to-Text, v1 and v2: what the service answers, and what it writes to Cloud Storage.

Structure: cloud.google.com/speech-to-text, ``SpeechRecognitionResult`` of both versions. A turn is the first
alternative of a result, cut where its words change speaker. With speakers, v1 says in its last result whose each word
of the whole recording was: that result repeats the others and is no turn beyond its own transcript. Results without
alternatives occur. Times are ``startTime`` (v1) and ``startOffset`` (v2), as ``"1.200s"`` or as client libraries dump
them, whose keys may be in snake case; a time of zero may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import (
    camel_keys,
    facts,
    file_stem,
    identifier,
    label,
    listed,
    objects,
    proto_duration,
    text_at,
    under,
)
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, parted, with_labels
from nlp.set_aside import SetAside

NAME = "Google Speech-to-Text"

STARTS = ("startTime", "startOffset")
ENDS = ("endTime", "endOffset")
WATSON = ("result_index", "speaker_labels")
"""Keys that IBM Watson writes beside results of the same shape."""


def recognises(source: Source) -> float:
    """It has results with alternatives, which have a transcript or words."""
    if isinstance(source.value, Mapping) and source.value.keys() & set(WATSON):
        return 0.0
    for _, _, results in _recordings(source.value):
        if any(result.keys() & set(WATSON) for result in objects(results, "results")):
            return 0.0
        for said in objects(results, "results"):
            if any(
                "transcript" in alternative or "words" in alternative for alternative in objects(said, "alternatives")
            ):
                return 1.0
    return 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The recordings of the document: one, or in the answer to a v2 batch request one for each address."""
    recordings = list(_recordings(camel_keys(source.value)))
    if not recordings:
        yield source.aside("a list of results was to be here", "results")
    for address, place, results in recordings:
        yield _recording(source, place, results, file_stem(address))


def count(source: Source) -> int | None:
    """The elements of ``results``. None for a batch's answer, where results lie in results."""
    return elements(source.raw, "results") if isinstance(under(_whole(source.value), "results"), list) else None


def _whole(value: Any) -> Any:
    """The answer itself: a long-running operation has it inside."""
    return under(value, "response") if isinstance(under(value, "response"), Mapping) else value


def _recordings(value: Any) -> Iterator[tuple[str | None, str, Mapping[str, Any]]]:
    """Each recording's address where it has one, the place of its results, and what holds them."""
    whole = _whole(value)
    results = under(whole, "results")
    if isinstance(results, list):
        yield None, "", whole
    for address, answer in results.items() if isinstance(results, Mapping) else ():
        for inside in (under(answer, "transcript"), under(answer, "inlineResult", "transcript")):
            if isinstance(under(inside, "results"), list):
                yield address, f"results[{address!r}]", inside
                break


def _recording(source: Source, at: str, holder: Mapping[str, Any], name: str | None) -> Transcript | SetAside:
    gathering = Gathering(source, at)
    by_channel = len({label(result.get("channelTag")) for result in objects(holder, "results")}) > 1
    repeating = _repeating(holder)
    repeated = _Repeated(list(_words(repeating)))
    for place, result in gathering.entries(holder, "results"):
        best = next(objects(result, "alternatives"), None)
        if best is None:
            gathering.pass_over("a result without alternatives")
        elif best is repeating and "transcript" not in best:
            gathering.pass_over("the result that repeats all words with their speakers")
        else:
            text = text_at(best, "transcript") or ""
            words = repeated.last(text) if best is repeating else repeated.owned(text, list(_words(best)))
            _say(gathering, place, result, best.get("transcript"), words, by_channel)
    if by_channel:
        gathering.in_time_order()
    languages = [identifier(result.get("languageCode")) for result in objects(holder, "results")]
    return gathering.complete(
        Transcript(
            call_id=name or source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            language=next((language for language in languages if language), None),
            metadata=facts(request_id=under(holder, "requestId") or under(holder, "metadata", "requestId")),
            sides="channels" if by_channel else "speakers",
        )
    )


def _say(
    gathering: Gathering, place: str, result: Mapping[str, Any], text: Any, words: Sequence[Word], by_channel: bool
) -> None:
    who = label(result.get("channelTag")) if by_channel else ""
    end = proto_duration(result.get("resultEndTime") or result.get("resultEndOffset"))
    if not isinstance(text, str) or not words:
        gathering.say(place, who, text, None, end)
    else:
        gathering.say_each(place, parted(text, [replace(w, label="") for w in words] if by_channel else words, who))


def _repeating(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The alternative that repeats all words with their speakers, empty where there is none: the last result's, where
    it has speakers and no transcript, or where an earlier one has words without."""
    best = [next(objects(result, "alternatives"), {}) for result in objects(holder, "results")]
    last, earlier = best[-1] if best else {}, best[:-1]
    if not _tagged(last):
        return {}
    return last if "transcript" not in last or any(listed(b, "words") and not _tagged(b) for b in earlier) else {}


class _Repeated:
    """The words of the whole recording with their speakers, from which each result gets its own."""

    def __init__(self, words: list[Word]) -> None:
        self._words, self._at = words, 0
        self._owners = {(word.text, word.start): word.label for word in words if word.label}

    def owned(self, text: str, words: list[Word]) -> list[Word]:
        """``words`` with their speakers; where a result has no words, the next ones that ``text`` can be made of."""
        taken = list(_covering(islice(self._words, self._at, None), text))
        self._at += len(taken)
        return with_labels(words, self._owners) if words else taken

    def last(self, text: str) -> list[Word]:
        """The last words that ``text`` can be made of."""
        return list(_covering(reversed(self._words), text))[::-1]


def _covering(words: Iterable[Word], text: str) -> Iterator[Word]:
    """The first ``words`` that come to as many letters as ``text`` has."""
    left = len("".join(text.split()))
    for word in words:
        if left <= 0:
            return
        left -= len(word.text)
        yield word


def _words(best: Mapping[str, Any]) -> Iterator[Word]:
    for word in objects(best, "words"):
        start, end = _time(word, STARTS), _time(word, ENDS)
        text = text_at(word, "word")
        if text is not None:
            yield Word(text, _speaker(word), 0.0 if start is None and end is not None else start, end)


def _time(word: Mapping[str, Any], keys: Sequence[str]) -> float | None:
    return next((proto_duration(word[key]) for key in keys if key in word), None)


def _speaker(word: Mapping[str, Any]) -> str:
    return label(word.get("speakerLabel")) or label(word.get("speakerTag")) if _names_speaker(word) else ""


def _names_speaker(word: Mapping[str, Any]) -> bool:
    return bool(word.get("speakerLabel")) or word.get("speakerTag") not in (None, 0, "0")


def _tagged(best: Mapping[str, Any]) -> bool:
    return any(_names_speaker(word) for word in objects(best, "words"))

"""IBM Watson Speech to Text: what a recognition answers, and the result of a job.

Structure: cloud.ibm.com/apidocs/speech-to-text, ``SpeechRecognitionResults``, of which a job's result is a list. A turn
is the best alternative of a result, cut where its words change speaker. Whose a word is stands beside the results, by
the second when the word begins. Words that were not understood stay as the vendor marks them (``%HESITATION``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import sizes
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, label, listed, number, objects, text_at
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, parted
from nlp.set_aside import SetAside

NAME = "IBM Watson Speech to Text"


def recognises(source: Source) -> float:
    """Results of alternatives with a transcript, beside what only Watson writes there."""
    for _, holder in _holders(source.value):
        for result in objects(holder, "results"):
            best = next(objects(result, "alternatives"), {})
            own = {"result_index", "speaker_labels"} & holder.keys() or "final" in result or "timestamps" in best
            if "transcript" in best and own:
                return 1.0
    return 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file."""
    holders = list(_holders(source.value))
    if not holders:
        yield source.aside("a list of results was to be here", "results")
        return
    gathering = Gathering(source)
    for at, holder in holders:
        speakers = _speakers(holder)
        for place, result in gathering.entries(holder, "results", at):
            if result.get("final") is False:
                gathering.pass_over("a result that another took the place of")
            else:
                _say(gathering, place, next(objects(result, "alternatives"), {}), speakers)
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            channel="phone",
            metadata=facts(job=text_at(source.value, "id"), transcribed_at=text_at(source.value, "created")),
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``results``; where a job's results lie in results, of the inner ones."""
    found = sizes(source.raw, "results")
    return sum(found[:-1]) if len(found) > 1 else sum(found)


def _holders(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What has results, and where it lies: the answer itself, or each of a job's."""
    results = [each for each in objects(value, "results") if isinstance(each.get("results"), list)]
    if not results and listed(value, "results"):
        yield "", value
    for index, each in enumerate(results):
        yield f"results[{index}]", each


def _speakers(holder: Mapping[str, Any]) -> dict[float, str]:
    """Whose the word is that begins at a second."""
    begins = ((number(each.get("from")), label(each.get("speaker"))) for each in objects(holder, "speaker_labels"))
    return {begin: who for begin, who in begins if begin is not None}


def _say(gathering: Gathering, place: str, best: Mapping[str, Any], speakers: Mapping[float, str]) -> None:
    text = best.get("transcript")
    words = list(_words(best, speakers))
    if isinstance(text, str) and words:
        gathering.say_each(place, parted(text, words, ""))
    else:
        gathering.say(place, "", text, None, None)


def _words(best: Mapping[str, Any], speakers: Mapping[float, str]) -> Iterator[Word]:
    for stamp in listed(best, "timestamps"):
        if isinstance(stamp, list) and len(stamp) == 3 and isinstance(stamp[0], str):
            start, end = number(stamp[1]), number(stamp[2])
            yield Word(stamp[0], "" if start is None else speakers.get(start, ""), start, end)

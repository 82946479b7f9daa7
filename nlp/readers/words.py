"""Words with times and speakers into turns, where a vendor has words and its turns are missing or hold two speakers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.readers.parts import label, objects
from nlp.readers.vendor import Speech

PAUSE = 1.0
"""Seconds of silence on a channel after which its next word begins a new turn."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the vendor writes it, its punctuation with it. ``label`` is empty where nobody says whose it is.

    ``part`` tells the vendor's own stretches of speech apart, where it has such; ``entries`` as in ``Speech``.
    """

    text: str
    label: str = ""
    start: float | None = None
    end: float | None = None
    part: int = 0
    entries: int = 1


def several_speakers(holder: Mapping[str, Any]) -> bool:
    """Whether the words of an utterance or segment name more than one ``speaker``."""
    return len({who for word in objects(holder, "words") if (who := label(word.get("speaker")))}) > 1


def parted(text: str, words: Sequence[Word], who: str) -> list[Speech]:
    """``text`` as one speech, or cut where the speaker of its ``words`` changes, lest anybody is given another's words.

    A word without a speaker goes with the one before it. The parts are slices of ``text``; where the words cannot be
    found in it, they are joined by spaces instead. ``who`` counts where no word has a speaker.
    """
    runs = list(_runs(words, who))
    if len(runs) < 2:
        return [Speech(runs[0][0].label if runs and runs[0][0].label else who, text, *_span(words))]
    slices = _slices(text, runs) or [" ".join(word.text for word in run) for run in runs]
    return [
        Speech(run[0].label, piece, *_span(run), entries=1 if index == 0 else 0)
        for index, (run, piece) in enumerate(zip(runs, slices, strict=True))
    ]


def turns_of(words: Sequence[Word], *, by_ear: bool) -> list[Speech]:
    """Turns of words that a vendor gives without any.

    Speakers told apart ``by_ear`` take turns: a turn ends where the next word is another's, or in the vendor's next
    stretch. Recorded channels overlap: a channel's turn ends at a pause of a second, or where the other side says
    something in between.
    """
    runs = list(_runs(words, "")) if by_ear else list(_channel_runs(words))
    speeches = [
        Speech(run[0].label, spaced(run), *_span(run), entries=sum(word.entries for word in run)) for run in runs
    ]
    return speeches if by_ear else sorted(speeches, key=lambda speech: speech.start or 0.0)


def spaced(words: Sequence[Word]) -> str:
    """The words with a space between each two."""
    return " ".join(word.text for word in words)


def with_labels(words: Sequence[Word], known: dict[tuple[str, float | None], str]) -> list[Word]:
    """``words`` with the speakers that stand elsewhere in the document, by the word and its start."""
    return [word if word.label else replace(word, label=known.get((word.text, word.start), "")) for word in words]


def _runs(words: Sequence[Word], who: str) -> Iterator[list[Word]]:
    run: list[Word] = []
    current = next((word.label for word in words if word.label), who)
    for word in words:
        another = bool(word.label) and word.label != current
        if run and (another or word.part != run[-1].part):
            yield run
            run = []
        current = word.label or current
        run.append(word if word.label == current else replace(word, label=current))
    if run:
        yield run


def _channel_runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    sides: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        sides[word.label].append(word)
    starts = {side: sorted(w.start for w in said if w.start is not None) for side, said in sides.items()}
    for side, said in sides.items():
        others = [times for other, times in starts.items() if other != side]
        run: list[Word] = []
        for word in said:
            if run and _breaks(run[-1], word, others):
                yield run
                run = []
            run.append(word)
        yield run


def _breaks(before: Word, word: Word, others: Sequence[Sequence[float]]) -> bool:
    if before.end is None or word.start is None:
        return False
    if word.start - before.end >= PAUSE:
        return True
    return any(_one_between(times, before.end, word.start) for times in others)


def _one_between(times: Sequence[float], low: float, high: float) -> bool:
    at = bisect_left(times, low)
    return at < len(times) and times[at] < high


def _slices(text: str, runs: Sequence[Sequence[Word]]) -> list[str] | None:
    begins, at = [], 0
    for run in runs:
        for index, word in enumerate(run):
            found = text.find(word.text, at)
            if found < 0 or not word.text:
                return None
            if index == 0:
                begins.append(found)
            at = found + len(word.text)
    ends = [*begins[1:], len(text)]
    begins[0] = 0
    return [
        text[begin:end].rstrip() if end < len(text) else text[begin:] for begin, end in zip(begins, ends, strict=True)
    ]


def _span(words: Sequence[Word]) -> tuple[float | None, float | None]:
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    return (min(starts) if starts else None, max(ends) if ends else None)

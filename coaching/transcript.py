"""A call as a reviewer reads it: turn by turn, the quote and the cue marked, the agent's words countable one by one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coaching.plan import PlanItem
from coaching.showing import Mark, clock, shown_text, visible
from models.evidence import Pick
from nlp.call import Call
from nlp.redact import Masked, mask_private, names_of
from nlp.utterance import Utterance

WORD = re.compile(r"\S+")
"""What ``str.split`` takes for a word."""
NAMED_IN, AROUND = 16, 4
"""Turns in which names are looked for that are masked in others too: of the call's beginning, and before a turn."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Words that are shown as one: a word, or several behind one mask. ``first`` and ``last`` count the turn's words.

    ``before`` is the space that stands before them.
    """

    first: int
    last: int
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a turn that is marked in one way."""

    mark: Mark
    words: tuple[Shown, ...]

    @property
    def text(self) -> str:
        return "".join(word.before + word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn of the call. ``turn`` counts from 0."""

    turn: int
    speaker: str
    clock: str
    stretches: tuple[Stretch, ...]

    def has(self, mark: Mark) -> bool:
        return any(stretch.mark == mark for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a call: each a turn, a start and an end in characters."""

    quote: tuple[int, int, int] | None = None
    cue: tuple[int, int, int] | None = None

    @classmethod
    def of(cls, pick: Pick) -> Marks:
        quote = None
        if pick.turn is not None and pick.start is not None and pick.end is not None:
            quote = (pick.turn, pick.start, pick.end)
        return cls(quote, (pick.cue.turn, pick.cue.start, pick.cue.end) if pick.cue else None)


def spoken_turns(call: Call, marks: Marks, redacted: bool, first: int = 0, last: int | None = None) -> list[Spoken]:
    """The turns of a call from ``first`` to before ``last``, marked; what is private is masked where ``redacted``."""
    stop = len(call.turns) if last is None else min(last, len(call.turns))
    return [
        Spoken(
            n,
            call.turns[n].speaker,
            clock(call.turns[n].start),
            tuple(_stretches(_masked_turn(call, n, redacted), marks, n)),
        )
        for n in range(max(0, first), stop)
    ]


def words_between(call: Call, turn: int, first: int, last: int) -> Utterance:
    """The words of a turn from the ``first`` to the ``last`` one, counted from 0: a slice, to the letter.

    Raises NotASlice where there are no such words, or over 39.
    """
    words = list(WORD.finditer(call.turns[turn].text)) if 0 <= turn < len(call.turns) else []
    if not 0 <= first <= last < len(words):
        return Utterance.of(call, turn, -1, -1)
    return Utterance.of(call, turn, words[first].start(), words[last].end())


def shown_quote(item: PlanItem, redacted: bool) -> str:
    """An item's quote as it may be shown, masked as it is in its turn."""
    pick = item.evidence
    turn = next((one for one in item.context if one.turn == pick.turn), None)
    if turn is None or pick.start is None or pick.end is None:
        return shown_text(pick.quote, redacted)
    before = [one for one in item.context if one.turn < turn.turn and one.speaker != turn.speaker]
    asked = before[-1].text if before else ""
    masked = mask_private(turn.text, asked) if redacted else Masked(turn.text, ())
    return visible(masked.show(pick.start, pick.end))


def shown_slice(call: Call, turn: int, start: int, end: int, redacted: bool) -> str:
    """A slice of a turn as it may be shown."""
    return visible(_masked_turn(call, turn, redacted).show(start, end))


def _masked_turn(call: Call, n: int, redacted: bool) -> Masked:
    """A turn with its masks: what the other speaker asked for last is private in it, and who was named before."""
    if not redacted:
        return Masked(call.turns[n].text, ())
    return mask_private(call.turns[n].text, _asked(call, n), _names(call, n))


def _names(call: Call, n: int) -> frozenset[str]:
    """The names that were said where people say who they are: in the call's first turns, and just before turn ``n``."""
    named = sorted({*range(min(NAMED_IN, len(call.turns))), *range(max(0, n - AROUND), n)})
    return names_of(mask_private(call.turns[one].text, _asked(call, one)) for one in named)


def _asked(call: Call, n: int) -> str:
    """The last words of the other speaker before a turn."""
    speaker = call.turns[n].speaker
    return next((call.turns[one].text for one in range(n - 1, -1, -1) if call.turns[one].speaker != speaker), "")


def _stretches(turn: Masked, marks: Marks, n: int) -> Iterator[Stretch]:
    spans: list[tuple[Mark, tuple[int, int, int]]] = []
    spans += [("quote", marks.quote)] if marks.quote and marks.quote[0] == n else []
    spans += [("cue", marks.cue)] if marks.cue and marks.cue[0] == n else []
    edges = sorted({0, len(turn.raw), *(edge for _, span in spans for edge in span[1:] if edge <= len(turn.raw))})
    starts = [word.start() for word in WORD.finditer(turn.raw)]
    for start, end in pairwise(edges):
        mark: Mark = next((mark for mark, span in spans if span[1] <= start and end <= span[2]), "")
        yield Stretch(mark, tuple(_words(turn, starts, start, end)))


def _words(turn: Masked, starts: Sequence[int], start: int, end: int) -> Iterator[Shown]:
    """The words between two characters, each with the space before it. Those behind one mask are one."""
    here, pending = start, None
    for word in WORD.finditer(turn.raw, start, end):
        number, before = bisect_right(starts, word.start()) - 1, turn.raw[here : word.start()]
        if pending is not None and _behind_one_mask(turn, pending[2], word.start()):
            pending = (pending[0], number, word.end(), pending[3], pending[4])
        else:
            if pending is not None:
                yield _shown(turn, pending)
            pending = (number, number, word.end(), word.start(), before)
        here = word.end()
    if pending is not None:
        yield _shown(turn, pending)
    if turn.raw[here:end]:
        yield Shown(-1, -1, "", visible(turn.raw[here:end]))


def _behind_one_mask(turn: Masked, end: int, start: int) -> bool:
    return any(mask.start < end and start < mask.end for mask in turn.masks)


def _shown(turn: Masked, word: tuple[int, int, int, int, str]) -> Shown:
    first, last, end, start, before = word
    return Shown(first, last, visible(turn.show(start, end)), visible(before))

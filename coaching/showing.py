"""Turns as they are shown: the quote and the cue marked, and what is private masked unless it is asked for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from coaching.plan import PlanItem
from nlp.redact import Mask, Masked, mask_private, names_of

Mark = Literal["", "quote", "cue"]
Stretch = tuple[int, int, Mark]

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
    "|(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+"
)
"""Control characters, marks of direction, tags outside a flag: they could hide or turn round what a reader sees."""
LONG = 700
"""Characters of a turn beside the quote, beyond which its far end is left out."""
SAID_BACK = re.compile(r"(?<=\(here: ).*(?=\)$)", re.DOTALL)
"""Where a reason repeats the value that was refused."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn that is shown in one way."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn beside or with the quote. ``clock`` is minutes and seconds into the call, empty without times.

    ``apart`` is a turn that stands further up in the call than the ones after it, or of which only a part is known.
    """

    speaker: str
    clock: str
    pieces: tuple[Piece, ...]
    apart: bool = False

    def has(self, mark: Mark) -> bool:
        return any(piece.mark == mark for piece in self.pieces)


def shown_context(item: PlanItem, redacted: bool) -> list[ShownTurn]:
    """The turns of an item's context, marked. A cue or a quote that is not among them stands apart, in its place."""
    pick, turns = item.evidence, _turns(item, redacted)
    shown = []
    for turn, masked in zip(item.context, turns, strict=True):
        pieces = _pieces(masked, _stretches(item, turn.turn, turn.text))
        shown.append(ShownTurn(turn.speaker, clock(turn.start_s), pieces))
    if pick.cue is not None and not any(turn.has("cue") for turn in shown):
        shown.insert(0, _apart(pick.cue.speaker, pick.cue.quote, "cue", "", redacted))
    if pick.status == "found" and not any(turn.has("quote") for turn in shown):
        shown.append(_apart("agent", pick.quote, "quote", clock(pick.start_s), redacted))
    return shown


def shown_words(item: PlanItem, words: str, redacted: bool) -> str:
    """Words from the item's call. Where they stand in its context they are masked as they are there."""
    for turn in _turns(item, redacted):
        start = turn.raw.find(words)
        if start >= 0:
            return visible(turn.show(start, start + len(words)))
    return shown_text(words, redacted)


def masks_in(item: PlanItem, turn: int, start: int, words: str) -> list[Mask]:
    """What of ``words``, which stand at ``start`` of a turn, is masked: characters into the turn's text."""
    masked = {context.turn: shown for context, shown in zip(item.context, _turns(item, True), strict=True)}
    if turn in masked:
        return [mask for mask in masked[turn].masks if mask.start < start + len(words) and mask.end > start]
    return [Mask(one.start + start, one.end + start, one.label) for one in mask_private(words).masks]


def shown_text(text: str, redacted: bool) -> str:
    """A text as it may stand on a page."""
    return visible(_masked(text, redacted).show())


def shown_reason(reason: str, redacted: bool) -> str:
    """Why a record was set aside; of what it repeats from the record, what is private is masked."""
    return visible(SAID_BACK.sub(lambda said: _masked(said[0], redacted).show(), reason))


def visible(text: str) -> str:
    """Every character that cannot be seen becomes one that can; lines end as they do here."""
    return UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


def clock(seconds: float | None) -> str:
    """``83.4`` as 1:23; empty where there is no time."""
    if seconds is None:
        return ""
    whole = int(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // 60}:{whole % 60:02d}"


def slice_digest(item: PlanItem) -> str:
    """sha256 of the raw quote, hex: what a masked page holds in place of the words."""
    return hashlib.sha256(item.evidence.quote.encode()).hexdigest()


def _turns(item: PlanItem, redacted: bool) -> list[Masked]:
    """The context's texts with their masks; what one speaker asks for is private in what the next one says.

    Who is named in one of them is masked in all.
    """
    if not redacted:
        return [Masked(turn.text, ()) for turn in item.context]
    asked = _asked(item)
    known = names_of(mask_private(turn.text, before) for turn, before in zip(item.context, asked, strict=True))
    return [mask_private(turn.text, before, known) for turn, before in zip(item.context, asked, strict=True)]


def _asked(item: PlanItem) -> list[str]:
    """Beside each turn of the context the last words of the other speaker before it."""
    asked, before, speaker, latest = list[str](), "", "", ""
    for turn in item.context:
        if turn.speaker != speaker:
            before, speaker = latest, turn.speaker
        asked.append(before)
        latest = turn.text
    return asked


def _stretches(item: PlanItem, turn: int, text: str) -> list[Stretch]:
    """Where the quote and the cue stand in a turn. What is not there to the letter is not marked."""
    pick, found = item.evidence, list[Stretch]()
    if pick.turn == turn and pick.start is not None and pick.end is not None:
        found.append((pick.start, pick.end, "quote"))
    if pick.cue is not None and pick.cue.turn == turn:
        found.append((pick.cue.start, pick.cue.end, "cue"))
    said = {"quote": pick.quote, "cue": pick.cue.quote if pick.cue else ""}
    return [stretch for stretch in found if text[stretch[0] : stretch[1]] == said[stretch[2]]]


def _pieces(turn: Masked, stretches: list[Stretch]) -> tuple[Piece, ...]:
    """The whole turn in pieces. Where the cue overlaps the quote, the quote is shown."""
    marks: list[Mark] = [""] * len(turn.raw)
    for start, end, mark in sorted(stretches, key=lambda stretch: stretch[2] == "quote"):
        marks[start:end] = [mark] * (end - start)
    pieces, start = [], 0
    for here in range(1, len(marks) + 1):
        if here == len(marks) or marks[here] != marks[start]:
            text = visible(turn.show(start, here))
            whole = marks[start] or len(text) <= LONG
            pieces.append(Piece(text if whole else _shortened(text, start > 0, here < len(marks)), marks[start]))
            start = here
    return tuple(pieces)


def _shortened(text: str, after: bool, before: bool) -> str:
    """A long stretch without its far end: what stands after, before or between what is marked stays near it."""
    head = text[: LONG // 2].rsplit(maxsplit=1)[0] if after or not before else ""
    tail = text[-LONG // 2 :].split(maxsplit=1)[-1] if before else ""
    return f"{head} […] {tail}".strip(" ") if head and tail else f"{head} […]" if head else f"[…] {tail}"


def _apart(speaker: str, words: str, mark: Mark, time: str, redacted: bool) -> ShownTurn:
    return ShownTurn(speaker, time, (Piece(shown_text(words, redacted), mark),), apart=True)


def _masked(text: str, redacted: bool, asked: str = "") -> Masked:
    return mask_private(text, asked) if redacted else Masked(text, ())

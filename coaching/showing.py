"""Turns as they are shown: the quote and the cue marked, and what is private masked unless it is asked for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from coaching.plan import ContextTurn, PlanItem
from nlp.redact import mask_private, redact

Mark = Literal["", "quote", "cue"]

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters and marks of direction: they could hide or turn round what a reader sees."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn that is shown in one way."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn beside or with the quote. ``clock`` is minutes and seconds into the call, empty without times."""

    speaker: str
    clock: str
    pieces: tuple[Piece, ...]


def shown_context(item: PlanItem, redacted: bool) -> list[ShownTurn]:
    """The turns of an item's context, marked; the cue's own turn before them where it is not among them."""
    turns, before = list(item.context), ""
    pick, shown = item.evidence, []
    for turn in turns:
        marks: list[tuple[int, int, Mark]] = []
        if pick.turn == turn.turn and pick.start is not None and pick.end is not None:
            marks.append((pick.start, pick.end, "quote"))
        if pick.cue is not None and pick.cue.turn == turn.turn:
            marks.append((pick.cue.start, pick.cue.end, "cue"))
        shown.append(ShownTurn(turn.speaker, clock(turn.start_s), tuple(_pieces(turn, marks, redacted, before))))
        before = turn.text
    return shown


def shown_cue(item: PlanItem, redacted: bool) -> str:
    """The cue's words where its turn is not in the context, else nothing."""
    cue = item.evidence.cue
    if cue is None or any(turn.turn == cue.turn for turn in item.context):
        return ""
    return shown_text(cue.quote, redacted)


def shown_text(text: str, redacted: bool) -> str:
    """A text as it may stand on a page."""
    return visible(redact(text) if redacted else text)


def visible(text: str) -> str:
    """Every character that cannot be seen becomes one that can."""
    return UNSEEN.sub("\ufffd", text)


def clock(seconds: float | None) -> str:
    """``83.4`` as 1:23; empty where there is no time."""
    if seconds is None:
        return ""
    whole = int(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // 60}:{whole % 60:02d}"


def slice_digest(item: PlanItem) -> str:
    """sha256 of the raw quote, hex: what a masked page holds in place of the words."""
    return hashlib.sha256(item.evidence.quote.encode()).hexdigest()


def _pieces(turn: ContextTurn, marks: list[tuple[int, int, Mark]], redacted: bool, before: str) -> list[Piece]:
    masked = mask_private(turn.text, before) if redacted else None
    pieces, at = [], 0
    for start, end, mark in sorted(marks):
        start = max(start, at)
        pieces += [_piece(turn.text, masked, at, start, ""), _piece(turn.text, masked, start, end, mark)]
        at = max(at, end)
    pieces.append(_piece(turn.text, masked, at, len(turn.text), ""))
    return [piece for piece in pieces if piece.text]


def _piece(text: str, masked: object, start: int, end: int, mark: Mark) -> Piece:
    from nlp.redact import Masked

    words = masked.show(start, end) if isinstance(masked, Masked) else text[start:end]
    return Piece(visible(words) if start < end else "", mark)

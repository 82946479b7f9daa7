"""Whether and when a behaviour was due in a call, in the words that a supervisor would use."""

from __future__ import annotations

from dataclasses import dataclass

from coaching.showing import clock, shown_text
from coaching.wording import counted
from models.evidence import DueWindow, Pick, Said

OF_AN_OMISSION = {
    "met": "It was due, and it seems to have come",
    "not_met": "It was due, and it did not come",
    "no_opportunity": "It seems never to have been due",
}


@dataclass(frozen=True, slots=True)
class DueFact:
    """One thing to know of the opportunity: what it is about, in words, and what was said, where something was.

    ``doubts``: it speaks against the score, so that it is looked at first.
    """

    label: str
    words: str
    quote: str = ""
    doubts: bool = False


def due_facts(pick: Pick, redacted: bool) -> list[DueFact]:
    """What a pick knows of the opportunity, in the order in which one would tell it; empty where it knows nothing.

    Of an omission: whether it was due and came, when, what came in its place where the quote is another sentence, what
    came nearest, and how much was searched. Of the others only what speaks against the score.
    """
    seen = pick.opportunity
    if seen is None or pick.status == "none":
        return []
    doubts = seen.answer in ("met", "no_opportunity")
    if pick.kind != "omission":
        return [DueFact("By the call alone", "Nothing in it reads like failing", doubts=True)] if doubts else []
    facts = []
    if seen.answer is not None:
        facts.append(DueFact("By the call alone", OF_AN_OMISSION[seen.answer], doubts=doubts))
    if seen.window is not None:
        facts.append(DueFact("When it was due", _when(seen.window)))
    if seen.moved_on is not None and not _is_quote(pick, seen.moved_on):
        facts.append(_said("What came there instead", seen.moved_on, redacted))
    if seen.nearest_miss is not None:
        facts.append(_said("What came nearest to it", seen.nearest_miss, redacted))
    else:
        facts.append(DueFact("What came nearest to it", "Nothing that the agent said came near it"))
    facts.append(DueFact("Searched", f"{counted(seen.searched, 'sentence')} by the agent, the whole call"))
    return facts


def _when(window: DueWindow) -> str:
    """``Turns 2 to 4, from 0:12 to 0:31: 3 sentences by the agent``; turns count from 0, as everywhere."""
    first, last = window.first_turn, window.last_turn
    turns = f"Turn {first}" if first == last else f"Turns {first} to {last}"
    start, end = clock(window.start_s), clock(window.end_s)
    times = f", from {start} to {end}" if start and end else ""
    return f"{turns}{times}: {counted(window.sentences, 'sentence')} by the agent"


def _said(label: str, one: Said, redacted: bool) -> DueFact:
    return DueFact(label, f"turn {one.turn}", shown_text(one.quote, redacted))


def _is_quote(pick: Pick, one: Said) -> bool:
    return (pick.turn, pick.start, pick.end) == (one.turn, one.start, one.end)

"""Words made unreadable so that all that counts on them still holds: offsets, lengths, numbers of words, slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.call import Call

BLOT = "█"


def blotted(words: str) -> str:
    """Each character but white space as a full block: a slice of it is what the slice blotted would be."""
    return "".join(one if one.isspace() else BLOT for one in words)


def is_blotted(call: Call) -> bool:
    """Whether the words of a call were forgotten."""
    said = "".join(turn.text for turn in call.turns)
    return BLOT in said and blotted(said) == said

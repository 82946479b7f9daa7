"""The unit of evidence: a stretch of one turn, 1 to 39 words, exactly as it stands there."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.call import Call, Speaker
from nlp.errors import VerbatimError

MAX_WORDS = 39
"""A quote has under 40 words, as ``str.split()`` counts them."""


class NotASlice(VerbatimError):
    """The stretch is not one that can be quoted."""

    def __init__(self, call_id: str, turn: int, start: int, end: int, reason: str) -> None:
        super().__init__(f"call {call_id}, turn {turn}, characters {start} to {end}: {reason}")
        self.call_id, self.turn, self.start, self.end, self.reason = call_id, turn, start, end, reason


def word_count(text: str) -> int:
    """Words as the contract counts them: ``len(text.split())``."""
    return len(text.split())


@dataclass(frozen=True, slots=True, order=True)
class Utterance:
    """A stretch of a turn: ``call.turns[turn].text[start:end]`` is ``text``, to the letter."""

    turn: int
    start: int
    end: int
    text: str
    speaker: Speaker

    @classmethod
    def of(cls, call: Call, turn: int, start: int, end: int) -> Utterance:
        """The stretch of ``call`` at these offsets.

        Raises NotASlice where the turn or the offsets do not exist, or where the stretch is empty,
        blank or over 39 words.
        """
        if not 0 <= turn < len(call.turns):
            raise NotASlice(call.call_id, turn, start, end, f"the call has turns 0 to {len(call.turns) - 1}")
        spoken = call.turns[turn]
        if not 0 <= start < end <= len(spoken.text):
            raise NotASlice(call.call_id, turn, start, end, f"the turn has {len(spoken.text)} characters")
        text = spoken.text[start:end]
        words = word_count(text)
        if not 1 <= words <= MAX_WORDS:
            raise NotASlice(call.call_id, turn, start, end, f"a quote has 1 to {MAX_WORDS} words, this has {words}")
        return cls(turn, start, end, text, spoken.speaker)

    @property
    def words(self) -> int:
        return word_count(self.text)

"""Evidence: the utterance that shows a failure best, its kind, its cue, how sure we are, and the next best.

The shapes are those of the contract's picks, key by key and in its order.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from nlp.call import Call, Speaker
from nlp.noun import Id, Noun
from nlp.utterance import MAX_WORDS, NotASlice, Utterance, word_count
from rubric.criterion import FailureKind

Probability = Annotated[float, Field(ge=0, le=1)]


class CueSpan(Noun):
    """What was said that called for the behaviour. Offsets are characters into the turn's text."""

    turn: int
    start: int
    end: int
    quote: str
    speaker: Speaker


class Alternative(Noun):
    """A next best utterance, with its own share of the confidence."""

    turn: int
    start: int
    end: int
    quote: str
    kind: FailureKind
    confidence: Probability


class Said(Noun):
    """Something that the agent said, with its place. Offsets are characters into the turn's text."""

    turn: int
    start: int
    end: int
    quote: str


class NearestMiss(Said):
    """What came nearest to the behaviour that was due. ``likeness`` is a cosine to what good sounds like."""

    likeness: float


class DueWindow(Noun):
    """Where the behaviour was due: turns from and to, both included, and how many of the agent's sentences are there.

    ``start_s`` and ``end_s`` are seconds from the call's start, where the transcript has times.
    """

    first_turn: int
    last_turn: int
    start_s: float | None = None
    end_s: float | None = None
    sentences: int


Answer = Literal["met", "not_met", "no_opportunity"]
"""Of a criterion in a call: due and done, due and missing (or broken), or never due."""


class Opportunity(Noun):
    """Whether the behaviour was due, and done, by the call alone: the score that a person gave is not in it.

    ``answer`` is the machine's reading with its ``confidence``; None where it has none to give. Of an omission also
    the window in which the behaviour was due, the sentence there that moved on instead, and the nearest miss.
    ``searched`` is how many of the agent's sentences were looked at.
    """

    answer: Answer | None
    confidence: Probability = 0.0
    window: DueWindow | None = None
    moved_on: Said | None = None
    nearest_miss: NearestMiss | None = None
    searched: int


class Pick(Noun):
    """One line of ``picks.jsonl``: a failing criterion of a call and the words that show it.

    ``start`` and ``end`` are character offsets into the turn's text, ``start_s`` and ``end_s`` seconds from the
    call's start where the transcript has times. ``status`` ``none``: nothing that the agent said can show it; the
    quote is empty, ``turn``, ``start`` and ``end`` are None, and a person decides.
    """

    call_id: Id
    criterion_id: Id
    rubric_id: Id
    rubric_version: int
    score: float | None
    threshold: float
    status: Literal["found", "none"]
    kind: FailureKind
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str = ""
    words: int = 0
    speaker: Speaker | None = None
    start_s: float | None = None
    end_s: float | None = None
    confidence: Probability = 0.0
    sure: bool = False
    cue: CueSpan | None = None
    signals: dict[str, float] = {}
    why: str
    alternatives: Annotated[tuple[Alternative, ...], Field(strict=False)] = ()
    opportunity: Opportunity | None = None

    @model_validator(mode="after")
    def _quotes_or_says_none(self) -> Self:
        if self.status == "none":
            if self.quote or self.turn is not None:
                raise ValueError("a pick of status 'none' quotes nothing")
            return self
        if self.turn is None or self.start is None or self.end is None or self.speaker != "agent":
            raise ValueError("a found pick has a turn, offsets and the agent as its speaker")
        if word_count(self.quote) != self.words or not 1 <= self.words <= MAX_WORDS:
            raise ValueError(f"a quote has 1 to {MAX_WORDS} words; this has {word_count(self.quote)}")
        return self

    def verify(self, call: Call) -> None:
        """Hold every quote of this pick against the call, to the letter. Raises NotASlice."""
        if self.turn is not None and self.start is not None and self.end is not None:
            _verify(call, self.turn, self.start, self.end, self.quote)
        for other in self.alternatives:
            _verify(call, other.turn, other.start, other.end, other.quote)
        for one in self._beside():
            _verify(call, one.turn, one.start, one.end, one.quote)

    def _beside(self) -> list[Said]:
        """What is quoted of the opportunity."""
        seen = self.opportunity
        return [one for one in (seen.moved_on, seen.nearest_miss) if one is not None] if seen else []


def _verify(call: Call, turn: int, start: int, end: int, quote: str) -> None:
    utterance = Utterance.of(call, turn, start, end)
    if utterance.text != quote:
        raise NotASlice(call.call_id, turn, start, end, "the quote is not what stands there")
    if utterance.speaker != "agent":
        raise NotASlice(call.call_id, turn, start, end, f"spoken by the {utterance.speaker}, not the agent")

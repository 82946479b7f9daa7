"""Picks from ranked candidates, in the contract's shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.evidence import Alternative, CueSpan, Opportunity, Pick

if TYPE_CHECKING:
    from nlp.call import Call
    from nlp.utterance import Utterance
    from rubric.criterion import Criterion
    from rubric.failure import Failure


@dataclass(frozen=True, slots=True)
class Ranked:
    """An utterance in its place of the order; ``confidence`` 0 to 1."""

    utterance: Utterance
    confidence: float


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an utterance was picked: in words, by the signals that decided, the cue it answers, and what was due."""

    why: str
    signals: dict[str, float]
    cue: CueSpan | None = None
    opportunity: Opportunity | None = None


def found_pick(
    call: Call, failure: Failure, criterion: Criterion, ranked: Sequence[Ranked], grounds: Grounds, sure: float
) -> Pick:
    """The first of ``ranked`` as evidence, the others as its alternatives."""
    best, one = ranked[0], ranked[0].utterance
    turn = call.turns[one.turn]
    return Pick(
        **_of_the_failure(failure, criterion),
        status="found",
        turn=one.turn,
        start=one.start,
        end=one.end,
        quote=one.text,
        words=one.words,
        speaker=one.speaker,
        start_s=turn.start,
        end_s=turn.end,
        confidence=best.confidence,
        sure=best.confidence >= sure,
        cue=grounds.cue,
        signals=grounds.signals,
        why=grounds.why,
        alternatives=tuple(_alternative(other, criterion) for other in ranked[1:]),
        opportunity=grounds.opportunity,
    )


def no_pick(failure: Failure, criterion: Criterion, why: str, opportunity: Opportunity | None = None) -> Pick:
    """Nothing that the agent said can show the failure."""
    return Pick(**_of_the_failure(failure, criterion), status="none", why=why, opportunity=opportunity)


def cue_span(utterance: Utterance) -> CueSpan:
    """The utterance as the cue of a pick."""
    return CueSpan(
        turn=utterance.turn,
        start=utterance.start,
        end=utterance.end,
        quote=utterance.text,
        speaker=utterance.speaker,
    )


def _alternative(other: Ranked, criterion: Criterion) -> Alternative:
    one = other.utterance
    return Alternative(
        turn=one.turn,
        start=one.start,
        end=one.end,
        quote=one.text,
        kind=criterion.failure,
        confidence=other.confidence,
    )


def _of_the_failure(failure: Failure, criterion: Criterion) -> dict[str, Any]:
    return {
        "call_id": failure.call_id,
        "criterion_id": failure.criterion_id,
        "rubric_id": failure.rubric_id,
        "rubric_version": failure.rubric_version,
        "score": failure.score,
        "threshold": failure.threshold,
        "kind": criterion.failure,
    }

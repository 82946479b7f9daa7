"""The agreement of reviewers with the machine and with each other, from the decisions that stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from coaching.agreement import Alpha, Pair, Share, alpha_of, share_of
from coaching.double import say_the_same
from store.judgements import AgreementCount, Judgement, blind_pairs, count_agreement
from store.session import Store

MOST_PAIRS = 5000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of decisions in which the machine was right: all, by criterion, by reviewer, by model version.

    ``between`` is of two reviewers who saw neither the pick nor each other.
    """

    overall: Share
    by_criterion: tuple[tuple[str, Share], ...]
    by_reviewer: tuple[tuple[str, Share], ...]
    by_model: tuple[tuple[str, Share], ...]
    between: Alpha


def see_agreement(store: Store, since: datetime) -> Agreement:
    """The agreement in the decisions from ``since`` (aware) on."""
    with store.read() as session:
        counts = count_agreement(session, since)
        pairs = blind_pairs(session, since, MOST_PAIRS)
    return Agreement(
        overall=share_of(sum(one.agreed for one in counts), sum(one.decided for one in counts)),
        by_criterion=_by(counts, lambda one: one.criterion_id),
        by_reviewer=_by(counts, lambda one: one.reviewer_name),
        by_model=_by(counts, lambda one: one.model_version or "no model"),
        between=alpha_of([_in_words(first, second) for first, second in pairs]),
    )


def _by(counts: list[AgreementCount], named: Callable[[AgreementCount], str]) -> tuple[tuple[str, Share], ...]:
    decided: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for one in counts:
        decided[named(one)] += one.decided
        agreed[named(one)] += one.agreed
    return tuple((name, share_of(agreed[name], decided[name])) for name in sorted(decided))


def _in_words(first: Judgement, second: Judgement) -> Pair:
    """What two reviewers said, in words that mean the same in every call: where the machine has the chosen words.

    Words that overlap are one; words apart are two even where the machine has neither.
    """
    one, other = _word(first), _word(second)
    if say_the_same(first.said, second.said):
        return one, one
    return (one, other) if one != other else (one, f"{other}, other words")


def _word(judgement: Judgement) -> str:
    if judgement.turn is None:
        return judgement.verdict
    return "elsewhere" if judgement.place is None else f"place {judgement.place}"

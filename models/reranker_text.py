"""What the reranker reads: a criterion in sections, and each candidate between what the customer said and answered."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from nlp.encoder import packaged_path

if TYPE_CHECKING:
    from nlp.call import Call
    from nlp.utterance import Utterance
    from rubric.criterion import Criterion

CRITERION_TOKENS = 96
BEFORE, SAID, AFTER = 24, 38, 14
"""Tokens kept of the customer's turn before (its end), the candidate, and the customer's answer (its beginning)."""
CANDIDATE_TOKENS = BEFORE + SAID + AFTER + 4
CHARACTERS_A_TOKEN = 12
"""A turn of thousands of words is not tokenized whole for the few tokens that are kept of it."""

CLS, SEP = 101, 102
WHAT, BAD, CUE, INSTEAD, GOOD = 1, 2, 3, 4, 5
"""Sections of a criterion; 0 is padding."""
PREVIOUS, SENTENCE, NEXT = 1, 2, 3
"""Sections of a candidate; 0 is padding."""
FURTHEST = 7
"""Ranks from this one on count as one: far from the beginning, or from the end."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as token ids, and for each token the section that it stands in."""

    ids: tuple[int, ...]
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as the reranker reads it.

    ``place``: the rank of its turn among the agent's from the start and from the end, and whether it begins its turn
    (0), stands inside (1) or ends it (2).
    """

    tokens: Tokens
    place: tuple[int, int, int]


def criterion_tokens(criterion: Criterion, rng: Random | None = None) -> Tokens:
    """The criterion in at most 96 tokens. With ``rng``, parts are left out and shuffled, as training wants it."""
    ids, sections = [CLS], [WHAT]
    for section, text in _sections(criterion, rng):
        found = _ids(text)
        ids += found
        sections += [section] * len(found)
    keep = CRITERION_TOKENS - 1
    return Tokens((*ids[:keep], SEP), (*sections[:keep], WHAT))


def candidate_tokens(call: Call, candidates: Sequence[Utterance]) -> list[Candidate]:
    """Each candidate with its context, in the given order."""
    spoken = call.agent_turns()
    rank = {turn: number for number, turn in enumerate(spoken)}
    turns = {one.turn for one in candidates}
    before = {turn: _ids(_other(call, turn, -1)[-BEFORE * CHARACTERS_A_TOKEN :])[-BEFORE:] for turn in turns}
    after = {turn: _ids(_other(call, turn, 1)[: AFTER * CHARACTERS_A_TOKEN])[:AFTER] for turn in turns}
    return [
        Candidate(
            _between(before[one.turn], _ids(one.text[: SAID * CHARACTERS_A_TOKEN])[:SAID], after[one.turn]),
            (*_ranks(rank.get(one.turn, 0), len(spoken)), _third(call.turns[one.turn].text, one)),
        )
        for one in candidates
    ]


@functools.cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged_path() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _ids(text: str) -> list[int]:
    found: list[int] = _tokenizer().encode(text, add_special_tokens=False).ids
    return found


def _sections(criterion: Criterion, rng: Random | None) -> list[tuple[int, str]]:
    cue = criterion.due.cue if criterion.due else None
    bad, good = _some(criterion.broken_by.examples, rng, 0.15), _some(criterion.met_by.examples, rng, 0.3)
    cues = _some(cue.examples if cue else (), rng, 0.1)
    parts = [(WHAT, f"{_kind(criterion)}: {'' if _drop(rng, 0.2) else criterion.name}.")]
    if not (bad and _drop(rng, 0.1)):
        parts.append((WHAT, criterion.definition))
    parts += [(BAD, "bad: " + " / ".join(bad))] if bad else []
    parts += [(CUE, "customer: " + " / ".join(cues))] if cues else []
    parts += [(GOOD, "good: " + " / ".join(good))] if good else []
    parts += [] if _drop(rng, 0.25) else [(INSTEAD, "instead: " + criterion.expected_behavior)]
    return parts


def _kind(criterion: Criterion) -> str:
    due = criterion.due
    if due and due.moment:
        return f"{criterion.failure} at the {due.moment.replace('_', ' ')}"
    return f"{criterion.failure} after the customer" if due else str(criterion.failure)


def _some(examples: Sequence[str], rng: Random | None, none: float) -> list[str]:
    """The first two examples; in training two of them by chance, sometimes one, and with chance ``none`` none."""
    if rng is None:
        return list(examples[:2])
    shuffled = rng.sample(list(examples), len(examples))
    return [] if _drop(rng, none) else shuffled[: 1 if _drop(rng, 0.3) else 2]


def _drop(rng: Random | None, chance: float) -> bool:
    return rng is not None and rng.random() < chance


def _other(call: Call, turn: int, step: int) -> str:
    """What the nearest other speaker said, looking before (-1) or after (1) the turn; empty at the call's ends."""
    number = turn + step
    while 0 <= number < len(call.turns):
        if call.turns[number].speaker != call.turns[turn].speaker:
            return call.turns[number].text
        number += step
    return ""


def _between(before: list[int], said: list[int], after: list[int]) -> Tokens:
    ids = (CLS, *before, SEP, *said, SEP, *after, SEP)
    sections = (
        *(PREVIOUS for _ in range(len(before) + 2)),
        *(SENTENCE for _ in range(len(said) + 1)),
        *(NEXT for _ in range(len(after) + 1)),
    )
    return Tokens(ids, sections)


def _ranks(rank: int, turns: int) -> tuple[int, int]:
    return min(rank, FURTHEST), min(max(turns - 1 - rank, 0), FURTHEST)


def _third(turn: str, one: Utterance) -> int:
    return 0 if one.start == 0 else 2 if one.end >= len(turn.rstrip()) else 1

"""Which items go to two reviewers, and when two decisions say the same."""

from __future__ import annotations

import hashlib

from coaching.judged import Verdict
from coaching.plan import PlanItem

Span = tuple[int, int, int]
"""Turn, start and end of the chosen words."""


def is_doubled(item: PlanItem, share: float) -> bool:
    """Whether the item is in the sample that two people judge without seeing anything; ``share`` is from 0 to 1.

    It hangs on the failure alone: the same on every machine, and unmoved by who asks or when.
    """
    key = "\x1f".join((item.call_id, item.criterion_id, item.rubric_id, str(item.rubric_version)))
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    return number < share * 2**32


def say_the_same(one: tuple[Verdict, Span | None], other: tuple[Verdict, Span | None]) -> bool:
    """Whether two decisions agree: words that overlap, or twice that nothing shows it, or that the score is wrong."""
    if one[1] is None or other[1] is None:
        return one == other
    (turn, start, end), (its_turn, its_start, its_end) = one[1], other[1]
    return turn == its_turn and start < its_end and its_start < end

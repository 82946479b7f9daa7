"""When a delivery that failed is tried again: over three days, at growing distances, never all at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""Before the second attempt, the third, and so on, as Standard Webhooks proposes them: 75 hours in all."""

LONGEST = timedelta(hours=24)
"""What another side may ask us to wait at most."""

JITTER = 0.1
"""By how much of itself a wait grows at most."""


def next_wait(tries: int, jitter: Callable[[], float], asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many attempts that failed; None where it was tried often enough.

    ``jitter`` gives a number from 0 up to 1, another one each time. ``asked`` is what the other side asked for: it is
    never less than that.
    """
    if tries > len(WAITS):
        return None
    usual = WAITS[tries - 1] * (1 + JITTER * jitter())
    return max(usual, min(asked, LONGEST)) if asked is not None else usual

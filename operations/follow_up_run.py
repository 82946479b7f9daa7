"""The scoring of follow-ups by one process at a time: two would read and score the same calls twice."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, timedelta

from operations.follow_up import FollowUpReport, FollowUpWork, due, score_due
from operations.leasing import AlreadyAtWork, LeaseLost, Unit, alone

log = logging.getLogger(__name__)

FOLLOW_UPS = Unit("follow-ups", "the scoring of follow-ups")
"""What one process at a time has of a program's follow-ups. A night, which has the night already, takes it second."""

RUN_WAITS = timedelta(hours=1)
"""How long a scheduled run waits for another one, which may have begun before today's were due."""

NIGHT_WAITS = timedelta(minutes=5)
"""How long a night waits for a scoring run until it leaves to that run what follow-ups were missed."""


def score_alone(
    work: FollowUpWork, as_of: date, *, before: bool = False, patience: timedelta | None = None
) -> FollowUpReport:
    """As score_due, for this process alone; where nothing is due nobody is waited for.

    Another that lives is waited for as long as ``patience``, not at all where that is None. Raises AlreadyAtWork then,
    and LeaseLost where another has taken the work up.
    """
    if not due(work, as_of, before=before):
        return FollowUpReport(as_of)
    with alone(work.store, FOLLOW_UPS, patience) as store:
        return score_due(replace(work, store=store), as_of, before=before)


def take_up_missed(work: FollowUpWork, as_of: date) -> FollowUpReport:
    """Score what was due before ``as_of``, by a night. What another run is at work on is left to it."""
    try:
        missed = score_alone(work, as_of, before=True, patience=NIGHT_WAITS)
    except (AlreadyAtWork, LeaseLost) as other:
        log.warning("follow-ups that were missed are left to another run: %s", other)
        return FollowUpReport(as_of)
    for plan_id, problem in missed.failed.items():
        log.error("follow-up of plan %s not done: %s", plan_id, problem)
    return missed

"""When follow-ups are scored: moving a promise, and which runs a scheduler should have for what the store says.

The store is the truth; a scheduler's runs are a copy of it that may be wiped, late or wrong, and is put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from coaching.assemble import PlanRules
from coaching.plan import Plan
from nlp.errors import WrongInput
from operations.review import Decision, check_day, dated, the_plan
from store import decisions, follow_ups, plans
from store.session import Store

RunState = Literal["scheduled", "running", "ended", "cancelled"]
KEY = re.compile(r"follow-up:(\d{4}-\d{2}-\d{2}):(\d+)")
TRIES = 3
"""So many runs of a date may end without concluding it; then it is left to the night, which takes up what is undone."""


class NothingToMove(WrongInput):
    """The plan has no open follow-up."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"plan {plan.plan_id} is {plan.status} and has no open follow-up")
        self.plan_id, self.status = plan.plan_id, plan.status


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run that the scheduler has: its key, and whose it is (the path of the program's configuration)."""

    run_id: str
    key: str
    config: str
    state: RunState


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that the scheduler should have."""

    day: date
    attempt: int

    @property
    def key(self) -> str:
        return f"follow-up:{self.day.isoformat()}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes the scheduler's runs those that the store asks for. Empty where they are."""

    schedule: tuple[NewRun, ...] = ()
    cancel: tuple[KnownRun, ...] = ()


def open_dates(store: Store) -> list[date]:
    """The days on which an open follow-up is due, the earliest first."""
    with store.read() as session:
        return follow_ups.open_dates(session)


def run_at(day: date, at: time, timezone: ZoneInfo) -> datetime:
    """When the run of a day begins, aware."""
    return datetime.combine(day, at, timezone)


def reconcile(days: Iterable[date], runs: Sequence[KnownRun], config: str) -> Changes:
    """One run a day for all plans that are due then; runs of days that no open plan has are cancelled.

    A key is never used again, by whichever program: a scheduler answers a used one with the old run, even where that
    was cancelled. So an attempt is counted up over all runs of a day.
    """
    wanted = sorted(set(days))
    of_day: dict[date, list[tuple[int, KnownRun]]] = {}
    for run in runs:
        if found := KEY.fullmatch(run.key):
            of_day.setdefault(date.fromisoformat(found[1]), []).append((int(found[2]), run))
    fresh, stale = [], []
    for day, known in sorted(of_day.items()):
        scheduled = [run for _, run in sorted(known, key=lambda one: one[0]) if _waits(run, config)]
        stale += scheduled[1:] if day in wanted else scheduled
    for day in wanted:
        known = of_day.get(day, [])
        mine = [run for _, run in known if run.config == config]
        has_one = any(run.state in ("scheduled", "running") for run in mine)
        if not has_one and sum(run.state == "ended" for run in mine) < TRIES:
            fresh.append(NewRun(day, max((attempt for attempt, _ in known), default=0) + 1))
    return Changes(tuple(fresh), tuple(stale))


def _waits(run: KnownRun, config: str) -> bool:
    return run.config == config and run.state == "scheduled"


def move_date(store: Store, plan_id: str, to: date, decision: Decision, rules: PlanRules) -> Plan:
    """Score an approved plan's calls on another day; who moved it and why is kept beside the approval.

    Raises NoSuchPlan, NothingToMove, PlanChanged where the decision was on another version of the plan, and WrongDay
    where ``to`` is no working day, earlier than the day of the decision, or later than the last day.
    """
    with store.begin() as session:
        plan = the_plan(session, plan_id)
        follow_up = follow_ups.open_follow_up_of(session, plan.plan_id)
        if follow_up is None:
            raise NothingToMove(plan)
        if to == follow_up.due_on:
            return plan
        after = max(follow_up.approved_on, decision.day - timedelta(days=1))
        check_day(plan.plan_id, to, after, follow_up.last_day, rules.calendar)
        follow_ups.move_follow_up(session, follow_up.follow_up_id, to, promised=True, by=decision.by)
        moved = dated(plan, to)
        why = f"follow-up moved from {follow_up.due_on.isoformat()} to {to.isoformat()}"
        reason = f"{why}: {decision.reason}" if decision.reason else why
        by_whom = {"decided_by": decision.by, "decided_at": decision.at, "reason": reason}
        version = plans.put_plan(session, moved, decision.seen)
        decisions.add_decision(session, moved.model_copy(update=by_whom), version)
        return moved

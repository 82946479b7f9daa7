"""The loop as a person looks at it: what was planned, what was practised, when it is scored, and what moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from coaching.follow_up import CycleAccount, FollowUp, PracticeDone
from coaching.plan import Plan, PlanItem
from operations.follow_up import earlier_cycles
from store import follow_ups, movements, plans
from store.plan_list import Listed, list_page
from store.practice import practice_of
from store.session import Store

PAGE = 25
"""Of the follow-ups to come, so many are shown at once."""

LATEST = 50
"""Of the cycles that were concluded, and of those that ask."""

__all__ = ["Listed", "SeenFollowUp", "SeenFollowUps", "SeenItem", "see_follow_up", "see_follow_ups"]


@dataclass(frozen=True, slots=True)
class SeenItem:
    """An item with the sessions that took place for it, and its cycles, the oldest first.

    Those of the plans before this one are among the cycles.
    """

    item: PlanItem
    done: tuple[PracticeDone, ...]
    cycles: tuple[CycleAccount, ...]
    plan_id: str

    @property
    def last(self) -> CycleAccount | None:
        """The last cycle of this plan: what a person can decide on. None until its follow-up."""
        return next((one for one in reversed(self.cycles) if one.cycle.plan_id == self.plan_id), None)


@dataclass(frozen=True, slots=True)
class SeenFollowUp:
    """A plan at a version, its promises of a follow-up, its items, and the plan of the next cycle, if there is one."""

    plan: Plan
    version: int
    follow_ups: tuple[FollowUp, ...]
    items: tuple[SeenItem, ...]
    next_plan_id: str | None

    @property
    def open(self) -> FollowUp | None:
        """The promise that is still to be kept."""
        return next((one for one in self.follow_ups if one.state == "open"), None)

    @property
    def asks(self) -> bool:
        """Whether a supervisor has to decide before the plan can be closed."""
        return any(one.last is not None and one.last.waits_for_a_person for one in self.items)


@dataclass(frozen=True, slots=True)
class SeenFollowUps:
    """What waits for a decision, what is to come, the earliest first, and what was scored last, the newest last.

    ``more_to_come``: whether there is more to come than is told.
    """

    asking: tuple[CycleAccount, ...]
    to_come: tuple[tuple[Plan, FollowUp], ...]
    more_to_come: bool
    latest: tuple[CycleAccount, ...]


def see_follow_up(store: Store, plan_id: str) -> SeenFollowUp | None:
    """The loop of the plan of exactly that id, in one state of the store; None where there is no such plan."""
    with store.read() as session:
        plan = plans.get_plan(session, plan_id)
        if plan is None:
            return None
        done = practice_of(session, [plan_id])
        items = [
            SeenItem(
                item=item,
                done=tuple(done[plan_id, item.criterion_id]),
                cycles=tuple(earlier_cycles(session, plan.agent_id, item, plan_id)),
                plan_id=plan_id,
            )
            for item in plan.items
        ]
        return SeenFollowUp(
            plan=plan,
            version=plans.plan_version(session, plan_id),
            follow_ups=tuple(follow_ups.follow_ups_of(session, plan_id)),
            items=tuple(items),
            next_plan_id=_next_plan(session, plan),
        )


def see_follow_ups(store: Store, seen: Listed) -> SeenFollowUps:
    """The follow-ups of the plans that somebody may see."""
    with store.read() as session:
        waiting = list_page(session, replace(seen, status="approved"), limit=PAGE + 1)
        promised = follow_ups.open_follow_ups_of(session, [plan.plan_id for plan in waiting[:PAGE]])
        return SeenFollowUps(
            asking=tuple(movements.latest_cycles(session, seen, LATEST, asking=True)),
            to_come=tuple((plan, promised[plan.plan_id]) for plan in waiting if plan.plan_id in promised),
            more_to_come=len(waiting) > PAGE,
            latest=tuple(movements.latest_cycles(session, seen, LATEST)),
        )


def _next_plan(session: Session, plan: Plan) -> str | None:
    """The plan that goes on with something of this one: the agent's current one, else one that was followed up."""
    current = plans.open_plan_of(session, plan.agent_id)
    if current is not None and any(item.follows == plan.plan_id for item in current.items):
        return current.plan_id
    for item in plan.items:
        for one in movements.cycles_of_item(session, plan.agent_id, item.criterion_id):
            if one.cycle.follows == plan.plan_id:
                return one.cycle.plan_id
    return None

"""A person overrules what the machine says follows from a cycle, or decides where it asks; with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coaching.assemble import Setting
from coaching.follow_up import CycleAccount, Overruling
from coaching.next_action import Action, another_approach
from coaching.next_cycle import draft_of, goes_on
from coaching.plan import Plan, PlanItem
from nlp.errors import VerbatimError, WrongInput
from nlp.noun import nearest
from operations.comparing import Ground, Window
from operations.follow_up import FollowUpWork, earlier_cycles, practice_of, setting_of
from operations.next_cycle import close_and_go_on, failures_since, fresh_plan_id, going_on, known_agent, locate
from operations.review import Decision, ReasonNeeded, the_plan
from rubric.criterion import Exercise
from store import follow_ups, movements, plans

CHOICES: tuple[Action, ...] = ("close", "continue", "reassign", "escalate")


class NotConcluded(WrongInput):
    """The item's calls have not been scored yet, so there is nothing to overrule."""

    def __init__(self, plan: Plan, criterion_id: str) -> None:
        names = [item.criterion_id for item in plan.items]
        like = nearest(criterion_id, names)
        if criterion_id in names:
            problem = f"{criterion_id!r} has not been scored; its follow-up is on {plan.follow_up_on.isoformat()}"
        else:
            problem = f"no item {criterion_id!r}" + (f"; did you mean {like!r}?" if like else f"; it has {names}")
        super().__init__(f"plan {plan.plan_id}: {problem}")
        self.plan_id, self.criterion_id = plan.plan_id, criterion_id


class WrongActions(WrongInput):
    """Actions that do not go together, or that a person cannot choose."""

    def __init__(self, actions: Sequence[str]) -> None:
        given = " and ".join(actions) or "nothing"
        super().__init__(f"{given}: choose one of close, continue and reassign, and escalate beside it where needed")
        self.actions = tuple(actions)


class DecidedMeanwhile(VerbatimError):
    """Somebody else decided on the cycle in between; nothing was written."""

    def __init__(self, account: CycleAccount) -> None:
        cycle = account.cycle
        super().__init__(
            f"plan {cycle.plan_id}, {cycle.criterion_id}: {account.decided_by} has decided on it meanwhile: "
            f"{' and '.join(account.actions)}; look at it again"
        )
        self.plan_id, self.criterion_id, self.decided_by = cycle.plan_id, cycle.criterion_id, account.decided_by


class NextCycleBegan(WrongInput):
    """The agent's next plan is approved already: what it coaches is decided there."""

    def __init__(self, plan_id: str, current_id: str) -> None:
        super().__init__(f"plan {plan_id}: plan {current_id} has begun since; cancel or follow that one instead")
        self.plan_id, self.current_id = plan_id, current_id


def checked_actions(written: Sequence[str]) -> tuple[Action, ...]:
    """Actions as a person writes them. Raises WrongActions where they do not go together."""
    chosen = tuple(choice for choice in CHOICES if choice in written)
    if not set(written) <= set(CHOICES) or len(set(chosen) - {"escalate"}) != 1:
        raise WrongActions(written)
    return chosen


def overrule(
    work: FollowUpWork,
    plan_id: str,
    criterion_id: str,
    actions: Sequence[Action],
    decision: Decision,
    *,
    decided_before: int | None = None,
) -> CycleAccount:
    """Put a person's actions in the place of the machine's; both stay on record. The next draft follows.

    ``decided_before``: how many decisions of people on this cycle the person has seen, where a page showed them.
    Raises NoSuchPlan, WrongActions, ReasonNeeded, NotConcluded, NextCycleBegan, DecidedMeanwhile, and PlanChanged
    where the decision was on another version of the plan; then nothing is written.
    """
    chosen = checked_actions(actions)
    with work.store.begin() as session:
        plan = the_plan(session, plan_id)
        if not (decision.reason or "").strip():
            raise ReasonNeeded(plan.plan_id, "overruling needs a reason")
        known = movements.cycles_of_plan(session, plan.plan_id)
        before = next((one for one in reversed(known) if one.cycle.criterion_id == criterion_id), None)
        if before is None:
            raise NotConcluded(plan, criterion_id)
        if decided_before is not None and decided_before != len(before.overrulings):
            raise DecidedMeanwhile(before)
        if decision.seen is not None:
            # the same plan again is no change, so that this only holds its version against the one that was seen
            plans.put_plan(session, plan, decision.seen)
        return _Deciding(work, session, plan, before, decision).decide(chosen)


@dataclass(frozen=True)
class _Deciding:
    """One decision on a cycle, in one transaction."""

    work: FollowUpWork
    session: Session
    plan: Plan
    account: CycleAccount
    decision: Decision

    @property
    def item(self) -> PlanItem:
        return next(item for item in self.plan.items if item.item_id == self.account.cycle.item_id)

    def decide(self, actions: tuple[Action, ...]) -> CycleAccount:
        overruling = Overruling(
            actions=actions,
            by=self.decision.by,
            at=self.decision.at,
            reason=self.decision.reason or "",
            practice=self._another() if "reassign" in actions else None,
        )
        movements.add_overruling(self.session, self.account.cycle, overruling)
        decided = self.account.model_copy(update={"overrulings": (*self.account.overrulings, overruling)})
        ground = Ground(self.session, self.work.rubric, self.work.movement)
        setting = setting_of(self.session, self.work, self.decision.day)
        if self.plan.status == "approved":
            self._close_where_all_is_decided(ground, setting)
        elif self.plan.status == "closed":
            self._change_what_follows(ground, setting, decided)
        return decided

    def _another(self) -> Exercise:
        item, ground = self.item, Ground(self.session, self.work.rubric, self.work.movement)
        earlier = earlier_cycles(self.session, self.plan.agent_id, item, self.plan.plan_id)
        tried = [*(one.cycle.practice for one in earlier), item.practice]
        return another_approach(practice_of(item, self.work.rubric, ground.rubric_of(item)), tried)[0]

    def _window(self, until: date) -> Window:
        rules = self.work.movement
        return Window(self.account.cycle.approved_on, until, rules.before_days, self.work.timezone)

    def _close_where_all_is_decided(self, ground: Ground, setting: Setting) -> None:
        follow_up = follow_ups.open_follow_up_of(self.session, self.plan.plan_id)
        accounts = movements.cycles_of_plan(self.session, self.plan.plan_id, self.account.cycle.follow_up_id)
        if follow_up is None and not any(one.waits_for_a_person for one in accounts):
            window = self._window(self.decision.day)
            close_and_go_on(ground, self.plan, accounts, window, setting, self.work.model_version)

    def _change_what_follows(self, ground: Ground, setting: Setting, decided: CycleAccount) -> None:
        current = plans.open_plan_of(self.session, self.plan.agent_id)
        others = [item for item in current.items if not self._is_next(item)] if current else []
        had = current is not None and len(others) < len(current.items)
        wants = goes_on(decided.actions)
        if not (had or wants or self._went_on()):
            return
        if (current and current.status == "approved") or (self._went_on() and not had):
            raise NextCycleBegan(self.plan.plan_id, current.plan_id if current else "of the next cycle")
        plan_id = current.plan_id if current else fresh_plan_id(self.session, self.plan.agent_id)
        items = ([self._next(plan_id, ground, setting, decided)] if wants else []) + others
        self._put(plan_id, current, items, setting)

    def _next(self, plan_id: str, ground: Ground, setting: Setting, decided: CycleAccount) -> PlanItem:
        item, agent = self.item, known_agent(self.session, self.plan)
        failures = failures_since(ground, self.plan.agent_id, item, self._window(setting.as_of))
        located = locate(self.session, {item.criterion_id: failures}, self.work.model_version)
        return going_on(plan_id, self.plan, item, decided, located, setting, agent)

    def _put(self, plan_id: str, current: Plan | None, items: list[PlanItem], setting: Setting) -> None:
        if items:
            plans.put_plan(self.session, draft_of(plan_id, known_agent(self.session, self.plan), items, setting))
        elif current is not None:
            plans.put_plan(self.session, current.model_copy(update={"status": "draft"}))
            plans.remove_draft(self.session, plan_id)

    def _is_next(self, item: PlanItem) -> bool:
        return item.follows == self.plan.plan_id and item.criterion_id == self.account.cycle.criterion_id

    def _went_on(self) -> bool:
        """Whether the cycle after this one was concluded already."""
        known = movements.cycles_of_item(self.session, self.plan.agent_id, self.account.cycle.criterion_id)
        return any(one.cycle.follows == self.plan.plan_id for one in known)

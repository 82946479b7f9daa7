"""The scoring run: each follow-up that is due is concluded once, or waits for more calls, at most to its last day.

The database holds a follow-up for the one transaction that concludes it. Whoever is killed in it has done nothing,
and whoever comes second finds it done. A lease keeps two workers from reading and scoring the same calls meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coaching.assemble import PlanRules, Setting
from coaching.calendar import WorkCalendar
from coaching.follow_up import Cycle, CycleAccount, FollowUp
from coaching.movement import MovementRules
from coaching.next_action import next_action
from coaching.plan import Plan, PlanItem
from nlp.errors import VerbatimError
from operations.comparing import Compared, Ground, Window, compare_people, movement_of
from operations.comparing_machine import MachineScores, compare_machine
from operations.leasing import LeaseLost
from operations.next_cycle import close_and_go_on, known_agent
from operations.spans import span
from rubric.criterion import Practice
from rubric.rubric import Rubric
from store import follow_ups, movements, plans, rubrics
from store.session import Store


@dataclass(frozen=True)
class FollowUpWork:
    """What follow-ups are scored with and under. ``machine`` is the built-in scorer where the configuration has it.

    ``model_version`` is of the evidence finder: a new cycle quotes what it has found.
    """

    store: Store
    rubric: Rubric
    rules: PlanRules
    movement: MovementRules
    timezone: ZoneInfo
    model_version: str = ""
    machine: MachineScores | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one follow-up: the cycles concluded in this run, or the day until which it waits.

    ``next_plan_id`` is the draft of the next cycle; ``asks``: a supervisor decides before the plan is closed.
    """

    follow_up: FollowUp
    cycles: tuple[CycleAccount, ...] = ()
    waits_until: date | None = None
    asks: bool = False
    next_plan_id: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpReport:
    """A scoring run: what was scored, and the plans of which the follow-up could not be, with the reason."""

    as_of: date
    scored: tuple[Scored, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def cycles(self) -> list[CycleAccount]:
        return [one for scored in self.scored for one in scored.cycles]


@span("follow_up")
def score_due(work: FollowUpWork, as_of: date, *, before: bool = False) -> FollowUpReport:
    """Score every open follow-up that is due on ``as_of`` or was before it; ``before``: only those that were.

    One that fails does not hold up the others; it stays open, and the report says why.
    """
    scored, failed = [], {}
    for one in due(work, as_of, before=before):
        try:
            done = score_follow_up(work, one.plan_id, as_of)
        except LeaseLost:
            raise
        except VerbatimError as error:
            failed[one.plan_id] = str(error)
        else:
            scored += [done] if done else []
    return FollowUpReport(as_of, tuple(scored), failed)


def due(work: FollowUpWork, as_of: date, *, before: bool = False) -> Sequence[FollowUp]:
    """The open follow-ups that score_due takes up."""
    with work.store.read() as session:
        return follow_ups.due_follow_ups(session, as_of - timedelta(days=1) if before else as_of)


def score_follow_up(work: FollowUpWork, plan_id: str, as_of: date) -> Scored | None:
    """Score one plan's open follow-up; None where there is none any more that is due."""
    # the machine reads calls before the transaction: on SQLite a writer holds up every other one
    by_machine = _read_by_machine(work, plan_id, as_of) if work.machine else {}
    with work.store.begin() as session:
        plan = plans.get_plan(session, plan_id)
        follow_up = follow_ups.open_follow_up_of(session, plan_id)
        if plan is None or follow_up is None or follow_up.due_on > as_of:
            return None
        return _Scoring(work, session, plan, follow_up, as_of).conclude(by_machine)


def _read_by_machine(work: FollowUpWork, plan_id: str, as_of: date) -> dict[str, Compared]:
    """The machine's scores for the items of which people have not scored enough calls, by item id."""
    found: dict[str, Compared] = {}
    with work.store.read() as session:
        plan = plans.get_plan(session, plan_id)
        follow_up = follow_ups.open_follow_up_of(session, plan_id)
        if plan is None or follow_up is None or work.machine is None:
            return found
        scoring = _Scoring(work, session, plan, follow_up, as_of)
        for item in scoring.items_left():
            if len(scoring.by_people(item).after) < work.movement.min_calls:
                window, agent_id = scoring.window, plan.agent_id
                compared = compare_machine(scoring.ground, agent_id, item, scoring.team, window, work.machine)
                if compared is not None:
                    found[item.item_id] = compared
    return found


class _Scoring:
    """One follow-up in one transaction."""

    def __init__(self, work: FollowUpWork, session: Session, plan: Plan, follow_up: FollowUp, as_of: date) -> None:
        self.work, self.session, self.plan, self.follow_up, self.as_of = work, session, plan, follow_up, as_of
        self.ground = Ground(session, work.rubric, work.movement)
        self.window = Window(follow_up.approved_on, as_of, work.movement.before_days, work.timezone)
        self.team = known_agent(session, plan).team

    def conclude(self, by_machine: Mapping[str, Compared]) -> Scored:
        waits = False
        for item in self.items_left():
            cycle = self._cycle(item, self._compared(item, by_machine.get(item.item_id)))
            if "wait" in cycle.next.actions:
                waits = True
            else:
                movements.put_cycle(self.session, cycle)
        accounts = tuple(movements.cycles_of_plan(self.session, self.plan.plan_id, self.follow_up.follow_up_id))
        fresh = tuple(one for one in accounts if one.cycle.scored_on == self.as_of)
        if waits:
            return Scored(self.follow_up, fresh, self._wait())
        follow_ups.end_follow_up(self.session, self.follow_up.follow_up_id, "done", datetime.now(UTC))
        if any(one.waits_for_a_person for one in accounts):
            return Scored(self.follow_up, fresh, asks=True)
        setting = setting_of(self.session, self.work, self.as_of)
        model = self.work.model_version
        following = close_and_go_on(self.ground, self.plan, accounts, self.window, setting, model)
        return Scored(self.follow_up, fresh, next_plan_id=following.plan_id if following else None)

    def items_left(self) -> Iterator[PlanItem]:
        """The items that this follow-up has not concluded yet."""
        kept = movements.cycles_of_plan(self.session, self.plan.plan_id, self.follow_up.follow_up_id)
        done = {one.cycle.item_id for one in kept}
        yield from (item for item in self.plan.items if item.item_id not in done)

    def by_people(self, item: PlanItem) -> Compared:
        return compare_people(self.ground, self.plan.agent_id, item, self.window)

    def _compared(self, item: PlanItem, by_machine: Compared | None) -> Compared:
        """People's scores where they are enough; else the machine's where it has more calls than they; never both."""
        people = self.by_people(item)
        if by_machine is None or len(people.after) >= self.work.movement.min_calls:
            return people
        return by_machine if len(by_machine.after) > len(people.after) else people

    def _cycle(self, item: PlanItem, compared: Compared) -> Cycle:
        movement = movement_of(self.ground, item, self.team, self.window, compared)
        earlier = earlier_cycles(self.session, self.plan.agent_id, item, self.plan.plan_id)
        action = next_action(
            movement,
            [one.cycle.verdict for one in earlier],
            self._practice(item),
            [*(one.cycle.practice for one in earlier), item.practice],
            last_day=self.as_of >= self.follow_up.last_day,
        )
        return Cycle(
            follow_up_id=self.follow_up.follow_up_id,
            plan_id=self.plan.plan_id,
            item_id=item.item_id,
            agent_id=self.plan.agent_id,
            agent_name=self.plan.agent_name,
            team=self.plan.team,
            criterion_id=item.criterion_id,
            criterion_name=item.criterion_name,
            number=item.cycle,
            follows=item.follows,
            approved_by=self.plan.decided_by,
            approved_on=self.follow_up.approved_on,
            promised_on=self.follow_up.promised_on,
            scored_on=self.as_of,
            practice=item.practice,
            movement=movement,
            unproven=compared.unproven,
            next=action,
        )

    def _practice(self, item: PlanItem) -> Practice | None:
        """The criterion's practice as it is configured now, else as it was when the item was made."""
        return practice_of(item, self.work.rubric, self.ground.rubric_of(item))

    def _wait(self) -> date:
        until = next_look(self.as_of, self.follow_up.last_day, self.work.rules.calendar)
        follow_ups.move_follow_up(self.session, self.follow_up.follow_up_id, until, promised=False)
        return until


def next_look(as_of: date, last_day: date, calendar: WorkCalendar) -> date:
    """The next working day after ``as_of``, at most the last day."""
    days = (as_of + timedelta(days=step) for step in range(1, (last_day - as_of).days))
    return next((day for day in days if calendar.is_working_day(day)), last_day)


def practice_of(item: PlanItem, *versions: Rubric | None) -> Practice | None:
    """How the first of these rubrics that has the item's criterion would have it practised."""
    having = (one for one in versions if one is not None and one.id == item.rubric_id and one.has(item.criterion_id))
    return next((rubric.criterion(item.criterion_id).practice for rubric in having), None)


def earlier_cycles(session: Session, agent_id: str, item: PlanItem, plan_id: str) -> list[CycleAccount]:
    """The cycles of an item before the present one, the oldest first; those of a withdrawn approval among them."""
    known = movements.cycles_of_item(session, agent_id, item.criterion_id)
    follows = {one.cycle.plan_id: one.cycle.follows for one in known}
    chain, plan_before = {plan_id}, item.follows
    while plan_before is not None and plan_before not in chain:
        chain.add(plan_before)
        plan_before = follows.get(plan_before)
    return [one for one in known if one.cycle.plan_id in chain]


def setting_of(session: Session, work: FollowUpWork, as_of: date) -> Setting:
    """What a new cycle is drafted under."""
    kept = rubrics.list_versions(session, work.rubric.id)
    return Setting({one.version: one for one in (*kept, work.rubric)}, work.rules, as_of, work.timezone)


def accounts_of_plan(store: Store, plan_id: str) -> Sequence[CycleAccount]:
    """What the follow-ups of one plan have shown, with its practice and what was decided."""
    with store.read() as session:
        return movements.cycles_of_plan(session, plan_id)


def accountability(
    store: Store, *, since: date | None = None, agent_id: str | None = None, team: str | None = None
) -> Sequence[CycleAccount]:
    """Before, after, delta, calls, verdict, action and who decided, a line a cycle, in the order of scoring."""
    with store.read() as session:
        return movements.list_cycles(session, since=since, agent_id=agent_id, team=team)

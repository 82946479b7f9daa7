"""The year, day by day, on the operations and the store: calls come in, plans are drafted, decided and followed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.year_workers import run_killed, run_two
from bench.year_world import FIRST, LAST, ZONE, World
from coaching.assemble import PlanRules, Setting
from coaching.calendar import WorkCalendar
from coaching.movement import MovementRules
from coaching.next_action import Action
from models.evidence import Pick
from nlp.call import Call
from nlp.errors import WrongInput
from operations.follow_up import FollowUpWork, score_due
from operations.ingest import Inputs
from operations.night import NightWork, locate_chunk
from operations.overruling import overrule
from operations.plan import draft_plans
from operations.review import Decision, approve_plan, cancel_plan, dismiss_plan, return_plan
from operations.schedule import move_date, open_dates
from operations.select import TriggerRules
from operations.select import select as select_failures
from rubric.failure import Failure
from rubric.rubric import Rubric
from store import agents, calls, movements, rubrics, scores
from store.session import Store
from store.tables import PlanRow

RULES = PlanRules(calendar=WorkCalendar(country="US", subdivision="NY"))
LOOKBACK_DAYS = 7
TAIL = timedelta(days=30)
"""What is approved in the last days of the year would be followed up after it."""


class FirstWords:
    """A finder that quotes the agent's first turn: which words are quoted is no matter here."""

    model_version = "first-words"

    def find(self, call: Call, failures: list[Failure], rubric: Rubric) -> list[Pick]:
        text = call.turns[0].text
        return [
            Pick(
                call_id=call.call_id,
                criterion_id=one.criterion_id,
                rubric_id=rubric.id,
                rubric_version=rubric.version,
                score=one.score,
                threshold=one.threshold,
                status="found",
                kind="violation",
                turn=0,
                start=0,
                end=len(text),
                quote=text,
                words=len(text.split()),
                speaker="agent",
                confidence=0.9,
                sure=True,
                why="The first words.",
            )
            for one in failures
        ]


@dataclass
class Year:
    """One simulated year in a store. ``counts`` tell what happened in it, ``problems`` what should not have."""

    world: World
    store: Store
    url: str
    last: date = LAST
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def run(self, progress: Callable[[date], None]) -> None:
        with self.store.begin() as session:
            rubrics.put_rubric(session, self.world.rubric)
            agents.put_agents(session, self.world.agents)
        day = FIRST
        while day <= self.last:
            self._morning(day)
            if RULES.calendar.is_working_day(day):
                self._decide(day)
                if day.weekday() == 0 or (day.weekday() == 1 and not RULES.calendar.is_working_day(_before(day))):
                    self._draft(day)
            self._evening(day)
            progress(day)
            day += timedelta(days=1)

    def work(self, store: Store) -> FollowUpWork:
        return FollowUpWork(store, self.world.rubric, RULES, MovementRules(), ZONE, FirstWords.model_version)

    def _morning(self, day: date) -> None:
        """The scoring run at six: by one worker, by two at once, or by two after one that is killed in the middle."""
        if not any(due <= day for due in open_dates(self.store)):
            return
        way = self.world.random.random()
        # a process that is forked must not share a connection of SQLite
        self.store.close()
        if way < 0.15:
            self.counts["workers killed"] += run_killed(
                self.url, self.work, day, int(self.world.random.integers(1, 300))
            )
        if way < 0.25:
            self.counts["days of two workers at once"] += 1
            if not run_two(self.url, self.work, day):
                self.problems.append(f"{day}: a worker did not get to its end")
        else:
            failed = score_due(self.work(self.store), day).failed
            self.problems += [f"{day}: {plan_id}: {why}" for plan_id, why in failed.items()]
        self.counts["scoring runs"] += 1

    def _evening(self, day: date) -> None:
        found, given = self.world.day(day)
        with self.store.begin() as session:
            calls.put_calls(session, found)
            self.counts["scores"] += scores.put_scores(session, given)
        self.counts["calls"] += len(found)

    def _draft(self, day: date) -> None:
        """A night of planning over the failures of the last week."""
        rules = TriggerRules(lookback_days=LOOKBACK_DAYS)
        failures = select_failures(self.store, self.world.rubric, rules, day, ZONE, has_flags=False).failures
        locate_chunk(self._night(), list(failures))
        setting = Setting({1: self.world.rubric}, RULES, day, ZONE)
        draft_plans(self.store, failures, setting, FirstWords.model_version)
        self.counts["nights"] += 1

    def _night(self) -> NightWork:
        nowhere = Path("unused")
        return NightWork(
            program="year",
            store=self.store,
            rubric=self.world.rubric,
            inputs=Inputs(calls=nowhere, scores=nowhere),
            trigger=TriggerRules(),
            rules=RULES,
            timezone=ZONE,
            finder=FirstWords(),
            guess_type=lambda call, rubric: None,
            reports=nowhere,
        )

    def _decide(self, day: date) -> None:
        """What people do on a working day: decide on drafts, take approvals back, move dates, answer questions."""
        random = self.world.random
        with self.store.read() as session:
            open_plans = session.execute(select(PlanRow.plan_id, PlanRow.status).order_by(PlanRow.plan_id)).all()
            asking = movements.cycles_that_ask(session)
        for plan_id, status in open_plans:
            chance = random.random()
            if status == "draft" and chance < 0.6 and day <= self.last - TAIL:
                self._first_decision(plan_id, day, random.random())
            elif status == "returned" and chance < 0.5 and day <= self.last - TAIL:
                self._approve(plan_id, day)
            elif status == "approved" and chance < 0.002:
                cancel_plan(self.store, plan_id, _by_person(day, "the agent is away"))
                self.counts["approvals taken back"] += 1
            elif status == "approved" and chance < 0.01:
                self._move(plan_id, day)
        for account in asking:
            choice: Action = "close" if random.random() < 0.5 else "continue"
            overrule(
                self.work(self.store),
                account.cycle.plan_id,
                account.cycle.criterion_id,
                (choice,),
                _by_person(day, "listened to the calls"),
            )
            self.counts["decisions of a supervisor"] += 1

    def _first_decision(self, plan_id: str, day: date, chance: float) -> None:
        if chance < 0.88:
            self._approve(plan_id, day)
        elif chance < 0.94:
            return_plan(self.store, plan_id, _by_person(day, "other words"))
            self.counts["returned"] += 1
        else:
            dismiss_plan(self.store, plan_id, _by_person(day, "not now"))
            self.counts["dismissed"] += 1

    def _approve(self, plan_id: str, day: date) -> None:
        plan = approve_plan(self.store, plan_id, _by_person(day), RULES)
        self.counts["approved"] += 1
        for item in plan.items:
            self.world.coach(plan.agent_id, item.criterion_id, day)

    def _move(self, plan_id: str, day: date) -> None:
        to = day + timedelta(days=int(self.world.random.integers(1, 12)))
        try:
            move_date(self.store, plan_id, to, _by_person(day, "a holiday"), RULES)
        except WrongInput:
            self.counts["moves refused"] += 1
        else:
            self.counts["moved dates"] += 1


def _by_person(day: date, reason: str | None = None) -> Decision:
    return Decision(by="supervisor", at=datetime.combine(day, time(15), ZONE), day=day, reason=reason)


def _before(day: date) -> date:
    return day - timedelta(days=1)

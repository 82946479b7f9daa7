"""A year of a contact centre with a known truth: who is how good at what, and what coaching really does to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from coaching.agent import Agent
from nlp.call import Call, Turn
from rubric.criterion import Criterion, Exercise, Practice
from rubric.rubric import Rubric
from rubric.score import Score

ZONE = ZoneInfo("America/New_York")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAYS = (LAST - FIRST).days + 1
CALLS_A_YEAR = 600
"""Scored calls of an agent, on average: 200 agents have 120,000."""

TEAM = 12
MEAN, BETWEEN, WITHIN, HIGHEST = 74.0, 8.0, 16.0, 97.0
EFFECTS = (0.0, 0.0, 10.0, 20.0)
"""What an approval does to the true mean from the next day on: nothing in half of them."""

SELDOM = 10
"""Every tenth agent is scored so seldom that follow-ups run out of calls."""

TURNS = (
    Turn(speaker="agent", text="Thank you for calling, what is the number of your order?"),
    Turn(speaker="customer", text="The parcel never came and nobody has called me back."),
    Turn(speaker="agent", text="Right. I will need the postcode as well."),
)


def the_rubric() -> Rubric:
    """Three criteria of unequal weight, each with a second way to practise."""
    names = {"empathy": 45, "verification": 35, "closing": 20}
    criteria = [_criterion(*one) for one in names.items()]
    return Rubric.model_validate({"schema": 1, "id": "year", "version": 1, "criteria": criteria})


def _criterion(name: str, weight: float) -> Criterion:
    return Criterion(
        id=name,
        name=name.capitalize(),
        weight=weight,
        threshold=65,
        definition=f"The agent shows {name}.",
        expected_behavior=f"Show {name} when it is due.",
        failure="violation",
        practice=Practice(
            skill=name,
            method="role-play",
            sessions=3,
            alternatives=(Exercise(skill=name, method="call review", sessions=2),),
        ),
    )


@dataclass
class World:
    """The truth. ``lifts``: by agent and criterion, the days from which an effect holds, and its points."""

    random: np.random.Generator
    agents: list[Agent]
    rubric: Rubric
    true: dict[tuple[str, str], float]
    within: dict[str, float]
    calls_on: dict[date, list[str]]
    lifts: dict[tuple[str, str], list[tuple[date, float]]] = field(default_factory=lambda: defaultdict(list))
    scored_on: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    calls: int = 0

    def day(self, day: date) -> tuple[list[Call], list[Score]]:
        """The calls of a day, at any minute of it, each scored on every criterion within hours."""
        calls, scores = [], []
        for agent_id in self.calls_on.get(day, ()):
            self.calls += 1
            at = datetime.combine(day, time(), ZONE) + timedelta(minutes=int(self.random.integers(1, 23 * 60)))
            call = Call(call_id=f"c-{self.calls}", agent_id=agent_id, started_at=at, turns=TURNS)
            calls.append(call)
            scores += [self._score(call, agent_id, criterion.id, day, at) for criterion in self.rubric.criteria]
            self.scored_on[agent_id].append(day)
        return calls, scores

    def coach(self, agent_id: str, criterion_id: str, day: date) -> None:
        """An approval takes effect, or does not, from the next day on."""
        effect = float(self.random.choice(EFFECTS))
        now = self.mean(agent_id, criterion_id, day)
        self.lifts[agent_id, criterion_id].append((day + timedelta(days=1), min(effect, HIGHEST - now)))

    def mean(self, agent_id: str, criterion_id: str, day: date) -> float:
        """The true mean of an agent on a day."""
        lifted = sum(points for since, points in self.lifts[agent_id, criterion_id] if since <= day)
        return self.true[agent_id, criterion_id] + lifted

    def true_delta(self, agent_id: str, criterion_id: str, approved: date, scored: date) -> float | None:
        """How far the true mean of the calls after an approval lies over that of the thirty days to it."""
        days = self.scored_on[agent_id]
        before = [day for day in days if approved - timedelta(days=30) < day <= approved]
        after = [day for day in days if approved < day < scored]
        if not before or not after:
            return None
        means = [sum(self.mean(agent_id, criterion_id, day) for day in some) / len(some) for some in (before, after)]
        return means[1] - means[0]

    def _score(self, call: Call, agent_id: str, criterion_id: str, day: date, at: datetime) -> Score:
        drawn = self.mean(agent_id, criterion_id, day) + self.within[agent_id] * self.random.standard_normal()
        return Score(
            call_id=call.call_id,
            criterion_id=criterion_id,
            score=float(np.clip(np.round(drawn), 0, 100)),
            agent_id=agent_id,
            scored_at=min(at + timedelta(hours=4), datetime.combine(day, time(23, 59), ZONE)),
        )


def make_world(agents: int, seed: int) -> World:
    """A year's calls are spread over its days and agents; every tenth agent has few."""
    random = np.random.default_rng(seed)
    people = [
        Agent(
            agent_id=f"a-{n:03}",
            name=f"Agent {n:03}",
            team=f"team {n // TEAM}",
            calls_per_day=25 if n % 2 else 12,
        )
        for n in range(agents)
    ]
    rubric = the_rubric()
    busy = np.array([0.08 if n % SELDOM == 7 else 1.0 for n in range(agents)])
    share = np.repeat(busy / busy.sum() / DAYS, DAYS)
    drawn = random.multinomial(CALLS_A_YEAR * agents, share).reshape(agents, DAYS)
    calls_on = {
        FIRST + timedelta(days=d): [people[n].agent_id for n in range(agents) for _ in range(drawn[n, d])]
        for d in range(DAYS)
    }
    true = {
        (one.agent_id, criterion.id): float(np.clip(random.normal(MEAN, BETWEEN), 30, HIGHEST - 2))
        for one in people
        for criterion in rubric.criteria
    }
    within = {one.agent_id: float(WITHIN * np.exp(random.normal(0, 0.25))) for one in people}
    return World(random, people, rubric, true, within, calls_on)

"""The rows of a store with so many plans and scores: a company that has been coaching for two years."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bench.web_words import (
    AGENT,
    APPROVED,
    CALL,
    CALL_DAY,
    CYCLES,
    DUE,
    FOLLOW_UP,
    ITEM,
    NAME,
    PATTERNS,
    PLAN,
    TEAM,
    Found,
    Words,
    own_words,
    put_in,
)
from coaching.plan import PlanStatus
from rubric.rubric import Rubric
from store.tables import (
    AgentRow,
    Base,
    CallRow,
    DecisionRow,
    EvidenceRow,
    ItemFailureRow,
    JudgementRow,
    PlanItemRow,
    PlanRow,
    ScoreRow,
    WaitingRow,
)
from store.tables.follow_ups import FollowUpRow, MovementRow, OverrulingRow, PracticeRow, QuartileRow

Row = tuple[type[Base], dict[str, Any]]

FIRST_NAMES = [
    "Ada",
    "Bo",
    "Chidi",
    "Dina",
    "Emeka",
    "Femke",
    "Goran",
    "Hana",
    "Imre",
    "Joana",
    "Kofi",
    "Lena",
    "Mats",
    "Nia",
    "Otto",
    "Priya",
    "Quim",
    "Rosa",
    "Sven",
    "Tove",
]
LAST_NAMES = [
    "Abara",
    "Berg",
    "Costa",
    "Diaz",
    "Endo",
    "Fofana",
    "Garcia",
    "Haas",
    "Ito",
    "Jansen",
    "Kaya",
    "Lund",
    "Mensah",
    "Novak",
    "Okafor",
    "Pires",
]
EVERY = 14
"""Days from one plan of an agent to the next: those fourteen days are also what the follow-up waits."""

REVIEWERS = tuple(f"reader-{n:02}" for n in range(1, 21))
"""Who reads in the bench decided in the past."""

CAN_UNDO = timedelta(days=60)
"""Decisions older than this come without the plan as it was before, which is no more than room on the disk."""


@dataclass(frozen=True)
class Size:
    """How much is in a store."""

    plans: int
    scores: int
    agents: int
    teams: int

    @property
    def name(self) -> str:
        return f"{self.plans}-{self.scores}-{self.agents}-{self.teams}"


@dataclass(frozen=True)
class Person:
    """An agent of the company, and the calls of theirs that are kept, by number."""

    agent_id: str
    name: str
    team: str
    calls: range


class Company:
    """All rows of a store, in an order in which foreign keys find what they name. The same seed gives the same."""

    def __init__(self, size: Size, rubric: Rubric, words: Words, last: date, seed: int) -> None:
        self.size, self.rubric, self.words, self.last, self.seed = size, rubric, words, last, seed
        per_agent = -(-size.scores // len(rubric.criteria) // size.agents)
        self.people = [
            Person(f"a-{n:05}", _name(n), f"Team {n % size.teams + 1:02}", range(n * per_agent, (n + 1) * per_agent))
            for n in range(size.agents)
        ]
        self.days = 730

    def rows(self) -> Iterator[Row]:
        chance = random.Random(self.seed)
        for n, person in enumerate(self.people):
            yield (
                AgentRow,
                {
                    "agent_id": person.agent_id,
                    "name": person.name,
                    "team": person.team,
                    "supervisor_id": f"s-{person.team[5:]}",
                    "calls_per_day": 25.0 if n % 2 else 12.0,
                    "active": True,
                },
            )
            if n % 4 == 0 and chance.random() < 0.5:
                yield QuartileRow, {"agent_id": person.agent_id, "since": self.last - timedelta(days=n % 14)}
            yield from self._calls(person, chance)
        left = self.size.scores
        for person in self.people:
            for row in self._scores(person, chance):
                if left:
                    left -= 1
                    yield row
        for n, person in enumerate(self.people):
            count = self.size.plans // self.size.agents + (n < self.size.plans % self.size.agents)
            for number in range(count):
                yield from _PlanRows(self, person, number, count, chance).rows()

    def started(self, person: Person, call: int) -> datetime:
        """When a call began: an agent's calls are spread over the years, the last one on the last day."""
        back = (person.calls.stop - 1 - call) * self.days // len(person.calls)
        return datetime.combine(self.last - timedelta(days=back), time(9 + call % 8, call % 60), UTC)

    def _calls(self, person: Person, chance: random.Random) -> Iterator[Row]:
        for call in person.calls:
            call_id = call_name(call)
            ids = {CALL: call_id, AGENT: person.agent_id, **own_words(call)}
            content = put_in(self.words.calls[call % PATTERNS], ids, {})
            yield (
                CallRow,
                {
                    "call_id": call_id,
                    "digest": f"{call:064x}",
                    "agent_id": person.agent_id,
                    "started_at": self.started(person, call),
                    "call_type": None,
                    "guessed_type": None,
                    "channel": "phone",
                    "language": "en",
                    "content": content,
                },
            )

    def _scores(self, person: Person, chance: random.Random) -> Iterator[Row]:
        for call in person.calls:
            at = self.started(person, call) + timedelta(hours=4)
            for n, criterion in enumerate(self.rubric.criteria):
                score = float(min(100, max(0, round(chance.gauss(74, 16)))))
                yield (
                    ScoreRow,
                    {
                        "digest": f"{call * 32 + n:064x}",
                        "call_id": call_name(call),
                        "criterion_id": criterion.id,
                        "score": score,
                        "agent_id": person.agent_id,
                        "scored_at": at,
                        "scored_by": REVIEWERS[call % 20],
                        "comment": None,
                        "rubric_version": self.rubric.version,
                    },
                )


class _PlanRows:
    """A plan of an agent with all that hangs on it; ``number`` counts the agent's plans, the last one is open."""

    def __init__(self, company: Company, person: Person, number: int, count: int, chance: random.Random) -> None:
        self.company, self.person, self.chance = company, person, chance
        self.plan_id = f"p-{person.agent_id}-{number:04}"
        self.follow_up_id = f"f-{person.agent_id}-{number:04}"
        self.as_of = company.last - timedelta(days=EVERY * (count - 1 - number) + chance.randrange(EVERY))
        self.due = self.as_of + timedelta(days=EVERY)
        self.status = self._status(is_last=number == count - 1)
        self.reviewer = chance.choice(REVIEWERS)
        names = [one.id for one in company.rubric.criteria]
        self.items = [
            (person.calls[(2 * number + n) % len(person.calls)], criterion, chance.random() < 0.3)
            for n, criterion in enumerate(chance.sample(names, chance.choice((1, 2))))
        ]

    def _status(self, *, is_last: bool) -> PlanStatus:
        if is_last:
            return self.chance.choices(("draft", "returned", "approved"), (6, 1, 3))[0]
        return self.chance.choices(("closed", "dismissed"), (8, 2))[0]

    @property
    def waits(self) -> bool:
        return self.status in ("draft", "returned")

    def rows(self) -> Iterator[Row]:
        contents = [self._content(n) for n in range(len(self.items))]
        for n in range(len(self.items)):
            yield self._evidence(n)
        yield PlanRow, self._plan()
        for n, content in enumerate(contents):
            yield self._item(n, content)
            yield (
                ItemFailureRow,
                {
                    "plan_id": self.plan_id,
                    "item_id": self._item_id(n),
                    "role": "triggering",
                    "call_id": call_name(self.items[n][0]),
                    "criterion_id": self.items[n][1],
                },
            )
            if self._is_judged(n):
                yield self._judgement(n, contents)
        if self.status != "draft":
            yield self._decision(contents)
        if self.status in ("approved", "closed"):
            yield self._follow_up()
        if self.status == "closed":
            yield from self._outcomes()
        if self.waits:
            yield WaitingRow, self._waiting()

    def _found(self, n: int) -> Found:
        call, criterion, _ = self.items[n]
        return self.company.words.found[call % PATTERNS, criterion]

    def _item_id(self, n: int) -> str:
        return f"{self.plan_id}-{n}"

    def _is_judged(self, n: int) -> bool:
        return not self.waits or self.items[n][2]

    def _at(self, hours: int = 0) -> datetime:
        """Plans are drafted in the night, decided in the morning; no two in the same moment."""
        place = int(self.person.agent_id[2:])
        return datetime.combine(self.as_of, time(8, 0), UTC) + timedelta(hours=hours, seconds=place % 3000)

    def _ids(self, n: int) -> dict[str, str]:
        return {
            CALL: call_name(self.items[n][0]),
            ITEM: self._item_id(n),
            PLAN: self.plan_id,
            AGENT: self.person.agent_id,
            NAME: self.person.name,
            TEAM: self.person.team,
            FOLLOW_UP: self.follow_up_id,
            **own_words(self.items[n][0]),
        }

    def _content(self, n: int) -> str:
        call_day = self.company.started(self.person, self.items[n][0]).date()
        content = put_in(self._found(n).item, self._ids(n), {CALL_DAY: call_day, DUE: self.due})
        if not self._is_judged(n):
            return content
        judged = {
            "judgement_id": f"j-{self._item_id(n)}",
            "verdict": "accepted",
            "by": self.reviewer.title(),
            "at": self._at().isoformat(),
        }
        return content.replace('"judged":null', f'"judged":{json.dumps(judged)}')

    def _plan(self) -> dict[str, Any]:
        decided = self.status != "draft"
        return {
            "plan_id": self.plan_id,
            "agent_id": self.person.agent_id,
            "agent_name": self.person.name,
            "team": self.person.team,
            "supervisor_id": f"s-{self.person.team[5:]}",
            "status": self.status,
            "as_of": self.as_of,
            "follow_up_on": self.due,
            "decided_by": "Otto Lind" if decided else None,
            "decided_at": self._at(2) if decided else None,
            "reason": "Heard twice, agreed with the agent." if decided else None,
            "version": 2 if decided else 1,
            "changed_at": self._at(3),
        }

    def _item(self, n: int, content: str) -> Row:
        call, criterion, _ = self.items[n]
        found, waits = self._found(n), self.waits and not self._is_judged(n)
        return PlanItemRow, {
            "plan_id": self.plan_id,
            "item_id": self._item_id(n),
            "position": n,
            "criterion_id": criterion,
            "rubric_id": self.company.rubric.id,
            "rubric_version": self.company.rubric.version,
            "criterion_digest": found.digest,
            "call_id": call_name(call),
            "evidence_id": f"e-{self._item_id(n)}",
            "score": found.score,
            "threshold": found.criterion.threshold,
            "weight": found.criterion.weight,
            "critical": found.criterion.critical,
            "content": content,
            "agent_id": self.person.agent_id,
            "team": self.person.team,
            "confidence": found.confidence,
            "call_date": self.company.started(self.person, call).date(),
            "queue_key": f"{found.urgency} {self.plan_id} {self._item_id(n)}" if waits else None,
        }

    def _evidence(self, n: int) -> Row:
        call, criterion, _ = self.items[n]
        found = self._found(n)
        return EvidenceRow, {
            "evidence_id": f"e-{self._item_id(n)}",
            "call_id": call_name(call),
            "criterion_id": criterion,
            "rubric_id": self.company.rubric.id,
            "rubric_version": self.company.rubric.version,
            "criterion_digest": found.digest,
            "call_digest": f"{call:064x}",
            "model_version": "m-1",
            "status": "found",
            "confidence": found.confidence,
            "turn": found.turn,
            "start": 0,
            "end": len(found.quote),
            "quote": put_in(found.quote, self._ids(n), {}),
            "pick": put_in(found.pick, self._ids(n), {}),
        }

    def _judgement(self, n: int, contents: list[str]) -> Row:
        call, criterion, _ = self.items[n]
        found, recent = self._found(n), self.company.last - self.as_of < CAN_UNDO
        return JudgementRow, {
            "judgement_id": f"j-{self._item_id(n)}",
            "plan_id": self.plan_id,
            "item_id": self._item_id(n),
            "call_id": call_name(call),
            "criterion_id": criterion,
            "rubric_id": self.company.rubric.id,
            "rubric_version": self.company.rubric.version,
            "evidence_id": f"e-{self._item_id(n)}",
            "model_version": "m-1",
            "verdict": "accepted",
            "place": 0,
            "agrees": True,
            "turn": found.turn,
            "start": 0,
            "end": len(found.quote),
            "quote": put_in(found.quote, self._ids(n), {}),
            "reason": None,
            "reviewer": self.reviewer,
            "reviewer_name": self.reviewer.title(),
            "decided_at": self._at(),
            "blind": False,
            "settles": True,
            "before": self._whole(contents, "draft") if recent else None,
            "undone_at": None,
        }

    def _decision(self, contents: list[str]) -> Row:
        return DecisionRow, {
            "plan_id": self.plan_id,
            "plan_version": 2,
            "status": "approved" if self.status == "closed" else self.status,
            "decided_by": "Otto Lind",
            "decided_at": self._at(2),
            "reason": "Heard twice, agreed with the agent.",
            "content": self._whole(contents, "approved" if self.status == "closed" else self.status),
        }

    def _whole(self, contents: list[str], status: str) -> str:
        """The plan as the table of decisions keeps it."""
        facts = {name: value for name, value in self._plan().items() if name not in ("version", "changed_at")}
        facts |= {"status": status, "decided_at": None, "as_of": str(self.as_of), "follow_up_on": str(self.due)}
        head = json.dumps(facts)
        return f'{head[:-1]}, "items": [{", ".join(contents)}]}}'

    def _follow_up(self) -> Row:
        ended = self.status == "closed"
        return FollowUpRow, {
            "follow_up_id": self.follow_up_id,
            "plan_id": self.plan_id,
            "agent_id": self.person.agent_id,
            "attempt": 1,
            "approved_on": self.as_of,
            "promised_on": self.due,
            "due_on": self.due,
            "last_day": self.as_of + timedelta(days=21),
            "state": "done" if ended else "open",
            "reason": None,
            "opened_at": self._at(2),
            "ended_at": self._at(24 * EVERY) if ended else None,
            "changed_at": self._at(24 * EVERY if ended else 2),
        }

    def _outcomes(self) -> Iterator[Row]:
        for n, (_, criterion, _) in enumerate(self.items):
            content, verdict, asks = self.company.words.cycles[criterion][self.chance.randrange(CYCLES)]
            is_decided = asks and self.chance.random() < 0.97
            yield (
                MovementRow,
                {
                    "follow_up_id": self.follow_up_id,
                    "item_id": self._item_id(n),
                    "plan_id": self.plan_id,
                    "agent_id": self.person.agent_id,
                    "team": self.person.team,
                    "criterion_id": criterion,
                    "rubric_id": self.company.rubric.id,
                    "rubric_version": self.company.rubric.version,
                    "cycle": 1,
                    "approved_on": self.as_of,
                    "scored_on": self.due,
                    "scored_by": "people",
                    "verdict": verdict,
                    "asks": asks and not is_decided,
                    "content": put_in(content, self._ids(n), {APPROVED: self.as_of, DUE: self.due}),
                    "changed_at": self._at(24 * EVERY),
                },
            )
            if is_decided:
                yield (
                    OverrulingRow,
                    {
                        "follow_up_id": self.follow_up_id,
                        "item_id": self._item_id(n),
                        "number": 1,
                        "actions": '["close"]',
                        "decided_by": "Otto Lind",
                        "reason": "Enough for now.",
                        "decided_at": self._at(24 * EVERY + 2),
                        "practice": None,
                    },
                )
            yield (
                PracticeRow,
                {
                    "plan_id": self.plan_id,
                    "criterion_id": criterion,
                    "session": 1,
                    "note": None,
                    "done_on": self.as_of + timedelta(days=3),
                    "score": 80.0,
                    "by": "Otto Lind",
                },
            )

    def _waiting(self) -> dict[str, Any]:
        taken = {criterion for _, criterion, _ in self.items}
        criterion = next(one for one in self.company.rubric.criteria if one.id not in taken)
        content = {
            "agent_id": self.person.agent_id,
            "criterion_id": criterion.id,
            "place": 1,
            "call_ids": [call_name(self.items[0][0])],
            "score": 40.0,
            "threshold": criterion.threshold,
            "weight": criterion.weight,
            "critical": criterion.critical,
        }
        return {
            "agent_id": self.person.agent_id,
            "criterion_id": criterion.id,
            "place": 1,
            "content": json.dumps(content),
        }


def call_name(call: int) -> str:
    return f"c-{call:07}"


def _name(n: int) -> str:
    first, last = FIRST_NAMES[n % len(FIRST_NAMES)], LAST_NAMES[n // len(FIRST_NAMES) % len(LAST_NAMES)]
    return f"{first} {last} {n // (len(FIRST_NAMES) * len(LAST_NAMES)) + 1}"

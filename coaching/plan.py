"""One agent's coaching action plan; its items are one failed criterion each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from coaching.answers import Disputed
from coaching.judged import Judged
from models.evidence import Pick
from nlp.call import Speaker
from nlp.noun import Id, Noun, Text

PlanStatus = Literal["draft", "approved", "returned", "dismissed", "closed"]
OPEN_STATUSES: tuple[PlanStatus, ...] = ("draft", "returned", "approved")
"""A plan in one of these is the agent's current plan; there is at most one. ``closed``: its follow-up is decided."""

UNDECIDED: tuple[PlanStatus, ...] = ("draft", "returned")
"""A plan in one of these is not assigned: it may be changed, and its evidence waits for people."""

Day = Annotated[date, Field(strict=False)]


class ContextTurn(Noun):
    """A turn beside the quote, so that a reader sees what it answered and what came of it."""

    turn: int
    speaker: Speaker
    text: Text
    start_s: float | None = None


class PlannedPractice(Noun):
    """What to practise until the follow-up. ``opening_lines`` are the customer's own words in the call."""

    skill: Text
    scenario: Text
    sessions: int
    method: Text
    opening_lines: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    sentence: Text


class FurtherEvidence(Noun):
    """Another failure of the same criterion by the same agent."""

    call_id: Id
    call_date: Day
    score: float | None
    quote: Text = ""


class PlanItem(Noun):
    """One failed criterion: the call, the words, what to do instead, which practice.

    ``call_date`` is the call's start, else the day it was scored, in the program's time zone.
    ``context`` is the quoted turn with up to two turns before and two after it. ``judged`` is the decision of a person
    on the evidence, where there is one; ``disputed`` is the agent's objection, where there is one; ``edited_by`` names
    who changed the practice last.
    ``cycle`` counts the plans that have coached this item without a break: ``follows`` is the one before, and
    ``because`` says why it goes on.
    """

    item_id: Id
    criterion_id: Id
    criterion_name: Text
    weight: float
    critical: bool
    score: float | None
    threshold: float
    rubric_id: Id
    rubric_version: int
    criterion_digest: str
    call_id: Id
    call_date: Day
    call_type: Id | None = None
    call_type_name: Text = ""
    headline: Text
    expected_behavior: Text
    evidence: Pick
    context: Annotated[tuple[ContextTurn, ...], Field(strict=False)] = ()
    practice: PlannedPractice
    further: Annotated[tuple[FurtherEvidence, ...], Field(strict=False)] = ()
    judged: Judged | None = None
    disputed: Disputed | None = None
    edited_by: Text | None = None
    cycle: Annotated[int, Field(ge=1)] = 1
    follows: Id | None = None
    because: Text = ""

    @property
    def shortfall(self) -> float:
        return max(0.0, self.threshold - self.score) if self.score is not None else 0.0

    @property
    def waits_disputed(self) -> bool:
        """Whether the agent disputes the item and nobody has decided on it."""
        return self.disputed is not None and self.disputed.outcome is None


class Plan(Noun):
    """One agent's plan. A draft's ``follow_up_on`` is provisional, counted from ``as_of``; approval fixes it.

    ``decided_*`` tell of the last decision by a person: approve, return or dismiss.
    """

    plan_id: Id
    agent_id: Id
    agent_name: Text
    team: Text | None = None
    supervisor_id: Id | None = None
    status: PlanStatus = "draft"
    as_of: Day
    follow_up_on: Day
    items: Annotated[tuple[PlanItem, ...], Field(strict=False, min_length=1)]
    decided_by: Text | None = None
    decided_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    reason: Text | None = None

    @property
    def undecided(self) -> bool:
        """Whether the plan waits for its approval."""
        return self.status in UNDECIDED


class Waiting(Noun):
    """A failing criterion of an agent that waits its turn: its place in the line, and the failures behind it."""

    agent_id: Id
    criterion_id: Id
    place: Annotated[int, Field(ge=1)]
    call_ids: Annotated[tuple[Id, ...], Field(strict=False, min_length=1)]
    score: float | None
    threshold: float
    weight: float
    critical: bool

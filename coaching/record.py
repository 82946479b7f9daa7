"""The open record: plans, items, evidence, follow-ups and movements, field by field, as others are told of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from coaching.judged import Verdict as Judgement
from coaching.movement import Verdict
from coaching.next_action import Action
from coaching.plan import PlanStatus


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Practice(Shape):
    """What to practise until the follow-up."""

    skill: str
    scenario: str
    sessions: int
    method: str
    sentence: str


class Span(Shape):
    """A stretch of a turn: ``turn`` counts from 0, ``start`` and ``end`` are characters into its text.

    ``sha256`` is of the words as they stand there, also where ``quote`` is masked.
    """

    turn: int
    start: int
    end: int
    quote: str
    sha256: str


class Evidence(Shape):
    """The words that show a failure; ``span`` is null where nothing that the agent said can show it."""

    plan_id: str
    item_id: str
    call_id: str
    criterion_id: str
    status: Literal["found", "none"]
    kind: str
    span: Span | None
    start_s: float | None
    end_s: float | None
    confidence: float
    sure: bool
    cue: Span | None
    why: str
    alternatives: list[Span]
    judged: Judgement | None
    judged_by: str | None
    redacted: bool


class Item(Shape):
    """One failed criterion of a plan. ``evidence`` is null where the token has no ``evidence:read``."""

    plan_id: str
    item_id: str
    agent_id: str
    criterion_id: str
    criterion_name: str
    weight: float
    critical: bool
    score: float | None
    threshold: float
    rubric_id: str
    rubric_version: int
    call_id: str
    call_date: date
    call_type: str | None
    expected_behavior: str
    practice: Practice
    further_calls: list[str]
    evidence: Evidence | None


class PlanShape(Shape):
    """One agent's plan. ``version`` counts its changes and is its ETag; ``changed_at`` is when it was last written."""

    plan_id: str
    version: int
    changed_at: datetime
    agent_id: str
    agent_name: str
    team: str | None
    supervisor_id: str | None
    status: PlanStatus
    as_of: date
    follow_up_on: date
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    items: list[Item]


class FollowUpShape(Shape):
    """The dated scoring of new calls that an approval promised."""

    follow_up_id: str
    changed_at: datetime
    plan_id: str
    agent_id: str
    attempt: int
    approved_on: date
    promised_on: date
    due_on: date
    last_day: date
    state: Literal["open", "done", "cancelled"]
    reason: str | None


class Mean(Shape):
    """Some scores of one agent on one criterion. ``spread`` is their standard deviation, null under two calls."""

    calls: int
    mean: float | None
    spread: float | None


class OverrulingShape(Shape):
    """What a person decided on a cycle, in the place of the machine or where it asked."""

    actions: list[Action]
    by: str
    at: datetime
    reason: str


class MovementShape(Shape):
    """Before, after, delta, its 90 % interval, and the verdict; and what is to be done, by whom.

    ``by_regression`` is the delta that regression to the mean alone would give, null where that is not known;
    ``changed`` what stands in the way of comparing; ``unproven`` marks a machine's scores whose agreement with people
    is not known. ``machine_actions`` is what the machine said, ``overrulings`` what people said since.
    """

    follow_up_id: str
    item_id: str
    changed_at: datetime
    plan_id: str
    agent_id: str
    agent_name: str
    team: str | None
    criterion_id: str
    criterion_name: str
    cycle: int
    rubric_id: str
    rubric_version: int
    threshold: float
    triggering_score: float | None
    approved_by: str | None
    approved_on: date
    promised_on: date
    scored_on: date
    scored_by: Literal["people", "machine"]
    unproven: bool
    before: Mean
    after: Mean
    delta: float | None
    low: float | None
    high: float | None
    by_regression: float | None
    changed: list[str]
    verdict: Verdict
    over_threshold: bool
    actions: list[Action]
    decided_by: str
    machine_actions: list[Action]
    overrulings: list[OverrulingShape]


class PracticeSession(Shape):
    """A practice session that took place. ``session`` tells two of a day apart, ``score`` is the session's own."""

    plan_id: str
    criterion_id: str
    done_on: date
    session: int
    score: float | None
    by: str | None
    note: str | None

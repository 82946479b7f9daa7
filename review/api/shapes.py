"""What the API alone says and takes, beside the open record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from coaching.plan import PlanStatus
from coaching.record import Shape
from nlp.noun import Id, Text

Written = Annotated[Text, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class Hidden(Shape):
    """What is masked: characters into the turn's text, and the label that is shown in its place."""

    start: int
    end: int
    label: str


class RawSpan(Shape):
    """A stretch of a turn as it was said, with what of the turn's masks reaches into it."""

    of: Literal["quote", "cue", "alternative"]
    turn: int
    start: int
    end: int
    words: str
    sha256: str
    hidden: list[Hidden]


class Original(Shape):
    """The words of an item as they were said."""

    plan_id: str
    item_id: str
    call_id: str
    spans: list[RawSpan]


class DecisionShape(Shape):
    """What a person, or a program in their name, decided about a plan, and the version that it made."""

    plan_id: str
    version: int
    status: PlanStatus
    decided_by: str
    decided_at: datetime
    reason: str | None
    follow_up_on: date


class NewDecision(Shape):
    """A decision on a plan as it was seen. ``reason`` is needed to return or dismiss it, or without accepted quotes."""

    decision: Literal["approve", "return", "dismiss"]
    reason: Written | None = None


class NewPracticeSession(Shape):
    """A session to note. The same again is once; ``replace`` says that it corrects one that is noted already."""

    criterion_id: Annotated[Id, Field(max_length=500, pattern=r"^[^\x00]+$")]
    done_on: date
    session: Annotated[int, Field(ge=1, le=1000)] = 1
    score: Annotated[float | None, Field(allow_inf_nan=False)] = None
    by: Written | None = None
    note: Written | None = None
    replace: bool = False


class NewDate(Shape):
    """The day on which a plan's new calls are to be scored, and why it is moved."""

    to: date
    reason: Written | None = None


class Cancellation(Shape):
    """Why an approval is taken back."""

    reason: Written


class NewOverruling(Shape):
    """What is to follow from a cycle: close, continue or reassign, and escalate beside it where that is needed.

    ``decided_before`` is how many decisions of people on the cycle were seen: the number of its ``overrulings``.
    """

    actions: Annotated[list[Literal["close", "continue", "reassign", "escalate"]], Field(min_length=1, max_length=2)]
    reason: Written
    decided_before: Annotated[int, Field(ge=0)] = 0


Entry = TypeVar("Entry")


class PageShape(Shape, Generic[Entry]):
    """Some entries, the last changed last. ``next`` is the cursor of the page after this one, null on the last."""

    entries: list[Entry]
    next: str | None

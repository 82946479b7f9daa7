"""What a night found, ready to be shown: plans, who waits, where the order is wrong, what was set aside."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coaching.across import AcrossCycles
from coaching.bottom_quartile import ClockLine
from coaching.follow_up import CycleAccount
from coaching.plan import Day, Plan, Waiting
from nlp.noun import Noun
from nlp.set_aside import SetAside


class WaitingLine(Noun):
    """A place in a waiting list, with the names that people know."""

    agent_name: str
    criterion_name: str
    waiting: Waiting


class OrderNote(Noun):
    """A criterion that waits though it ranks over one that is coached."""

    agent_name: str
    sentence: str


class NightReport(Noun):
    """All that the page, the artifact and the terminal say of a night. The same state gives the same bytes.

    ``read`` and ``kept`` are counts of records by kind; ``failures`` were selected, ``found`` of them have a quote,
    ``sure`` of these are over the threshold of confidence. ``not_planned`` counts failures by reason.
    ``clock``: agents of the lowest quarter without an approved plan. ``followed``: the follow-ups of the last week, and
    the older ones on which a supervisor has to decide. ``across`` is what the cycles so far show together; None before
    the first approval.
    """

    program: str
    as_of: Day
    rubric_title: str
    rubric_id: str
    rubric_version: int
    scale_min: float = 0
    scale_max: float = 100
    model_version: str = ""
    note: str = ""
    read: dict[str, int] = {}
    kept: dict[str, int] = {}
    failures: int = 0
    found: int = 0
    sure: int = 0
    plans: Annotated[tuple[Plan, ...], Field(strict=False)] = ()
    waiting: Annotated[tuple[WaitingLine, ...], Field(strict=False)] = ()
    order_notes: Annotated[tuple[OrderNote, ...], Field(strict=False)] = ()
    not_planned: dict[str, int] = {}
    set_aside: Annotated[tuple[SetAside, ...], Field(strict=False)] = ()
    clock: Annotated[tuple[ClockLine, ...], Field(strict=False)] = ()
    followed: Annotated[tuple[CycleAccount, ...], Field(strict=False)] = ()
    across: AcrossCycles | None = None

    @property
    def none(self) -> int:
        return self.failures - self.found

    @property
    def drafts(self) -> int:
        return sum(plan.status == "draft" for plan in self.plans)

"""A night from above: what it found, which criteria fall short most, what a person should look at first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from coaching.covering import is_covered
from coaching.night_report import NightReport
from coaching.plan import Plan, PlanItem
from coaching.wording import counted


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """How many agents fall short on a criterion: coached now, or waiting for it; and in how many calls."""

    name: str
    coached: int
    waiting: int
    calls: int

    @property
    def agents(self) -> int:
        return self.coached + self.waiting


@dataclass(frozen=True, slots=True)
class ToCheck:
    """An item of a draft that wants a person's eye before the plan is decided on."""

    plan: Plan
    item: PlanItem
    why: str


def night_sentence(report: NightReport) -> str:
    """What the night found, in one or two sentences."""
    sentences = [_found(report)]
    waiting = counted(len(report.waiting), "criterion", "criteria")
    turn = f"{waiting} {'waits its' if len(report.waiting) == 1 else 'wait their'} turn" if report.waiting else ""
    decide = f"{counted(report.drafts, 'draft plan')} to decide on" if report.drafts else ""
    if decide or turn:
        sentences.append(f"{'; '.join(filter(None, (decide, turn)))}.")
    return " ".join(sentences)


def _found(report: NightReport) -> str:
    if not report.failures:
        return "No failure was selected."
    failures = counted(report.failures, "failure")
    if report.none:
        return f"{failures}, {report.found:,} of them with a quote."
    return f"{failures}, {'each ' if report.failures > 1 else ''}with a quote."


def count_criteria(report: NightReport) -> list[CriterionCount]:
    """The criteria of plans and waiting list, the one that most agents fall short on first."""
    counts: dict[str, _Counting] = defaultdict(_Counting)
    for plan in report.plans:
        for item in plan.items:
            counting = counts[item.criterion_id].named(item.criterion_name)
            counting.coached.add(plan.agent_id)
            counting.calls |= {item.call_id, *(one.call_id for one in item.further)}
    for line in report.waiting:
        counting = counts[line.waiting.criterion_id].named(line.criterion_name)
        counting.waiting.add(line.waiting.agent_id)
        counting.calls |= set(line.waiting.call_ids)
    return sorted(
        (counting.done() for counting in counts.values()), key=lambda one: (-one.agents, -one.calls, one.name)
    )


def to_check(report: NightReport) -> list[ToCheck]:
    """What to look at first: drafts without a quote, then critical ones, then those that the machine is not sure of."""
    found = [
        ToCheck(plan, item, why)
        for plan in report.plans
        if plan.status == "draft"
        for item in plan.items
        if (why := _why_check(item))
    ]
    return sorted(found, key=lambda one: (one.item.evidence.status != "none", not one.item.critical))


def _why_check(item: PlanItem) -> str:
    if is_covered(item):
        return "two people judge it unseen"
    if item.evidence.status == "none":
        return "no quote was found; a person decides"
    if item.critical:
        return "a critical criterion" + ("" if item.evidence.sure else ", and the quote is not sure")
    return "" if item.evidence.sure else "the quote is not sure"


@dataclass(slots=True)
class _Counting:
    name: str = ""
    coached: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)

    def named(self, name: str) -> _Counting:
        self.name = self.name or name
        return self

    def done(self) -> CriterionCount:
        return CriterionCount(self.name, len(self.coached), len(self.waiting - self.coached), len(self.calls))

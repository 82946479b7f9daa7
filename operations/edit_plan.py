"""Changing a plan before it is approved: the practice, the order, an item taken out. And approving what was judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from coaching.assemble import PlanRules
from coaching.plan import Plan, PlanItem
from coaching.wording import practice_sentence
from nlp.call import Call
from nlp.errors import WrongInput
from nlp.noun import Noun, Text
from operations.judge import NoSuchItem
from operations.review import Decision, NotToBeDecided, ReasonNeeded, approve_plan
from store import agents, calls, plans
from store.left_out import leave_out
from store.plan_list import COUNTED_TO, Listed, Place, count_listed, list_page
from store.plans import PlanChanged
from store.session import Store

__all__ = ["COUNTED_TO", "Editor", "Listed", "Place", "PlanChanged", "WrittenPractice"]

PAGE = 25


class LastItem(WrongInput):
    """A plan has at least one item."""

    def __init__(self, plan_id: str) -> None:
        super().__init__(f"plan {plan_id}: its last item stays; dismiss the plan instead")
        self.plan_id = plan_id


class WrittenPractice(Noun):
    """The practice of an item as a person writes it."""

    skill: Annotated[Text, Field(max_length=500)]
    scenario: Annotated[Text, Field(max_length=4000)]
    sessions: Annotated[int, Field(ge=1, le=50)]
    method: Annotated[Text, Field(max_length=500)]


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes a plan, when, and the version of it that they saw."""

    name: str
    at: datetime
    seen: int


@dataclass(frozen=True, slots=True)
class SeenPlan:
    """A plan with its version, so that what is done to it can name what it was done to."""

    plan: Plan
    version: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A stretch of the list of plans, and where it goes on; None at its end. ``count`` stops at COUNTED_TO + 1."""

    plans: tuple[Plan, ...]
    count: int
    further: Place | None


def see_plan(store: Store, plan_id: str) -> SeenPlan | None:
    """The plan of exactly that id, or None."""
    with store.read() as session:
        plan = plans.get_plan(session, plan_id)
        return SeenPlan(plan, plans.plan_version(session, plan_id)) if plan else None


def call_of_plan(store: Store, plan: Plan, call_id: str) -> Call | None:
    """A call that the plan speaks of; None for any other."""
    spoken_of = {call for item in plan.items for call in (item.call_id, *(one.call_id for one in item.further))}
    with store.read() as session:
        return calls.get_call(session, call_id) if call_id in spoken_of else None


def see_plans(store: Store, listed: Listed, after: Place | None = None) -> PlanPage:
    """Plans, the earliest follow-up first, from a place on."""
    with store.read() as session:
        found = list_page(session, listed, after, PAGE + 1)
        shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
        further = (last.follow_up_on, last.agent_id, last.plan_id) if last else None
        return PlanPage(tuple(shown), count_listed(session, listed), further)


def calls_per_day(store: Store, agent_id: str) -> float | None:
    """How busy an agent is; None where nobody has said so."""
    with store.read() as session:
        agent = agents.get_agent(session, agent_id)
    return agent.calls_per_day if agent else None


def write_practice(store: Store, plan_id: str, item_id: str, practice: WrittenPractice, editor: Editor) -> Plan:
    """Write the practice of an item anew. Raises NoSuchItem, NotToBeDecided, PlanChanged."""
    with store.begin() as session:
        plan, item = _to_edit(session, plan_id, item_id)
        sentence = practice_sentence(
            practice.sessions, item.call_type_name, practice.method, practice.skill, plan.follow_up_on
        )
        written = item.practice.model_copy(update={**dict(practice), "sentence": sentence})
        changed = item.model_copy(update={"practice": written, "edited_by": editor.name})
        items = tuple(changed if one.item_id == item_id else one for one in plan.items)
        return _keep(session, plan, items, editor)


def move_up(store: Store, plan_id: str, item_id: str, editor: Editor) -> Plan:
    """Put an item before the one above it. Raises as write_practice does."""
    with store.begin() as session:
        plan, item = _to_edit(session, plan_id, item_id)
        items = list(plan.items)
        place = items.index(item)
        if place:
            items[place - 1], items[place] = item, items[place - 1]
        return _keep(session, plan, tuple(items), editor)


def take_out(store: Store, plan_id: str, item_id: str, reason: str, editor: Editor) -> Plan:
    """Take an item out of a plan: its criterion waits until the plan is over.

    Raises ReasonNeeded, LastItem, and as write_practice does.
    """
    with store.begin() as session:
        plan, item = _to_edit(session, plan_id, item_id)
        if not reason:
            raise ReasonNeeded(plan_id, "an item that is taken out needs a reason")
        items = tuple(one for one in plan.items if one is not item)
        if not items:
            raise LastItem(plan_id)
        leave_out(session, plan_id, item.criterion_id, editor.name, editor.at, reason)
        return _keep(session, plan, items, editor)


def approve_judged(store: Store, plan_id: str, decision: Decision, rules: PlanRules, on: date | None) -> Plan:
    """Approve a plan of which every quote was accepted by a person; where one was not, a reason has to say why.

    ``decision.seen`` is the version that it was seen in. Raises as approve_plan does, and PlanChanged.
    """
    seen = see_plan(store, plan_id)
    if seen is not None and decision.seen == seen.version and not decision.reason:
        open_ones = [item.criterion_name for item in seen.plan.items if not has_accepted_quote(item)]
        if open_ones and seen.plan.undecided:
            raise ReasonNeeded(plan_id, f"{', '.join(open_ones)} has no quote that a person accepted")
    return approve_plan(store, plan_id, decision, rules, on)


def has_accepted_quote(item: PlanItem) -> bool:
    """Whether a person has accepted the words that the item quotes."""
    return item.judged is not None and item.judged.has_quote


def _to_edit(session: Session, plan_id: str, item_id: str) -> tuple[Plan, PlanItem]:
    plan = plans.get_plan(session, plan_id)
    item = next((one for one in plan.items if one.item_id == item_id), None) if plan else None
    if plan is None or item is None:
        raise NoSuchItem(plan_id, item_id)
    if not plan.undecided:
        raise NotToBeDecided(plan, "changed")
    return plan, item


def _keep(session: Session, plan: Plan, items: tuple[PlanItem, ...], editor: Editor) -> Plan:
    changed = plan.model_copy(update={"items": items})
    plans.put_plan(session, changed, editor.seen)
    return changed

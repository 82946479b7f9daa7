"""A new cycle starts as a draft again: the items that go on, with fresh evidence and the practice that was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from coaching.agent import Agent
from coaching.assemble import Located, Setting, content_id, make_item
from coaching.calendar import follow_up_date
from coaching.next_action import DEFAULT_METHOD, Action
from coaching.plan import Plan, PlanItem, PlannedPractice
from coaching.wording import practice_sentence
from rubric.criterion import Exercise

GOES_ON: tuple[Action, ...] = ("continue", "reassign")


def goes_on(actions: Sequence[Action]) -> bool:
    """Whether an item is coached for another cycle."""
    return any(action in GOES_ON for action in actions)


def next_item(
    plan_id: str,
    item: PlanItem,
    follows: str,
    because: str,
    exercise: Exercise | None,
    located: Sequence[Located],
    setting: Setting,
    on: date,
) -> PlanItem:
    """The item of the next cycle, in the draft ``plan_id``.

    Its evidence is of the failures since the last approval (``located``, the triggering one first); where there is
    none, that of the cycle before. ``exercise`` takes the place of the practice; None keeps it.
    """
    kept = item.model_copy(update={"item_id": content_id("i", plan_id, item.criterion_id), "further": ()})
    base = make_item(plan_id, located, setting, on) if located else kept
    going_on = {"cycle": item.cycle + 1, "follows": follows, "because": because, "edited_by": None, "disputed": None}
    return base.model_copy(update={**going_on, "practice": practise(base, exercise or item.practice, on)})


def practise(item: PlanItem, by: Exercise | PlannedPractice, on: date) -> PlannedPractice:
    """The practice of ``by`` for the call that the item quotes, until the follow-up ``on``."""
    scenario, sessions = by.scenario, by.sessions or item.practice.sessions
    if isinstance(by, Exercise):
        scenario = by.by_call_type.get(item.call_type or "", scenario) or item.call_type_name
    method = by.method or DEFAULT_METHOD
    return PlannedPractice(
        skill=by.skill,
        scenario=scenario,
        sessions=sessions,
        method=method,
        opening_lines=item.practice.opening_lines,
        sentence=practice_sentence(sessions, item.call_type_name, method, by.skill, on),
    )


def draft_of(plan_id: str, agent: Agent, items: Sequence[PlanItem], setting: Setting) -> Plan:
    """A draft of these items, at least one."""
    return Plan(
        plan_id=plan_id,
        agent_id=agent.agent_id,
        agent_name=agent.name,
        team=agent.team,
        supervisor_id=agent.supervisor_id,
        as_of=setting.as_of,
        follow_up_on=provisional_date(agent, setting),
        items=tuple(items),
    )


def provisional_date(agent: Agent, setting: Setting) -> date:
    """The follow-up date of a draft, counted from the day that it is drawn for."""
    return follow_up_date(setting.as_of, agent.calls_per_day, setting.rules.follow_up, setting.rules.calendar)


def draw_on(current: Plan, agent: Agent, ranked: Sequence[Sequence[Located]], setting: Setting) -> Plan:
    """The draft ``current`` drawn anew: what goes on from the cycle before stays and stands first.

    The most urgent of the other criteria fill it up.
    """
    on = provisional_date(agent, setting)
    carried = [item for item in current.items if item.follows is not None]
    groups = {group[0].failure.criterion_id: group for group in ranked}
    others = [group for name, group in groups.items() if name not in {item.criterion_id for item in carried}]
    room = max(0, setting.rules.max_items - len(carried))
    items = [_drawn(current.plan_id, item, groups, setting, on) for item in carried]
    items += [make_item(current.plan_id, group, setting, on) for group in others[:room]]
    return draft_of(current.plan_id, agent, items, setting)


def _drawn(
    plan_id: str, item: PlanItem, groups: Mapping[str, Sequence[Located]], setting: Setting, on: date
) -> PlanItem:
    group = groups.get(item.criterion_id)
    base = make_item(plan_id, group, setting, on) if group else item
    kept = {name: getattr(item, name) for name in ("cycle", "follows", "because", "edited_by")}
    return base.model_copy(update={**kept, "practice": practise(base, item.practice, on)})

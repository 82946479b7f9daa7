"""From one agent's failures and their evidence to a plan and a waiting list.

A person changes one thing at a time: at most two items unless configured, the most urgent first, and the rest wait
their turn. A criterion that is already coached gets further evidence in place of a second item.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from coaching.agent import Agent
from coaching.calendar import FollowUpRules, WorkCalendar, follow_up_date
from coaching.plan import ContextTurn, FurtherEvidence, Plan, PlanItem, Waiting
from coaching.practice import plan_practice
from coaching.wording import headline
from models.evidence import Pick
from nlp.call import Call
from nlp.noun import Noun
from rubric.failure import Failure
from rubric.priority import rank
from rubric.rubric import Rubric

CONTEXT_TURNS = 2


class PlanRules(Noun):
    """How plans are made: how many items, and when the follow-up is."""

    max_items: Annotated[int, Field(ge=1, le=20)] = 2
    follow_up: FollowUpRules = FollowUpRules()
    calendar: WorkCalendar = WorkCalendar()


@dataclass(frozen=True, slots=True)
class Located:
    """A failure with the call it is of and the evidence found for it."""

    failure: Failure
    call: Call
    pick: Pick


@dataclass(frozen=True, slots=True)
class Setting:
    """What a night assembles under: the rubric's versions by number, the rules, the day, the program's time zone."""

    rubrics: Mapping[int, Rubric]
    rules: PlanRules
    as_of: date
    timezone: ZoneInfo

    def day_of(self, failure: Failure) -> date:
        """The day of the call in the program's time zone. Only failures with a time are planned."""
        assert failure.at is not None
        return failure.at.astimezone(self.timezone).date()


def rank_criteria(located: Iterable[Located]) -> list[list[Located]]:
    """Failures grouped by criterion, the most urgent criterion first and within it the triggering failure first.

    Criteria stand in the rubric's priority. Within a criterion: the largest shortfall, ties by confidence, then the
    newest, then the call id.
    """
    groups: dict[str, list[Located]] = defaultdict(list)
    for one in located:
        groups[one.failure.criterion_id].append(one)
    ordered = [sorted(group, key=_triggering_first) for group in groups.values()]
    return sorted(ordered, key=lambda group: rank(group[0].failure))


def _triggering_first(one: Located) -> tuple[float, float, float, str]:
    at = one.failure.at.timestamp() if one.failure.at else 0.0
    return (-one.failure.shortfall, -one.pick.confidence, -at, one.failure.call_id)


def assemble_plan(
    plan_id: str, agent: Agent, ranked: Sequence[Sequence[Located]], setting: Setting
) -> tuple[Plan, tuple[Waiting, ...]]:
    """A draft of the first criteria of ``ranked`` (at least one), and the waiting list of the others."""
    rules = setting.rules
    on = follow_up_date(setting.as_of, agent.calls_per_day, rules.follow_up, rules.calendar)
    chosen, rest = ranked[: rules.max_items], ranked[rules.max_items :]
    plan = Plan(
        plan_id=plan_id,
        agent_id=agent.agent_id,
        agent_name=agent.name,
        team=agent.team,
        supervisor_id=agent.supervisor_id,
        as_of=setting.as_of,
        follow_up_on=on,
        items=tuple(make_item(plan_id, group, setting, on) for group in chosen),
    )
    return plan, waiting_list(agent.agent_id, rest)


def make_item(plan_id: str, group: Sequence[Located], setting: Setting, follow_up_on: date) -> PlanItem:
    """The item of one criterion, from its triggering failure (the first of ``group``); the others are further."""
    first = group[0]
    failure, call, pick = first.failure, first.call, first.pick
    rubric = setting.rubrics[failure.rubric_version]
    criterion = rubric.criterion(failure.criterion_id)
    type_name = rubric.call_type_name(call.call_type)
    return PlanItem(
        item_id=content_id("i", plan_id, criterion.id),
        criterion_id=criterion.id,
        criterion_name=criterion.title,
        weight=criterion.weight,
        critical=criterion.critical,
        score=failure.score,
        threshold=criterion.threshold,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        criterion_digest=rubric.digests()[criterion.id],
        call_id=call.call_id,
        call_date=setting.day_of(failure),
        call_type=call.call_type,
        call_type_name=type_name,
        headline=headline(criterion.title, criterion.weight, failure.score, criterion.threshold),
        expected_behavior=criterion.expected_behavior,
        evidence=pick,
        context=context_of(call, pick),
        practice=plan_practice(criterion, call, type_name, pick, follow_up_on),
        further=tuple(further_evidence(one, setting) for one in group[1:]),
    )


def further_evidence(one: Located, setting: Setting) -> FurtherEvidence:
    """Another failure of a criterion that is coached already."""
    return FurtherEvidence(
        call_id=one.call.call_id,
        call_date=setting.day_of(one.failure),
        score=one.failure.score,
        quote=one.pick.quote,
    )


def context_of(call: Call, pick: Pick) -> tuple[ContextTurn, ...]:
    """The quoted turn with two turns before and two after it; empty where nothing is quoted."""
    if pick.turn is None:
        return ()
    first, last = max(0, pick.turn - CONTEXT_TURNS), min(len(call.turns), pick.turn + CONTEXT_TURNS + 1)
    return tuple(
        ContextTurn(turn=n, speaker=turn.speaker, text=turn.text, start_s=turn.start)
        for n, turn in enumerate(call.turns[first:last], start=first)
    )


def waiting_list(agent_id: str, ranked: Sequence[Sequence[Located]]) -> tuple[Waiting, ...]:
    """The criteria that wait, in order, each with the failures behind it."""
    return tuple(
        Waiting(
            agent_id=agent_id,
            criterion_id=group[0].failure.criterion_id,
            place=place,
            call_ids=tuple(one.failure.call_id for one in group),
            score=group[0].failure.score,
            threshold=group[0].failure.threshold,
            weight=group[0].failure.weight,
            critical=group[0].failure.critical,
        )
        for place, group in enumerate(ranked, start=1)
    )


def add_further(plan: Plan, located: Mapping[str, Sequence[Located]], setting: Setting) -> Plan:
    """The approved plan with its further evidence as it stands now; what a person approved stays as it is.

    ``located`` has the agent's failures by criterion. The triggering failure of an item is not repeated.
    """
    items = []
    for item in plan.items:
        others = [one for one in located.get(item.criterion_id, ()) if one.failure.call_id != item.call_id]
        known = {further.call_id for further in item.further}
        fresh = tuple(further_evidence(one, setting) for one in others if one.failure.call_id not in known)
        items.append(item.model_copy(update={"further": item.further + fresh}))
    return plan.model_copy(update={"items": tuple(items)})


def content_id(prefix: str, *parts: str) -> str:
    """An id that is the same for the same parts on every machine: the prefix and 16 hex digits."""
    joined = "\x1f".join(parts)
    return f"{prefix}-{hashlib.sha256(joined.encode()).hexdigest()[:16]}"

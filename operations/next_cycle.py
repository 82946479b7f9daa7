"""From a concluded cycle to what follows: the plan is closed, and what goes on is a draft again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from coaching.agent import Agent
from coaching.assemble import Located, Setting, content_id, rank_criteria
from coaching.follow_up import CycleAccount
from coaching.next_cycle import draft_of, goes_on, next_item, provisional_date
from coaching.plan import FurtherEvidence, Plan, PlanItem
from operations.comparing import Ground, Window
from rubric.failure import Failure
from store import agents, calls, evidence, plans
from store.agent_scores import scores_of_agents

LocatedByCriterion = Mapping[str, Sequence[Located]]


def close_and_go_on(
    ground: Ground,
    plan: Plan,
    accounts: Iterable[CycleAccount],
    window: Window,
    setting: Setting,
    model_version: str,
) -> Plan | None:
    """Close a plan on which everything is decided; the draft of its next cycle, or None where nothing goes on."""
    session = ground.session
    failures = {item.criterion_id: failures_since(ground, plan.agent_id, item, window) for item in plan.items}
    located = locate(session, failures, model_version)
    plans.put_plan(session, _closed(plan, failures, located, setting))
    agent = known_agent(session, plan)
    plan_id = fresh_plan_id(session, plan.agent_id)
    by_item = {one.cycle.item_id: one for one in accounts if goes_on(one.actions)}
    items = [
        going_on(plan_id, plan, item, by_item[item.item_id], located, setting, agent)
        for item in plan.items
        if item.item_id in by_item
    ]
    if not items:
        return None
    draft = draft_of(plan_id, agent, items, setting)
    plans.put_plan(session, draft)
    return draft


def going_on(
    plan_id: str,
    plan: Plan,
    item: PlanItem,
    account: CycleAccount,
    located: LocatedByCriterion,
    setting: Setting,
    agent: Agent,
) -> PlanItem:
    """The item of the next cycle in the draft ``plan_id``, as the cycle's account has it."""
    exercise = account.exercise if "reassign" in account.actions else None
    on = provisional_date(agent, setting)
    group = located.get(item.criterion_id, ())
    return next_item(plan_id, item, plan.plan_id, account.why, exercise, group, setting, on)


def fresh_plan_id(session: Session, agent_id: str) -> str:
    """The id of an agent's next plan, after those that were dismissed or closed."""
    over = sum(plans.count_plans(session, agent_id, status) for status in ("dismissed", "closed"))
    return content_id("p", agent_id, str(over))


def known_agent(session: Session, plan: Plan) -> Agent:
    """The plan's agent as the agents' file has them now, else as the plan has."""
    return agents.get_agent(session, plan.agent_id) or Agent(
        agent_id=plan.agent_id, name=plan.agent_name, team=plan.team, supervisor_id=plan.supervisor_id
    )


def failures_since(ground: Ground, agent_id: str, item: PlanItem, window: Window) -> list[Failure]:
    """What people scored under the threshold since the approval, on the item's criterion."""
    found = scores_of_agents(ground.session, [agent_id], item.criterion_id, window.middle, window.end)
    failures = []
    for one, points in ground.comparable(item, found):
        rubric = ground.versions[one.score.rubric_version or ground.rubric.version]
        criterion = rubric.criterion(item.criterion_id)
        if points < criterion.threshold:
            failures.append(
                Failure(
                    call_id=one.score.call_id,
                    criterion_id=criterion.id,
                    score=points,
                    threshold=criterion.threshold,
                    weight=criterion.weight,
                    critical=criterion.critical,
                    rubric_id=rubric.id,
                    rubric_version=rubric.version,
                    agent_id=agent_id,
                    at=one.at,
                )
            )
    return failures


def locate(session: Session, failures: Mapping[str, Sequence[Failure]], model_version: str) -> LocatedByCriterion:
    """Of these failures by criterion those with a call and a pick that is kept, the triggering one first."""
    wanted = [one for some in failures.values() for one in some]
    known = {call.call_id: call for call in calls.get_calls(session, [one.call_id for one in wanted])}
    picks = {}
    for rubric_id in sorted({one.rubric_id for one in wanted}):
        picks.update(evidence.picks_of(session, known, rubric_id, model_version))
    found = []
    for one in wanted:
        pick = picks.get((*one.key, one.rubric_version))
        if pick is not None:
            scored = pick.model_copy(update={"score": one.score, "threshold": one.threshold})
            found.append(Located(one, known[one.call_id], scored))
    return {group[0].failure.criterion_id: group for group in rank_criteria(found)}


def _closed(
    plan: Plan, failures: Mapping[str, Sequence[Failure]], located: LocatedByCriterion, setting: Setting
) -> Plan:
    """The plan as it ends: the failures that its follow-up has weighed are its own, and start nothing new."""
    items = []
    for item in plan.items:
        quotes = {one.failure.call_id: one.pick.quote for one in located.get(item.criterion_id, ())}
        known = {item.call_id, *(further.call_id for further in item.further)}
        fresh = tuple(
            FurtherEvidence(
                call_id=one.call_id,
                call_date=setting.day_of(one),
                score=one.score,
                quote=quotes.get(one.call_id, ""),
            )
            for one in failures[item.criterion_id]
            if one.call_id not in known
        )
        items.append(item.model_copy(update={"further": item.further + fresh}))
    return plan.model_copy(update={"status": "closed", "items": tuple(items)})

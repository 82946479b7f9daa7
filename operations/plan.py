"""Draft plans from located failures: one an agent, the most urgent first, and a place in line for the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coaching.agent import Agent
from coaching.assemble import (
    Located,
    Setting,
    add_further,
    assemble_plan,
    content_id,
    rank_criteria,
    waiting_list,
)
from coaching.plan import Plan, Waiting
from rubric.failure import Failure
from store import agents, calls, evidence, plans, rubrics
from store.session import Store

NO_AGENT = "no agent is named"
NO_TIME = "neither the call nor the score has a time"
INACTIVE = "the agent is not active"
NO_TRANSCRIPT = "there is no transcript of the call"
DISMISSED = "a plan with it was dismissed"


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The open plans after drafting, who waits, and how many failures are not planned, by reason."""

    plans: tuple[Plan, ...]
    waiting: tuple[Waiting, ...]
    not_planned: dict[str, int] = field(default_factory=dict)


def draft_plans(store: Store, failures: Sequence[Failure], setting: Setting, model_version: str) -> PlanReport:
    """Draw the drafts anew from these failures, and give approved plans their further evidence.

    A person's decisions stay: an approved plan keeps its items, a returned one changes only where new failures change
    its items, what was dismissed is not planned again. The rubric versions that plans use are locked.
    """
    with store.begin() as session:
        sorted_out = _Sorted(session, failures, setting, model_version)
        waiting: list[Waiting] = []
        for agent_id, located in sorted(sorted_out.by_agent.items()):
            waiting += _plan_agent(session, sorted_out.agent(agent_id), located, setting)
        for agent_id in plans.agents_with_drafts(session):
            if agent_id not in sorted_out.by_agent:
                _take_back(session, agent_id)
        plans.put_waiting(session, waiting)
        current = tuple(plans.open_plans(session))
        _lock_used(session, current, setting)
        return PlanReport(current, tuple(plans.list_waiting(session)), dict(sorted_out.not_planned))


class _Sorted:
    """The failures that can be planned, located and by agent; the others counted by reason."""

    def __init__(self, session: Session, failures: Sequence[Failure], setting: Setting, model_version: str) -> None:
        self.not_planned: Counter[str] = Counter()
        self.by_agent: dict[str, list[Located]] = defaultdict(list)
        self._agents = {agent.agent_id: agent for agent in agents.list_agents(session)}
        dismissed = plans.dismissed_failures(session)
        wanted = [one for one in failures if not self._refused(one, dismissed)]
        known = {call.call_id: call for call in calls.get_calls(session, [one.call_id for one in wanted])}
        found = {}
        for rubric_id in {one.rubric_id for one in wanted}:
            found.update(evidence.picks_of(session, known, rubric_id, model_version))
        for one in wanted:
            pick = found.get((one.call_id, one.criterion_id, one.rubric_version))
            if pick is None:
                self.not_planned[NO_TRANSCRIPT] += 1
            else:
                # the evidence may be of an earlier night: the score and threshold are today's
                scored = pick.model_copy(update={"score": one.score, "threshold": one.threshold})
                self.by_agent[one.agent_id or ""].append(Located(one, known[one.call_id], scored))

    def agent(self, agent_id: str) -> Agent:
        """The agent of that id; one that the agents' file does not have goes by the id."""
        return self._agents.get(agent_id) or Agent(agent_id=agent_id, name=agent_id)

    def _refused(self, failure: Failure, dismissed: set[tuple[str, str]]) -> bool:
        reason = None
        if failure.agent_id is None:
            reason = NO_AGENT
        elif failure.at is None:
            reason = NO_TIME
        elif not self.agent(failure.agent_id).active:
            reason = INACTIVE
        elif failure.key in dismissed:
            reason = DISMISSED
        if reason:
            self.not_planned[reason] += 1
        return reason is not None


def _plan_agent(session: Session, agent: Agent, located: list[Located], setting: Setting) -> Sequence[Waiting]:
    ranked = rank_criteria(located)
    current = plans.open_plan_of(session, agent.agent_id)
    if current is not None and current.status == "approved":
        return _grow(session, current, ranked, setting)
    cycle = plans.count_plans(session, agent.agent_id, "dismissed")
    plan_id = current.plan_id if current else content_id("p", agent.agent_id, str(cycle))
    drawn, waiting = assemble_plan(plan_id, agent, ranked, setting)
    if current is not None and current.status == "returned":
        if _same_items(current, drawn):
            return waiting
        drawn = drawn.model_copy(
            update={name: getattr(current, name) for name in ("decided_by", "decided_at", "reason")}
        )
    plans.put_plan(session, drawn)
    return waiting


def _grow(session: Session, current: Plan, ranked: list[list[Located]], setting: Setting) -> Sequence[Waiting]:
    coached = {item.criterion_id for item in current.items}
    groups = {group[0].failure.criterion_id: group for group in ranked}
    plans.put_plan(session, add_further(current, groups, setting))
    rest = [group for group in ranked if group[0].failure.criterion_id not in coached]
    return waiting_list(current.agent_id, rest)


def _same_items(one: Plan, other: Plan) -> bool:
    return [(i.criterion_id, i.call_id) for i in one.items] == [(i.criterion_id, i.call_id) for i in other.items]


def _take_back(session: Session, agent_id: str) -> None:
    draft = plans.open_plan_of(session, agent_id)
    if draft is not None:
        plans.remove_draft(session, draft.plan_id)


def _lock_used(session: Session, current: Iterable[Plan], setting: Setting) -> None:
    used = {(item.rubric_id, item.rubric_version) for plan in current for item in plan.items}
    for rubric in setting.rubrics.values():
        if (rubric.id, rubric.version) in used:
            rubrics.lock_rubric(session, rubric)

"""Draft plans from located failures: one an agent, the most urgent first, and a place in line for the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coaching.agent import Agent
from coaching.assemble import (
    Located,
    Setting,
    add_further,
    assemble_plan,
    rank_criteria,
    waiting_list,
)
from coaching.next_cycle import draw_on
from coaching.plan import Plan, Waiting
from nlp.call import Call
from nlp.spoken_language import why_unread
from operations.next_cycle import fresh_plan_id
from operations.redraw import keep_decisions, without_left_out
from operations.selected import SelectedFailures
from rubric.failure import Failure
from store import agents, calls, evidence, judgements, movements, plans, rubrics
from store.session import Store

NO_AGENT = "no agent is named"
NO_TIME = "neither the call nor the score has a time"
INACTIVE = "the agent is not active"
NO_TRANSCRIPT = "there is no transcript of the call"
HELD_BACK = "the call's speakers look swapped, and nobody has looked yet"
DISMISSED = "a plan with it was dismissed"
WRONG_SCORE = "a person found the score wrong"
SPENT = "a plan with it is closed"


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The open plans after drafting, who waits, and how many failures are not planned, by reason."""

    plans: tuple[Plan, ...]
    waiting: tuple[Waiting, ...]
    not_planned: dict[str, int] = field(default_factory=dict)


def draft_plans(
    store: Store,
    failures: SelectedFailures,
    setting: Setting,
    model_version: str,
    held_back: frozenset[str] = frozenset(),
) -> PlanReport:
    """Draw the drafts anew from these failures, and give approved plans their further evidence.

    A person's decisions stay: an approved plan keeps its items, a returned one changes only where new failures change
    its items, what was dismissed is not planned again. The rubric versions that plans use are locked. ``held_back``
    are calls that were not taken up because their speakers look swapped.
    """
    with store.begin() as session:
        desk = _Desk(session, model_version, held_back)
        waiting: list[Waiting] = []
        planned: set[str] = set()
        for some in failures.by_agent():
            for agent_id, located in sorted(desk.sort(some).items()):
                planned.add(agent_id)
                waiting += _plan_agent(session, desk.agent(agent_id), located, setting)
        for agent_id in plans.agents_with_drafts(session):
            if agent_id not in planned:
                _take_back(session, agent_id)
        plans.put_waiting(session, waiting)
        current = tuple(plans.open_plans(session))
        _lock_used(session, current, setting)
        return PlanReport(current, tuple(plans.list_waiting(session)), dict(desk.not_planned))


class _Desk:
    """Where failures are located and sorted by agent; those that cannot be planned are counted by reason."""

    def __init__(self, session: Session, model_version: str, held_back: frozenset[str]) -> None:
        self.not_planned: Counter[str] = Counter()
        self._session, self._model_version, self._held_back = session, model_version, held_back
        self._agents = {agent.agent_id: agent for agent in agents.list_agents(session)}
        self._wrong = dict.fromkeys(judgements.wrong_scores(session), WRONG_SCORE)

    def sort(self, failures: Sequence[Failure]) -> dict[str, list[Located]]:
        """Those of some agents that can be planned, with their calls and evidence."""
        closed = self._closed([one.call_id for one in failures])
        wanted = [one for one in failures if not self._refused(one, closed)]
        known = {call.call_id: call for call in calls.get_calls(self._session, [one.call_id for one in wanted])}
        found = {}
        for rubric_id in {one.rubric_id for one in wanted}:
            found.update(evidence.picks_of(self._session, known, rubric_id, self._model_version))
        by_agent: dict[str, list[Located]] = defaultdict(list)
        for one in wanted:
            pick = found.get((one.call_id, one.criterion_id, one.rubric_version))
            if pick is None:
                self.not_planned[_why_no_pick(one, known.get(one.call_id), self._held_back)] += 1
            else:
                # the evidence may be of an earlier night: the score and threshold are today's
                scored = pick.model_copy(update={"score": one.score, "threshold": one.threshold})
                by_agent[one.agent_id or ""].append(Located(one, known[one.call_id], scored))
        return by_agent

    def _closed(self, call_ids: Sequence[str]) -> dict[tuple[str, str], str]:
        dismissed = dict.fromkeys(plans.dismissed_failures(self._session, call_ids), DISMISSED)
        spent = dict.fromkeys(movements.spent_failures(self._session, call_ids), SPENT)
        return dismissed | self._wrong | spent

    def agent(self, agent_id: str) -> Agent:
        """The agent of that id; one that the agents' file does not have goes by the id."""
        return self._agents.get(agent_id) or Agent(agent_id=agent_id, name=agent_id)

    def _refused(self, failure: Failure, closed: Mapping[tuple[str, str], str]) -> bool:
        reason = None
        if failure.agent_id is None:
            reason = NO_AGENT
        elif failure.at is None:
            reason = NO_TIME
        elif not self.agent(failure.agent_id).active:
            reason = INACTIVE
        else:
            reason = closed.get(failure.key)
        if reason:
            self.not_planned[reason] += 1
        return reason is not None


def _why_no_pick(failure: Failure, call: Call | None, held_back: frozenset[str]) -> str:
    if call is None:
        return HELD_BACK if failure.call_id in held_back else NO_TRANSCRIPT
    return why_unread(call) or NO_TRANSCRIPT


def _plan_agent(session: Session, agent: Agent, located: list[Located], setting: Setting) -> Sequence[Waiting]:
    ranked = rank_criteria(located)
    # a plan that was closed while this waited for it may have given way to the draft of its next cycle
    current = plans.open_plan_of(session, agent.agent_id) or plans.open_plan_of(session, agent.agent_id)
    if current is not None and current.status == "approved":
        return _grow(session, current, ranked, setting)
    plan_id = current.plan_id if current else fresh_plan_id(session, agent.agent_id)
    drawn = _draw(current, plan_id, agent, without_left_out(session, plan_id, ranked), setting)
    waiting = _not_in(drawn, ranked)
    drawn = keep_decisions(session, drawn, current, _calls_of(session, drawn, located))
    if current is not None and current.status == "returned":
        if _same_items(current, drawn):
            return waiting
        drawn = drawn.model_copy(
            update={name: getattr(current, name) for name in ("decided_by", "decided_at", "reason")}
        )
    plans.put_plan(session, drawn)
    return waiting


def _draw(
    current: Plan | None, plan_id: str, agent: Agent, ranked: Sequence[Sequence[Located]], setting: Setting
) -> Plan:
    if current is not None and any(item.follows for item in current.items):
        return draw_on(current, agent, ranked, setting)
    return assemble_plan(plan_id, agent, ranked, setting)[0]


def _calls_of(session: Session, drawn: Plan, located: Iterable[Located]) -> dict[str, Call]:
    """The calls that the items quote: an item that goes on from a cycle before may quote an older one."""
    known = {one.call.call_id: one.call for one in located}
    older = calls.get_calls(session, [item.call_id for item in drawn.items if item.call_id not in known])
    return known | {call.call_id: call for call in older}


def _grow(session: Session, current: Plan, ranked: list[list[Located]], setting: Setting) -> Sequence[Waiting]:
    groups = {group[0].failure.criterion_id: group for group in ranked}
    plans.put_plan(session, add_further(current, groups, setting))
    return _not_in(current, ranked)


def _not_in(plan: Plan, ranked: Iterable[Sequence[Located]]) -> Sequence[Waiting]:
    coached = {item.criterion_id for item in plan.items}
    return waiting_list(plan.agent_id, [group for group in ranked if group[0].failure.criterion_id not in coached])


def _same_items(one: Plan, other: Plan) -> bool:
    return [(i.criterion_id, i.call_id) for i in one.items] == [(i.criterion_id, i.call_id) for i in other.items]


def _take_back(session: Session, agent_id: str) -> None:
    draft = plans.open_plan_of(session, agent_id)
    # what goes on from a cycle before needs no new failure
    if draft is not None and not any(item.follows for item in draft.items):
        plans.remove_draft(session, draft.plan_id)


def _lock_used(session: Session, current: Iterable[Plan], setting: Setting) -> None:
    used = {(item.rubric_id, item.rubric_version) for plan in current for item in plan.items}
    for rubric in setting.rubrics.values():
        if (rubric.id, rubric.version) in used:
            rubrics.lock_rubric(session, rubric)

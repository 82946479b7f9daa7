"""Forgetting: the words of calls go out of every table, the figures stay, in one transaction.

The audit trail holds facts and digests, and no words: it is never changed. Each plan that is written anew gets an
entry that says so, or the trail would no longer speak of the plan that is kept.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from nlp.call import Call
from store.audit import Noted, note
from store.blotting import Scope, all_blotted, items_about, mentions, without_words
from store.columns import written_now
from store.facts import plan_facts
from store.inserting import KEYS_AT_ONCE, UNSYNCHRONIZED, chunks
from store.plans import get_plans
from store.remembering import blotted_call, customers
from store.tables import (
    AgentRow,
    CallRow,
    DecisionRow,
    EvidenceRow,
    FlagRow,
    JudgementRow,
    LeftOutRow,
    PlanItemRow,
    PlanRow,
    RunRow,
    ScoreRow,
    SetAsideRow,
)
from store.tables.accounts import PassRow, SessionRow
from store.tables.agents_answers import DisputeRow
from store.tables.dashboards import DashboardLineRow, DashboardRow
from store.tables.evaluations import EvaluatedRow
from store.tables.events import EventRow
from store.tables.follow_ups import FollowUpRow, MovementRow, OverrulingRow, PracticeRow

WITHOUT = "its words were forgotten"
"""What stands in place of a reason that may quote them."""


def calls_of_agent(session: Session, agent_id: str) -> set[str]:
    """The calls that are an agent's by the call, by a score, or by an item of a plan."""
    found: set[str] = set()
    for row in (CallRow, ScoreRow, PlanItemRow, DisputeRow):
        found.update(session.scalars(select(row.call_id).where(row.agent_id == agent_id)))
    return found


def calls_of_customer(session: Session, customer_id: str) -> set[str]:
    """The calls of which the metadata names this customer."""
    rows = session.execute(select(CallRow.call_id, CallRow.content).execution_options(yield_per=500))
    return {call_id for call_id, content in rows if customer_id in customers(Call.model_validate(content))}


def scope_of(session: Session, calls: Iterable[str], agents: Iterable[str] = ()) -> Scope:
    """What has to do with these calls and agents, in whatever table."""
    scope = Scope(frozenset(calls), frozenset(agents))
    items: set[str] = set()
    plans: set[str] = set()
    for row, column in ((PlanItemRow, "content"), (DecisionRow, "content"), (EventRow, "content")):
        for plan_id, content in _stream(session, row, "plan_id", column):
            if mentions(content, scope):
                plans.add(plan_id)
                items |= items_about(content, scope)
    decided: Any
    for decided in (JudgementRow, DisputeRow):
        for some in chunks(sorted(scope.calls), KEYS_AT_ONCE):
            of_calls = select(decided.plan_id, decided.item_id).where(decided.call_id.in_(some))
            for plan_id, item_id in session.execute(of_calls):
                plans.add(plan_id)
                items.add(item_id)
    of_agents = select(PlanRow.plan_id, PlanRow.agent_name).where(PlanRow.agent_id.in_(scope.agents))
    named = dict(session.execute(of_agents).tuples().all())
    names = set(session.scalars(select(AgentRow.name).where(AgentRow.agent_id.in_(scope.agents))))
    return replace(
        scope,
        items=frozenset(items),
        plans=frozenset(plans | set(named)),
        names=frozenset((names | set(named.values())) - scope.agents),
    )


def forget(session: Session, scope: Scope, by: str) -> Counter[str]:
    """Take the words out of everything that ``scope_of`` found; how many rows were changed, by table."""
    done: Counter[str] = Counter()
    plans = {plan.plan_id: plan for plan in get_plans(session, sorted(_kept_plans(session, scope)))}
    _calls(session, scope, done)
    _about_calls(session, scope, done)
    _about_plans(session, scope, done)
    _records(session, scope, done)
    _agents(session, scope, done)
    _set_aside(session, scope, done)
    for plan in get_plans(session, sorted(plans)):
        if plan != plans[plan.plan_id]:
            _say(session, PlanRow, (PlanRow.plan_id == plan.plan_id,), {"version": PlanRow.version + 1}, Counter())
            before, after = plan_facts(plans[plan.plan_id]), plan_facts(plan)
            note(session, Noted(by, "plan.forgotten", f"plan {plan.plan_id}", before, after))
    return +done


def _calls(session: Session, scope: Scope, done: Counter[str]) -> None:
    for some in chunks(sorted(scope.calls), KEYS_AT_ONCE):
        rows = session.execute(select(CallRow.call_id, CallRow.content).where(CallRow.call_id.in_(some))).all()
        for call_id, content in rows:
            call = Call.model_validate(content)
            blotted = blotted_call(call)
            if blotted != call:
                values = {"content": blotted.model_dump(mode="json")}
                _say(session, CallRow, (CallRow.call_id == call_id,), values, done)


def _about_calls(session: Session, scope: Scope, done: Counter[str]) -> None:
    """What is said about a call in columns of its own."""
    row: Any
    for some in chunks(sorted(scope.calls), KEYS_AT_ONCE):
        for row, column in ((ScoreRow, "comment"), (FlagRow, "reason"), (EvaluatedRow, "answer")):
            wanted = (row.call_id.in_(some), getattr(row, column).is_not(None))
            _say(session, row, wanted, {column: None}, done)
        for row, columns in (
            (EvidenceRow, ("quote",)),
            (JudgementRow, ("quote", "reason")),
            (DisputeRow, ("reason", "answer")),
        ):
            _blot(session, row, columns, row.call_id.in_(some), done)


def _about_plans(session: Session, scope: Scope, done: Counter[str]) -> None:
    """What people said about a plan in columns of its own."""
    for some in chunks(sorted(scope.plans), KEYS_AT_ONCE):
        for row, column in (
            (PlanRow, "reason"),
            (DecisionRow, "reason"),
            (LeftOutRow, "reason"),
            (FollowUpRow, "reason"),
            (PracticeRow, "note"),
            (JudgementRow, "reason"),
        ):
            _blot(session, row, (column,), row.plan_id.in_(some), done)
        cycles = select(MovementRow.follow_up_id).where(MovementRow.plan_id.in_(some))
        _blot(session, OverrulingRow, ("reason", "practice"), OverrulingRow.follow_up_id.in_(cycles), done)


def _records(session: Session, scope: Scope, done: Counter[str]) -> None:
    """Records that are kept as JSON: each is looked at, as one may be about a call without naming it in a column."""
    _rewrite(session, EvidenceRow, "pick", None, scope, done)
    _rewrite(session, JudgementRow, "before", None, scope, done)
    for row in (PlanItemRow, DecisionRow, EventRow, MovementRow, DashboardRow, DashboardLineRow):
        _rewrite(session, row, "content", getattr(row, "agent_id", None), scope, done)


def _agents(session: Session, scope: Scope, done: Counter[str]) -> None:
    """An agent goes by the id from now on, and the links that the agent was given end."""
    row: Any
    for agent_id in sorted(scope.agents):
        for row, name in ((AgentRow, "name"), (PlanRow, "agent_name")):
            _say(session, row, (row.agent_id == agent_id, getattr(row, name) != agent_id), {name: agent_id}, done)
        for row in (SessionRow, PassRow):
            gone = delete(row).where(row.agent_id == agent_id)
            done[row.__tablename__] += session.execute(gone, execution_options=UNSYNCHRONIZED).rowcount  # type: ignore[attr-defined]


def _set_aside(session: Session, scope: Scope, done: Counter[str]) -> None:
    """Records that could not be read are text: one that has the id in it may be about the call."""
    about = named_in(scope)
    row = SetAsideRow
    for digest, reason, record in session.execute(select(row.digest, row.reason, row.record)).all():
        if about(reason) or about(record):
            _say(session, row, (row.digest == digest, row.record != ""), {"reason": WITHOUT, "record": ""}, done)
    for run_id, problem in session.execute(select(RunRow.run_id, RunRow.problem).where(RunRow.problem.is_not(None))):
        if about(problem):
            _say(session, RunRow, (RunRow.run_id == run_id,), {"problem": WITHOUT}, done)


def named_in(scope: Scope) -> Callable[[str], bool]:
    """Whether a text has one of the ids or names in it, as a word of its own."""
    wanted = scope.calls | scope.agents | scope.names
    written = wanted | {json.dumps(one)[1:-1] for one in wanted}
    first = re.compile(r"[\w.:/@+-]+")

    def has(text: str) -> bool:
        words = set(first.findall(text))
        words |= {word.strip(".:/@+-") for word in words}
        return bool(words & written) or any(one in text for one in odd)

    odd = [one for one in written if first.fullmatch(one) is None]
    return has


def _rewrite(session: Session, row: Any, column: str, agent: Any, scope: Scope, done: Counter[str]) -> None:
    keys = list(row.__table__.primary_key.columns)
    about = agent is not None
    columns = [*keys, getattr(row, column), *([agent] if about else [])]
    for found in list(_changed(session, columns, len(keys), scope, about=about)):
        key, content = found
        values = {column: content}
        if row is MovementRow:
            values["changed_at"] = written_now()
        _say(session, row, [one == value for one, value in zip(keys, key, strict=True)], values, done)


def _changed(
    session: Session, columns: list[Any], keys: int, scope: Scope, *, about: bool
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    rows = session.execute(select(*columns).where(columns[keys].is_not(None)).execution_options(yield_per=500))
    for row in rows:
        content = row[keys]
        blotted = without_words(content, scope, agent=row[keys + 1] if about else None)
        if blotted != content:
            yield tuple(row[:keys]), blotted


def _blot(session: Session, row: Any, columns: tuple[str, ...], wanted: Any, done: Counter[str]) -> None:
    keys = list(row.__table__.primary_key.columns)
    fields = [getattr(row, name) for name in columns]
    there = or_(*(one.is_not(None) for one in fields))
    for found in session.execute(select(*keys, *fields).where(wanted, there)).all():
        old = dict(zip(columns, found[len(keys) :], strict=True))
        new = {name: all_blotted(value) for name, value in old.items()}
        if new != old:
            _say(session, row, [one == value for one, value in zip(keys, found, strict=False)], new, done)


def _say(session: Session, row: Any, wanted: Iterable[Any], values: dict[str, Any], done: Counter[str]) -> None:
    changed = session.execute(update(row).where(*wanted).values(values), execution_options=UNSYNCHRONIZED)
    done[row.__tablename__] += changed.rowcount  # type: ignore[attr-defined]


def _stream(session: Session, row: Any, *columns: str) -> Iterator[Any]:
    yield from session.execute(select(*(getattr(row, one) for one in columns)).execution_options(yield_per=500))


def _kept_plans(session: Session, scope: Scope) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(scope.plans), KEYS_AT_ONCE):
        found.update(session.scalars(select(PlanRow.plan_id).where(PlanRow.plan_id.in_(some))))
    return found

"""What the year promised: no follow-up lost, doubled or later than day 21; and verdicts held against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from sqlalchemy import select

from bench.page import table
from bench.year_run import RULES
from bench.year_world import LAST, World
from coaching.follow_up import Cycle, CycleAccount, FollowUp
from coaching.movement import MovementRules, Verdict
from store import follow_ups, movements
from store.session import Store
from store.tables import DecisionRow, PlanItemRow, PlanRow

LAST_DAY = 21
KINDS = ("nothing changed", "about 10 points", "about 20 points", "in between")
CALLS = ((5, 9), (10, 19), (20, 10_000))


@dataclass(frozen=True)
class Kept:
    """What the store holds at the end of the year."""

    follow_ups: list[FollowUp]
    accounts: list[CycleAccount]
    approvals: Counter[str]
    items: dict[str, set[str]]
    followed_by: dict[tuple[str, str], set[str]]


def read_year(store: Store) -> Kept:
    """Everything that the promises are about, read from the tables."""
    with store.read() as session:
        approvals = session.scalars(
            select(DecisionRow.plan_id).where(
                DecisionRow.status == "approved",
                DecisionRow.reason.is_(None) | ~DecisionRow.reason.like("follow-up moved%"),
            )
        )
        items: dict[str, set[str]] = defaultdict(set)
        followed: dict[tuple[str, str], set[str]] = defaultdict(set)
        rows = select(PlanItemRow.plan_id, PlanItemRow.item_id, PlanItemRow.criterion_id, PlanItemRow.content)
        for plan_id, item_id, criterion_id, content in session.execute(
            rows.join(PlanRow, PlanRow.plan_id == PlanItemRow.plan_id)
        ):
            items[plan_id].add(item_id)
            if content.get("follows"):
                followed[content["follows"], criterion_id].add(plan_id)
        return Kept(
            follow_ups=follow_ups.list_follow_ups(session),
            accounts=movements.list_cycles(session),
            approvals=Counter(approvals),
            items=dict(items),
            followed_by=dict(followed),
        )


def broken_promises(kept: Kept, world: World, last: date = LAST) -> list[str]:
    """What was lost, doubled or late, each in a line; empty where all promises were kept."""
    return [*_lost(kept, last), *_doubled(kept), *_late(kept, world)]


def _lost(kept: Kept, last: date) -> Iterator[str]:
    attempts = Counter(one.plan_id for one in kept.follow_ups)
    for plan_id, count in kept.approvals.items():
        if attempts[plan_id] != count:
            yield f"plan {plan_id}: {count} approvals, {attempts[plan_id]} follow-ups"
    concluded: dict[str, set[str]] = defaultdict(set)
    for account in kept.accounts:
        concluded[account.cycle.follow_up_id].add(account.cycle.item_id)
    known: dict[str, set[str]] = defaultdict(set)
    for account in kept.accounts:
        known[account.cycle.plan_id].add(account.cycle.item_id)
    for one in kept.follow_ups:
        if one.state == "open" and one.due_on <= last:
            yield f"follow-up {one.follow_up_id} was due on {one.due_on} and is open"
        if one.state == "done" and known[one.plan_id] != kept.items[one.plan_id]:
            yield f"follow-up {one.follow_up_id} is done without all of its items"
        if one.state == "done" and not concluded[one.follow_up_id]:
            yield f"follow-up {one.follow_up_id} is done and has shown nothing"


def _doubled(kept: Kept) -> Iterator[str]:
    done = Counter(one.plan_id for one in kept.follow_ups if one.state == "done")
    yield from (f"plan {plan_id} was followed up {count} times" for plan_id, count in done.items() if count > 1)
    of_item = Counter((one.cycle.plan_id, one.cycle.item_id) for one in kept.accounts)
    yield from (f"item {item_id} was concluded {count} times" for (_, item_id), count in of_item.items() if count > 1)
    for (plan_id, criterion_id), plans in kept.followed_by.items():
        if len(plans) > 1:
            yield f"plan {plan_id} goes on with {criterion_id} in {len(plans)} plans"


def _late(kept: Kept, world: World) -> Iterator[str]:
    for one in kept.follow_ups:
        if (one.last_day - one.approved_on).days > LAST_DAY or not RULES.calendar.is_working_day(one.promised_on):
            yield f"follow-up {one.follow_up_id} was promised for {one.promised_on}, approved on {one.approved_on}"
    for account in kept.accounts:
        cycle = account.cycle
        due = _first_day_with_enough(cycle, world)
        if cycle.scored_on != due or (cycle.scored_on - cycle.approved_on).days > LAST_DAY:
            yield f"item {cycle.item_id}: due on {due}, approved on {cycle.approved_on}, scored on {cycle.scored_on}"


def _first_day_with_enough(cycle: Cycle, world: World) -> date:
    """The promised day where there are enough calls by then, else the first working day with enough; at most day 21.

    Where nothing was scored before, no call after helps: the supervisor is asked on the promised day.
    """
    if cycle.verdict == "not_comparable":
        return cycle.promised_on
    last = cycle.approved_on + timedelta(days=LAST_DAY)
    days = [day for day in world.scored_on[cycle.agent_id] if day > cycle.approved_on]
    look = cycle.promised_on
    while look < last and sum(day < look for day in days) < MovementRules().min_calls:
        look += timedelta(days=1)
        while look < last and not RULES.calendar.is_working_day(look):
            look += timedelta(days=1)
    return look


@dataclass(frozen=True)
class Judged:
    """A verdict and the truth behind it: the true delta of the same calls, and how many there were after."""

    verdict: Verdict
    true_delta: float
    calls: int

    @property
    def kind(self) -> str:
        if abs(self.true_delta) < 0.5:
            return KINDS[0]
        if 8 <= self.true_delta <= 12:
            return KINDS[1]
        return KINDS[2] if 18 <= self.true_delta <= 22 else KINDS[3]


def judge(kept: Kept, world: World) -> list[Judged]:
    """Every verdict of the year that was given on enough calls, beside the truth."""
    found = []
    for account in kept.accounts:
        cycle = account.cycle
        true = world.true_delta(cycle.agent_id, cycle.criterion_id, cycle.approved_on, cycle.scored_on)
        if true is not None and cycle.verdict in ("moved", "not_moved", "within_noise"):
            found.append(Judged(cycle.verdict, true, cycle.movement.after.calls))
    return found


def unchanged(judged: list[Judged]) -> Counter[str]:
    """The verdicts where nothing changed."""
    return Counter(one.verdict for one in judged if one.kind == KINDS[0])


def year_table(judged: list[Judged]) -> str:
    """Verdicts of the year by truth and by the number of calls after."""
    rows = []
    for kind in KINDS:
        for low, high in CALLS:
            some = [one.verdict for one in judged if one.kind == kind and low <= one.calls <= high]
            if some:
                calls = f"{low} to {high}" if high < 1000 else f"{low} and more"
                shares = [f"{100 * some.count(verdict) / len(some):.1f}" for verdict in get_args(Verdict)[:3]]
                rows.append([f"{kind}, {calls} calls", str(len(some)), *shares])
    return table(["what was true", "verdicts", "moved", "not moved", "within noise"], rows)


def time_to_score(kept: Kept) -> str:
    """How long after the approval items were scored, in a sentence."""
    days = [(one.cycle.scored_on - one.cycle.approved_on).days for one in kept.accounts]
    spans = ((1, 6), (7, 7), (8, 13), (14, 14), (15, 20), (21, 21))
    counts = [(low, high, sum(low <= day <= high for day in days)) for low, high in spans]
    told = [
        f"{count:,} on day {low}" if low == high else f"{count:,} on days {low} to {high}"
        for low, high, count in counts
    ]
    return f"Scored after the approval: {', '.join(told)}."

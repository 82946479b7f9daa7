"""Nouns of the house as the open record says them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from coaching.follow_up import CycleAccount, FollowUp, PracticeDone
from coaching.plan import Plan, PlanItem
from coaching.record import (
    Evidence,
    FollowUpShape,
    Item,
    Mean,
    MovementShape,
    OverrulingShape,
    PlanShape,
    Practice,
    PracticeSession,
    Span,
)
from coaching.showing import shown_text, shown_words


@dataclass(frozen=True, slots=True)
class View:
    """What of a plan is told: whether quotes at all, and whether they are masked."""

    evidence: bool
    redacted: bool


def plan_shape(plan: Plan, version: int, changed_at: datetime, view: View) -> PlanShape:
    return PlanShape(
        **{name: getattr(plan, name) for name in Plan.model_fields if name != "items"},
        version=version,
        changed_at=changed_at,
        items=[item_shape(plan, item, view) for item in plan.items],
    )


def item_shape(plan: Plan, item: PlanItem, view: View) -> Item:
    same = Item.model_fields.keys() & PlanItem.model_fields.keys() - {"evidence", "practice"}
    spoken = {name: getattr(item.practice, name) for name in Practice.model_fields}
    if view.redacted:
        spoken["scenario"] = shown_words(item, item.practice.scenario, True)
    return Item(
        **{name: getattr(item, name) for name in same},
        plan_id=plan.plan_id,
        agent_id=plan.agent_id,
        practice=Practice(**spoken),
        further_calls=[one.call_id for one in item.further],
        evidence=evidence_shape(plan, item, view.redacted) if view.evidence else None,
    )


def evidence_shape(plan: Plan, item: PlanItem, redacted: bool) -> Evidence:
    pick = item.evidence

    def span(turn: int | None, start: int | None, end: int | None, quote: str) -> Span | None:
        if turn is None or start is None or end is None:
            return None
        digest = hashlib.sha256(quote.encode()).hexdigest()
        words = shown_words(item, quote, True) if redacted else quote
        return Span(turn=turn, start=start, end=end, quote=words, sha256=digest)

    others = [span(one.turn, one.start, one.end, one.quote) for one in pick.alternatives]
    same = ("status", "kind", "start_s", "end_s", "confidence", "sure")
    return Evidence(
        **{name: getattr(pick, name) for name in same},
        plan_id=plan.plan_id,
        item_id=item.item_id,
        call_id=item.call_id,
        criterion_id=item.criterion_id,
        span=span(pick.turn, pick.start, pick.end, pick.quote),
        cue=span(pick.cue.turn, pick.cue.start, pick.cue.end, pick.cue.quote) if pick.cue else None,
        why=shown_text(pick.why, redacted),
        alternatives=[one for one in others if one],
        judged=item.judged.verdict if item.judged else None,
        judged_by=item.judged.by if item.judged else None,
        redacted=redacted,
    )


def follow_up_shape(follow_up: FollowUp, changed_at: datetime) -> FollowUpShape:
    return FollowUpShape(**dict(follow_up), changed_at=changed_at)


def movement_shape(account: CycleAccount, changed_at: datetime) -> MovementShape:
    cycle, moved = account.cycle, account.cycle.movement
    of_cycle = MovementShape.model_fields.keys() & type(cycle).model_fields.keys()
    of_movement = MovementShape.model_fields.keys() & type(moved).model_fields.keys() - of_cycle - {
        "before",
        "after",
        "changed",
    }
    return MovementShape(
        **{name: getattr(cycle, name) for name in of_cycle},
        **{name: getattr(moved, name) for name in of_movement},
        changed_at=changed_at,
        cycle=cycle.number,
        before=Mean(**dict(moved.before)),
        after=Mean(**dict(moved.after)),
        changed=list(moved.changed),
        actions=list(account.actions),
        decided_by=account.decided_by,
        machine_actions=list(cycle.next.actions),
        overrulings=[
            OverrulingShape(actions=list(one.actions), by=one.by, at=one.at, reason=one.reason)
            for one in account.overrulings
        ],
    )


def practice_shape(done: PracticeDone, redacted: bool) -> PracticeSession:
    note = shown_text(done.note, redacted) if done.note is not None else None
    return PracticeSession(**{**dict(done), "note": note})

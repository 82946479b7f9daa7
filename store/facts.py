"""What of each change the audit trail keeps: facts and digests, as words can be forgotten and it cannot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coaching.follow_up import Cycle, FollowUp, Overruling, PracticeDone
from coaching.plan import Plan, PlanItem
from store.audit import PROGRAM, Noted, note
from store.tables import EvidenceRow

if TYPE_CHECKING:
    from store.judgements import Judgement


def note_plan(session: Session, before: Plan | None, after: Plan | None, version: int, evidence: Sequence[str]) -> None:
    """A plan was drafted, changed, decided on, or taken back (``after`` is None then). ``evidence``: the items' ids."""
    plan = after or before
    if plan is None:
        return
    note(
        session,
        Noted(
            by=_who(before, after),
            act=f"plan.{_act(before, after)}",
            subject=f"plan {plan.plan_id}",
            before=plan_facts(before) if before else None,
            after={"version": version, **plan_facts(after)} if after else None,
            made_with=_made_with(session, plan, evidence),
        ),
    )


def plan_facts(plan: Plan) -> dict[str, Any]:
    """What a plan is, without its words; ``digest`` is of all of it."""
    return {
        "agent_id": plan.agent_id,
        "status": plan.status,
        "follow_up_on": plan.follow_up_on.isoformat(),
        "reason": sha256(plan.reason) if plan.reason else None,
        "items": [_item_facts(item) for item in plan.items],
        "digest": plan_digest(plan),
    }


def plan_digest(plan: Plan) -> str:
    """SHA-256 of a plan as it is kept."""
    said = json.dumps(plan.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(said)


def note_judgement(session: Session, judgement: Judgement, *, taken_back: bool = False) -> None:
    """A person decided on a piece of evidence, or took the decision back."""
    facts = {
        "judgement_id": judgement.judgement_id,
        "verdict": judgement.verdict,
        "turn": judgement.turn,
        "start": judgement.start,
        "end": judgement.end,
        "quote": sha256(judgement.quote) if judgement.quote else None,
        "blind": judgement.blind,
        "settles": judgement.settles,
    }
    made_with = {"rubric": f"{judgement.rubric_id} v{judgement.rubric_version}"}
    if judgement.model_version:
        made_with["model"] = judgement.model_version
    note(
        session,
        Noted(
            by=judgement.reviewer,
            act="evidence.taken_back" if taken_back else "evidence.judged",
            subject=f"plan {judgement.plan_id}",
            before={"item_id": judgement.item_id, **facts} if taken_back else None,
            after=None if taken_back else {"item_id": judgement.item_id, **facts},
            made_with=made_with,
        ),
    )


def note_follow_up(session: Session, act: str, by: str, before: FollowUp | None, after: FollowUp) -> None:
    """A follow-up was promised, moved, done or cancelled."""
    old = _follow_up_facts(before) if before else None
    note(session, Noted(by, f"follow_up.{act}", f"plan {after.plan_id}", old, _follow_up_facts(after)))


def note_cycle(session: Session, cycle: Cycle) -> None:
    """A cycle was concluded: the figures, the verdict, and what follows."""
    moved = cycle.movement
    facts = {
        "follow_up_id": cycle.follow_up_id,
        "item_id": cycle.item_id,
        "scored_on": cycle.scored_on.isoformat(),
        "scored_by": moved.scored_by,
        "verdict": moved.verdict,
        "delta": moved.delta,
        "low": moved.low,
        "high": moved.high,
        "calls": moved.after.calls,
        "actions": list(cycle.next.actions),
    }
    made_with = {"rubric": f"{moved.rubric_id} v{moved.rubric_version}"}
    note(session, Noted(PROGRAM, "cycle.concluded", f"plan {cycle.plan_id}", None, facts, made_with))


def note_overruling(session: Session, cycle: Cycle, actions_before: Sequence[str], overruling: Overruling) -> None:
    """A person decided otherwise than the machine proposed."""
    key = {"follow_up_id": cycle.follow_up_id, "item_id": cycle.item_id}
    before = {**key, "actions": list(actions_before)}
    after = {**key, "actions": list(overruling.actions), "reason": sha256(overruling.reason or "")}
    note(session, Noted(overruling.by, "cycle.overruled", f"plan {cycle.plan_id}", before, after))


def note_practice(session: Session, done: PracticeDone) -> None:
    """A practice session was noted."""
    facts = {
        "criterion_id": done.criterion_id,
        "session": done.session,
        "done_on": done.done_on.isoformat(),
        "score": done.score,
    }
    note(session, Noted(done.by or PROGRAM, "practice.noted", f"plan {done.plan_id}", None, facts))


def note_left_out(session: Session, plan_id: str, criterion_id: str, by: str, reason: str) -> None:
    """A person took a criterion out of a plan."""
    facts = {"criterion_id": criterion_id, "reason": sha256(reason)}
    note(session, Noted(by, "item.left_out", f"plan {plan_id}", None, facts))


def note_rubric(session: Session, rubric_id: str, version: int, digests: Mapping[str, str]) -> None:
    """A version of a rubric was locked by its first plan."""
    note(
        session,
        Noted(PROGRAM, "rubric.locked", f"rubric {rubric_id}", None, {"version": version, "criteria": dict(digests)}),
    )


def sha256(words: str) -> str:
    """The digest that stands for words."""
    return hashlib.sha256(words.encode()).hexdigest()


def _act(before: Plan | None, after: Plan | None) -> str:
    if after is None:
        return "taken_back"
    if before is None:
        return "drafted"
    return after.status if _decided(before, after) else "changed"


def _who(before: Plan | None, after: Plan | None) -> str:
    """The person whose mark is new on the plan; the program, where there is none."""
    if after is None or before is None:
        return PROGRAM
    if _decided(before, after) and after.decided_by:
        return after.decided_by
    known = {item.item_id: item for item in before.items}
    for item in after.items:
        old = known.get(item.item_id)
        if item.judged and (old is None or old.judged != item.judged):
            return item.judged.by
        if item.edited_by and (old is None or old.practice != item.practice):
            return item.edited_by
        if item.waits_disputed and (old is None or old.disputed != item.disputed):
            return after.agent_id
    return PROGRAM


def _decided(before: Plan, after: Plan) -> bool:
    return (before.status, before.decided_at) != (after.status, after.decided_at)


def _item_facts(item: PlanItem) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "criterion_id": item.criterion_id,
        "call_id": item.call_id,
        "score": item.score,
        "threshold": item.threshold,
        "quote": sha256(item.evidence.quote) if item.evidence.quote else None,
        "judged": item.judged.verdict if item.judged else None,
        "cycle": item.cycle,
        "disputed": (item.disputed.outcome or "waits") if item.disputed else None,
    }


def _made_with(session: Session, plan: Plan, evidence: Sequence[str]) -> dict[str, str]:
    rubrics = sorted({f"{item.rubric_id} v{item.rubric_version}" for item in plan.items})
    query = select(EvidenceRow.model_version).where(EvidenceRow.evidence_id.in_(evidence)).distinct()
    models = sorted(session.scalars(query)) if evidence else []
    named = {"rubric": ", ".join(rubrics), "model": ", ".join(models)}
    return {key: value for key, value in named.items() if value}


def _follow_up_facts(follow_up: FollowUp) -> dict[str, Any]:
    same = ("follow_up_id", "attempt", "state")
    days = ("approved_on", "promised_on", "due_on", "last_day")
    facts: dict[str, Any] = {name: getattr(follow_up, name) for name in same}
    return facts | {day: getattr(follow_up, day).isoformat() for day in days}

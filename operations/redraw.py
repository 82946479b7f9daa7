"""What people decided outlives a night: a draft that is drawn anew keeps their judgements, edits and removals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from coaching.assemble import Located
from coaching.judged import Judged
from coaching.judging import Chosen, judged_item
from coaching.plan import Plan, PlanItem
from nlp.call import Call
from nlp.utterance import Utterance
from store.judgements import Judgement, settled
from store.left_out import left_out


def without_left_out(
    session: Session, plan_id: str, ranked: Sequence[Sequence[Located]]
) -> Sequence[Sequence[Located]]:
    """The criteria that the plan may have: not those that a person took out of it, unless there are no others."""
    out = left_out(session, plan_id)
    return [group for group in ranked if group[0].failure.criterion_id not in out] or ranked


def keep_decisions(session: Session, drawn: Plan, current: Plan | None, calls: Mapping[str, Call]) -> Plan:
    """A freshly drawn draft with what people have decided about its items: the evidence, and the practice."""
    judged = settled(session, [item.call_id for item in drawn.items])
    items = []
    for item in drawn.items:
        edited = _edited(item, current)
        standing = judged.get((item.call_id, item.criterion_id, item.rubric_version))
        items.append(_with(edited, standing, calls[item.call_id]) if standing else edited)
    return drawn.model_copy(update={"items": tuple(items)})


def why_chosen(reason: str | None) -> str:
    """Why a person's words stand where the machine's stood."""
    return f"A reviewer decided so: {reason}" if reason else "A reviewer decided so."


def _with(item: PlanItem, standing: Judgement, call: Call) -> PlanItem:
    quote = None
    if standing.turn is not None and standing.start is not None and standing.end is not None:
        quote = Utterance.of(call, standing.turn, standing.start, standing.end)
    chosen = Chosen(standing.verdict, quote, standing.place, standing.agrees)
    judged = Judged(
        judgement_id=standing.judgement_id,
        verdict=standing.verdict,
        by=standing.reviewer_name,
        at=standing.decided_at,
    )
    return judged_item(item, call, chosen, judged, why_chosen(standing.reason))


def _edited(item: PlanItem, current: Plan | None) -> PlanItem:
    """The item with the practice that a person wrote for the same failure, and with the agent's dispute of it."""
    for kept in current.items if current else ():
        if (kept.criterion_id, kept.call_id) == (item.criterion_id, item.call_id):
            practice = kept.practice if kept.edited_by is not None else item.practice
            update = {"practice": practice, "edited_by": kept.edited_by, "disputed": kept.disputed}
            return item.model_copy(update=update)
    return item

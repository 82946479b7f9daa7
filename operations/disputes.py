"""What another reviewer's decision does to an item that the agent disputes; the plan stays assigned."""

from __future__ import annotations

from sqlalchemy.orm import Session

from coaching.answers import Outcome
from coaching.judged import Choice, Judged
from coaching.judging import Chosen, NoSuchChoice, judged_item
from coaching.plan import Plan, PlanItem
from nlp.call import Call
from operations.redraw import why_chosen
from store import agents_answers, decisions, follow_ups, movements, plans
from store.judgements import Judgement

WITHDRAWN = "The score of its only item was found wrong."


def standing_choice(item: PlanItem, reason: str | None) -> Choice:
    """The choice that leaves the item as it is: the words that it quotes, or that nothing shows it."""
    pick = item.evidence
    if pick.status == "none":
        return Choice(verdict="none", reason=reason)
    return Choice(verdict="other", turn=pick.turn, start=pick.start, end=pick.end, reason=reason)


def outcome_of(item: PlanItem, chosen: Chosen) -> Outcome:
    """What a choice means for the dispute of an item as it stands."""
    if chosen.verdict == "wrong_score":
        return "wrong_score"
    pick, quote = item.evidence, chosen.quote
    if quote is None:
        return "upheld" if pick.status == "none" else "no_quote"
    same = (quote.turn, quote.start, quote.end) == (pick.turn, pick.start, pick.end)
    return "upheld" if same else "other_quote"


def settle_disputed(
    session: Session, plan: Plan, item: PlanItem, call: Call, chosen: Chosen, judgement: Judgement
) -> None:
    """Change the plan as the decision has it, and note the outcome beside the dispute.

    Raises NoSuchChoice where the item would be left without a quote and no reason says why.
    """
    outcome = outcome_of(item, chosen)
    if chosen.quote is None and not judgement.reason:
        raise NoSuchChoice(item, "the agent is to read why; give a reason")
    dispute = agents_answers.dispute_of(session, plan.plan_id, item.item_id)
    if dispute is not None:
        agents_answers.settle_dispute(session, dispute, outcome, judgement)
    settled = item.model_copy(
        update={"disputed": item.disputed.model_copy(update={"outcome": outcome}) if item.disputed else None}
    )
    if outcome != "wrong_score":
        changed = judged_item(settled, call, chosen, _judged(judgement), why_chosen(judgement.reason))
        plans.put_plan(session, with_item(plan, changed))
    elif plan.status == "closed" or _is_scored(session, plan, item):
        # what the cycle says stays on record; the score is out of every figure from now on
        plans.put_plan(session, with_item(plan, settled.model_copy(update={"judged": _judged(judgement)})))
        _take_out_of_the_next_draft(session, plan, item)
    else:
        withdraw(session, plan, settled, judgement)


def withdraw(session: Session, plan: Plan, item: PlanItem, judgement: Judgement) -> None:
    """Take the item out; a plan of which it was the only one is dismissed, for this one failure alone.

    What was promised for such a plan is cancelled.
    """
    left = tuple(one for one in plan.items if one.item_id != item.item_id)
    if left:
        plans.put_plan(session, plan.model_copy(update={"items": left}))
        return
    dismissed = plan.model_copy(
        update={
            "items": (item.model_copy(update={"further": ()}),),
            "status": "dismissed",
            "decided_by": judgement.reviewer_name,
            "decided_at": judgement.decided_at,
            "reason": judgement.reason or WITHDRAWN,
        }
    )
    promised = follow_ups.open_follow_up_of(session, plan.plan_id)
    if promised is not None:
        follow_ups.end_follow_up(
            session, promised.follow_up_id, "cancelled", judgement.decided_at, WITHDRAWN, judgement.reviewer_name
        )
    decisions.add_decision(session, dismissed, plans.put_plan(session, dismissed))


def take_up_again(session: Session, before: Plan, judgement: Judgement) -> None:
    """The dispute waits again, after the decision on it was taken back."""
    item = next(item for item in before.items if item.item_id == judgement.item_id)
    dispute = agents_answers.dispute_of(session, before.plan_id, item.item_id)
    if item.waits_disputed and dispute is not None:
        agents_answers.reopen_dispute(session, dispute, judgement.reviewer)


def promise_again(session: Session, before: Plan, judgement: Judgement) -> None:
    """What was cancelled with an assigned plan is promised again, for the same days."""
    known = follow_ups.follow_ups_of(session, before.plan_id)
    if before.status == "approved" and known and known[-1].state == "cancelled":
        last = known[-1]
        days = {"approved_on": last.approved_on, "due_on": last.due_on, "last_day": last.last_day}
        at, by = judgement.decided_at, judgement.reviewer_name
        follow_ups.open_follow_up(session, before.plan_id, before.agent_id, **days, at=at, by=by)


def with_item(plan: Plan, changed: PlanItem) -> Plan:
    """The plan with the item in the place of the one of its id."""
    items = tuple(changed if item.item_id == changed.item_id else item for item in plan.items)
    return plan.model_copy(update={"items": items})


def _judged(judgement: Judgement) -> Judged:
    return Judged(
        judgement_id=judgement.judgement_id,
        verdict=judgement.verdict,
        by=judgement.reviewer_name,
        at=judgement.decided_at,
    )


def _is_scored(session: Session, plan: Plan, item: PlanItem) -> bool:
    return any(one.cycle.item_id == item.item_id for one in movements.cycles_of_plan(session, plan.plan_id))


def _take_out_of_the_next_draft(session: Session, plan: Plan, item: PlanItem) -> None:
    """The next cycle's draft does not go on with the same failure, where it is the one that it quotes."""
    following = plans.open_plan_of(session, plan.agent_id)
    if following is None or not following.undecided or following.plan_id == plan.plan_id:
        return
    left = tuple(one for one in following.items if (one.call_id, one.criterion_id) != (item.call_id, item.criterion_id))
    if left:
        plans.put_plan(session, following.model_copy(update={"items": left}))
    else:
        plans.put_plan(session, following.model_copy(update={"status": "draft"}))
        plans.remove_draft(session, following.plan_id)

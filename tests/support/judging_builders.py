"""A store with drafts whose evidence waits for a reviewer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from builders import a_call, a_pick
from coaching.judged import Choice
from coaching.plan import Plan, PlanItem
from nlp.call import Call
from operations.judge import Reviewer, judge, look_at
from plan_builders import a_plan, an_item
from store.calls import put_calls
from store.evidence import FoundBy, put_picks
from store.judgements import Judgement
from store.plans import put_plan
from store.session import Store

INES, TOM = Reviewer("ines", "Ines Duarte"), Reviewer("tom", "Tom Okafor")
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
LINES = (
    "agent 0-2: Thank you for calling Larkfield Water.",
    "customer 2-6: My basement flooded at four in the morning.",
    "agent 6-9: What is the account number? And the postcode?",
    "customer 9-12: It is on the letter, one second.",
    "agent 12-15: Take your time. I will wait here.",
    "agent 15-18: Anything else?",
)
DIGEST = "d" * 64


def a_judged_call(call_id: str = "c-1", **fields: Any) -> Call:
    return a_call(*LINES, call_id=call_id, **fields)


def a_waiting_item(criterion_id: str = "empathy", call_id: str = "c-1", **fields: Any) -> PlanItem:
    """An item whose pick is ``What is the account number?``, with two alternatives."""
    call = a_judged_call(call_id)
    alternatives = [
        {"turn": turn, "start": 0, "end": end, "quote": call.turns[turn].text[:end], "kind": "omission",
         "confidence": 0.1}
        for turn, end in ((4, 15), (5, 14))
    ]  # fmt: skip
    pick = a_pick(
        call,
        2,
        cue=1,
        criterion_id=criterion_id,
        end=27,
        quote=call.turns[2].text[:27],
        words=5,
        alternatives=alternatives,
        confidence=fields.pop("confidence", 0.8),
    )
    return an_item(criterion_id, call, **{"evidence": pick, "criterion_digest": DIGEST, **fields})


def keep_draft(store: Store, agent_id: str = "a-1", *items: PlanItem, **fields: Any) -> Plan:
    """A draft of these items, or of one, with its calls and its picks kept."""
    plan = a_plan(agent_id, *(items or (a_waiting_item(call_id=f"c-{agent_id}"),)), **fields)
    with store.begin() as session:
        for item in plan.items:
            call = a_judged_call(item.call_id)
            put_calls(session, [call])
            put_picks(session, [(item.evidence, FoundBy(call.digest, DIGEST, "m-1"))])
        put_plan(session, plan)
    return plan


def decide(
    store: Store,
    plan: Plan,
    verdict: str = "accepted",
    reviewer: Reviewer = INES,
    *,
    item: int = 0,
    after: int = 0,
    share: float = 0.0,
    **fields: Any,
) -> Judgement:
    """A decision of the item as it stands now, ``after`` minutes past noon."""
    item_id = plan.items[item].item_id
    seen = look_at(store, plan.plan_id, item_id).seen
    choice = Choice.model_validate({"verdict": verdict, **fields})
    return judge(store, plan.plan_id, item_id, choice, reviewer, NOON + timedelta(minutes=after), seen, share)

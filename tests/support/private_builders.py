"""A call full of what is private, a plan that quotes all of it, and what of it must never leave."""

from __future__ import annotations

from typing import Any

from builders import a_call, a_pick
from coaching.plan import ContextTurn, Plan, PlanItem
from nlp.call import Call
from plan_builders import PRACTICE, a_plan, an_item
from store.calls import put_calls
from store.evidence import FoundBy, put_picks
from store.plans import put_plan
from store.session import Store

DIGEST = "d" * 64
LINES = (
    "agent 0-4: Larkfield Water, this is Joyce speaking. Could I take your full name, please?",
    "customer 4-9: Yes, it's Ingrid Halvorsen, and my mail is ingrid.h@postbox.example.",
    "agent 9-14: Thank you, Mrs Halvorsen. And your date of birth and address?",
    "customer 14-22: The ninth of February, nineteen seventy-four. And it's 14 Mill Street, flat 2.",
    "agent 22-27: So that's 14 Mill Street, Ingrid, born ninth of February, nineteen seventy-four, right?",
    "customer 27-36: The card is four zero nine five, one two three four, double five six seven, nine oh one oh.",
    "agent 36-44: The card 4095 1234 5567 9010, mail ingrid.h@postbox.example, and the code is 482913, Mrs Halvorsen?",
    "customer 44-50: Yes, and ring me on +1 (415) 555-2671, or write to ingrid dot h at postbox dot example.",
    "agent 50-55: I will not ring you, Ingrid. Your account number is 40771, and that's it.",
)
SECRETS = (
    "Joyce", "Ingrid", "ingrid", "Halvorsen", "postbox", "seventy-four", "ninth of February", "14 Mill", "Mill Street",
    "four zero nine", "double five", "nine oh one", "4095", "9010", "482913", "555-2671", "2671", "40771",
)  # fmt: skip
"""What of the call must stand on nothing that leaves."""


def a_private_call(call_id: str = "c-1") -> Call:
    return a_call(*LINES, call_id=call_id)


def a_private_item(call: Call, criterion_id: str = "empathy") -> PlanItem:
    """An item whose quote, cue, alternatives, context, reasons and practice are of the call's private turns."""

    def alternative(turn: int) -> dict[str, Any]:
        text = call.turns[turn].text
        return {"turn": turn, "start": 0, "end": len(text), "quote": text, "kind": "omission", "confidence": 0.1}

    def said(turn: int) -> dict[str, Any]:
        return {"turn": turn, "start": 0, "end": len(call.turns[turn].text), "quote": call.turns[turn].text}

    pick = a_pick(
        call,
        6,
        cue=5,
        criterion_id=criterion_id,
        alternatives=[alternative(4), alternative(8)],
        why=f"It answers “{call.turns[5].text}” with more questions.",
        opportunity={
            "answer": "not_met",
            "searched": 5,
            "moved_on": said(2),
            "nearest_miss": {**said(4), "likeness": 0.3},
        },
    )
    context = [ContextTurn(turn=n, speaker=turn.speaker, text=turn.text) for n, turn in enumerate(call.turns) if n > 2]
    practice = PRACTICE.model_copy(update={"opening_lines": (call.turns[5].text, call.turns[7].text)})
    return an_item(criterion_id, call, evidence=pick, context=context, practice=practice, criterion_digest=DIGEST)


def a_private_plan(agent_id: str = "a-1", **fields: Any) -> Plan:
    return a_plan(agent_id, a_private_item(a_private_call(f"c-{agent_id}")), **{"team": "east", **fields})


def keep_private(store: Store, *plans: Plan) -> None:
    """The plans with their calls and picks."""
    with store.begin() as session:
        for plan in plans:
            for item in plan.items:
                call = a_private_call(item.call_id)
                put_calls(session, [call])
                put_picks(session, [(item.evidence, FoundBy(call.digest, DIGEST, "m-1"))])
            put_plan(session, plan)


def secrets_in(text: str) -> set[str]:
    """Which of the secrets stand in a text."""
    return {secret for secret in SECRETS if secret in text}

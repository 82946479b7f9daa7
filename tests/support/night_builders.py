"""A small real night for tests of what is shown: two plans, a waiting list, records set aside."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import a_call, a_pick
from coaching.night_report import NightReport, OrderNote, WaitingLine
from coaching.plan import ContextTurn, Plan, PlanItem
from nlp.call import Call
from nlp.set_aside import SetAside
from plan_builders import PRACTICE, a_plan, an_item, further, waiting

TALK = a_call(
    "agent 0.5-2: Thank you for calling Larkfield Water.",
    "customer 2.4-9: My basement flooded at four in the morning. I have a newborn down the hall.",
    "agent 9.4-14: Right. What is the account number? And the postcode?",
    "customer 14.6-19: It's four zero nine five one two.",
    "agent 19.5-22: Thank you.",
)
QUOTE = (7, 34)
"""Where ``What is the account number?`` stands in the third turn."""


def context_of(call: Call) -> list[ContextTurn]:
    """All turns of a short call as the context of an item."""
    return [
        ContextTurn(turn=n, speaker=turn.speaker, text=turn.text, start_s=turn.start)
        for n, turn in enumerate(call.turns)
    ]


def a_shown_item(call: Call = TALK, span: tuple[int, int] = QUOTE, **fields: Any) -> PlanItem:
    """An item that quotes ``span`` of the call's third turn, in its context, with the second turn as its cue."""
    start, end = span
    quote = call.turns[2].text[start:end]
    pick = a_pick(call, 2, cue=1, start=start, end=end, quote=quote, words=len(quote.split()), start_s=9.4)
    return an_item(**{"call_id": call.call_id, "evidence": pick, "context": context_of(call), **fields})


def a_none_item(**fields: Any) -> PlanItem:
    """An item without a quote."""
    pick = a_pick(TALK, 2).model_dump() | {"status": "none", "quote": "", "words": 0, "why": "Nothing comes near it."}
    pick |= {"turn": None, "start": None, "end": None, "speaker": None, "confidence": 0.0, "sure": False, "cue": None}
    return an_item("closing", **{"evidence": pick, "context": (), "headline": "Closing: no words for it", **fields})


def a_night(*plans: Plan, **fields: Any) -> NightReport:
    """A night with these plans, or with two. Any field of NightReport may be given."""
    usual: dict[str, Any] = {
        "program": "Larkfield Water",
        "as_of": date(2026, 11, 16),
        "rubric_title": "Customer support",
        "rubric_id": "support-core",
        "rubric_version": 1,
        "model_version": "evidence-1",
        "note": "Every score under its threshold was selected.",
        "read": {"calls": 31, "scores": 120},
        "kept": {"calls": 30, "scores": 119},
        "failures": 9,
        "found": 8,
        "sure": 6,
        "plans": plans or (a_plan("a-1", a_shown_item(further=[further("c-7")])), a_plan("a-2", a_none_item())),
        "waiting": [WaitingLine(agent_name="A-1", criterion_name="Greeting", waiting=waiting())],
        "order_notes": [OrderNote(agent_name="A-2", sentence="One waits while another is coached.")],
        "not_planned": {"no agent is named": 2},
        "set_aside": [SetAside(file="scores.csv", line=7, reason="score: should be a number (here: 'x')")],
    }
    return NightReport.model_validate({**usual, **fields})


def a_night_of(words: str) -> NightReport:
    """A night that has ``words`` in every text that comes from outside."""
    call = a_call(f"agent: {words}", f"customer: {words}", f"agent: {words}")
    pick = a_pick(call, 2, cue=1, why=words).model_dump()
    pick["alternatives"] = [
        {"turn": 0, "start": 0, "end": len(words), "quote": words, "kind": "omission", "confidence": 0.1}
    ]
    practice = PRACTICE.model_dump() | {"scenario": words, "sentence": words, "opening_lines": [words]}
    item = a_shown_item(
        call,
        (0, len(words)),
        evidence=pick,
        practice=practice,
        criterion_name=words,
        headline=words,
        expected_behavior=words,
        call_type_name=words,
        further=[further("c-7").model_copy(update={"quote": words})],
    )
    plan = a_plan("a-1", item, agent_name=words, team=words, supervisor_id="s-1", decided_by=words, reason=words)
    return a_night(
        plan,
        a_plan("a-2", a_none_item()),
        program=words,
        rubric_title=words,
        note=words,
        model_version=words,
        waiting=[WaitingLine(agent_name=words, criterion_name=words, waiting=waiting())],
        order_notes=[OrderNote(agent_name=words, sentence=words)],
        not_planned={words: 1},
        set_aside=[SetAside(file=words, line=1, reason=words)],
    )


class Nothing:
    """A finder that finds nothing: there is nothing to find."""

    model_version = "nothing"

    def find(self, call, failures, rubric):
        return []

"""Small real plans for tests: name what the test is about, the rest is filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import a_call, a_pick
from coaching.plan import ContextTurn, FurtherEvidence, Plan, PlanItem, PlannedPractice, Waiting
from nlp.call import Call

DAY = date(2026, 11, 16)
PRACTICE = PlannedPractice(
    skill="naming the trouble", scenario="A double charge.", sessions=2, method="role-play", sentence="Complete 2."
)


def an_item(criterion_id: str = "empathy", call: Call | None = None, **fields: Any) -> PlanItem:
    """An item of one criterion that quotes the third turn of ``call``. Any field of PlanItem may be given."""
    spoken = call or a_call()
    usual: dict[str, Any] = {
        "item_id": f"i-{criterion_id}",
        "criterion_id": criterion_id,
        "criterion_name": criterion_id.capitalize(),
        "weight": 25,
        "critical": False,
        "score": 42,
        "threshold": 60,
        "rubric_id": "support-core",
        "rubric_version": 1,
        "criterion_digest": "d" * 64,
        "call_id": spoken.call_id,
        "call_date": date(2026, 11, 2),
        "headline": "Empathy (25% weight): scored 42, threshold 60",
        "expected_behavior": "Say what the trouble means for the customer.",
        "evidence": a_pick(spoken, 2, criterion_id=criterion_id),
        "context": [ContextTurn(turn=1, speaker="customer", text=spoken.turns[1].text)],
        "practice": PRACTICE,
    }
    return PlanItem.model_validate({**usual, **fields})


def further(call_id: str, score: float | None = 50) -> FurtherEvidence:
    """Another failure of an item's criterion, in another call."""
    return FurtherEvidence(call_id=call_id, call_date=date(2026, 11, 3), score=score, quote="One moment.")


def a_plan(agent_id: str = "a-1", *items: PlanItem, **fields: Any) -> Plan:
    """A draft with these items, or with one. Any field of Plan may be given."""
    usual = {
        "plan_id": f"p-{agent_id}",
        "agent_id": agent_id,
        "agent_name": agent_id.upper(),
        "as_of": DAY,
        "follow_up_on": date(2026, 11, 30),
        "items": items or (an_item(),),
    }
    return Plan.model_validate({**usual, **fields})


def waiting(agent_id: str = "a-1", criterion_id: str = "greeting", place: int = 1, **fields: Any) -> Waiting:
    """A criterion of an agent that waits its turn."""
    usual: dict[str, Any] = {"call_ids": ["c-1"], "score": 55, "threshold": 60, "weight": 10, "critical": False}
    key = {"agent_id": agent_id, "criterion_id": criterion_id, "place": place}
    return Waiting.model_validate({**usual, **key, **fields})

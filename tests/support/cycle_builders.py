"""Small real cycles for tests of what is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from coaching.bottom_quartile import ClockLine
from coaching.follow_up import Cycle, CycleAccount
from coaching.movement import Measured, MovementRules, measure_movement
from coaching.next_action import next_action
from plan_builders import PRACTICE

OF = Measured(criterion_id="empathy", rubric_id="support-core", rubric_version=1, threshold=60, triggering_score=42)


def an_account(before: list[float], after: list[float], **fields: Any) -> CycleAccount:
    """The account of a cycle with these scores. Any field of Cycle may be given, ``last_day``, and what
    ``measure_movement`` is told besides.
    """
    last_day = fields.pop("last_day", True)
    told = {name: fields.pop(name) for name in ("changed", "spread", "scored_by", "picked_for") if name in fields}
    movement = measure_movement(OF, before, after, rules=MovementRules(), **told)
    usual: dict[str, Any] = {
        "follow_up_id": "f-1",
        "plan_id": "p-a-1",
        "item_id": "i-empathy",
        "agent_id": "a-1",
        "agent_name": "A-1",
        "criterion_id": "empathy",
        "criterion_name": "Empathy",
        "approved_on": date(2026, 11, 2),
        "promised_on": date(2026, 11, 16),
        "scored_on": date(2026, 11, 16),
        "practice": PRACTICE,
        "movement": movement,
        "next": next_action(movement, last_day=last_day),
    }
    more = {name: fields.pop(name) for name in ("practice_done", "overrulings") if name in fields}
    cycle = Cycle.model_validate({**usual, **fields})
    return CycleAccount.model_validate(
        {"cycle": cycle, "practice": more.get("practice_done", ()), "overrulings": more.get("overrulings", ())}
    )


def a_clock_line(days_left: int = 3, **fields: Any) -> ClockLine:
    """An agent on the clock."""
    usual: dict[str, Any] = {
        "agent_id": "a-9",
        "agent_name": "Nia Ó Sé",
        "score": 41.25,
        "calls": 12,
        "since": date(2026, 11, 5),
        "days_left": days_left,
    }
    return ClockLine.model_validate({**usual, **fields})

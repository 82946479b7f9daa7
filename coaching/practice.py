"""Practice that mirrors the real failure: the rubric's exercise, matched to the call type, opened by the customer."""

from __future__ import annotations

from datetime import date

from coaching.plan import PlanItem, PlannedPractice
from coaching.wording import practice_sentence
from models.evidence import Pick
from nlp.call import Call
from rubric.criterion import Criterion, Exercise

MAX_OPENING_TURNS = 2
"""A role-play opens with what the customer said last, not with the whole call."""


def plan_practice(
    criterion: Criterion, call: Call, call_type_name: str, pick: Pick, follow_up_on: date
) -> PlannedPractice:
    """The practice of an item.

    The scenario is the one for the call's type where the rubric has one. A criterion without practice, or with a part
    of it left out, gets the plainest that still can be done: two role-plays of what is expected.
    """
    exercise: Exercise = criterion.practice or Exercise(skill=criterion.title.lower())
    scenario = exercise.by_call_type.get(call.call_type or "", exercise.scenario)
    sessions, method = exercise.sessions or 2, exercise.method or "role-play"
    return PlannedPractice(
        skill=exercise.skill,
        scenario=scenario or call_type_name,
        sessions=sessions,
        method=method,
        opening_lines=opening_lines(call, pick),
        sentence=practice_sentence(sessions, call_type_name, method, exercise.skill, follow_up_on),
    )


def redate(item: PlanItem, follow_up_on: date) -> PlannedPractice:
    """The practice of an item with its sentence for another follow-up date."""
    practice = item.practice
    words = practice_sentence(practice.sessions, item.call_type_name, practice.method, practice.skill, follow_up_on)
    return practice.model_copy(update={"sentence": words})


def opening_lines(call: Call, pick: Pick) -> tuple[str, ...]:
    """The customer's own turns that the quote should have answered, in the order of the call.

    For an omission with a cue: the turn of the cue. Else the customer's last turns before the quote, or their first
    after it where the agent spoke first. Empty where the customer says nothing.
    """
    if pick.cue is not None and pick.cue.speaker == "customer":
        return (call.turns[pick.cue.turn].text.strip(),)
    at = pick.turn if pick.turn is not None else len(call.turns)
    spoken = [(n, turn.text.strip()) for n, turn in enumerate(call.turns) if turn.speaker == "customer"]
    said = [(n, text) for n, text in spoken if text]
    before = _last_unbroken(call, [n for n, _ in said if n < at])
    chosen = before or [n for n, _ in said if n > at][:1]
    return tuple(text for n, text in said if n in chosen)


def _last_unbroken(call: Call, turns: list[int]) -> list[int]:
    """The customer's last turns, back to where the agent last spoke, at most two."""
    kept: list[int] = []
    for turn in reversed(turns):
        between = call.turns[turn + 1 : kept[-1]] if kept else ()
        if any(other.speaker == "agent" for other in between) or len(kept) == MAX_OPENING_TURNS:
            break
        kept.append(turn)
    return sorted(kept)

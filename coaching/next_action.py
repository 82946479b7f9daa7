"""What follows from a movement: close, continue, reassign, escalate, wait, or ask the supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coaching.movement import Movement, Verdict
from coaching.plan import PlannedPractice
from nlp.noun import Noun, Text
from rubric.criterion import Exercise, Practice

Action = Literal["close", "continue", "reassign", "escalate", "wait", "ask"]

PATIENCE = 2
"""After so many cycles within noise an item counts as not moved; after so many not moved it is escalated."""

DEFAULT_METHOD = "role-play"
METHODS = (DEFAULT_METHOD, "listening to own calls together", "side-by-side coaching", "shadowing a peer")
"""Ways to practise, for a criterion with no approach left: the first that was not used yet is taken."""


class NextAction(Noun):
    """What to do with an item. ``ask``: a supervisor decides, or confirms the practice that is proposed.

    ``practice`` is the other approach where the item is reassigned; ``note`` says in words what the actions do not.
    """

    actions: Annotated[tuple[Action, ...], Field(strict=False, min_length=1)]
    note: Text = ""
    practice: Exercise | None = None
    ask: bool = False

    @model_validator(mode="after")
    def _reassigns_to_something(self) -> Self:
        if ("reassign" in self.actions) != (self.practice is not None):
            raise ValueError("a practice belongs to reassign, and reassign to a practice")
        return self


def next_action(
    movement: Movement,
    earlier: Sequence[Verdict] = (),
    practice: Practice | None = None,
    tried: Sequence[PlannedPractice] = (),
    *,
    last_day: bool = False,
) -> NextAction:
    """The action after a cycle.

    ``earlier``: the verdicts of this item's cycles before this one, oldest first. ``practice``: the criterion's, with
    its alternatives. ``tried``: what was practised so far, the present practice among them. ``last_day``: the day has
    come after which nobody waits for more calls.
    """
    if movement.verdict == "not_comparable":
        return NextAction(actions=("ask",), note=_why_not(movement), ask=True)
    if movement.verdict == "not_enough_calls":
        return _too_few(movement, last_day)
    if movement.over_threshold:
        return _over(movement.verdict)
    return _under([*earlier, movement.verdict], movement, practice, tried)


def _why_not(movement: Movement) -> str:
    return "not comparable: " + ", ".join(movement.changed)


def _too_few(movement: Movement, last_day: bool) -> NextAction:
    calls = movement.after.calls
    note = f"{calls or 'no'} scored {'call' if calls == 1 else 'calls'} since the approval"
    if last_day:
        return NextAction(actions=("ask",), note=f"not enough calls: {note}", ask=True)
    return NextAction(actions=("wait",), note=note)


def _over(verdict: Verdict) -> NextAction:
    if verdict == "moved":
        return NextAction(actions=("close",))
    if verdict == "not_moved":
        return NextAction(actions=("close",), note="over threshold without movement")
    return NextAction(actions=("continue",), note="same practice")


def _under(
    verdicts: Sequence[Verdict], movement: Movement, practice: Practice | None, tried: Sequence[PlannedPractice]
) -> NextAction:
    if movement.verdict == "moved":
        return NextAction(actions=("continue",), note="moved, and still under the threshold")
    counted, at_last = _stuck_cycles(verdicts)
    if not at_last:
        return NextAction(actions=("continue",), note="same practice")
    other, is_new = another_approach(practice, tried)
    notes = []
    if movement.verdict == "within_noise":
        notes.append(f"within noise for {PATIENCE} cycles, counted as not moved")
    if not is_new:
        notes.append("the rubric has no other approach left: another method is proposed, the supervisor decides")
    return NextAction(
        actions=("reassign", "escalate") if counted >= PATIENCE else ("reassign",),
        note="; ".join(notes),
        practice=other,
        ask=not is_new,
    )


def _stuck_cycles(verdicts: Iterable[Verdict]) -> tuple[int, bool]:
    """How many cycles count as not moved since the last that moved, and whether the last one is among them.

    Two cycles within noise, one after the other, count as one not moved, and the count of noise begins again: the next
    practice has its two cycles as well. Cycles without a comparison count for nothing.
    """
    stuck, noise, counts = 0, 0, False
    for verdict in verdicts:
        counts = False
        if verdict == "moved":
            stuck, noise = 0, 0
        elif verdict == "within_noise":
            noise += 1
            counts = noise == PATIENCE
        elif verdict == "not_moved":
            counts = True
        if counts:
            stuck, noise = stuck + 1, 0
    return stuck, counts


def another_approach(practice: Practice | None, tried: Sequence[PlannedPractice]) -> tuple[Exercise, bool]:
    """The first alternative that was not tried, and whether there is one; else the last practice by another method."""
    for exercise in practice.alternatives if practice else ():
        if not any(_is_same(exercise, one) for one in tried):
            return exercise, True
    used = [one.method for one in tried]
    method = next((one for one in METHODS if one not in used), METHODS[len(used) % len(METHODS)])
    last = tried[-1] if tried else practice
    if last is None:
        return Exercise(skill="what is expected", sessions=2, method=method), False
    return Exercise(skill=last.skill, scenario=last.scenario, sessions=last.sessions, method=method), False


def _is_same(exercise: Exercise, planned: PlannedPractice) -> bool:
    scenarios = {exercise.scenario, *exercise.by_call_type.values()} - {""}
    return (
        exercise.skill == planned.skill
        and (exercise.method or DEFAULT_METHOD) == planned.method
        and (not scenarios or planned.scenario in scenarios)
    )

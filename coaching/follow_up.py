"""A dated promise to score new calls, and one cycle of an item as it was concluded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from coaching.movement import Movement, Verdict
from coaching.next_action import Action, NextAction
from coaching.plan import Day, PlannedPractice
from nlp.noun import Id, Noun, Text
from rubric.criterion import Exercise

FollowUpState = Literal["open", "done", "cancelled"]
Actions = Annotated[tuple[Action, ...], Field(strict=False, min_length=1)]

MACHINE = "machine"
"""Who decided where no person did."""


class FollowUp(Noun):
    """When a plan's calls since its approval are scored.

    ``attempt`` counts the approvals of the plan. ``promised_on`` is the day that the approval (or a person who moved
    it) fixed, ``due_on`` the day of the next look: later than promised while it waits for calls, never after
    ``last_day``. ``approved_on`` is day zero.
    """

    follow_up_id: Id
    plan_id: Id
    agent_id: Id
    attempt: Annotated[int, Field(ge=1)]
    approved_on: Day
    promised_on: Day
    due_on: Day
    last_day: Day
    state: FollowUpState = "open"
    reason: Text | None = None


class Cycle(Noun):
    """One cycle of an item: from an approval to what its follow-up showed. Never changed once it is kept.

    ``number`` counts the cycles of the same item, ``follows`` is the plan of the one before. ``next`` is what the
    machine says; what a person says instead is an ``Overruling`` beside it. ``unproven``: scored by a machine that has
    not been shown to agree with this team's people on the criterion.
    """

    follow_up_id: Id
    plan_id: Id
    item_id: Id
    agent_id: Id
    agent_name: Text
    team: Text | None = None
    criterion_id: Id
    criterion_name: Text
    number: Annotated[int, Field(ge=1)] = 1
    follows: Id | None = None
    approved_by: Text | None = None
    approved_on: Day
    promised_on: Day
    scored_on: Day
    practice: PlannedPractice
    movement: Movement
    unproven: bool = False
    next: NextAction

    @property
    def verdict(self) -> Verdict:
        return self.movement.verdict


class Overruling(Noun):
    """What a person decided on a cycle, instead of the machine or where it asked.

    ``practice`` is the other approach where the item is reassigned.
    """

    actions: Actions
    by: Text
    at: Annotated[AwareDatetime, Field(strict=False)]
    reason: Text
    practice: Exercise | None = None


class PracticeDone(Noun):
    """A practice session that took place. ``score`` is the session's own, ``by`` who led or recorded it.

    ``session`` tells two sessions of a day apart.
    """

    plan_id: Id
    criterion_id: Id
    done_on: Day
    session: Annotated[int, Field(ge=1, le=1000)] = 1
    score: float | None = None
    by: Text | None = None
    note: Text | None = None


class CycleAccount(Noun):
    """A line of the accountability table: the cycle, the practice done in it, and what was decided by whom."""

    cycle: Cycle
    practice: Annotated[tuple[PracticeDone, ...], Field(strict=False)] = ()
    overrulings: Annotated[tuple[Overruling, ...], Field(strict=False)] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is to be done: the last word of a person, else the machine's."""
        return self.overrulings[-1].actions if self.overrulings else self.cycle.next.actions

    @property
    def decided_by(self) -> str:
        return self.overrulings[-1].by if self.overrulings else MACHINE

    @property
    def decider(self) -> str:
        """``decided_by`` for a reader: where a person has to decide and has not, nobody has."""
        return "nobody yet" if self.waits_for_a_person else self.decided_by

    @property
    def exercise(self) -> Exercise | None:
        """The other approach of a reassigned item."""
        return self.overrulings[-1].practice if self.overrulings else self.cycle.next.practice

    @property
    def by_machine(self) -> str:
        """Whose scores the verdict rests on, where they are the machine's; else nothing."""
        if self.cycle.movement.scored_by == "people":
            return ""
        return "machine's scores, unproven" if self.cycle.unproven else "machine's scores"

    @property
    def verdict_words(self) -> str:
        """``within noise``, and whose scores it rests on where they are the machine's."""
        words = self.cycle.verdict.replace("_", " ")
        return f"{words} ({self.by_machine})" if self.by_machine else words

    @property
    def note(self) -> str:
        """What the verdict and the actions do not say: a person's reason, else the machine's words."""
        if self.overrulings:
            return self.overrulings[-1].reason
        return self.cycle.next.note.removeprefix(f"{self.cycle.verdict.replace('_', ' ')}: ")

    @property
    def why(self) -> str:
        """In words: the verdict and what the actions do not say, or a person's reason."""
        if self.overrulings:
            return f"{self.overrulings[-1].by}: {self.overrulings[-1].reason}"
        return f"{self.verdict_words}; {self.cycle.next.note}" if self.cycle.next.note else self.verdict_words

    @property
    def waits_for_a_person(self) -> bool:
        return self.actions == ("ask",)

    @property
    def sessions_done(self) -> int:
        return len(self.practice)

    @property
    def practice_score(self) -> float | None:
        """The mean of the sessions' scores; None where none has one."""
        scores = [one.score for one in self.practice if one.score is not None]
        return sum(scores) / len(scores) if scores else None

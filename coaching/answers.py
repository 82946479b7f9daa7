"""What an agent answers to a plan: that it was read, and what of it is disputed; and what came of a dispute."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from nlp.noun import Id, Noun, Text

LONGEST_REASON = 2000
"""Characters of a reason, as long as any reason on a page."""

Outcome = Literal["upheld", "other_quote", "no_quote", "wrong_score"]
"""What another reviewer found: it stands as it is; other words show it; nothing does; the score was wrong."""

At = Annotated[AwareDatetime, Field(strict=False)]

OUTCOME_WORDS: dict[Outcome, str] = {
    "upheld": "The item stands as it is.",
    "other_quote": "Another sentence took the place of the quote.",
    "no_quote": "The quote was taken back; the score stands.",
    "wrong_score": "The score was wrong: it counts no more.",
}
"""How an outcome is told to the agent and to the supervisor."""


class Disputed(Noun):
    """An agent's dispute, as the item bears it. ``outcome`` is None while it waits for another reviewer."""

    reason: Text
    at: At
    outcome: Outcome | None = None


class Dispute(Noun):
    """A dispute with all that is known of it: one an item of a plan, never overwritten by what came of it.

    ``headline`` is the item's as it was disputed. The last five say who decided, when, what, and why; None while it
    waits.
    """

    plan_id: Id
    item_id: Id
    agent_id: Id
    call_id: Id
    criterion_id: Id
    headline: Text
    reason: Text
    at: At
    outcome: Outcome | None = None
    judgement_id: Id | None = None
    decided_by: Text | None = None
    decided_at: At | None = None
    answer: Text | None = None


class Acknowledgement(Noun):
    """That the agent has read a plan, as it was assigned at ``assigned_at``."""

    plan_id: Id
    agent_id: Id
    assigned_at: At
    at: At

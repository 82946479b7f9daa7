"""What a person decided about a piece of evidence, beside what the machine picked."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from nlp.noun import Id, Noun, Text

Verdict = Literal["accepted", "alternative", "other", "none", "wrong_score"]
"""The machine's pick; one of its next best; another stretch of the agent's; nothing shows it; the score is wrong."""

QUOTES: tuple[Verdict, ...] = ("accepted", "alternative", "other")
"""The verdicts that leave a person's accepted quote."""


class Choice(Noun):
    """What a reviewer chose. ``other`` names a stretch: a turn and character offsets into its text.

    ``rank`` is the alternative's, counted from 1. ``reason`` is optional.
    """

    verdict: Verdict
    rank: Annotated[int, Field(ge=1)] | None = None
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _names_what_it_chose(self) -> Self:
        if (self.verdict == "alternative") != (self.rank is not None):
            raise ValueError("an alternative is named by its rank, and nothing else is")
        if (self.verdict == "other") != (None not in (self.turn, self.start, self.end)):
            raise ValueError("other words are named by a turn, a start and an end, and nothing else is")
        return self


class Judged(Noun):
    """The decision that an item of a plan stands on: which one, what, by whom, when."""

    judgement_id: Id
    verdict: Verdict
    by: Text
    at: Annotated[AwareDatetime, Field(strict=False)]

    @property
    def words(self) -> str:
        """What was decided and by whom, as a plan says it in place of the machine's confidence."""
        return {
            "accepted": f"Accepted by {self.by}",
            "alternative": f"Chosen by {self.by} in place of the machine’s pick",
            "other": f"Marked by {self.by} in place of the machine’s pick",
            "none": f"{self.by} found that nothing shows it",
            "wrong_score": f"{self.by} found the score wrong",
        }[self.verdict]

    @property
    def has_quote(self) -> bool:
        return self.verdict in QUOTES

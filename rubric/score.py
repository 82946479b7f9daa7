"""One criterion of one call as the QA team scored it, and the calls that a supervisor flagged."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from nlp.noun import Id, Noun, Text

When = Annotated[AwareDatetime | None, Field(strict=False)]


class Score(Noun):
    """A score in the rubric's scale. ``score`` None means not applicable, and is never a zero."""

    call_id: Id
    criterion_id: Id
    score: float | None
    agent_id: Id | None = None
    scored_at: When = None
    scored_by: Id | None = None
    rubric_version: Annotated[int, Field(ge=1)] | None = None
    comment: Text | None = None


class Flag(Noun):
    """A supervisor's mark on a call, or on one criterion of it."""

    call_id: Id
    criterion_id: Id | None = None
    flagged_by: Id | None = None
    reason: Text | None = None

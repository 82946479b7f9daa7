"""A failure: a score under its threshold, or a criterion of a call that a supervisor flagged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from nlp.noun import Id, Noun


class Failure(Noun):
    """One criterion of one call that coaching may start from.

    ``at`` is the call's start, else when it was scored; without it, or without an agent, the failure is
    located and not planned. A flagged criterion may have no score, or one over its threshold.
    """

    call_id: Id
    criterion_id: Id
    score: float | None
    threshold: float
    weight: float
    critical: bool = False
    rubric_id: Id
    rubric_version: int
    agent_id: Id | None = None
    at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    reason: Literal["score", "flag"] = "score"

    @property
    def shortfall(self) -> float:
        """Points under the threshold, never negative; a flagged criterion without a score falls short by none."""
        return max(0.0, self.threshold - self.score) if self.score is not None else 0.0

    @property
    def key(self) -> tuple[str, str]:
        return self.call_id, self.criterion_id

"""The QA scorecard: a version of a set of criteria whose weights sum to 100."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from nlp.errors import WrongInput
from nlp.noun import Id, Noun, Text, WrongAt, nearest
from rubric.criterion import Criterion, Sentences

WEIGHT_TOLERANCE = 0.01
"""Weights sum to 100 within this."""


class UnknownCriterion(WrongInput):
    """The rubric has no criterion of that id."""

    def __init__(self, criterion_id: str, rubric: Rubric) -> None:
        like = nearest(criterion_id, [criterion.id for criterion in rubric.criteria])
        hint = f"; did you mean {like!r}?" if like else ""
        super().__init__(f"rubric {rubric.id} version {rubric.version} has no criterion {criterion_id!r}{hint}")
        self.criterion_id, self.nearest = criterion_id, like


class Scale(Noun):
    """The range of scores, both ends included."""

    min: float = 0.0
    max: float = 100.0

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.min >= self.max:
            raise ValueError(f"the scale's min ({self.min:g}) must be under its max ({self.max:g})")
        return self


class CallType(Noun):
    """A kind of call, and how customers begin it."""

    name: Text = ""
    examples: Sentences = ()


class Rubric(Noun):
    """One version of a scorecard."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    id: Id
    version: Annotated[int, Field(ge=1)]
    name: Text = ""
    language: Id = "en"
    scale: Scale = Scale()
    call_types: dict[str, CallType] = {}
    criteria: Annotated[tuple[Criterion, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        seen: set[str] = set()
        for index, criterion in enumerate(self.criteria):
            if criterion.id in seen:
                raise WrongAt(("criteria", index, "id"), f"two criteria have the id {criterion.id!r}")
            seen.add(criterion.id)
            if not self.scale.min <= criterion.threshold <= self.scale.max:
                raise WrongAt(
                    ("criteria", index, "threshold"),
                    f"criterion {criterion.id!r}: threshold {criterion.threshold:g} is off the scale "
                    f"{self.scale.min:g} to {self.scale.max:g}",
                )
        total = math.fsum(criterion.weight for criterion in self.criteria)
        # the sum of many rounded weights carries their rounding, hence the hair's breadth on top
        if abs(total - 100) > WEIGHT_TOLERANCE + 1e-9:
            raise WrongAt(("criteria",), f"weights sum to {total:g}, they must sum to 100")
        return self

    @property
    def title(self) -> str:
        """The name that people see; the id where none is given."""
        return self.name or self.id

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id. Raises UnknownCriterion, which names the nearest one."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise UnknownCriterion(criterion_id, self)

    def has(self, criterion_id: str) -> bool:
        return any(criterion.id == criterion_id for criterion in self.criteria)

    def digests(self) -> dict[str, str]:
        """The digest of what is judged, by criterion id."""
        scale = (self.scale.min, self.scale.max)
        return {criterion.id: criterion.digest(scale) for criterion in self.criteria}

    def call_type_name(self, call_type: str | None) -> str:
        """``billing_dispute`` as people say it: the rubric's name for it, else the id without underscores."""
        if not call_type:
            return ""
        known = self.call_types.get(call_type)
        return known.name if known and known.name else call_type.replace("_", " ")

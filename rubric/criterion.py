"""One scored line of a rubric: what is judged, what to do instead, and how to practise it."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from nlp.call import Speaker
from nlp.noun import Id, Noun, Text

FailureKind = Literal["violation", "omission", "talk_over"]
Moment = Literal["opening", "closing", "account_action"]
TokenPattern = list[dict[str, Any]]
"""One spaCy Matcher pattern: a list of token descriptions."""

Patterns = Annotated[tuple[TokenPattern, ...], Field(strict=False)]
Sentences = Annotated[tuple[Text, ...], Field(strict=False)]


class Sounds(Noun):
    """What something sounds like: sentences, spaCy token patterns, or both."""

    examples: Sentences = ()
    patterns: Patterns = ()


class Cue(Sounds):
    """What somebody says that calls for the behaviour."""

    speaker: Speaker = "customer"

    @model_validator(mode="after")
    def _says_what_to_look_for(self) -> Self:
        if not self.examples and not self.patterns:
            raise ValueError("a cue needs examples or patterns of what is said")
        return self


class Due(Noun):
    """When an omitted behaviour was due: at a moment of the call, or after a cue."""

    moment: Moment | None = None
    cue: Cue | None = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.moment is None) == (self.cue is None):
            raise ValueError("due is either a moment (opening, closing, account_action) or a cue, and not both")
        return self


class Exercise(Noun):
    """One way to practise: skill, scenario, how many sessions, by which method."""

    skill: Text
    scenario: Text = ""
    by_call_type: dict[str, Text] = {}
    sessions: Annotated[int, Field(ge=1, le=50)] | None = None
    method: Text = ""


class Practice(Exercise):
    """The first practice of a criterion, and what to fall back on when a score has not moved."""

    alternatives: Annotated[tuple[Exercise, ...], Field(strict=False)] = ()


class Criterion(Noun):
    """One scored line. Weight in percent of the rubric; a score below ``threshold`` is a failure."""

    id: Id
    name: Text = ""
    weight: Annotated[float, Field(ge=0, le=100)]
    threshold: float
    critical: bool = False
    definition: Text
    expected_behavior: Text
    failure: FailureKind
    due: Due | None = None
    met_by: Sounds = Sounds()
    broken_by: Sounds = Sounds()
    practice: Practice | None = None

    @model_validator(mode="after")
    def _due_belongs_to_omissions(self) -> Self:
        if self.due is not None and self.failure != "omission":
            raise ValueError(f"due is for omissions only; this criterion's failure is {self.failure!r}")
        return self

    @property
    def title(self) -> str:
        """The name that people see; the id where none is given."""
        return self.name or self.id

    def digest(self, scale: tuple[float, float]) -> str:
        """sha256, hex, over what is judged: definition, failure, due, met_by, broken_by and the scale.

        Weight, threshold, name and practice are outside it: two versions with equal digests are comparable.
        """
        judged = self.model_dump(mode="json", include={"definition", "failure", "due", "met_by", "broken_by"})
        judged["scale"] = list(scale)
        return hashlib.sha256(json.dumps(judged, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

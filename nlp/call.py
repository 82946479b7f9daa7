"""A call and its turns, as the contract has them."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from nlp.noun import Id, JsonObject, Noun, Text

Speaker = Literal["agent", "customer", "system"]
Channel = Literal["phone", "chat", "email"]


class Turn(Noun):
    """One entry of a call's ``turns``. ``start`` and ``end`` are seconds from the call's start."""

    speaker: Speaker
    text: Text
    start: float | None = None
    end: float | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"ends ({self.end} s) before it starts ({self.start} s)")
        return self


class Call(Noun):
    """One contact between an agent and a customer. Turns keep their order and are never merged."""

    call_id: Id
    agent_id: Id | None = None
    started_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    call_type: Id | None = None
    channel: Channel | None = None
    language: Id | None = None
    metadata: JsonObject = {}
    turns: Annotated[tuple[Turn, ...], Field(strict=False, min_length=1)]

    @property
    def digest(self) -> str:
        """sha256 over all that the call says, hex: the same call twice is once, in whatever order its keys stand.

        What it leaves out is not in it: a field that a later version adds leaves the digests of today.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def agent_turns(self) -> list[int]:
        """The indices of the turns that the agent spoke."""
        return [index for index, turn in enumerate(self.turns) if turn.speaker == "agent"]

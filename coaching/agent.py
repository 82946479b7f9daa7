"""An agent, as the agents' file has them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nlp.noun import Id, Noun, Text


class Agent(Noun):
    """Who is coached. ``calls_per_day`` decides how soon new calls are scored."""

    agent_id: Id
    name: Text
    team: Text | None = None
    supervisor_id: Id | None = None
    calls_per_day: Annotated[float, Field(ge=0)] | None = None
    active: bool = True

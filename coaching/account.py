"""Who uses the review page, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from nlp.noun import Id, Noun, Text

Role = Literal["admin", "qa_manager", "supervisor", "viewer", "agent", "service"]
"""admin: everything. qa_manager: all teams, the evidence. supervisor: the plans of own teams. viewer: looks only.
agent: the own plan, by a link. service: a program with a token."""

UserRole = Literal["admin", "qa_manager", "supervisor", "viewer"]
"""The roles that an account can have."""

Scope = Literal[
    "plans:read",
    "evidence:read",
    "originals:read",
    "movements:read",
    "decisions:read",
    "decisions:write",
    "practice:write",
]
"""What a service's token is good for."""

ALL_TEAMS = "*"
"""In place of a team's name: every team, and the agents of none."""


class Account(Noun):
    """A person with an account. ``user_id`` is the name that is typed to sign in; ``teams`` are the own ones."""

    user_id: Id
    name: Text
    role: UserRole
    teams: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    created_at: Annotated[AwareDatetime, Field(strict=False)]
    disabled_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    has_password: bool = False
    subject: Text | None = None


class ApiToken(Noun):
    """A service's key to the API, without its secret."""

    token_id: Id
    name: Text
    scopes: Annotated[tuple[Scope, ...], Field(strict=False)]
    teams: Annotated[tuple[Text, ...], Field(strict=False)]
    created_by: Text
    created_at: Annotated[AwareDatetime, Field(strict=False)]
    expires_at: Annotated[AwareDatetime, Field(strict=False)]
    revoked_at: Annotated[AwareDatetime | None, Field(strict=False)] = None


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a browser stays signed in: without use, and at all; and how long links work."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)
    sign_in_link: timedelta = timedelta(minutes=15)
    plan_link: timedelta = timedelta(hours=72)

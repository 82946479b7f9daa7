"""The [review] section of the settings: where the page is reached, how long people stay, how much they may ask."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from coaching.account import SessionRules, UserRole
from nlp.noun import Noun, Text

SECRET_VARIABLE = "VERBATIM_OIDC_SECRET"
"""The environment variable of the client's secret at the identity provider: it has no place in a file."""


def provider_secret() -> str | None:
    """The client's secret at the identity provider; None for a public client."""
    return os.environ.get(SECRET_VARIABLE) or None


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("a web address like 'https://coaching.example.com' is needed")
    return url.rstrip("/")


def _without_path(url: str) -> str:
    if urlsplit(url).path:
        raise ValueError("a host without a path is needed, like 'https://coaching.example.com'")
    return url


Url = Annotated[str, AfterValidator(_web_address)]


class OidcSettings(Noun):
    """Signing in at an identity provider by OpenID Connect, with PKCE.

    ``user_claim`` names the account; take one that people cannot change themselves. Without ``roles`` only accounts
    that were added here get in; with it, a group of ``group_claim`` gives the role, and accounts are made as people
    come. ``teams_claim`` names their teams. ``name`` is what the button says.
    """

    issuer: Url
    client_id: Text
    name: Text = "your company's account"
    user_claim: Text = "preferred_username"
    group_claim: Text = "groups"
    teams_claim: Text = "teams"
    scope: Text = "openid profile email"
    roles: dict[str, UserRole] = {}

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("issuer: https is needed, except on this machine")
        return self


class ReviewSettings(Noun):
    """The review page and the API.

    ``public_url`` is where people reach the page through a proxy; with https there, cookies are for https alone.
    ``allowed_hosts`` are further host names under which requests are answered. ``two_reviewers`` is the share of items,
    from 0 to 1, that two people judge without seeing the machine's pick or each other's decision. ``originals`` are the
    roles that may see the words of calls as they were said, where pages mask what is private.
    """

    public_url: Annotated[Url, AfterValidator(_without_path)] | None = None
    allowed_hosts: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    session_hours: Annotated[float, Field(gt=0, le=168)] = 12
    idle_minutes: Annotated[float, Field(ge=2, le=1440)] = 60
    sign_in_link_minutes: Annotated[float, Field(gt=0, le=60)] = 15
    plan_link_hours: Annotated[float, Field(gt=0, le=336)] = 72
    sign_in_tries: Annotated[int, Field(ge=3, le=1000)] = 10
    requests_per_minute: Annotated[int, Field(ge=10, le=100_000)] = 600
    api_requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 300
    two_reviewers: Annotated[float, Field(ge=0, le=1)] = 0
    originals: Annotated[tuple[UserRole, ...], Field(strict=False)] = ("admin", "qa_manager")
    oidc: OidcSettings | None = None

    @property
    def scheme(self) -> Literal["http", "https"]:
        """What people reach the page by."""
        return "https" if (self.public_url or "").startswith("https:") else "http"

    @property
    def origin(self) -> str | None:
        """Where our own forms come from, as browsers write it; None where that is the host that is asked."""
        parts = urlsplit(self.public_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names under which requests are answered."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return ("127.0.0.1", "localhost", *((public,) if public else ()), *self.allowed_hosts)

    def session_rules(self) -> SessionRules:
        """The same, as signing in takes them."""
        return SessionRules(
            idle=timedelta(minutes=self.idle_minutes),
            longest=timedelta(hours=self.session_hours),
            sign_in_link=timedelta(minutes=self.sign_in_link_minutes),
            plan_link=timedelta(hours=self.plan_link_hours),
        )

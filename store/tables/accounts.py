"""The tables of who may what: users, sessions, passes (sign-in links and the like), API tokens.

No secret is kept: of a password its argon2 hash, of every other secret its sha256 digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import CanonicalJson
from store.tables.core import Base


class UserRow(Base):
    """A person with an account. ``subject`` is who the identity provider says it is: its issuer, a space, its id."""

    __tablename__ = "users"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    teams: Mapped[list[str]] = mapped_column(CanonicalJson)
    password_hash: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    """A signed-in browser: a user's, or an agent's who opened the link to one plan."""

    __tablename__ = "sessions"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str | None] = mapped_column(index=True)
    plan_id: Mapped[str | None]
    csrf: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PassRow(Base):
    """A secret with one purpose and an end: to sign a user in once, to show one plan, to come back from a provider."""

    __tablename__ = "passes"
    digest: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str | None] = mapped_column(index=True)
    plan_id: Mapped[str | None]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ApiTokenRow(Base):
    """A service's key to the API, for some scopes and some teams."""

    __tablename__ = "api_tokens"
    token_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(CanonicalJson)
    teams: Mapped[list[str]] = mapped_column(CanonicalJson)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

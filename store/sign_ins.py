"""Signed-in browsers, and the passes that open or lead to them: kept by the digest of their secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from coaching.account import Account
from store.accounts import account_of
from store.inserting import UNSYNCHRONIZED
from store.tables.accounts import PassRow, SessionRow, UserRow

Purpose = Literal["sign_in", "plan", "provider"]
"""To sign a user in, once; to show one plan to its agent, until it ends; to come back from the identity provider."""


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A browser that somebody signed in: an account, or an agent with one plan."""

    digest: str
    csrf: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    account: Account | None = None
    agent_id: str | None = None
    plan_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptPass:
    """A secret with one purpose and an end. ``content`` is what its purpose needs to be remembered."""

    digest: str
    purpose: Purpose
    created_at: datetime
    expires_at: datetime
    user_id: str | None = None
    agent_id: str | None = None
    plan_id: str | None = None
    content: dict[str, Any] = field(default_factory=dict)


def add_session(session: Session, kept: KeptSession) -> None:
    """Keep a new session, and let go of those that ended."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= kept.started_at))
    session.execute(
        insert(SessionRow).values(
            digest=kept.digest,
            user_id=kept.account.user_id if kept.account else None,
            agent_id=kept.agent_id,
            plan_id=kept.plan_id,
            csrf=kept.csrf,
            started_at=kept.started_at,
            seen_at=kept.seen_at,
            expires_at=kept.expires_at,
        )
    )


def find_session(session: Session, digest: str) -> KeptSession | None:
    """A session with its account as it is now, whether it still holds or not."""
    query = select(SessionRow, UserRow).outerjoin(UserRow, UserRow.user_id == SessionRow.user_id)
    found = session.execute(query.where(SessionRow.digest == digest)).one_or_none()
    if found is None:
        return None
    row, user = found
    return KeptSession(
        digest=row.digest,
        csrf=row.csrf,
        started_at=row.started_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        account=account_of(user) if user else None,
        agent_id=row.agent_id,
        plan_id=row.plan_id,
    )


def touch_session(session: Session, digest: str, at: datetime) -> None:
    """Note that the session was used."""
    changed = update(SessionRow).where(SessionRow.digest == digest).values(seen_at=at)
    session.execute(changed, execution_options=UNSYNCHRONIZED)


def end_session(session: Session, digest: str) -> None:
    """Sign a browser out."""
    session.execute(delete(SessionRow).where(SessionRow.digest == digest), execution_options=UNSYNCHRONIZED)


def end_all_of(session: Session, user_id: str) -> None:
    """Sign a user out everywhere, and let no link of theirs work any more."""
    for row in (SessionRow, PassRow):
        session.execute(delete(row).where(row.user_id == user_id), execution_options=UNSYNCHRONIZED)


def add_pass(session: Session, kept: KeptPass) -> None:
    """Keep a new pass, and let go of those that ended."""
    session.execute(delete(PassRow).where(PassRow.expires_at <= kept.created_at))
    session.execute(insert(PassRow).values({name: getattr(kept, name) for name in KeptPass.__slots__}))


def find_pass(session: Session, digest: str, purpose: Purpose, now: datetime) -> KeptPass | None:
    """A pass that was made for this purpose, has not ended and was not used up."""
    row = session.scalar(
        select(PassRow).where(
            PassRow.digest == digest,
            PassRow.purpose == purpose,
            PassRow.expires_at > now,
            PassRow.used_at.is_(None),
        )
    )
    return _pass(row) if row else None


def plan_pass_ends(session: Session, agent_id: str, plan_id: str, now: datetime) -> datetime | None:
    """When the last of the passes to an agent's plan ends; None where none is open."""
    row = PassRow
    ends: datetime | None = session.scalar(
        select(row.expires_at)
        .where(row.agent_id == agent_id, row.plan_id == plan_id, row.purpose == "plan", row.expires_at > now)
        .order_by(row.expires_at.desc())
        .limit(1)
    )
    return ends


def use_up_pass(session: Session, digest: str, purpose: Purpose, now: datetime) -> KeptPass | None:
    """Take a pass that works once. Of two who take it at once, one gets it and the other None."""
    found = find_pass(session, digest, purpose, now)
    if found is None:
        return None
    changed = update(PassRow).where(PassRow.digest == digest, PassRow.used_at.is_(None)).values(used_at=now)
    taken = session.connection().execute(changed)
    return found if taken.rowcount == 1 else None


def _pass(row: PassRow) -> KeptPass:
    return KeptPass(**{name: getattr(row, name) for name in KeptPass.__slots__})

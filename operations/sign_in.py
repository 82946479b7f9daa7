"""Signing in and out: by password, by a link that works once, by an agent's link to one plan; and who is there."""

from __future__ import annotations

import secrets
from datetime import datetime

from coaching.account import Account, SessionRules
from coaching.plan import Plan
from operations.accounts import digest_of_secret, find_user, new_user
from operations.passwords import hash_password, is_password, needs_rehash
from store import accounts, plans, sign_ins
from store.session import Store
from store.sign_ins import KeptPass, KeptSession

TOUCH_SECONDS = 60
"""A session notes its use this often at most: a note is a write."""

SECRET_BYTES = 32
"""256 bits from the system's generator; 128 are asked for."""


def sign_in(store: Store, user_id: str, password: str, now: datetime, rules: SessionRules) -> str | None:
    """A new session's secret for the right name and password of an open account, else None."""
    named = user_id if user_id.isprintable() else ""
    with store.read() as session:
        account, kept = accounts.get_user(session, named), accounts.password_hash_of(session, named)
    if not is_password(kept, password) or account is None or account.disabled_at is not None:
        return None
    if kept is not None and needs_rehash(kept):
        with store.begin() as session:
            accounts.set_password_hash(session, named, hash_password(password))
    return begin_session(store, account, now, rules)


def begin_session(store: Store, account: Account, now: datetime, rules: SessionRules) -> str:
    """A new session of an account; its secret, which only the browser has."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with store.begin() as session:
        sign_ins.add_session(session, _session(secret, now, now + rules.longest, account=account))
    return secret


def sign_out(store: Store, secret: str) -> None:
    """End a session, for good and on the server."""
    with store.begin() as session:
        sign_ins.end_session(session, digest_of_secret(secret))


def who_is(store: Store, secret: str, now: datetime, rules: SessionRules) -> KeptSession | None:
    """The session of this secret with its account as it is now; None where it ended, idled or was closed."""
    with store.read() as session:
        found = sign_ins.find_session(session, digest_of_secret(secret))
    if found is None or now >= found.expires_at or now - found.seen_at >= rules.idle:
        return None
    if found.agent_id is None and (found.account is None or found.account.disabled_at is not None):
        return None
    if (now - found.seen_at).total_seconds() >= TOUCH_SECONDS:
        with store.begin() as session:
            sign_ins.touch_session(session, found.digest, now)
    return found


def sign_in_link(store: Store, user_id: str, now: datetime, rules: SessionRules) -> str:
    """The secret of a link that signs the user in, once and soon. Raises NoSuchUser."""
    account = find_user(store, user_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    ends = now + rules.sign_in_link
    kept = KeptPass(digest_of_secret(secret), "sign_in", now, ends, user_id=account.user_id)
    with store.begin() as session:
        sign_ins.add_pass(session, kept)
    return secret


def first_admin(store: Store, user_id: str, now: datetime) -> Account | None:
    """Make the first account, an admin without a password, where there is no account at all; else None."""
    admin = new_user(user_id, user_id, "admin", (), now)
    with store.begin() as session:
        if accounts.count_users(session):
            return None
        accounts.add_user(session, admin)
    return admin


def link_opens(store: Store, secret: str, now: datetime) -> KeptPass | None:
    """What a sign-in link or a plan's link is good for, without using it up; None where it is not any more."""
    digest = digest_of_secret(secret)
    with store.read() as session:
        return sign_ins.find_pass(session, digest, "sign_in", now) or sign_ins.find_pass(session, digest, "plan", now)


def enter_by_link(store: Store, secret: str, now: datetime, rules: SessionRules) -> tuple[str, KeptPass] | None:
    """A new session's secret for a link, and what the link was; None where it is not good any more.

    A sign-in link is used up. A plan's link works until it ends, and opens a session that sees that plan alone.
    """
    digest, fresh = digest_of_secret(secret), secrets.token_urlsafe(SECRET_BYTES)
    with store.begin() as session:
        used = sign_ins.use_up_pass(session, digest, "sign_in", now)
        if used is not None and used.user_id is not None:
            account = accounts.get_user(session, used.user_id)
            if account is None or account.disabled_at is not None:
                return None
            sign_ins.add_session(session, _session(fresh, now, now + rules.longest, account=account))
            return fresh, used
        found = sign_ins.find_pass(session, digest, "plan", now)
        if found is None:
            return None
        ends = min(now + rules.longest, found.expires_at)
        kept = _session(fresh, now, ends, agent_id=found.agent_id, plan_id=found.plan_id)
        sign_ins.add_session(session, kept)
        return fresh, found


def plan_link(store: Store, plan: Plan, now: datetime, rules: SessionRules) -> str:
    """The secret of a link that shows this one plan to its agent, for some days."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    ends = now + rules.plan_link
    kept = KeptPass(digest_of_secret(secret), "plan", now, ends, agent_id=plan.agent_id, plan_id=plan.plan_id)
    with store.begin() as session:
        sign_ins.add_pass(session, kept)
    return secret


def plan_link_ends(store: Store, plan: Plan, now: datetime) -> datetime | None:
    """Until when a link to this plan works: the one that works longest; None where none does."""
    with store.read() as session:
        return sign_ins.plan_pass_ends(session, plan.agent_id, plan.plan_id, now)


def agent_of(store: Store, plan_id: str) -> str:
    """The name of the agent of a plan, for who opened the link to it; empty where the plan is not there any more."""
    with store.read() as session:
        found = plans.get_plan(session, plan_id)
    return found.agent_name if found else ""


def _session(
    secret: str,
    now: datetime,
    ends: datetime,
    account: Account | None = None,
    agent_id: str | None = None,
    plan_id: str | None = None,
) -> KeptSession:
    return KeptSession(
        digest=digest_of_secret(secret),
        csrf=secrets.token_urlsafe(SECRET_BYTES),
        started_at=now,
        seen_at=now,
        expires_at=ends,
        account=account,
        agent_id=agent_id,
        plan_id=plan_id,
    )

"""Accounts and tokens: who gets in, what they may do, and when that ends."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from coaching.account import Account, ApiToken, Scope, UserRole
from nlp.errors import WrongInput
from nlp.noun import nearest
from operations.passwords import check_password, hash_password
from store import accounts, sign_ins
from store.session import Store

TOKEN_START = "vbt"
"""What every token begins with, so that one that leaked can be searched for."""


class NoSuchUser(WrongInput):
    """There is no account of that name."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"user {user_id!r}: there is no such account; `verbatim user list` shows them")
        self.user_id = user_id


class NoSuchToken(WrongInput):
    """There is no token of that id that still holds."""

    def __init__(self, token_id: str) -> None:
        super().__init__(f"token {token_id!r}: there is none that still holds; `verbatim user tokens` shows them")
        self.token_id = token_id


class UnknownRole(WrongInput):
    """No account has that role."""

    def __init__(self, role: str) -> None:
        super().__init__(f"role {role!r}: {_one_of(role, get_args(UserRole))}")
        self.role = role


class UnknownScope(WrongInput):
    """No token has that scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"scope {scope!r}: {_one_of(scope, get_args(Scope))}")
        self.scope = scope


class NoTeam(WrongInput):
    """A role that works on its own teams, and no team."""

    def __init__(self, user_id: str, role: str) -> None:
        super().__init__(f"user {user_id!r}: a {role} needs --team, once for each; --team '*' for all")
        self.user_id, self.role = user_id, role


def new_user(user_id: str, name: str, role: str, teams: Sequence[str], now: datetime) -> Account:
    """An account that is not kept yet. Raises UnknownRole, and NoTeam for a viewer or supervisor of no team."""
    if role not in get_args(UserRole):
        raise UnknownRole(role)
    if role in ("viewer", "supervisor") and not teams:
        raise NoTeam(user_id, role)
    values = {"user_id": user_id, "name": name, "role": role, "teams": tuple(teams), "created_at": now}
    return Account.model_validate(values)


def add_user(store: Store, account: Account, password: str | None) -> Account:
    """Keep a new account; without a password it is signed in by a link or the identity provider alone.

    Raises UserThere, WeakPassword.
    """
    if password is not None:
        check_password(password, account.user_id)
    kept = hash_password(password) if password is not None else None
    with store.begin() as session:
        accounts.add_user(session, account, kept)
    return account.model_copy(update={"has_password": kept is not None})


def list_users(store: Store) -> list[Account]:
    """Every account by name."""
    with store.read() as session:
        return accounts.list_users(session)


def find_user(store: Store, user_id: str) -> Account:
    """An account by its name. Raises NoSuchUser."""
    with store.read() as session:
        found = accounts.get_user(session, user_id)
    if found is None:
        raise NoSuchUser(user_id)
    return found


def disable_user(store: Store, user_id: str, now: datetime) -> None:
    """Close an account and sign it out everywhere, at once. What it decided stays. Raises NoSuchUser."""
    find_user(store, user_id)
    with store.begin() as session:
        accounts.set_disabled(session, user_id, now)
        sign_ins.end_all_of(session, user_id)


def enable_user(store: Store, user_id: str) -> None:
    """Open a closed account again. Raises NoSuchUser."""
    find_user(store, user_id)
    with store.begin() as session:
        accounts.set_disabled(session, user_id, None)


def set_password(store: Store, user_id: str, password: str) -> None:
    """Another password; every browser that was signed in is signed out. Raises NoSuchUser, WeakPassword."""
    find_user(store, user_id)
    check_password(password, user_id)
    kept = hash_password(password)
    with store.begin() as session:
        accounts.set_password_hash(session, user_id, kept)
        sign_ins.end_all_of(session, user_id)


def add_token(
    store: Store, name: str, scopes: Sequence[str], teams: Sequence[str], by: str, now: datetime, days: int
) -> tuple[ApiToken, str]:
    """A new token for a service, and its secret, which is told this once. Raises UnknownScope."""
    for scope in scopes:
        if scope not in get_args(Scope):
            raise UnknownScope(scope)
    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = ApiToken.model_validate(
        {
            "token_id": token_id,
            "name": name,
            "scopes": tuple(dict.fromkeys(scopes)),
            "teams": tuple(teams),
            "created_by": by,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }
    )
    with store.begin() as session:
        accounts.add_token(session, token, digest_of_secret(secret))
    return token, f"{TOKEN_START}_{token_id}_{secret}"


def list_tokens(store: Store) -> list[ApiToken]:
    """Every token, the oldest first."""
    with store.read() as session:
        return accounts.list_tokens(session)


def revoke_token(store: Store, token_id: str, now: datetime) -> None:
    """End a token at once. Raises NoSuchToken."""
    with store.begin() as session:
        if not accounts.revoke_token(session, token_id, now):
            raise NoSuchToken(token_id)


def token_of(store: Store, shown: str, now: datetime) -> ApiToken | None:
    """The token that a request shows, where there is such a one and it holds."""
    start, _, rest = shown.partition("_")
    token_id, _, secret = rest.partition("_")
    if start != TOKEN_START or not secret or not (token_id.isascii() and token_id.isalnum()):
        return None
    with store.read() as session:
        found = accounts.find_token(session, token_id)
    if found is None or not hmac.compare_digest(found[1], digest_of_secret(secret)):
        return None
    token = found[0]
    return token if token.revoked_at is None and now < token.expires_at else None


def digest_of_secret(secret: str) -> str:
    """What is kept of a secret that is random enough not to be guessed from it: its sha256, hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _one_of(given: str, known: Sequence[str]) -> str:
    like = nearest(given, known)
    return f"did you mean {like!r}?" if like else f"is one of {', '.join(known)}"

"""Users and the tokens of services, as they are kept. Of a password only its hash goes in, and never comes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coaching.account import Account, ApiToken
from nlp.errors import WrongInput
from store.audit import PROGRAM, Noted, note
from store.tables.accounts import ApiTokenRow, UserRow


class UserThere(WrongInput):
    """There is an account of that name, or of that person at the identity provider, already."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"user {user_id!r}: there is such an account already; `verbatim user list` shows them")
        self.user_id = user_id


def add_user(session: Session, account: Account, password_hash: str | None = None) -> None:
    """Keep a new account. Raises UserThere."""
    values = account.model_dump(exclude={"has_password"}) | {"teams": list(account.teams)}
    try:
        session.execute(insert(UserRow).values(**values, password_hash=password_hash))
    except IntegrityError:
        raise UserThere(account.user_id) from None
    note(session, Noted(PROGRAM, "account.added", f"account {account.user_id}", None, _facts(account)))


def get_user(session: Session, user_id: str) -> Account | None:
    """An account by its name."""
    row = session.get(UserRow, user_id)
    return account_of(row) if row else None


def user_of_subject(session: Session, subject: str) -> Account | None:
    """The account of a person at the identity provider."""
    row = session.scalar(select(UserRow).where(UserRow.subject == subject))
    return account_of(row) if row else None


def list_users(session: Session) -> list[Account]:
    """Every account by name, the disabled ones too."""
    return [account_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.user_id))]


def count_users(session: Session) -> int:
    """How many accounts there are, the disabled ones too."""
    return session.scalar(select(func.count()).select_from(UserRow)) or 0


def password_hash_of(session: Session, user_id: str) -> str | None:
    """The hash of an account's password, where it has one."""
    return session.scalar(select(UserRow.password_hash).where(UserRow.user_id == user_id))


def set_password_hash(session: Session, user_id: str, password_hash: str) -> None:
    """Another password for an account."""
    _change(session, user_id, password_hash=password_hash)
    note(session, Noted(PROGRAM, "account.password_set", f"account {user_id}"))


def set_disabled(session: Session, user_id: str, at: datetime | None) -> None:
    """Close an account, or with None open it again."""
    _change(session, user_id, disabled_at=at)


def set_from_provider(session: Session, user_id: str, subject: str, role: str, teams: Sequence[str]) -> None:
    """Who the account is at the identity provider, and what it may do as told from there."""
    _change(session, user_id, subject=subject, role=role, teams=list(teams))


def add_token(session: Session, token: ApiToken, digest: str) -> None:
    """Keep a service's token by its digest."""
    values = token.model_dump() | {"scopes": list(token.scopes), "teams": list(token.teams)}
    session.execute(insert(ApiTokenRow).values(**values, digest=digest))
    facts = {"scopes": list(token.scopes), "teams": list(token.teams), "expires_at": token.expires_at.isoformat()}
    note(session, Noted(token.created_by, "token.added", f"token {token.token_id}", None, facts))


def find_token(session: Session, token_id: str) -> tuple[ApiToken, str] | None:
    """A token and its digest."""
    row = session.get(ApiTokenRow, token_id)
    return (_token(row), row.digest) if row else None


def list_tokens(session: Session) -> list[ApiToken]:
    """Every token, the oldest first, the revoked ones too."""
    rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.created_at, ApiTokenRow.token_id))
    return [_token(row) for row in rows]


def revoke_token(session: Session, token_id: str, at: datetime) -> bool:
    """End a token. False where there is none of that id, or it was ended before."""
    there = session.get(ApiTokenRow, token_id)
    if there is None or there.revoked_at is not None:
        return False
    there.revoked_at = at
    note(session, Noted(PROGRAM, "token.revoked", f"token {token_id}"))
    return True


def account_of(row: UserRow) -> Account:
    """A row as the noun that leaves the store."""
    values = {name: getattr(row, name) for name in Account.model_fields if name != "has_password"}
    return Account.model_validate(values | {"has_password": row.password_hash is not None})


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken.model_validate({name: getattr(row, name) for name in ApiToken.model_fields})


def _change(session: Session, user_id: str, **values: object) -> None:
    before = get_user(session, user_id)
    session.execute(
        update(UserRow).where(UserRow.user_id == user_id).values(values),
        execution_options={"synchronize_session": "fetch"},
    )
    after = get_user(session, user_id)
    old, new = (_facts(one) if one else None for one in (before, after))
    if old != new:
        note(session, Noted(PROGRAM, "account.changed", f"account {user_id}", old, new))


def _facts(account: Account) -> dict[str, Any]:
    """What an account may do; by a password or by an identity provider."""
    return {
        "role": account.role,
        "teams": list(account.teams),
        "open": account.disabled_at is None,
        "provider": account.subject is not None,
    }

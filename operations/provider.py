"""Signing in people whom an identity provider vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy.orm import Session

from coaching.account import Account, SessionRules, UserRole
from nlp.errors import WrongInput
from operations.sign_in import begin_session
from store import accounts
from store.session import Store


class NotLetIn(WrongInput):
    """The provider knows the person, and here they have nothing to do; nothing was written."""

    def __init__(self, user_id: str, because: str) -> None:
        super().__init__(f"user {user_id!r}: {because}")
        self.user_id, self.because = user_id, because


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who somebody is, as the provider says: ``subject`` never changes, ``user_id`` names the account here."""

    subject: str
    user_id: str
    name: str
    groups: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def sign_in_vouched(
    store: Store, person: Vouched, roles: Mapping[str, UserRole], now: datetime, rules: SessionRules
) -> str:
    """A new session's secret for a person whom the provider vouches for.

    ``roles`` gives the role of each group of theirs, the first in the order of ``UserRole`` counts; with it accounts
    are made, and role and teams follow the provider. Without it the account must be there already. An account with a
    password is never handed to somebody because of their name. Raises NotLetIn.
    """
    with store.begin() as session:
        account = _account(session, person, role_of(person.groups, roles), bool(roles), now)
        if account.disabled_at is not None:
            raise NotLetIn(person.user_id, "the account is closed")
    return begin_session(store, account, now, rules)


def role_of(groups: Sequence[str], roles: Mapping[str, UserRole]) -> UserRole | None:
    """The role with the most rights that one of the groups gives; None where none gives any."""
    given = {roles[group] for group in groups if group in roles}
    return next((role for role in get_args(UserRole) if role in given), None)


def _account(session: Session, person: Vouched, role: UserRole | None, follows: bool, now: datetime) -> Account:
    found = accounts.user_of_subject(session, person.subject) or _of_that_name(session, person)
    if follows and role is None:
        raise NotLetIn(person.user_id, "none of the groups of this person has a role here")
    if found is None:
        if role is None:
            raise NotLetIn(person.user_id, "there is no account of that name; `verbatim user add` makes one")
        found = _new(session, person, role, now)
    changed = {"subject": person.subject} | ({"role": role, "teams": person.teams} if role is not None else {})
    account = found.model_copy(update=changed)
    if account != found:
        accounts.set_from_provider(session, account.user_id, person.subject, account.role, account.teams)
    return account


def _of_that_name(session: Session, person: Vouched) -> Account | None:
    found = accounts.get_user(session, person.user_id)
    if found is not None and (found.has_password or found.subject is not None):
        whose = "has a password of its own" if found.has_password else "belongs to somebody else at the provider"
        raise NotLetIn(person.user_id, f"the account of that name {whose}")
    return found


def _new(session: Session, person: Vouched, role: UserRole, now: datetime) -> Account:
    values = {"user_id": person.user_id, "name": person.name, "role": role, "teams": person.teams, "created_at": now}
    account = Account.model_validate(values | {"subject": person.subject})
    accounts.add_user(session, account)
    return account

"""Passwords: kept as argon2id hashes with the parameters that RFC 9106 gives for little memory (argon2-cffi's own)."""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from nlp.errors import WrongInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 512
"""Characters of a password. NIST SP 800-63B asks for a length and against rules of composition."""

AT_ONCE = BoundedSemaphore(4)
"""Hashes made at the same time; each takes 64 MiB."""


class WeakPassword(WrongInput):
    """The password will not do; nothing was written."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"password: {problem}")


def check_password(password: str, user_id: str) -> None:
    """Refuse a password that is short, endless, one character over and over, or made of the account's own name.

    Raises WeakPassword.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"has {len(password)} characters; {SHORTEST} to {LONGEST} are needed")
    if "\x00" in password or password.encode("utf-8", "ignore").decode() != password:
        raise WeakPassword("holds what no keyboard types; it was cut or decoded wrongly")
    if len(set(password.lower())) < 5:
        raise WeakPassword("has fewer than five different characters; a few words in a row make a good one")
    if user_id.lower() in password.lower():
        raise WeakPassword("holds the account's name, which everybody would try first")


def hash_password(password: str) -> str:
    """The hash to keep, with its salt and parameters in it."""
    with AT_ONCE:
        return _hasher().hash(password)


def is_password(kept_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long for an account that has none as for one that has."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with AT_ONCE:
            _hasher().verify(kept_hash or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return kept_hash is not None


def needs_rehash(kept_hash: str) -> bool:
    """Whether the hash was made with older parameters than those of now."""
    return _hasher().check_needs_rehash(kept_hash)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("of an account that is not there")

"""What was forgotten, remembered by digest: an input that still has it does not bring it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.blotting import blotted
from nlp.call import Call
from store.digests import joined_digest
from store.inserting import insert_new
from store.tables.keeping import ForgottenRow

Kind = Literal["call", "agent", "customer"]

CUSTOMER_KEYS = ("customer_id", "customer", "customerId", "contact_id", "external_contact_id")
"""The keys of a call's metadata that say who the customer is; the contract itself has no such field."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Kind and digest of all that was forgotten."""

    digests: frozenset[tuple[str, str]] = frozenset()

    def has(self, kind: Kind, name: str) -> bool:
        """Whether this one was forgotten."""
        return bool(self.digests) and (kind, _digest(kind, name)) in self.digests

    def has_call(self, call: Call) -> bool:
        """Whether a call, its agent or its customer was forgotten."""
        if not self.digests:
            return False
        of_agent = call.agent_id is not None and self.has("agent", call.agent_id)
        return of_agent or self.has("call", call.call_id) or any(self.has("customer", one) for one in customers(call))

    def without_words(self, call: Call) -> Call:
        """The call as it is kept: blotted where it was forgotten."""
        return blotted_call(call) if self.has_call(call) else call


def customers(call: Call) -> set[str]:
    """Who the customer is, as the call's metadata says it."""
    return {str(call.metadata[key]) for key in CUSTOMER_KEYS if call.metadata.get(key) is not None}


def blotted_call(call: Call) -> Call:
    """A call with its figures and without its words: what its metadata says goes too."""
    turns = tuple(turn.model_copy(update={"text": blotted(turn.text)}) for turn in call.turns)
    return call.model_copy(update={"turns": turns, "metadata": {}})


def remember(session: Session, kind: Kind, names: Iterable[str], at: datetime) -> int:
    """Remember that these were forgotten; how many were not before."""
    rows = [{"kind": kind, "digest": _digest(kind, name), "at": at} for name in names]
    return insert_new(session, ForgottenRow, rows)


def remembered(session: Session) -> Remembered:
    """All that was forgotten."""
    rows = session.execute(select(ForgottenRow.kind, ForgottenRow.digest))
    return Remembered(frozenset((kind, digest) for kind, digest in rows))


def _digest(kind: str, name: str) -> str:
    return joined_digest("forgotten", kind, name)

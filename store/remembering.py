"""What was forgotten, remembered by digest: an input that still has it does not bring it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.blotting import blotted
from nlp.call import Call
from store.digests import joined_digest
from store.inserting import KEYS_AT_ONCE, chunks, insert_new
from store.tables.keeping import ForgottenRow

Kind = Literal["call", "agent", "customer"]

CUSTOMER_KEYS = ("customer_id", "customer", "customerId", "contact_id", "external_contact_id")
"""The keys of a call's metadata that say who the customer is; the contract itself has no such field."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Kind and digest of what was forgotten, of all that was asked about."""

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


def remembered(session: Session, calls: Iterable[Call] = (), others: Iterable[tuple[Kind, str]] = ()) -> Remembered:
    """What was forgotten of these calls, their agents and their customers, and of these others: kind and name."""
    asked: dict[Kind, set[str]] = {"call": set(), "agent": set(), "customer": set()}
    for kind, name in others:
        asked[kind].add(name)
    for call in calls:
        asked["call"].add(call.call_id)
        asked["agent"].update({call.agent_id} if call.agent_id is not None else ())
        asked["customer"].update(customers(call))
    return Remembered(frozenset(_kept(session, asked)))


def remembered_calls(session: Session, call_ids: Sequence[str]) -> set[str]:
    """Those of these calls that were forgotten by their own id."""
    gone = remembered(session, others=[("call", one) for one in call_ids])
    return {one for one in call_ids if gone.has("call", one)}


def _kept(session: Session, asked: Mapping[Kind, set[str]]) -> Iterator[tuple[str, str]]:
    row = ForgottenRow
    for kind, names in asked.items():
        for some in chunks(sorted(_digest(kind, name) for name in names), KEYS_AT_ONCE):
            found = session.scalars(select(row.digest).where(row.kind == kind, row.digest.in_(some)))
            yield from ((kind, digest) for digest in found)


def _digest(kind: str, name: str) -> str:
    return joined_digest("forgotten", kind, name)

"""Calls: kept as they were first read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from nlp.call import Call
from rubric.trigger import CallFacts
from store.inserting import KEYS_AT_ONCE, chunks, insert_new
from store.remembering import remembered
from store.tables import CallRow


@dataclass(frozen=True, slots=True)
class PutCalls:
    """How many calls were new, how many were there already, and the ids of those that came with other content."""

    added: int
    unchanged: int
    conflicts: tuple[str, ...]


def put_calls(session: Session, calls: Sequence[Call]) -> PutCalls:
    """Keep calls. One that is there already stays; each that says something else of the same id is a conflict.

    One that was forgotten is kept without its words.
    """
    gone = remembered(session, calls)
    values = [_values(gone.without_words(call)) for call in calls]
    added = insert_new(session, CallRow, values)
    kept = _digests(session, [call.call_id for call in calls])
    told = [one for call, one in zip(calls, values, strict=True) if not gone.has_call(call)]
    conflicts = tuple(one["call_id"] for one in told if kept[one["call_id"]] != one["digest"])
    return PutCalls(added, len(calls) - added - len(conflicts), conflicts)


def get_call(session: Session, call_id: str) -> Call | None:
    """The call of that id, or None. Its type is the guessed one where it names none itself."""
    return next(iter(get_calls(session, [call_id])), None)


def get_calls(session: Session, call_ids: Iterable[str]) -> list[Call]:
    """The calls of these ids that are kept, by id. A call without a type has the guessed one, where there is one."""
    columns = select(CallRow.content, CallRow.guessed_type).order_by(CallRow.call_id)
    found = []
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        for content, guessed in session.execute(columns.where(CallRow.call_id.in_(some))):
            found.append(Call.model_validate({**content, "call_type": content["call_type"] or guessed}))
    return found


def call_facts(session: Session, call_ids: Iterable[str]) -> dict[str, CallFacts]:
    """What selecting needs to know of these calls, by id; calls that are not kept are left out."""
    columns = select(CallRow.call_id, CallRow.agent_id, CallRow.started_at).order_by(CallRow.call_id)
    found = {}
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        for call_id, agent_id, at in session.execute(columns.where(CallRow.call_id.in_(some))):
            found[call_id] = CallFacts(call_id=call_id, agent_id=agent_id, at=at)
    return found


def count_calls(session: Session) -> int:
    """How many calls are kept."""
    return session.scalar(select(func.count()).select_from(CallRow)) or 0


def keep_guessed_type(session: Session, call_id: str, call_type: str) -> None:
    """Note the classifier's type of a call; what the call itself says stays, and counts before it."""
    session.execute(update(CallRow).where(CallRow.call_id == call_id).values(guessed_type=call_type))


def _values(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "digest": call.digest,
        "agent_id": call.agent_id,
        "started_at": call.started_at,
        "call_type": call.call_type,
        "guessed_type": None,
        "channel": call.channel,
        "language": call.language,
        "content": call.model_dump(mode="json"),
    }


def _digests(session: Session, call_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(call_ids, KEYS_AT_ONCE):
        rows = session.execute(select(CallRow.call_id, CallRow.digest).where(CallRow.call_id.in_(some)))
        found.update(rows.tuples().all())
    return found

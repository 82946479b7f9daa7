"""Calls: kept as they were first read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nlp.call import Call
from rubric.trigger import CallFacts
from store.inserting import insert_new
from store.tables import CallRow

KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PutCalls:
    """How many calls were new, how many were there already, and the ids of those that came with other content."""

    added: int
    unchanged: int
    conflicts: tuple[str, ...]


def put_calls(session: Session, calls: Sequence[Call]) -> PutCalls:
    """Keep calls. One that is there already stays; where the new one says something else, its id is a conflict."""
    known = _digests(session, [call.call_id for call in calls])
    fresh = [call for call in calls if call.call_id not in known]
    conflicts = tuple(call.call_id for call in calls if known.get(call.call_id, call.digest) != call.digest)
    added = insert_new(session, CallRow, [_values(call) for call in fresh])
    return PutCalls(added, len(calls) - len(fresh) - len(conflicts), conflicts)


def get_calls(session: Session, call_ids: Iterable[str]) -> list[Call]:
    """The calls of these ids that are kept, by id. A call without a type has the guessed one, where there is one."""
    ids = sorted(set(call_ids))
    rows = [row for chunk in _chunks(ids) for row in session.scalars(select(CallRow).where(CallRow.call_id.in_(chunk)))]
    return [_call(row) for row in sorted(rows, key=lambda row: row.call_id)]


def call_facts(session: Session, call_ids: Iterable[str]) -> dict[str, CallFacts]:
    """What selecting needs to know of these calls, by id; calls that are not kept are left out."""
    columns = select(CallRow.call_id, CallRow.agent_id, CallRow.started_at)
    found = {}
    for chunk in _chunks(sorted(set(call_ids))):
        for call_id, agent_id, at in session.execute(columns.where(CallRow.call_id.in_(chunk))):
            found[call_id] = CallFacts(call_id=call_id, agent_id=agent_id, at=at)
    return found


def count_calls(session: Session) -> int:
    """How many calls are kept."""
    from sqlalchemy import func

    return session.scalar(select(func.count()).select_from(CallRow)) or 0


def keep_guessed_type(session: Session, call_id: str, call_type: str) -> None:
    """Note the classifier's type of a call; what the call itself says stays."""
    session.execute(update(CallRow).where(CallRow.call_id == call_id).values(guessed_type=call_type))


def _values(call: Call) -> dict[str, object]:
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


def _call(row: CallRow) -> Call:
    call = Call.model_validate(row.content)
    if call.call_type is None and row.guessed_type is not None:
        return call.model_copy(update={"call_type": row.guessed_type})
    return call


def _digests(session: Session, call_ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in _chunks(call_ids):
        rows = session.execute(select(CallRow.call_id, CallRow.digest).where(CallRow.call_id.in_(chunk)))
        found.update(rows.tuples().all())
    return found


def _chunks(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + KEYS_AT_ONCE] for start in range(0, len(ids), KEYS_AT_ONCE)]

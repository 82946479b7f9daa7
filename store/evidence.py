"""Evidence: what a model picked, one row for each model; never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.evidence import Pick
from store.digests import joined_digest
from store.inserting import insert_new
from store.tables import EvidenceRow

CALLS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FoundBy:
    """What a pick depends on besides call and criterion: change one of these and it is another pick."""

    call_digest: str
    criterion_digest: str
    model_version: str


Key = tuple[str, str, int]
"""Call id, criterion id, rubric version."""


def put_picks(session: Session, picks: Sequence[tuple[Pick, FoundBy]]) -> int:
    """Keep picks; how many were new. A pick that is there already stays."""
    return insert_new(session, EvidenceRow, [_values(pick, found) for pick, found in picks])


def picks_of(session: Session, call_ids: Iterable[str], rubric_id: str, model_version: str) -> dict[Key, Pick]:
    """The picks of a model in these calls, by call, criterion and rubric version."""
    ids, found = sorted(set(call_ids)), {}
    for start in range(0, len(ids), CALLS_AT_ONCE):
        rows = session.scalars(
            select(EvidenceRow)
            .where(EvidenceRow.call_id.in_(ids[start : start + CALLS_AT_ONCE]))
            .where(EvidenceRow.rubric_id == rubric_id, EvidenceRow.model_version == model_version)
        )
        for row in rows:
            found[row.call_id, row.criterion_id, row.rubric_version] = Pick.model_validate(row.pick)
    return found


def _values(pick: Pick, found: FoundBy) -> dict[str, object]:
    parts = (pick.call_id, pick.criterion_id, pick.rubric_id, str(pick.rubric_version))
    return {
        "evidence_id": joined_digest(*parts, found.call_digest, found.criterion_digest, found.model_version),
        "call_id": pick.call_id,
        "criterion_id": pick.criterion_id,
        "rubric_id": pick.rubric_id,
        "rubric_version": pick.rubric_version,
        "criterion_digest": found.criterion_digest,
        "call_digest": found.call_digest,
        "model_version": found.model_version,
        "status": pick.status,
        "confidence": pick.confidence,
        "turn": pick.turn,
        "start": pick.start,
        "end": pick.end,
        "quote": pick.quote,
        "pick": pick.model_dump(mode="json"),
    }

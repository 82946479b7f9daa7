"""Evidence: what a model picked, one row for each model; never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from coaching.plan import PlanItem
from models.evidence import Pick
from store.digests import joined_digest
from store.inserting import KEYS_AT_ONCE, chunks, insert_new
from store.rubrics import list_versions
from store.tables import EvidenceRow


@dataclass(frozen=True, slots=True)
class FoundBy:
    """What a pick depends on besides call and criterion: change one of these and it is another pick.

    ``call_digest`` is of the call as it was searched, with its guessed type where it had one.
    """

    call_digest: str
    criterion_digest: str
    model_version: str


Key = tuple[str, str, int]
"""Call id, criterion id, rubric version."""


def put_picks(session: Session, picks: Sequence[tuple[Pick, FoundBy]]) -> int:
    """Keep picks; how many were new. A pick that is there already stays."""
    return insert_new(session, EvidenceRow, [_values(pick, found) for pick, found in picks])


def picks_of(session: Session, call_ids: Iterable[str], rubric_id: str, model_version: str) -> dict[Key, Pick]:
    """The picks of a model in these calls, by call, criterion and rubric version.

    A pick counts while its criterion judges what it judged then: one that was found under a wording that is no longer
    that of the kept version is left out, and so is one of a version that is not kept.
    """
    rows = _counting(session, call_ids, rubric_id, model_version, EvidenceRow.pick)
    return {key: Pick.model_validate(content) for key, content in rows}


def keys_of(session: Session, call_ids: Iterable[str], rubric_id: str, model_version: str) -> set[Key]:
    """Which picks `picks_of` would give; their content is not read."""
    return {key for key, _ in _counting(session, call_ids, rubric_id, model_version, literal(None))}


def _counting(
    session: Session, call_ids: Iterable[str], rubric_id: str, model_version: str, column: Any
) -> Iterator[tuple[Key, Any]]:
    """The keys of the picks that count, each with a column of its row; of two with one key the later counts."""
    judged = {one.version: one.digests() for one in list_versions(session, rubric_id)}
    key = (EvidenceRow.call_id, EvidenceRow.criterion_id, EvidenceRow.rubric_version)
    columns = select(*key, EvidenceRow.criterion_digest, column)
    of_model = columns.where(EvidenceRow.rubric_id == rubric_id, EvidenceRow.model_version == model_version)
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        rows = session.execute(of_model.where(EvidenceRow.call_id.in_(some)).order_by(EvidenceRow.evidence_id))
        for call_id, criterion_id, version, digest, value in rows:
            if judged.get(version, {}).get(criterion_id) == digest:
                yield (call_id, criterion_id, version), value


def evidence_id_of(session: Session, item: PlanItem) -> str | None:
    """The kept pick that an item quotes, whichever model made it; None where a person chose other words."""
    rows = session.execute(
        select(EvidenceRow.evidence_id, EvidenceRow.pick)
        .where(EvidenceRow.call_id == item.call_id, EvidenceRow.criterion_id == item.criterion_id)
        .where(EvidenceRow.rubric_id == item.rubric_id, EvidenceRow.rubric_version == item.rubric_version)
        .where(EvidenceRow.criterion_digest == item.criterion_digest)
        .order_by(EvidenceRow.evidence_id)
    )
    wanted = _found(item.evidence.model_dump(mode="json"))
    return next((evidence_id for evidence_id, pick in rows if _found(pick) == wanted), None)


def _found(pick: dict[str, Any]) -> dict[str, Any]:
    """What was found, without the score that it was found for: that may be corrected since."""
    return {name: value for name, value in pick.items() if name not in ("score", "threshold")}


def _values(pick: Pick, found: FoundBy) -> dict[str, Any]:
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

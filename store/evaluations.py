"""Scores with their origins: the same answer twice is once, a newer version of an evaluation counts, the old stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rubric.evaluation import Evaluated
from rubric.score import Score
from rubric.trigger import current_scores
from store.digests import digest_of, joined_digest
from store.inserting import KEYS_AT_ONCE, chunks, insert_new, upsert
from store.scores import COLUMNS, put_scores
from store.tables import ScoreRow
from store.tables.evaluations import EvaluatedRow

PLAIN = ("key", "told", "vendor", "question", "evaluation_id", "form", "form_version", "answer", "overall",
         "auto_fail", "by_machine")  # fmt: skip
NOT_ASKED = "not asked any more"


@dataclass(frozen=True, slots=True)
class PutEvaluated:
    """Of answers that were to be kept: how many are new, how many were there, how many a changed map has corrected,
    and those that came before at the same time with other content, of which the first stays."""

    added: int
    unchanged: int
    corrected: int
    conflicts: tuple[Evaluated, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What an evaluator said of a criterion of a call, with the score that counts. ``origin`` is None where the score
    came without one."""

    score: Score
    origin: Evaluated | None


def put_evaluated(session: Session, answers: Sequence[Evaluated]) -> PutEvaluated:
    """Keep scores with their origins.

    An answer that is there with the same content stays; where a map makes another score of it than before, the new one
    takes the old one's place. One that says something else at the same time is a conflict, and the first stays.
    """
    known = _known(session, [one.key for one in answers])
    fresh, corrected, conflicts, unchanged = list[Evaluated](), list[Evaluated](), list[Evaluated](), 0
    for one in answers:
        told, digest = known.get(one.key, ("", ""))
        if not told:
            fresh.append(one)
        elif told != one.told:
            conflicts.append(one)
        elif digest != digest_of(one.score):
            corrected.append(one)
        else:
            unchanged += 1
            continue
        known.setdefault(one.key, (one.told, digest_of(one.score)))
    _take_back(session, [known[one.key][1] for one in corrected], [one.key for one in corrected])
    put_scores(session, [one.score for one in (*fresh, *corrected)])
    insert_new(session, EvaluatedRow, [_values(one) for one in fresh])
    upsert(session, EvaluatedRow, [_values(one) for one in corrected])
    return PutEvaluated(len(fresh), unchanged, len(corrected), tuple(conflicts))


def take_out_not_asked(session: Session, evaluation_ids: Iterable[str]) -> int:
    """Where an older version of an evaluation answers what its newest does not, the criterion does not apply any more.

    That is kept as an empty score at the newest version's time; how many were new.
    """
    added = 0
    for some in chunks(sorted(set(evaluation_ids)), KEYS_AT_ONCE):
        found = _versions(session, some).values()
        added += put_evaluated(session, [empty for versions in found for empty in _not_asked(versions)]).added
    return added


def remark_on(session: Session, call_id: str, criterion_id: str) -> Remark | None:
    """The score that counts of a criterion of a call, with the evaluator's words and its origin; None without one."""
    mine = (ScoreRow.call_id == call_id, ScoreRow.criterion_id == criterion_id)
    scores = [Score(**row) for row in session.execute(select(*COLUMNS).where(*mine)).mappings()]
    for score in current_scores(scores):
        row = session.scalar(select(EvaluatedRow).where(EvaluatedRow.score_digest == digest_of(score)).limit(1))
        return Remark(score, _evaluated(row, score) if row is not None else None)
    return None


def _known(session: Session, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    columns = select(EvaluatedRow.key, EvaluatedRow.told, EvaluatedRow.score_digest)
    for some in chunks(sorted(set(keys)), KEYS_AT_ONCE):
        for key, told, digest in session.execute(columns.where(EvaluatedRow.key.in_(some))):
            found[key] = (told, digest)
    return found


def _take_back(session: Session, digests: Sequence[str], keys: Sequence[str]) -> None:
    """Take scores out that only these answers came to: a map had made of them what nobody had said."""
    for some in chunks(sorted(set(digests)), KEYS_AT_ONCE):
        others = select(EvaluatedRow.score_digest).where(
            EvaluatedRow.score_digest.in_(some), EvaluatedRow.key.not_in(keys)
        )
        session.execute(delete(ScoreRow).where(ScoreRow.digest.in_(some), ScoreRow.digest.not_in(others)))


Versions = dict[Any, list[Evaluated]]
"""An evaluation's answers, by the time of the version that they are of."""


def _versions(session: Session, evaluation_ids: Sequence[str]) -> dict[tuple[str, str], Versions]:
    """The versions of evaluations by tool and id."""
    found: dict[tuple[str, str], Versions] = defaultdict(lambda: defaultdict(list))
    query = select(EvaluatedRow, *COLUMNS).join(ScoreRow, ScoreRow.digest == EvaluatedRow.score_digest)
    rows = query.where(EvaluatedRow.evaluation_id.in_(evaluation_ids), ScoreRow.scored_at.is_not(None))
    for row, *values in session.execute(rows.order_by(EvaluatedRow.key)):
        score = Score(**dict(zip(Score.model_fields, values, strict=True)))
        found[row.vendor, row.evaluation_id][score.scored_at].append(_evaluated(row, score))
    return found


def _not_asked(versions: Versions) -> Iterator[Evaluated]:
    """What older versions answer and the newest does not, emptied."""
    newest = versions[max(versions)]
    asked = {one.score.criterion_id for one in newest}
    for at in sorted(versions):
        for one in versions[at]:
            if one.score.criterion_id not in asked:
                asked.add(one.score.criterion_id)
                yield _emptied(one, newest[0])


def _emptied(one: Evaluated, newest: Evaluated) -> Evaluated:
    """The answer that a newest version does not give, as not applicable at its time."""
    changed = {"score": None, "comment": None, "scored_at": newest.score.scored_at, "scored_by": newest.score.scored_by}
    key = joined_digest(one.key, str(newest.score.scored_at))
    empty = {"key": key, "told": NOT_ASKED, "score": one.score.model_copy(update=changed), "auto_fail": False}
    return one.model_copy(update={**empty, "answer": NOT_ASKED, "overall": newest.overall})


def _values(one: Evaluated) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in PLAIN},
        "score_digest": digest_of(one.score),
        "call_id": one.score.call_id,
        "criterion_id": one.score.criterion_id,
    }


def _evaluated(row: EvaluatedRow, score: Score) -> Evaluated:
    return Evaluated(score=score, **{name: getattr(row, name) for name in PLAIN})

"""Practice sessions that took place, beside the plan that asked for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coaching.follow_up import PracticeDone
from store.facts import note_practice
from store.inserting import KEYS_AT_ONCE, chunks, upsert
from store.tables.follow_ups import PracticeRow

COLUMNS = [PracticeRow.__table__.columns[name] for name in PracticeDone.model_fields]


def put_practice(session: Session, sessions: Sequence[PracticeDone]) -> None:
    """Keep practice done. The same session again is once; one that says something else of it replaces it."""
    known = practice_of(session, [one.plan_id for one in sessions])
    fresh = [one for one in dict.fromkeys(sessions) if one not in known[one.plan_id, one.criterion_id]]
    upsert(session, PracticeRow, [dict(one) for one in fresh])
    for one in fresh:
        note_practice(session, one)


def practice_of(session: Session, plan_ids: Iterable[str]) -> dict[tuple[str, str], list[PracticeDone]]:
    """Practice done by plan and criterion, the earliest first; an empty list for what has none."""
    found: dict[tuple[str, str], list[PracticeDone]] = defaultdict(list)
    in_order = select(*COLUMNS).order_by(
        PracticeRow.plan_id, PracticeRow.criterion_id, PracticeRow.done_on, PracticeRow.session
    )
    for some in chunks(sorted(set(plan_ids)), KEYS_AT_ONCE):
        for row in session.execute(in_order.where(PracticeRow.plan_id.in_(some))).mappings():
            found[row["plan_id"], row["criterion_id"]].append(PracticeDone(**row))
    return found

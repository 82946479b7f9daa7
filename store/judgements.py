"""What people decided about evidence: kept beside the machine's picks, and taken back without being lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Select, case, func, insert, select, update
from sqlalchemy.orm import Session

from coaching.double import Span
from coaching.judged import Verdict
from coaching.plan import Plan, PlanItem
from models.evidence import Pick
from store.facts import note_judgement
from store.inserting import KEYS_AT_ONCE, UNSYNCHRONIZED, chunks
from store.tables import EvidenceRow, JudgementRow, PlanItemRow
from store.tables.judgements import BLIND, WRONG_SCORE


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision of one person. The fields are those of the table: see ``JudgementRow``."""

    judgement_id: str
    plan_id: str
    item_id: str
    call_id: str
    criterion_id: str
    rubric_id: str
    rubric_version: int
    evidence_id: str | None
    model_version: str | None
    verdict: Verdict
    place: int | None
    agrees: bool | None
    turn: int | None
    start: int | None
    end: int | None
    quote: str
    reason: str | None
    reviewer: str
    reviewer_name: str
    decided_at: datetime
    blind: bool
    settles: bool
    before: Plan | None = None
    undone_at: datetime | None = None

    @property
    def said(self) -> tuple[Verdict, Span | None]:
        """What was decided, as ``say_the_same`` compares it: the verdict and the chosen words, where it has some."""
        if self.turn is None or self.start is None or self.end is None:
            return self.verdict, None
        return self.verdict, (self.turn, self.start, self.end)


COLUMNS = tuple(field.name for field in fields(Judgement))


@dataclass(frozen=True, slots=True)
class MachinePick:
    """What a model picked, and which model it was."""

    evidence_id: str
    model_version: str
    pick: Pick


@dataclass(frozen=True, slots=True)
class AgreementCount:
    """Of one criterion, reviewer and model version: decisions, and those that the machine was right in."""

    criterion_id: str
    reviewer_name: str
    model_version: str
    decided: int
    agreed: int


def add_judgement(session: Session, judgement: Judgement) -> None:
    """Keep a decision."""
    values = {name: getattr(judgement, name) for name in COLUMNS}
    values["before"] = judgement.before.model_dump(mode="json") if judgement.before else None
    session.execute(insert(JudgementRow).values(values))
    note_judgement(session, judgement)


def take_back(session: Session, judgement: Judgement, at: datetime) -> None:
    """Mark a decision as taken back."""
    row = JudgementRow
    session.execute(
        update(row).where(row.judgement_id == judgement.judgement_id).values(undone_at=at),
        execution_options=UNSYNCHRONIZED,
    )
    note_judgement(session, judgement, taken_back=True)


def standing_of(session: Session, plan_id: str, item_id: str) -> list[Judgement]:
    """The decisions on an item that were not taken back, the oldest first."""
    row = JudgementRow
    of_item = select(row).where(row.plan_id == plan_id, row.item_id == item_id, row.undone_at.is_(None))
    return list(_judgements(session, of_item.order_by(row.decided_at, row.judgement_id)))


def latest_by(session: Session, reviewer: str, limit: int) -> list[Judgement]:
    """A reviewer's last decisions that were not taken back, the newest first."""
    row = JudgementRow
    mine = select(row).where(row.reviewer == reviewer, row.undone_at.is_(None))
    return list(_judgements(session, mine.order_by(row.decided_at.desc(), row.judgement_id).limit(limit)))


def settled(session: Session, call_ids: Iterable[str]) -> dict[tuple[str, str, int], Judgement]:
    """The decision that stands for each failure of these calls, by call, criterion and rubric version."""
    row, found = JudgementRow, {}
    for some in chunks(sorted(set(call_ids)), KEYS_AT_ONCE):
        query = select(row).where(row.call_id.in_(some), row.settles, row.undone_at.is_(None))
        for one in _judgements(session, query.order_by(row.decided_at, row.judgement_id)):
            found[one.call_id, one.criterion_id, one.rubric_version] = one
    return found


def wrong_scores(session: Session) -> set[tuple[str, str]]:
    """Call and criterion of every score that a person found wrong: it stays out of every before and after."""
    query = select(JudgementRow.call_id, JudgementRow.criterion_id).where(WRONG_SCORE, JudgementRow.call_id > "")
    return {(call_id, criterion_id) for call_id, criterion_id in session.execute(query)}


def machine_pick(session: Session, plan_id: str, item: PlanItem) -> MachinePick | None:
    """What the machine picked for an item, also where a person has chosen other words since."""
    of_item = select(PlanItemRow.evidence_id).where(PlanItemRow.plan_id == plan_id, PlanItemRow.item_id == item.item_id)
    evidence_id = session.scalar(of_item)
    if evidence_id is None:
        judged = standing_of(session, plan_id, item.item_id)
        evidence_id = next((one.evidence_id for one in judged if one.evidence_id), None)
    row = EvidenceRow
    if evidence_id is None:
        return None
    found = session.execute(select(row.model_version, row.pick).where(row.evidence_id == evidence_id)).one()
    return MachinePick(evidence_id, found.model_version, Pick.model_validate(found.pick))


def count_agreement(session: Session, since: datetime) -> list[AgreementCount]:
    """How often the machine was right in decisions from ``since`` on; those on wrong scores are left out."""
    row = JudgementRow
    groups = (row.criterion_id, row.reviewer, row.model_version)
    right = func.sum(case((row.agrees.is_(True), 1), else_=0))
    query = (
        select(*groups, func.max(row.reviewer_name), func.count(), right)
        .where(row.undone_at.is_(None), row.decided_at >= since, row.agrees.is_not(None))
        .group_by(*groups)
        .order_by(*groups)
    )
    return [
        AgreementCount(criterion, name, model or "", decided, int(agreed))
        for criterion, _, model, name, decided, agreed in session.execute(query)
    ]


def blind_pairs(session: Session, since: datetime, limit: int) -> list[tuple[Judgement, Judgement]]:
    """The first blind decisions of two reviewers on the same item, item by item, from ``since`` on; the latest ones."""
    row = JudgementRow
    query = select(row).where(BLIND, row.decided_at >= since)
    of_item: dict[tuple[str, str], dict[str, Judgement]] = {}
    for one in reversed(list(_judgements(session, query.order_by(row.decided_at.desc()).limit(2 * limit)))):
        of_item.setdefault((one.plan_id, one.item_id), {}).setdefault(one.reviewer, one)
    both = (list(by_reviewer.values()) for by_reviewer in of_item.values() if len(by_reviewer) > 1)
    return [(first, second) for first, second, *_ in both]


def _judgements(session: Session, query: Select[tuple[JudgementRow]]) -> Iterator[Judgement]:
    for row in session.scalars(query.execution_options(populate_existing=True)):
        yield _judgement(row)


def _judgement(row: JudgementRow) -> Judgement:
    values = {name: getattr(row, name) for name in COLUMNS}
    return Judgement(**{**values, "before": Plan.model_validate(row.before) if row.before else None})

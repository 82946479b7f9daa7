"""The tables of a night: what came in, what was found, what was planned, what people decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from coaching.plan import OPEN_STATUSES
from store.columns import WORDS, CanonicalJson, UtcTime, written_now

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Named constraints from the first migration on: SQLite's batch mode cannot drop what has no name."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: WORDS, int: BigInteger, datetime: UtcTime, dict[str, Any]: CanonicalJson}


IS_OPEN = text(f"status in ({', '.join(repr(status) for status in sorted(OPEN_STATUSES))})")


IN_QUEUE = text("queue_key is not null")


ONE_OPEN_PLAN = "uq_plans_one_open_plan_an_agent"


class RunRow(Base):
    """One night's run, and what it was made with. Not part of what two equal nights have in common."""

    __tablename__ = "runs"
    run_id: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    rubric_id: Mapped[str | None]
    rubric_version: Mapped[int | None]
    model_version: Mapped[str | None]
    code_version: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    status: Mapped[str]
    counts: Mapped[dict[str, Any]]
    problem: Mapped[str | None]


class CallRow(Base):
    """A call as it was first read. ``guessed_type`` is the classifier's, where the call names no type."""

    __tablename__ = "calls"
    call_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    agent_id: Mapped[str | None] = mapped_column(index=True)
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    call_type: Mapped[str | None]
    guessed_type: Mapped[str | None]
    channel: Mapped[str | None]
    language: Mapped[str | None]
    content: Mapped[dict[str, Any]]


class ScoreRow(Base):
    """Every score ever read, the older ones of a call and criterion too; the newest counts."""

    __tablename__ = "scores"
    digest: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str]
    criterion_id: Mapped[str]
    score: Mapped[float | None]
    agent_id: Mapped[str | None]
    scored_at: Mapped[datetime | None] = mapped_column(index=True)
    scored_by: Mapped[str | None]
    rubric_version: Mapped[int | None]
    comment: Mapped[str | None]
    __table_args__ = (Index(None, "call_id", "criterion_id"),)


class AgentRow(Base):
    """Who is coached, as the agents' file has them now."""

    __tablename__ = "agents"
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    team: Mapped[str | None]
    supervisor_id: Mapped[str | None]
    calls_per_day: Mapped[float | None]
    active: Mapped[bool]


class FlagRow(Base):
    """A supervisor's mark on a call or on one criterion of it."""

    __tablename__ = "flags"
    digest: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(index=True)
    criterion_id: Mapped[str | None]
    flagged_by: Mapped[str | None]
    reason: Mapped[str | None]


class RubricRow(Base):
    """A version of a rubric. ``lock`` is set when a plan first uses it; from then on it never changes."""

    __tablename__ = "rubrics"
    rubric_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    lock: Mapped[dict[str, Any] | None]


class EvidenceRow(Base):
    """What a model picked for a criterion of a call. Another model adds a row, it never overwrites one."""

    __tablename__ = "evidence"
    evidence_id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    criterion_id: Mapped[str]
    rubric_id: Mapped[str]
    rubric_version: Mapped[int]
    criterion_digest: Mapped[str]
    call_digest: Mapped[str]
    model_version: Mapped[str]
    status: Mapped[str]
    confidence: Mapped[float]
    turn: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    quote: Mapped[str]
    pick: Mapped[dict[str, Any]]
    __table_args__ = (
        Index(None, "call_id", "criterion_id", "model_version"),
        CheckConstraint("(status = 'none') = (quote = '')", name="quotes_where_found"),
        CheckConstraint("status = 'none' or \"end\" - start = length(quote)", name="quote_is_as_long_as_its_slice"),
    )


class PlanRow(Base):
    """An agent's plan. ``version`` counts its changes, so that two people cannot overwrite each other unseen."""

    __tablename__ = "plans"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str]
    agent_name: Mapped[str]
    team: Mapped[str | None]
    supervisor_id: Mapped[str | None]
    status: Mapped[str]
    as_of: Mapped[date]
    follow_up_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)
    __table_args__ = (
        Index(None, "follow_up_on", "agent_id", "plan_id"),
        Index(None, "agent_id", "status"),
        Index(None, "status", "follow_up_on", "agent_id", "plan_id"),
        Index(None, "team", "status", "follow_up_on", "agent_id", "plan_id"),
        Index(None, "team", "follow_up_on", "agent_id", "plan_id"),
        Index(None, "supervisor_id", "status", "follow_up_on", "agent_id", "plan_id"),
        Index(None, "supervisor_id", "follow_up_on", "agent_id", "plan_id"),
        Index(ONE_OPEN_PLAN, "agent_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )


class PlanItemRow(Base):
    """One failed criterion of a plan, with all that the plan says of it in ``content``.

    ``evidence_id`` is the machine's pick that it quotes; None where a person chose other words. ``queue_key`` is its
    place among those that wait for a decision, and None where it does not wait.
    """

    __tablename__ = "plan_items"
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.plan_id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    criterion_id: Mapped[str] = mapped_column(index=True)
    rubric_id: Mapped[str]
    rubric_version: Mapped[int]
    criterion_digest: Mapped[str]
    call_id: Mapped[str] = mapped_column(index=True)
    evidence_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.evidence_id", ondelete="SET NULL"), index=True)
    score: Mapped[float | None]
    threshold: Mapped[float]
    weight: Mapped[float]
    critical: Mapped[bool]
    content: Mapped[dict[str, Any]]
    agent_id: Mapped[str]
    team: Mapped[str | None]
    confidence: Mapped[float]
    call_date: Mapped[date]
    queue_key: Mapped[str | None]
    __table_args__ = (
        Index(
            "ix_plan_items_queue",
            *("queue_key", "team", "criterion_id", "rubric_version", "confidence", "call_date", "agent_id"),
            *("plan_id", "item_id"),
            sqlite_where=IN_QUEUE,
            postgresql_where=IN_QUEUE,
        ),
        Index(
            "ix_plan_items_queue_team",
            *("team", "queue_key", "criterion_id", "rubric_version", "confidence", "call_date", "agent_id"),
            *("plan_id", "item_id"),
            sqlite_where=IN_QUEUE,
            postgresql_where=IN_QUEUE,
        ),
        Index(
            "ix_plan_items_queue_criterion",
            *("criterion_id", "queue_key", "team", "rubric_version", "confidence", "call_date", "agent_id"),
            *("plan_id", "item_id"),
            sqlite_where=IN_QUEUE,
            postgresql_where=IN_QUEUE,
        ),
        Index("ix_plan_items_queue_agent", "agent_id", "queue_key", sqlite_where=IN_QUEUE, postgresql_where=IN_QUEUE),
    )


class ItemFailureRow(Base):
    """Which failure belongs to which item: ``triggering`` or ``further``."""

    __tablename__ = "item_failures"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str]
    role: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "item_id"], ["plan_items.plan_id", "plan_items.item_id"], ondelete="CASCADE"),
        Index(None, "call_id", "criterion_id"),
    )


class WaitingRow(Base):
    """A failing criterion that waits its turn."""

    __tablename__ = "waiting"
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    content: Mapped[dict[str, Any]]


class DecisionRow(Base):
    """What a person decided about a plan, and the plan as it was decided: append only.

    It outlives a plan that is taken back, hence no foreign key.
    """

    __tablename__ = "decisions"
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    plan_version: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    reason: Mapped[str | None]
    content: Mapped[dict[str, Any]]


class SetAsideRow(Base):
    """A record that could not be used: where it stands, why, and the run that met it first."""

    __tablename__ = "set_aside"
    digest: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    line: Mapped[int | None]
    reason: Mapped[str]
    record: Mapped[str]
    first_run_id: Mapped[str | None] = mapped_column(index=True)
    __table_args__ = (Index(None, "file", "line"),)

"""The audit trail, which the database itself refuses to change, and the events that others are told of"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)

APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'an entry of the audit trail never changes'); END"
        for act in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an entry of the audit trail never changes'; END $$",
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    ),
}
"""It stands against slips; against intent stand the digests."""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("by", "act", "subject")),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("made_with", sa.Text(), nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("previous", "digest")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject_place"), "audit", ["subject", "place"], unique=False)
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "events",
        *(sa.Column(name, WORDS, nullable=False) for name in ("event_id", "type", "plan_id", "agent_id")),
        sa.Column("team", WORDS, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("written_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_written_at_event_id"), "events", ["written_at", "event_id"], unique=False)
    op.create_index(op.f("ix_events_plan_id"), "events", ["plan_id"], unique=False)

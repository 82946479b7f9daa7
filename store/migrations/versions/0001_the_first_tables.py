"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("team", WORDS, nullable=True),
        sa.Column("supervisor_id", WORDS, nullable=True),
        sa.Column("calls_per_day", sa.Float(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_agents")),
    )
    op.create_table(
        "calls",
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=True),
        sa.Column("started_at", UTC_TIME, nullable=True),
        sa.Column("call_type", WORDS, nullable=True),
        sa.Column("guessed_type", WORDS, nullable=True),
        sa.Column("channel", WORDS, nullable=True),
        sa.Column("language", WORDS, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calls_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_started_at"), ["started_at"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("plan_version", sa.BigInteger(), nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("decided_at", UTC_TIME, nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "plan_version", name=op.f("pk_decisions")),
    )
    op.create_table(
        "flags",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=True),
        sa.Column("flagged_by", WORDS, nullable=True),
        sa.Column("reason", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_flags")),
    )
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flags_call_id"), ["call_id"], unique=False)

    op.create_table(
        "plans",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("agent_name", WORDS, nullable=False),
        sa.Column("team", WORDS, nullable=True),
        sa.Column("supervisor_id", WORDS, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=False),
        sa.Column("decided_by", WORDS, nullable=True),
        sa.Column("decided_at", UTC_TIME, nullable=True),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_agent_id_status"), ["agent_id", "status"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_plans_follow_up_on_agent_id_plan_id"), ["follow_up_on", "agent_id", "plan_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_plans_status_follow_up_on"), ["status", "follow_up_on"], unique=False)
        batch_op.create_index(
            "uq_plans_one_open_plan_an_agent",
            ["agent_id"],
            unique=True,
            sqlite_where=sa.text("status in ('approved', 'draft', 'returned')"),
            postgresql_where=sa.text("status in ('approved', 'draft', 'returned')"),
        )

    op.create_table(
        "rubrics",
        sa.Column("rubric_id", WORDS, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("lock", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("rubric_id", "version", name=op.f("pk_rubrics")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", WORDS, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rubric_id", WORDS, nullable=True),
        sa.Column("rubric_version", sa.BigInteger(), nullable=True),
        sa.Column("model_version", WORDS, nullable=True),
        sa.Column("code_version", WORDS, nullable=True),
        sa.Column("started_at", UTC_TIME, nullable=False),
        sa.Column("finished_at", UTC_TIME, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("problem", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_started_at"), ["started_at"], unique=False)

    op.create_table(
        "scores",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("agent_id", WORDS, nullable=True),
        sa.Column("scored_at", UTC_TIME, nullable=True),
        sa.Column("scored_by", WORDS, nullable=True),
        sa.Column("rubric_version", sa.BigInteger(), nullable=True),
        sa.Column("comment", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scores_call_id_criterion_id"), ["call_id", "criterion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scores_scored_at"), ["scored_at"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("file", WORDS, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.Column("first_run_id", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_aside_first_run_id"), ["first_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_set_aside_file_line"), ["file", "line"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "criterion_id", name=op.f("pk_waiting")),
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("rubric_id", WORDS, nullable=False),
        sa.Column("rubric_version", sa.BigInteger(), nullable=False),
        sa.Column("criterion_digest", WORDS, nullable=False),
        sa.Column("call_digest", WORDS, nullable=False),
        sa.Column("model_version", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("quote", WORDS, nullable=False),
        sa.Column("pick", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'none') = (quote = '')", name=op.f("ck_evidence_quotes_where_found")),
        sa.CheckConstraint(
            "status = 'none' or \"end\" - start = length(quote)", name=op.f("ck_evidence_quote_is_as_long_as_its_slice")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name=op.f("fk_evidence_call_id_calls")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_call_id_criterion_id_model_version"),
            ["call_id", "criterion_id", "model_version"],
            unique=False,
        )

    op.create_table(
        "plan_items",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("rubric_id", WORDS, nullable=False),
        sa.Column("rubric_version", sa.BigInteger(), nullable=False),
        sa.Column("criterion_digest", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("evidence_id", WORDS, nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.evidence_id"],
            name=op.f("fk_plan_items_evidence_id_evidence"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.plan_id"], name=op.f("fk_plan_items_plan_id_plans"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "item_id", name=op.f("pk_plan_items")),
    )
    with op.batch_alter_table("plan_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_items_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_items_criterion_id"), ["criterion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_items_evidence_id"), ["evidence_id"], unique=False)

    op.create_table(
        "item_failures",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "item_id"],
            ["plan_items.plan_id", "plan_items.item_id"],
            name=op.f("fk_item_failures_plan_id_item_id_plan_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", "item_id", "call_id", name=op.f("pk_item_failures")),
    )
    with op.batch_alter_table("item_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_failures_call_id_criterion_id"), ["call_id", "criterion_id"], unique=False
        )

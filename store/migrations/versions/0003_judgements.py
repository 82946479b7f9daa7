"""What people decide about evidence, and the queue of what waits for them"""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)
IN_QUEUE = sa.text("queue_key is not null")
STANDING = sa.text("undone_at is null")
WRONG_SCORE = sa.text("verdict = 'wrong_score' and settles and undone_at is null")
BLIND = sa.text("blind and undone_at is null")
LARGEST = 10**12
ROWS_AT_ONCE = 500

ITEMS = sa.table(
    "plan_items",
    *(sa.column(name) for name in ("plan_id", "item_id", "content", "agent_id", "team", "confidence", "queue_key")),
    sa.column("call_date", sa.Date()),
    sa.column("critical", sa.Boolean()),
    *(sa.column(name, sa.Float()) for name in ("score", "threshold", "weight")),
)
PLANS = sa.table("plans", *(sa.column(name) for name in ("plan_id", "agent_id", "team", "status")))


def upgrade() -> None:
    with op.batch_alter_table("plan_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent_id", WORDS, nullable=True))
        batch_op.add_column(sa.Column("team", WORDS, nullable=True))
        batch_op.add_column(sa.Column("confidence", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("call_date", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("queue_key", WORDS, nullable=True))
    _fill_items()
    with op.batch_alter_table("plan_items", schema=None) as batch_op:
        batch_op.alter_column("agent_id", existing_type=WORDS, nullable=False)
        batch_op.alter_column("confidence", existing_type=sa.Float(), nullable=False)
        batch_op.alter_column("call_date", existing_type=sa.Date(), nullable=False)
    filtered = ("rubric_version", "confidence", "call_date", "agent_id", "plan_id", "item_id")
    _index("plan_items", "ix_plan_items_queue", IN_QUEUE, "queue_key", "team", "criterion_id", *filtered)
    _index("plan_items", "ix_plan_items_queue_team", IN_QUEUE, "team", "queue_key", "criterion_id", *filtered)
    _index("plan_items", "ix_plan_items_queue_criterion", IN_QUEUE, "criterion_id", "queue_key", "team", *filtered)
    _index("plan_items", "ix_plan_items_queue_agent", IN_QUEUE, "agent_id", "queue_key")
    op.drop_index("ix_plans_status_follow_up_on", table_name="plans")
    listed = ("status", "follow_up_on", "agent_id", "plan_id")
    _index("plans", op.f("ix_plans_status_follow_up_on_agent_id_plan_id"), None, *listed)
    _index("plans", op.f("ix_plans_team_status_follow_up_on_agent_id_plan_id"), None, "team", *listed)
    _index("plans", op.f("ix_plans_team_follow_up_on_agent_id_plan_id"), None, "team", *listed[1:])
    name = op.f("ix_plans_supervisor_id_status_follow_up_on_agent_id_plan_id")
    _index("plans", name, None, "supervisor_id", *listed)
    _index("plans", op.f("ix_plans_supervisor_id_follow_up_on_agent_id_plan_id"), None, "supervisor_id", *listed[1:])
    _create_judgements()
    op.create_table(
        "left_out",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("left_out_by", WORDS, nullable=False),
        sa.Column("left_out_at", UTC_TIME, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "criterion_id", name=op.f("pk_left_out")),
    )


def _create_judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("judgement_id", WORDS, nullable=False),
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("rubric_id", WORDS, nullable=False),
        sa.Column("rubric_version", sa.BigInteger(), nullable=False),
        sa.Column("evidence_id", WORDS, nullable=True),
        sa.Column("model_version", WORDS, nullable=True),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("quote", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("reviewer", WORDS, nullable=False),
        sa.Column("reviewer_name", WORDS, nullable=False),
        sa.Column("decided_at", UTC_TIME, nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("undone_at", UTC_TIME, nullable=True),
        sa.CheckConstraint(
            "(verdict in ('none', 'wrong_score')) = (quote = '')", name=op.f("ck_judgements_quotes_what_was_chosen")
        ),
        sa.CheckConstraint(
            "quote = '' or \"end\" - start = length(quote)", name=op.f("ck_judgements_quote_is_as_long_as_its_slice")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.evidence_id"],
            name=op.f("fk_judgements_evidence_id_evidence"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("judgement_id", name=op.f("pk_judgements")),
    )
    _index("judgements", op.f("ix_judgements_evidence_id"), None, "evidence_id")
    _index("judgements", op.f("ix_judgements_plan_id_item_id_decided_at"), None, "plan_id", "item_id", "decided_at")
    _index("judgements", op.f("ix_judgements_call_id_criterion_id"), None, "call_id", "criterion_id")
    _index("judgements", op.f("ix_judgements_reviewer_decided_at"), None, "reviewer", "decided_at")
    _index("judgements", "ix_judgements_standing", STANDING, "decided_at", "criterion_id", "reviewer",
           "model_version", "agrees")  # fmt: skip
    _index("judgements", "ix_judgements_wrong_score", WRONG_SCORE, "call_id", "criterion_id")
    _index("judgements", "ix_judgements_blind", BLIND, "decided_at", "plan_id", "item_id")


def _index(table: str, name: str, where: sa.TextClause | None, *columns: str) -> None:
    op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)


def _fill_items() -> None:
    """Give the items that are there what the queue sorts and filters by."""
    connection = op.get_bind()
    columns = (ITEMS.c.plan_id, ITEMS.c.item_id, ITEMS.c.content, ITEMS.c.score, ITEMS.c.threshold, ITEMS.c.weight)
    rows = sa.select(*columns, ITEMS.c.critical, PLANS.c.agent_id, PLANS.c.team, PLANS.c.status).join(
        PLANS, PLANS.c.plan_id == ITEMS.c.plan_id
    )
    here = sa.tuple_(ITEMS.c.plan_id, ITEMS.c.item_id)
    after = ("", "")
    while some := connection.execute(rows.where(here > after).order_by(*here.clauses).limit(ROWS_AT_ONCE)).all():
        for row in some:
            mine = (ITEMS.c.plan_id == row.plan_id) & (ITEMS.c.item_id == row.item_id)
            connection.execute(sa.update(ITEMS).where(mine).values(_values(row)))
        after = (some[-1].plan_id, some[-1].item_id)


def _values(row: sa.Row[Any]) -> dict[str, object]:
    content = json.loads(row.content)
    confidence = content["evidence"]["confidence"]
    short = max(0.0, row.threshold - row.score) if row.score is not None else 0.0
    urgency = round(min(LARGEST, row.weight * short * 1000))
    key = f"{0 if row.critical else 1}{LARGEST - urgency:013d}{round(confidence * 1_000_000):07d}"
    return {
        "agent_id": row.agent_id,
        "team": row.team,
        "confidence": confidence,
        "call_date": date.fromisoformat(content["call_date"]),
        "queue_key": f"{key} {row.plan_id} {row.item_id}" if row.status in ("draft", "returned") else None,
    }

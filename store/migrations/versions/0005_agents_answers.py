"""What agents answered to their plans: that they read it, and what they dispute"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("assigned_at", UTC_TIME, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "assigned_at", name=op.f("pk_acknowledgements")),
    )
    op.create_table(
        "disputes",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("headline", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("outcome", WORDS, nullable=True),
        sa.Column("judgement_id", WORDS, nullable=True),
        sa.Column("decided_by", WORDS, nullable=True),
        sa.Column("decided_at", UTC_TIME, nullable=True),
        sa.Column("answer", WORDS, nullable=True),
        sa.CheckConstraint(
            "(outcome is null) = (judgement_id is null)", name=op.f("ck_disputes_decided_by_a_judgement")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_disputes_says_why")),
        sa.PrimaryKeyConstraint("plan_id", "item_id", name=op.f("pk_disputes")),
    )

"""Where imported scores come from: the evaluation, its form's question, and what the evaluator's tool said"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "evaluated",
        sa.Column("key", WORDS, nullable=False),
        sa.Column("told", WORDS, nullable=False),
        sa.Column("score_digest", WORDS, nullable=False),
        sa.Column("call_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("vendor", WORDS, nullable=False),
        sa.Column("evaluation_id", WORDS, nullable=True),
        sa.Column("form", WORDS, nullable=True),
        sa.Column("form_version", WORDS, nullable=True),
        sa.Column("question", WORDS, nullable=False),
        sa.Column("answer", WORDS, nullable=True),
        sa.Column("overall", WORDS, nullable=True),
        sa.Column("auto_fail", sa.Boolean(), nullable=False),
        sa.Column("by_machine", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_evaluated")),
    )
    op.create_index(op.f("ix_evaluated_score_digest"), "evaluated", ["score_digest"])
    op.create_index(op.f("ix_evaluated_evaluation_id"), "evaluated", ["evaluation_id"])
    op.create_index(op.f("ix_evaluated_call_id_criterion_id"), "evaluated", ["call_id", "criterion_id"])

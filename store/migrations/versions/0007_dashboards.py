"""What the dashboard and the queue ask for often"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITS_FOR_CALLS = sa.text("state = 'open' and due_on > promised_on")
WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "dashboards",
        sa.Column("team", WORDS, nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team", "days", name=op.f("pk_dashboards")),
    )
    op.create_table(
        "dashboard_lines",
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("team", WORDS, nullable=True),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "agent_id", "criterion_id", name=op.f("pk_dashboard_lines")),
    )
    _index("dashboard_lines", "kind", "place")
    _index("dashboard_lines", "kind", "team", "place")
    _index("plans", "status", "changed_at", "plan_id")
    _index("follow_ups", "state", "changed_at", "follow_up_id")
    op.create_index(
        "ix_follow_ups_waiting",
        "follow_ups",
        ["due_on", "plan_id"],
        sqlite_where=WAITS_FOR_CALLS,
        postgresql_where=WAITS_FOR_CALLS,
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)

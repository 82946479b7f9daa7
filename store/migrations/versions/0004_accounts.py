"""Who may what: users, sessions, passes and API tokens; and when plans and what follows from them were changed"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)
BY_CHANGE = (
    ("plans", ["changed_at", "plan_id"]),
    ("plans", ["team", "changed_at", "plan_id"]),
    ("follow_ups", ["changed_at", "follow_up_id"]),
    ("movements", ["changed_at", "follow_up_id", "item_id"]),
    ("decisions", ["decided_at", "plan_id", "plan_version"]),
)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("password_hash", WORDS, nullable=True),
        sa.Column("subject", WORDS, nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("disabled_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("subject", name=op.f("uq_users_subject")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("token_id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("created_by", WORDS, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
        sa.Column("revoked_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_api_tokens")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("user_id", WORDS, nullable=True),
        sa.Column("agent_id", WORDS, nullable=True),
        sa.Column("plan_id", WORDS, nullable=True),
        sa.Column("csrf", WORDS, nullable=False),
        sa.Column("started_at", UTC_TIME, nullable=False),
        sa.Column("seen_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
        *_belonging_to_a_user("sessions"),
    )
    op.create_table(
        "passes",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("user_id", WORDS, nullable=True),
        sa.Column("agent_id", WORDS, nullable=True),
        sa.Column("plan_id", WORDS, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
        sa.Column("used_at", UTC_TIME, nullable=True),
        *_belonging_to_a_user("passes"),
    )
    for table in ("sessions", "passes"):
        for column in ("user_id", "agent_id", "expires_at"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table in ("plans", "follow_ups", "movements"):
        _tell_when_changed(table)
    for table, columns in BY_CHANGE:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, unique=False)


def _tell_when_changed(table: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_at", UTC_TIME, nullable=True))
    # what was there before counts as changed now, so that nobody who asks for changes misses it
    changed = sa.table(table, sa.column("changed_at", UTC_TIME))
    op.execute(changed.update().values(changed_at=datetime.now(UTC)))
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column("changed_at", existing_type=UTC_TIME, nullable=False)


def _belonging_to_a_user(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name=op.f(f"fk_{table}_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{table}")),
    )

"""Who works on what right now"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "leases",
        *(sa.Column(name, WORDS, nullable=False) for name in ("unit", "task", "owner", "held_by")),
        sa.Column("process", WORDS, nullable=True),
        *(sa.Column(name, UTC_TIME, nullable=False) for name in ("taken_at", "renewed_at", "expires_at")),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_leases")),
    )

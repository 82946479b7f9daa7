"""Who is told of events, what they still have to be told, and each attempt"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "endpoints",
        *(sa.Column(name, WORDS, nullable=False) for name in ("endpoint_id", "kind", "address")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("types", "teams", "options")),
        *(sa.Column(name, WORDS, nullable=True) for name in ("secret", "old_secret")),
        sa.Column("old_until", UTC_TIME, nullable=True),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("problem", WORDS, nullable=True),
        sa.Column("not_before", UTC_TIME, nullable=True),
        sa.Column("added_by", WORDS, nullable=False),
        sa.Column("added_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_endpoints")),
    )
    op.create_table(
        "deliveries",
        *(sa.Column(name, WORDS, nullable=False) for name in ("event_id", "endpoint_id", "state")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("attempts", "tries")),
        sa.Column("next_at", UTC_TIME, nullable=False),
        sa.Column("held_until", UTC_TIME, nullable=True),
        sa.Column("held_by", WORDS, nullable=True),
        sa.Column("ended_at", UTC_TIME, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name=op.f("fk_deliveries_event_id_events")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.endpoint_id"], name=op.f("fk_deliveries_endpoint_id_endpoints")
        ),
        sa.PrimaryKeyConstraint("event_id", "endpoint_id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state_next_at"), "deliveries", ["state", "next_at"])
    op.create_index(op.f("ix_deliveries_endpoint_id_state"), "deliveries", ["endpoint_id", "state"])
    op.create_table(
        "delivery_attempts",
        *(sa.Column(name, WORDS, nullable=False) for name in ("event_id", "endpoint_id")),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("problem", WORDS, nullable=True),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id", "endpoint_id"],
            ["deliveries.event_id", "deliveries.endpoint_id"],
            name=op.f("fk_delivery_attempts_event_id_endpoint_id_deliveries"),
        ),
        sa.PrimaryKeyConstraint("event_id", "endpoint_id", "number", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_at"), "delivery_attempts", ["at"])

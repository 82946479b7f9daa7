"""Follow-ups, movements, practice done and the clock"""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
UTC_TIME = sa.DateTime(timezone=True)
STILL_OPEN = sa.text("state = 'open'")
FOR_A_PERSON = sa.text("asks")
LAST_DAY = timedelta(days=21)

PLANS = sa.table(
    "plans",
    *(sa.column(name, WORDS) for name in ("plan_id", "agent_id", "status")),
    sa.column("follow_up_on", sa.Date()),
    sa.column("as_of", sa.Date()),
    sa.column("decided_at", UTC_TIME),
)
FOLLOW_UPS = sa.table(
    "follow_ups",
    *(sa.column(name, WORDS) for name in ("follow_up_id", "plan_id", "agent_id", "state")),
    sa.column("attempt", sa.BigInteger()),
    *(sa.column(name, sa.Date()) for name in ("approved_on", "promised_on", "due_on", "last_day")),
    sa.column("opened_at", UTC_TIME),
)


def upgrade() -> None:
    _create_follow_ups()
    _create_movements()
    op.create_table(
        "overrulings",
        sa.Column("follow_up_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("decided_at", UTC_TIME, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("practice", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("follow_up_id", "item_id", "number", name=op.f("pk_overrulings")),
    )
    op.create_table(
        "practice_done",
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("session", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("by", WORDS, nullable=True),
        sa.Column("note", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "criterion_id", "done_on", "session", name=op.f("pk_practice_done")),
    )
    op.create_table(
        "bottom_quartile",
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_bottom_quartile")),
    )
    _index("scores", "agent_id", "criterion_id", "scored_at")
    _index("calls", "agent_id", "started_at")
    _open_for_approved_plans()


def _create_follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("follow_up_id", WORDS, nullable=False),
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("opened_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME, nullable=True),
        sa.CheckConstraint("due_on <= last_day", name=op.f("ck_follow_ups_not_after_the_last_day")),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_ups")),
    )
    _index("follow_ups", "plan_id", "attempt", unique=True)
    _partial("follow_ups", "ix_follow_ups_open", STILL_OPEN, "due_on", "plan_id")
    _partial("follow_ups", "uq_follow_ups_one_open_a_plan", STILL_OPEN, "plan_id", unique=True)


def _create_movements() -> None:
    op.create_table(
        "movements",
        sa.Column("follow_up_id", WORDS, nullable=False),
        sa.Column("item_id", WORDS, nullable=False),
        sa.Column("plan_id", WORDS, nullable=False),
        sa.Column("agent_id", WORDS, nullable=False),
        sa.Column("team", WORDS, nullable=True),
        sa.Column("criterion_id", WORDS, nullable=False),
        sa.Column("rubric_id", WORDS, nullable=False),
        sa.Column("rubric_version", sa.BigInteger(), nullable=False),
        sa.Column("cycle", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.Column("scored_by", WORDS, nullable=False),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("follow_up_id", "item_id", name=op.f("pk_movements")),
    )
    _index("movements", "plan_id", "item_id")
    _index("movements", "agent_id", "criterion_id", "scored_on")
    _index("movements", "scored_on", "agent_id", "criterion_id")
    _index("movements", "team", "scored_on")
    _partial("movements", "ix_movements_asks", FOR_A_PERSON, "scored_on", "agent_id", "criterion_id", "follow_up_id")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)


def _partial(table: str, name: str, where: sa.TextClause, *columns: str, unique: bool = False) -> None:
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=where, postgresql_where=where)


def _open_for_approved_plans() -> None:
    """Plans that were approved before there were follow-ups get theirs, on the day that they were promised."""
    connection = op.get_bind()
    for plan in connection.execute(sa.select(PLANS).where(PLANS.c.status == "approved").order_by(PLANS.c.plan_id)):
        approved_on = plan.decided_at.date() if plan.decided_at else plan.as_of
        joined = "\x1f".join((plan.plan_id, "1"))
        connection.execute(
            sa.insert(FOLLOW_UPS).values(
                follow_up_id=f"f-{hashlib.sha256(joined.encode()).hexdigest()[:16]}",
                plan_id=plan.plan_id,
                agent_id=plan.agent_id,
                attempt=1,
                approved_on=min(approved_on, plan.follow_up_on),
                promised_on=plan.follow_up_on,
                due_on=plan.follow_up_on,
                last_day=max(approved_on + LAST_DAY, plan.follow_up_on),
                state="open",
                opened_at=plan.decided_at or sa.func.current_timestamp(),
            )
        )

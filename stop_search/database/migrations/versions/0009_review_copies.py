"""Review copies: what every browser plays."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add them, and the queue in which they are made."""
    allow_queues("footage", "upkeep", "copies")
    op.create_table(
        "review_copy",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("storage_key", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("width_pixels", sa.Integer(), nullable=True),
        sa.Column("height_pixels", sa.Integer(), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("failure_advice", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'made', 'failed')", name=op.f("ck_review_copy_state")),
        sa.CheckConstraint("reason IN ('unplayable', 'slow_line')", name=op.f("ck_review_copy_reason")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_review_copy_footage_id")),
        sa.PrimaryKeyConstraint("footage_id", name=op.f("pk_review_copy")),
    )


def downgrade() -> None:
    """Remove them, and the jobs that would make them."""
    op.drop_table("review_copy")
    op.execute("DELETE FROM job WHERE queue = 'copies'")
    allow_queues("footage", "upkeep")


def allow_queues(*queues: str) -> None:
    """Let jobs be in these queues. On SQLite the table is made anew."""
    with op.batch_alter_table("job") as table:
        table.drop_constraint(op.f("ck_job_queue"), type_="check")
        table.create_check_constraint(op.f("ck_job_queue"), f"queue IN ({', '.join(repr(queue) for queue in queues)})")

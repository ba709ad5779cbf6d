"""By when a job had better be done, which decides what goes first; and when its newest attempt began."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
INDEX = "ix_job_queue_state_urgent_at"


def upgrade() -> None:
    """Add them. What waits already, and what a process of before asks for, has no such moment and goes first."""
    op.add_column("job", sa.Column("urgent_at", MOMENT, nullable=True))
    op.add_column("job", sa.Column("claimed_at", MOMENT, nullable=True))
    op.create_index(INDEX, "job", ["queue", "state", "urgent_at", "run_after"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index(INDEX, "job")
    op.drop_column("job", "claimed_at")
    op.drop_column("job", "urgent_at")

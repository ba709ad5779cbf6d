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
    """Add them. What waits already is as urgent as it is old, which is the order that it was carried in before."""
    op.add_column("job", sa.Column("urgent_at", MOMENT, nullable=True))
    op.add_column("job", sa.Column("claimed_at", MOMENT, nullable=True))
    op.execute("UPDATE job SET urgent_at = run_after")
    with op.batch_alter_table("job") as job:
        job.alter_column("urgent_at", existing_type=MOMENT, nullable=False)
    op.create_index(INDEX, "job", ["queue", "state", "urgent_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index(INDEX, "job")
    op.drop_column("job", "claimed_at")
    op.drop_column("job", "urgent_at")

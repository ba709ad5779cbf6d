"""By when a job had better be done, which decides what goes first; and when its newest attempt began."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add them. What waits already, and what a process of before asks for, is as urgent as it is due."""
    op.add_column("job", sa.Column("urgent_at", MOMENT, nullable=True))
    op.add_column("job", sa.Column("claimed_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("job", "claimed_at")
    op.drop_column("job", "urgent_at")

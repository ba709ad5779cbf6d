"""By how much the times of a record were put right because the clock of the device was wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Records of before were taken as they were told."""
    op.add_column("encounter", sa.Column("clock_corrected_by_seconds", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Remove it; the times stay as they were put right."""
    op.drop_column("encounter", "clock_corrected_by_seconds")

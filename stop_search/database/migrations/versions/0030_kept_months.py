"""Counts of people, film, feedback and reviews by month, so that pages about a year of them need not count them again."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "kept_month",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", "part", name=op.f("pk_kept_month")),
    )


def downgrade() -> None:
    """Remove it; nothing is lost that cannot be counted again."""
    op.drop_table("kept_month")

"""Sums of draws that are counted once a night, so that pages about years of work need not count them again."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "kept_sums",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_kept_sums_draw_id_draw")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_kept_sums")),
    )


def downgrade() -> None:
    """Remove it; nothing is lost that cannot be counted again."""
    op.drop_table("kept_sums")

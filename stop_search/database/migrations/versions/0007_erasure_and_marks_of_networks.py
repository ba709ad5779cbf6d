"""Certificates of erasure, holds that came too late, and marks of networks that live two days."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add them. Nothing was erased before, so no hold of before came too late."""
    op.create_table(
        "footage_erasure",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_footage_erasure_footage_id")),
        sa.PrimaryKeyConstraint("footage_id", name=op.f("pk_footage_erasure")),
    )
    op.add_column("footage_hold", sa.Column("erased_before", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "network_mark",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("encounters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_network_mark")),
    )
    op.create_index("ix_network_mark_day", "network_mark", ["day"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("network_mark")
    op.drop_column("footage_hold", "erased_before")
    op.drop_table("footage_erasure")

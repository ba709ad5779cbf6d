"""What became of each file that was handed in on the page, or found in the watched folder or bucket."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "footage_arrival",
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("handed_in_by", sa.Uuid(), nullable=True),
        sa.Column("footage_id", sa.Uuid(), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("way IN ('page', 'folder', 'bucket')", name=op.f("ck_footage_arrival_way")),
        sa.CheckConstraint("(footage_id IS NULL) <> (refusal IS NULL)", name=op.f("ck_footage_arrival_recording_or_refusal")),
        sa.ForeignKeyConstraint(["handed_in_by"], ["account.id"], name=op.f("fk_footage_arrival_handed_in_by")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_footage_arrival_footage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_footage_arrival")),
        sa.UniqueConstraint("source_digest", name=op.f("uq_footage_arrival_source_digest")),
    )
    op.create_index("ix_footage_arrival_arrived_at", "footage_arrival", ["arrived_at"])
    op.create_index("ix_footage_arrival_handed_in_by", "footage_arrival", ["handed_in_by"])
    op.create_index("ix_footage_arrival_footage_id", "footage_arrival", ["footage_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("footage_arrival")

"""Figures that a job works out in a large force, and indexes by which pages and recordings find what they look for."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the indexes. Sums that were kept are counted again: pairs of answers have other names now."""
    op.execute("DELETE FROM kept_sums")
    op.create_table(
        "kept_figures",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept_figures")),
    )
    op.create_index("ix_encounter_ended_at", "encounter", ["ended_at"])
    op.create_index("ix_footage_device_serial_started_at", "footage", ["device_serial", "started_at"])
    op.create_index("ix_encounter_team_id_recorded_at", "encounter", ["team_id", "recorded_at"])
    op.create_index("ix_footage_state_received_at", "footage", ["state", "received_at"])
    unassigned = sa.text("unassigned_reason IS NOT NULL")
    op.create_index("ix_frame_entry_unassigned", "frame_entry", ["draw_id", "token"], sqlite_where=unassigned, postgresql_where=unassigned)
    there = sa.text("state <> 'erased'")
    op.create_index("ix_footage_erase_after", "footage", ["erase_after"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    """Remove them; nothing is lost that cannot be worked out again."""
    op.execute("DELETE FROM kept_sums")
    op.drop_index("ix_footage_erase_after", "footage")
    op.drop_index("ix_frame_entry_unassigned", "frame_entry")
    op.drop_index("ix_footage_state_received_at", "footage")
    op.drop_index("ix_encounter_team_id_recorded_at", "encounter")
    op.drop_index("ix_footage_device_serial_started_at", "footage")
    op.drop_index("ix_encounter_ended_at", "encounter")
    op.drop_table("kept_figures")

"""Holds in force are found without reading those that were released."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("released_at IS NULL")


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_footage_hold_in_force", "footage_hold", ["reason"], sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_footage_hold_in_force", table_name="footage_hold")

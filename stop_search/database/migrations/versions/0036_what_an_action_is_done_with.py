"""The training module or policy by which an action is done, by its name."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; actions of before name none. Added alone, it leaves the triggers of the table as they are."""
    op.add_column("learning_action", sa.Column("means", sa.Text(), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("learning_action", "means")

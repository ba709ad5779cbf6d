"""Classes of recordings and changes of them, what closes a hold, looks at the clock, and runs of retention."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
CLASSES = "('non_evidential', 'evidential')"


def upgrade() -> None:
    """Add them. What is there is no evidence as far as anybody said, and its clock was the force's one figure, which had no version."""
    # Written out, because this is the one form in which SQLite adds a column with a CHECK without copying the table that others name.
    op.execute(
        "ALTER TABLE footage ADD COLUMN retention_class VARCHAR DEFAULT 'non_evidential' NOT NULL "
        f"CONSTRAINT ck_footage_retention_class CHECK (retention_class IN {CLASSES})"
    )
    op.add_column("footage", sa.Column("clocks_version", sa.Integer(), nullable=True))
    op.add_column("footage_hold", sa.Column("because", sa.Text(), nullable=True))
    op.add_column("footage_hold", sa.Column("cause_closed_on", sa.Date(), nullable=True))
    _changes()
    op.create_table(
        "clock_look",
        sa.Column("machine_start", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("shown", MOMENT, nullable=False),
        sa.Column("proven", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("machine_start", name=op.f("pk_clock_look")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("shown", MOMENT, nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index("ix_retention_run_at", "retention_run", ["at"])


def _changes() -> None:
    op.create_table(
        "retention_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("from_class", sa.String(), nullable=False),
        sa.Column("to_class", sa.String(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("took_effect_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"from_class IN {CLASSES}", name=op.f("ck_retention_change_from_class")),
        sa.CheckConstraint(f"to_class IN {CLASSES}", name=op.f("ck_retention_change_to_class")),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> proposed_by", name=op.f("ck_retention_change_two_people")),
        sa.CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_retention_change_time_iff_agreed")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_retention_change_footage_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_retention_change_proposed_by")),
        sa.ForeignKeyConstraint(["agreed_by"], ["account.id"], name=op.f("fk_retention_change_agreed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_change")),
    )
    op.create_index("ix_retention_change_footage_id", "retention_change", ["footage_id"])


def downgrade() -> None:
    """Remove them."""
    for table in ("retention_run", "clock_look", "retention_change"):
        op.drop_table(table)
    for table, column in (("footage_hold", "cause_closed_on"), ("footage_hold", "because"), ("footage", "clocks_version")):
        op.drop_column(table, column)
    op.drop_column("footage", "retention_class")

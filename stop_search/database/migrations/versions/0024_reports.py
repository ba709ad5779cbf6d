"""Snapshots of a quarter's figures, on which reports rest. UPDATE, DELETE and TRUNCATE are refused by the database itself."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FIXED = "the snapshot of a report is never changed"


def upgrade() -> None:
    """Add the table and its triggers."""
    op.create_table(
        "report_snapshot",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_report_snapshot_version_from_one")),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_report_snapshot_reason_for_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshot")),
        sa.UniqueConstraint("quarter", "version", name="uq_report_snapshot_quarter_version"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER report_snapshot_no_{verb.lower()} BEFORE {verb} ON report_snapshot "
                f"BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"
            )
        return
    op.execute(f"CREATE FUNCTION report_snapshot_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{FIXED}'; END $$")
    op.execute(
        "CREATE TRIGGER report_snapshot_no_change BEFORE UPDATE OR DELETE ON report_snapshot "
        "FOR EACH ROW EXECUTE FUNCTION report_snapshot_refuse()"
    )
    op.execute(
        "CREATE TRIGGER report_snapshot_no_truncate BEFORE TRUNCATE ON report_snapshot "
        "FOR EACH STATEMENT EXECUTE FUNCTION report_snapshot_refuse()"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("report_snapshot")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION report_snapshot_refuse()")

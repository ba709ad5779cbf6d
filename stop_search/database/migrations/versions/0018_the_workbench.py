"""The workbench: moments of marks and flags, what stands in the forms, what was watched, and grounds that are locked.

The outcome was shown so far as soon as the grounds were marked, so every mark of them is locked from then on.
A later change that writes the table `mark` anew (batch on SQLite) must put the two triggers back.
"""

import uuid

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REFUSAL = "the grounds are locked: the outcome has been shown"
MARK = sa.table(
    "mark",
    sa.column("review_id", sa.Uuid()),
    sa.column("criterion", sa.String()),
    sa.column("evidence_from_seconds", sa.Double()),
    sa.column("evidence_to_seconds", sa.Double()),
)


def upgrade() -> None:
    """Add tables and columns, carry the one time range of each mark over, and lock what was seen."""
    op.add_column("review", sa.Column("watched_share", sa.Double(), nullable=True))
    op.add_column("review", sa.Column("watched_reason", sa.Text(), nullable=True))
    op.add_column("mark", sa.Column("locked_at", UtcDateTime(timezone=True), nullable=True))
    _moments()
    _drafts()
    op.create_table(
        "watched_footage",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_watched_footage_footage_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_watched_footage_review_id")),
        sa.PrimaryKeyConstraint("review_id", "footage_id", name=op.f("pk_watched_footage")),
    )
    op.execute("UPDATE mark SET locked_at = marked_at WHERE criterion = 'C1'")
    _refuse_changes()


def _moments() -> None:
    made = op.create_table(
        "mark_moment",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("footage_id", sa.Uuid(), nullable=True),
        sa.Column("from_seconds", sa.Double(), nullable=False),
        sa.Column("to_seconds", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(criterion IS NULL) <> (flag IS NULL)", name=op.f("ck_mark_moment_of_mark_or_flag")),
        sa.CheckConstraint("item IS NULL OR criterion IS NOT NULL", name=op.f("ck_mark_moment_item_of_criterion")),
        sa.CheckConstraint("from_seconds >= 0", name=op.f("ck_mark_moment_from_seconds")),
        sa.CheckConstraint("to_seconds IS NULL OR to_seconds >= from_seconds", name=op.f("ck_mark_moment_in_order")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_mark_moment_footage_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_mark_moment_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_moment")),
    )
    op.create_index(op.f("ix_mark_moment_review_id"), "mark_moment", ["review_id"], unique=False)
    rows = op.get_bind().execute(sa.select(MARK).where(MARK.c.evidence_from_seconds.is_not(None))).all()
    if rows:
        op.bulk_insert(
            made,
            [
                {
                    "id": uuid.uuid4(),
                    "review_id": row.review_id,
                    "criterion": row.criterion,
                    "item": None,
                    "flag": None,
                    "place": 0,
                    "footage_id": None,
                    "from_seconds": row.evidence_from_seconds,
                    "to_seconds": row.evidence_to_seconds,
                    "note": None,
                }
                for row in rows
            ],
        )


def _drafts() -> None:
    op.create_table(
        "review_draft",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("other", sa.JSON(), nullable=True),
        sa.Column("other_saved_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(other IS NULL) = (other_saved_at IS NULL)", name=op.f("ck_review_draft_other_with_time")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_draft_review_id")),
        sa.PrimaryKeyConstraint("review_id", "form", name=op.f("pk_review_draft")),
    )


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER mark_locked_no_{verb.lower()} BEFORE {verb} ON mark WHEN OLD.locked_at IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            )
        return
    op.execute(
        f"CREATE FUNCTION mark_locked_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    )
    op.execute(
        "CREATE TRIGGER mark_locked_no_change BEFORE UPDATE OR DELETE ON mark FOR EACH ROW "
        "WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION mark_locked_refuse()",
    )


def downgrade() -> None:
    """Remove them. Of several time ranges the first stays with its mark; what was typed and is not complete goes."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER mark_locked_no_{verb}")
    else:
        op.execute("DROP TRIGGER mark_locked_no_change ON mark")
        op.execute("DROP FUNCTION mark_locked_refuse()")
    for table in ("watched_footage", "review_draft", "mark_moment"):
        op.drop_table(table)
    op.drop_column("mark", "locked_at")
    op.drop_column("review", "watched_reason")
    op.drop_column("review", "watched_share")

"""Actions: what the force does about what it learned. What one is measured by is never changed, whoever writes."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FIXED = "NEW.measure <> OLD.measure OR NEW.opened_at <> OLD.opened_at"


def upgrade() -> None:
    """Add the table and the trigger that keeps the measure."""
    op.create_table(
        "learning_action",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("dropped_because", sa.Text(), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("you_said", sa.Text(), nullable=True),
        sa.Column("we_did", sa.Text(), nullable=True),
        sa.Column("worded_by", sa.Uuid(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('training', 'policy', 'supervision', 'equipment', 'other')", name=op.f("ck_learning_action_kind")),
        sa.CheckConstraint("state IN ('opened', 'under_way', 'done', 'dropped')", name=op.f("ck_learning_action_state")),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_learning_action_day_iff_done")),
        sa.CheckConstraint("(state = 'dropped') = (dropped_because IS NOT NULL)", name=op.f("ck_learning_action_reason_iff_dropped")),
        sa.CheckConstraint(
            "published_at IS NULL OR (you_said IS NOT NULL AND we_did IS NOT NULL)", name=op.f("ck_learning_action_words_if_published")
        ),
        sa.CheckConstraint("published_by IS NULL OR published_by <> worded_by", name=op.f("ck_learning_action_published_by_another")),
        sa.CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_learning_action_published_by_a_person")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_learning_action_owner_id")),
        sa.ForeignKeyConstraint(["worded_by"], ["account.id"], name=op.f("fk_learning_action_worded_by")),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_learning_action_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_action")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER learning_action_keeps_its_measure BEFORE UPDATE ON learning_action WHEN {FIXED} "
            "BEGIN SELECT RAISE(ABORT, 'learning_action_measure'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION learning_action_keep_measure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {FIXED} THEN RAISE EXCEPTION 'learning_action_measure' USING ERRCODE = 'check_violation', "
        "CONSTRAINT = 'learning_action_measure'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER learning_action_keeps_its_measure BEFORE UPDATE ON learning_action "
        "FOR EACH ROW EXECUTE FUNCTION learning_action_keep_measure()"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("learning_action")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION learning_action_keep_measure()")

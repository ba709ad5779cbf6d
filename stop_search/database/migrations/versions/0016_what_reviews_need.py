"""Lines of command, relations, absences, names in complaints, mail, third readings, reminders, serious concerns."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HOLDS = ("drawn", "feedback", "complaint", "record_request", "panel", "framed", "coverage")
READINGS = ("first", "second")


def upgrade() -> None:
    """Add the tables and columns."""
    with op.batch_alter_table("team") as batch:
        batch.add_column(sa.Column("above_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_team_above_id"), "team", ["above_id"], ["id"])
        batch.create_check_constraint(op.f("ck_team_not_above_itself"), "above_id <> id")
    _people()
    _reviews()


def _people() -> None:
    op.create_table(
        "declared_relation",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("account_id <> other_id", name=op.f("ck_declared_relation_of_two_people")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_declared_relation_account_id")),
        sa.ForeignKeyConstraint(["other_id"], ["account.id"], name=op.f("fk_declared_relation_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_relation")),
    )
    op.create_index("ix_declared_relation_account_id", "declared_relation", ["account_id"])
    op.create_index("ix_declared_relation_other_id", "declared_relation", ["other_id"])
    op.create_table(
        "absence",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("noted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_absence_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_absence_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account_id", "absence", ["account_id"])
    op.create_table(
        "mail",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_table(
        "named_in_letter",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_named_in_letter_letter_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_named_in_letter_account_id")),
        sa.ForeignKeyConstraint(["named_by"], ["account.id"], name=op.f("fk_named_in_letter_named_by")),
        sa.PrimaryKeyConstraint("letter_id", "account_id", name=op.f("pk_named_in_letter")),
    )
    op.create_index(op.f("ix_named_in_letter_account_id"), "named_in_letter", ["account_id"])


def _reviews() -> None:
    _one_of("footage_hold", "reason", (*HOLDS, "concern"))
    _one_of("review", "reading", (*READINGS, "adjudication"))
    with op.batch_alter_table("review") as batch:
        batch.add_column(sa.Column("criteria", sa.JSON(), nullable=True))
        batch.create_unique_constraint(op.f("uq_review_encounter_id_reviewer_id"), ["encounter_id", "reviewer_id"])
    op.create_table(
        "review_reminder",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('new', 'soon', 'late', 'escalated')", name=op.f("ck_review_reminder_kind")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_reminder_review_id")),
        sa.PrimaryKeyConstraint("review_id", "kind", name=op.f("pk_review_reminder")),
    )
    op.create_table(
        "concern",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at_seconds", sa.Double(), nullable=True),
        sa.Column("raised_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (decision IS NULL)",
            name=op.f("ck_concern_closed_by_a_person"),
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_concern_review_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_concern_encounter_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["account.id"], name=op.f("fk_concern_taken_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_concern_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("review_id", name=op.f("uq_concern_review_id")),
    )
    op.create_index(op.f("ix_concern_encounter_id"), "concern", ["encounter_id"])


def downgrade() -> None:
    """Take them away; holds for concerns become holds for complaints, third readings go."""
    op.drop_table("concern")
    op.drop_table("review_reminder")
    for table in ("mark_item", "mark", "review_theme", "review_flag"):
        op.execute(f"DELETE FROM {table} WHERE review_id IN (SELECT id FROM review WHERE reading = 'adjudication')")  # noqa: S608 -- ours
    op.execute("DELETE FROM review WHERE reading = 'adjudication'")
    with op.batch_alter_table("review") as batch:
        batch.drop_constraint(op.f("uq_review_encounter_id_reviewer_id"), type_="unique")
        batch.drop_column("criteria")
    _one_of("review", "reading", READINGS)
    op.execute("UPDATE footage_hold SET reason = 'complaint' WHERE reason = 'concern'")
    _one_of("footage_hold", "reason", HOLDS)
    op.drop_table("named_in_letter")
    op.drop_table("mail")
    op.drop_table("absence")
    op.drop_table("declared_relation")
    with op.batch_alter_table("team") as batch:
        batch.drop_constraint(op.f("ck_team_not_above_itself"), type_="check")
        batch.drop_constraint(op.f("fk_team_above_id"), type_="foreignkey")
        batch.drop_column("above_id")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN ({', '.join(repr(value) for value in values)})")

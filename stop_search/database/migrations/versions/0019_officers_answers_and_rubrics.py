"""What officers answer to their reviews; re-reads; drafts of rubrics, who wrote and who approved them, published versions."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

READINGS = ("first", "second", "adjudication", "calibration")
MARKED = ("mark_item", "mark", "review_theme", "review_flag")
NEVER_CHANGED = "a published version of a rubric never changes"


def upgrade() -> None:
    """Add the tables; nobody has answered and nothing was published here before."""
    _readings((*READINGS, "reread"))
    op.create_table(
        "officer_response",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("criteria", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('acknowledged', 'replied', 'disputed')", name=op.f("ck_officer_response_kind")),
        sa.CheckConstraint("(kind = 'disputed') = (criteria IS NOT NULL)", name=op.f("ck_officer_response_criteria_iff_disputed")),
        sa.CheckConstraint("(kind = 'acknowledged') = (text IS NULL)", name=op.f("ck_officer_response_text_unless_acknowledged")),
        sa.CheckConstraint("kind = 'disputed' OR answered_at IS NULL", name=op.f("ck_officer_response_answered_if_disputed")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_officer_response_review_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_officer_response_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_response")),
    )
    op.create_index(op.f("ix_officer_response_review_id"), "officer_response", ["review_id"])
    op.create_index(
        "uq_officer_response_review_id_kind",
        "officer_response",
        ["review_id", "kind"],
        unique=True,
        sqlite_where=sa.text("kind <> 'replied'"),
        postgresql_where=sa.text("kind <> 'replied'"),
    )
    _drafts()
    _versions()


def _drafts() -> None:
    op.create_table(
        "rubric_draft",
        sa.Column("rubric", sa.String(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_part", sa.String(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'asked', 'approved', 'rejected')", name=op.f("ck_rubric_draft_state")),
        sa.CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name=op.f("ck_rubric_draft_time_iff_decided")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_rubric_draft_decided_by_somebody")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_part IS NULL)", name=op.f("ck_rubric_draft_decided_by_no_author")),
        sa.CheckConstraint("decided_part = 'decider'", name=op.f("ck_rubric_draft_decided_part")),
        sa.CheckConstraint("(state = 'rejected') = (refusal IS NOT NULL)", name=op.f("ck_rubric_draft_refusal_iff_rejected")),
        sa.CheckConstraint(
            "state = 'draft' OR (asked_at IS NOT NULL AND starts_on IS NOT NULL)", name=op.f("ck_rubric_draft_asked_with_a_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_draft")),
    )
    op.create_table(
        "rubric_draft_person",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.CheckConstraint("part IN ('author', 'decider')", name=op.f("ck_rubric_draft_person_part")),
        sa.ForeignKeyConstraint(["draft_id"], ["rubric_draft.id"], name=op.f("fk_rubric_draft_person_draft_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rubric_draft_person_account_id")),
        sa.PrimaryKeyConstraint("draft_id", "account_id", name=op.f("pk_rubric_draft_person")),
        sa.UniqueConstraint("draft_id", "account_id", "part", name=op.f("uq_rubric_draft_person_draft_id_account_id_part")),
    )
    with op.batch_alter_table("rubric_draft") as batch:
        batch.create_foreign_key(
            op.f("fk_rubric_draft_id_decided_by_decided_part"),
            "rubric_draft_person",
            ["id", "decided_by", "decided_part"],
            ["draft_id", "account_id", "part"],
        )
    is_open = sa.text("state IN ('draft', 'asked')")
    op.create_index("uq_rubric_draft_open", "rubric_draft", ["rubric"], unique=True, sqlite_where=is_open, postgresql_where=is_open)


def _versions() -> None:
    op.create_table(
        "rubric_version",
        sa.Column("rubric", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version > 1", name=op.f("ck_rubric_version_after_the_first")),
        sa.ForeignKeyConstraint(["draft_id"], ["rubric_draft.id"], name=op.f("fk_rubric_version_draft_id")),
        sa.PrimaryKeyConstraint("rubric", "version", name=op.f("pk_rubric_version")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_rubric_version_draft_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER rubric_version_no_{verb.lower()} BEFORE {verb} ON rubric_version "
                f"BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION rubric_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{NEVER_CHANGED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER rubric_version_no_change BEFORE UPDATE OR DELETE ON rubric_version "
        "FOR EACH ROW EXECUTE FUNCTION rubric_version_refuse()"
    )
    op.execute(
        "CREATE TRIGGER rubric_version_no_truncate BEFORE TRUNCATE ON rubric_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION rubric_version_refuse()"
    )


def downgrade() -> None:
    """Take them away. Re-reads and officers' answers go; published versions must have been exported before."""
    op.drop_table("rubric_version")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION rubric_version_refuse()")
    with op.batch_alter_table("rubric_draft") as batch:
        batch.drop_constraint(op.f("fk_rubric_draft_id_decided_by_decided_part"), type_="foreignkey")
    op.drop_table("rubric_draft_person")
    op.drop_table("rubric_draft")
    op.drop_table("officer_response")
    for table in MARKED:
        op.execute(f"DELETE FROM {table} WHERE review_id IN (SELECT id FROM review WHERE reading = 'reread')")  # noqa: S608 -- our own tables
    op.execute("DELETE FROM review WHERE reading = 'reread'")
    _readings(READINGS)


def _readings(values: tuple[str, ...]) -> None:
    with _views_and_triggers_kept(), op.batch_alter_table("review") as batch:
        batch.drop_constraint(op.f("ck_review_reading"), type_="check")
        batch.create_check_constraint(op.f("ck_review_reading"), f"reading IN ({', '.join(repr(value) for value in values)})")


@contextmanager
def _views_and_triggers_kept() -> Iterator[None]:
    """Put back what SQLite loses where it writes a table anew to change a CHECK: its triggers; a view of it would stand in the way."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        yield
        return
    kept = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE type = 'view' OR (type = 'trigger' AND tbl_name = 'review') ORDER BY type, name"
    ).all()
    for kind, name, _ in kept:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    for _, _, statement in reversed(kept):
        connection.exec_driver_sql(statement)

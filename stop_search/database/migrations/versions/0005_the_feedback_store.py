"""The feedback store: sealed texts, versions of answers, triage, answers from the force, released comments, officers' sums.

Comments in plain text are not carried over, in either direction: a migration has no key. See decision 16.
"""

import logging
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
ROLES = "'officer', 'supervisor', 'learning_team', 'panel_member', 'complaints_handler', 'auditor', 'administrator', 'device', 'camera'"
OPEN_OR_DECIDED = (
    "(state <> 'open' OR (due_on IS NOT NULL AND disposition IS NULL AND closed_by IS NULL))"
    " AND (state <> 'closed' OR (due_on IS NULL AND disposition IS NOT NULL AND reason IS NOT NULL"
    " AND closed_by IS NOT NULL AND closed_at IS NOT NULL AND closed_late IS NOT NULL))"
)
TOLD_OR_SAID_WHY = (
    "(decision <> 'released' OR (key_version IS NOT NULL AND wrapped_key IS NOT NULL AND sealed IS NOT NULL))"
    " AND (decision <> 'withheld' OR (reason IS NOT NULL AND key_version IS NULL AND wrapped_key IS NULL AND sealed IS NULL))"
)
KEPT = "id, receipt_id, submission_id, standing, answering_as, form, form_version, language, week, reply_code_digest"
NEW_TABLES = (
    "officer_answer_count",
    "officer_release",
    "comment_decision",
    "force_answer",
    "triage_item",
    "equality_answer",
    "feedback_text",
)
log = logging.getLogger(__name__)


def upgrade() -> None:
    """Make the two tables anew, so that SQLite too gets the new checks and keys, and add the others."""
    lost = op.get_bind().scalar(sa.text("SELECT count(*) FROM feedback WHERE comment IS NOT NULL"))
    if lost:
        log.warning("Comments in plain text are deleted: %s. From now on texts are kept sealed, and a migration has no key.", lost)
    _set_aside()
    _create_feedback(
        standings="'primary', 'secondary', 'contested'",
        columns=(
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("typed_by", sa.String(), nullable=True),
            sa.Column("self_scan_suspected", sa.Boolean(), nullable=False),
            sa.Column("released_from", sa.String(), nullable=False),
            sa.Column("released_in", sa.String(), nullable=True),
            sa.CheckConstraint(f"typed_by IN ({ROLES})", name=op.f("ck_feedback_typed_by")),
        ),
    )
    op.execute(
        f"INSERT INTO feedback ({KEPT}, version, self_scan_suspected, released_from)"  # noqa: S608 -- our own names
        f" SELECT {KEPT}, 1, FALSE, week FROM kept_feedback"
    )
    _say_when_officers_may_know()
    _create_answers(sa.Column("version", sa.Integer(), nullable=False, autoincrement=False))
    op.execute(
        "INSERT INTO feedback_answer (feedback_id, version, question, answer, criterion)"
        " SELECT feedback_id, 1, question, answer, criterion FROM kept_feedback_answer"
    )
    _forget_set_aside()
    _create_texts_and_equality()
    _create_triage()
    _create_answers_of_the_force()
    _create_releases()


def downgrade() -> None:
    """Go back to one version of the answers, without texts. A contested answer becomes a secondary one, as it was before."""
    for table in NEW_TABLES:
        op.drop_table(table)
    _set_aside()
    _create_feedback(standings="'primary', 'secondary'", columns=(sa.Column("comment", sa.Text(), nullable=True),))
    as_before = KEPT.replace("standing", "CASE standing WHEN 'contested' THEN 'secondary' ELSE standing END")
    op.execute(f"INSERT INTO feedback ({KEPT}) SELECT {as_before} FROM kept_feedback")  # noqa: S608 -- our own names
    _create_answers()
    op.execute(
        "INSERT INTO feedback_answer (feedback_id, question, answer, criterion)"
        " SELECT a.feedback_id, a.question, a.answer, a.criterion FROM kept_feedback_answer a"
        " JOIN kept_feedback f ON f.id = a.feedback_id AND f.version = a.version"
    )
    _forget_set_aside()


def _set_aside() -> None:
    for table in ("feedback_answer", "feedback"):
        op.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 -- our own names
        op.drop_table(table)


def _forget_set_aside() -> None:
    for table in ("feedback_answer", "feedback"):
        op.drop_table(f"kept_{table}")


def _create_feedback(*, standings: str, columns: tuple[sa.schema.SchemaItem, ...]) -> None:
    op.create_table(
        "feedback",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("answering_as", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("reply_code_digest", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.CheckConstraint(f"standing IN ({standings})", name=op.f("ck_feedback_standing")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_feedback_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("reply_code_digest", name=op.f("uq_feedback_reply_code_digest")),
        sa.UniqueConstraint("submission_id", name="uq_feedback_submission_id"),
    )
    op.create_index(op.f("ix_feedback_receipt_id"), "feedback", ["receipt_id"])
    primary = sa.text("standing = 'primary'")
    op.create_index("uq_feedback_primary_receipt", "feedback", ["receipt_id"], unique=True, sqlite_where=primary, postgresql_where=primary)


def _create_answers(*versioned: sa.Column[int]) -> None:
    op.create_table(
        "feedback_answer",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        *versioned,
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_answer_feedback_id")),
        sa.PrimaryKeyConstraint("feedback_id", *(column.name for column in versioned), "question", name=op.f("pk_feedback_answer")),
    )


def _say_when_officers_may_know() -> None:
    """Give each week the month after the longest delay (35 days) from its last day: never too early."""
    feedback = sa.table("feedback", sa.column("week", sa.String()), sa.column("released_from", sa.String()))
    for week in op.get_bind().scalars(sa.select(feedback.c.week).distinct()).all():
        year, _, number = week.partition("-W")
        latest = date.fromisocalendar(int(year), int(number), 7) + timedelta(days=35)
        month = (latest.replace(day=28) + timedelta(days=4)).isoformat()[:7]
        op.execute(feedback.update().where(feedback.c.week == week).values(released_from=month))


def _envelope(*, nullable: bool = False) -> tuple[sa.Column[int], sa.Column[bytes], sa.Column[bytes]]:
    return (
        sa.Column("key_version", sa.Integer(), nullable=nullable),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=nullable),
        sa.Column("sealed", sa.LargeBinary(), nullable=nullable),
    )


def _create_texts_and_equality() -> None:
    op.create_table(
        "feedback_text",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        *_envelope(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_text_feedback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_text")),
        sa.UniqueConstraint("feedback_id", "number", name="uq_feedback_text_feedback_id_number"),
    )
    op.create_table(
        "equality_answer",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_equality_answer_feedback_id")),
        sa.PrimaryKeyConstraint("feedback_id", "question", name=op.f("pk_equality_answer")),
    )


def _create_triage() -> None:
    op.create_table(
        "triage_item",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_late", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_triage_item_state")),
        sa.CheckConstraint(OPEN_OR_DECIDED, name=op.f("ck_triage_item_open_or_decided")),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_triage_item_feedback_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_triage_item_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_item")),
    )
    op.create_index(op.f("ix_triage_item_feedback_id"), "triage_item", ["feedback_id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_triage_item_open_feedback", "triage_item", ["feedback_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )


def _create_answers_of_the_force() -> None:
    op.create_table(
        "force_answer",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        *_envelope(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_force_answer_feedback_id")),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name=op.f("fk_force_answer_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force_answer")),
    )
    op.create_index(op.f("ix_force_answer_feedback_id"), "force_answer", ["feedback_id"])


def _create_releases() -> None:
    op.create_table(
        "comment_decision",
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_envelope(nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("decision IN ('released', 'withheld')", name=op.f("ck_comment_decision_decision")),
        sa.CheckConstraint(TOLD_OR_SAID_WHY, name=op.f("ck_comment_decision_told_or_said_why")),
        sa.ForeignKeyConstraint(["text_id"], ["feedback_text.id"], name=op.f("fk_comment_decision_text_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_comment_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_decision")),
        sa.UniqueConstraint("text_id", name=op.f("uq_comment_decision_text_id")),
    )
    op.create_table(
        "officer_release",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_officer_release_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "month", name=op.f("pk_officer_release")),
    )
    op.create_table(
        "officer_answer_count",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("bin", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_officer_answer_count_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "month", "question", "bin", name=op.f("pk_officer_answer_count")),
    )

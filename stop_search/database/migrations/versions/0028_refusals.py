"""Refusals: the ranks that people hold, and what readers say must not be reviewed, with what was decided; and who asked for a copy."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

RANKS = (
    "inspector",
    "chief_inspector",
    "superintendent",
    "chief_superintendent",
    "assistant_chief_constable",
    "deputy_chief_constable",
    "chief_constable",
)
REASONS = (
    "criminal_proceedings",
    "misconduct_proceedings",
    "covert_policing",
    "protected_person",
    "court_order",
    "recorded_in_error",
)


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "held_rank",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("noted_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of("rank", RANKS), name=op.f("ck_held_rank_rank")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_held_rank_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_held_rank")),
    )
    op.create_table(
        "refusal_request",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("frame_entry_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("rank", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(_one_of("reason", REASONS), name=op.f("ck_refusal_request_reason")),
        sa.CheckConstraint(_one_of("decision", ("refused", "kept")), name=op.f("ck_refusal_request_decision")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_refusal_request_decided_by_another")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decision IS NULL)",
            name=op.f("ck_refusal_request_decided_by_a_person"),
        ),
        sa.CheckConstraint("(decision IS NULL) = (rank IS NULL)", name=op.f("ck_refusal_request_decided_with_a_rank")),
        sa.CheckConstraint("decision <> 'kept' OR answer IS NOT NULL", name=op.f("ck_refusal_request_answer_if_kept")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_refusal_request_review_id")),
        sa.ForeignKeyConstraint(["frame_entry_id"], ["frame_entry.id"], name=op.f("fk_refusal_request_frame_entry_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_refusal_request_encounter_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_refusal_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_refusal_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_request")),
        sa.UniqueConstraint("review_id", name=op.f("uq_refusal_request_review_id")),
    )
    op.create_index(op.f("ix_refusal_request_frame_entry_id"), "refusal_request", ["frame_entry_id"])
    op.create_index(op.f("ix_refusal_request_encounter_id"), "refusal_request", ["encounter_id"])
    op.create_table(
        "copy_wish",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("shown_from", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_copy_wish_review_id")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_copy_wish_footage_id")),
        sa.PrimaryKeyConstraint("review_id", "footage_id", name=op.f("pk_copy_wish")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("copy_wish")
    op.drop_table("refusal_request")
    op.drop_table("held_rank")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"

"""Themes of released comments: suggested and ticked, languages and translations, saved views."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TRANSLATED_OR_NOT = (
    "(sealed IS NULL AND key_version IS NULL AND wrapped_key IS NULL AND translated_by IS NULL AND translated_at IS NULL)"
    " OR (NOT is_english AND language IS NOT NULL AND sealed IS NOT NULL AND key_version IS NOT NULL AND wrapped_key IS NOT NULL"
    " AND translated_by IS NOT NULL AND translated_at IS NOT NULL)"
)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "comment_suggestion",
        _of_comment(),
        sa.Column("codebook", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("is_english", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _goes_with("comment_suggestion", "comment_id", "comment_decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_suggestion")),
        sa.UniqueConstraint("comment_id", "codebook", "model", name=op.f("uq_comment_suggestion_comment_id_codebook_model")),
    )
    op.create_index(op.f("ix_comment_suggestion_comment_id"), "comment_suggestion", ["comment_id"])
    op.create_table(
        "suggested_theme",
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_suggested_theme_score")),
        _goes_with("suggested_theme", "suggestion_id", "comment_suggestion"),
        sa.PrimaryKeyConstraint("suggestion_id", "theme", name=op.f("pk_suggested_theme")),
    )
    _ticked()
    _languages()


def _ticked() -> None:
    op.create_table(
        "comment_coding",
        _of_comment(),
        sa.Column("codebook", sa.Integer(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("coded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reading IN ('first', 'second')", name=op.f("ck_comment_coding_reading")),
        _goes_with("comment_coding", "comment_id", "comment_decision"),
        sa.ForeignKeyConstraint(["coder_id"], ["account.id"], name=op.f("fk_comment_coding_coder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_coding")),
        sa.UniqueConstraint("comment_id", "codebook", "reading", name=op.f("uq_comment_coding_comment_id_codebook_reading")),
        sa.UniqueConstraint("comment_id", "codebook", "coder_id", name=op.f("uq_comment_coding_comment_id_codebook_coder_id")),
    )
    op.create_index(op.f("ix_comment_coding_comment_id"), "comment_coding", ["comment_id"])
    op.create_table(
        "coded_theme",
        sa.Column("coding_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        _goes_with("coded_theme", "coding_id", "comment_coding"),
        sa.PrimaryKeyConstraint("coding_id", "theme", name=op.f("pk_coded_theme")),
    )


def _languages() -> None:
    op.create_table(
        "comment_language",
        _of_comment(),
        sa.Column("is_english", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("translated_by", sa.Uuid(), nullable=True),
        sa.Column("translated_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(TRANSLATED_OR_NOT, name=op.f("ck_comment_language_translated_or_not")),
        _goes_with("comment_language", "comment_id", "comment_decision"),
        sa.ForeignKeyConstraint(["said_by"], ["account.id"], name=op.f("fk_comment_language_said_by")),
        sa.ForeignKeyConstraint(["translated_by"], ["account.id"], name=op.f("fk_comment_language_translated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_language")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_comment_language_comment_id")),
    )
    op.create_table(
        "theme_view",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_theme_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_theme_view_owner_id_name")),
    )


def downgrade() -> None:
    """Remove the tables; the comments themselves stay."""
    for table in ("theme_view", "comment_language", "coded_theme", "comment_coding", "suggested_theme", "comment_suggestion"):
        op.drop_table(table)


def _of_comment() -> sa.Column[object]:
    return sa.Column("comment_id", sa.Uuid(), nullable=False)


def _goes_with(table: str, column: str, above: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{above}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")

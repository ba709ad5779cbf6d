"""Redactions: boxes, sound ranges, who did what, the copies."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nothing was redacted before."""
    op.create_table(
        "redaction",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("has_detector", sa.Boolean(), nullable=True),
        sa.Column("proposal_failure", sa.Text(), nullable=True),
        sa.Column("loudness", sa.JSON(), nullable=True),
        sa.Column("loudness_seconds", sa.Double(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("refused_by", sa.String(), nullable=True),
        sa.Column("faces_seen", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_redaction_refusal_iff_refused")),
        sa.CheckConstraint(
            "state IN ('opened', 'proposed', 'edited', 'asked', 'made', 'verified', 'released', 'refused')", name=op.f("ck_redaction_state")
        ),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_redaction_footage_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_redaction_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("footage_id", name=op.f("uq_redaction_footage_id")),
    )
    op.create_table(
        "redaction_person",
        sa.Column("redaction_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.CheckConstraint("part IN ('editor', 'checker')", name=op.f("ck_redaction_person_part")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_redaction_person_account_id")),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_redaction_person_redaction_id")),
        sa.PrimaryKeyConstraint("redaction_id", "account_id", name=op.f("pk_redaction_person")),
        sa.UniqueConstraint("redaction_id", "account_id", "part", name=op.f("uq_redaction_person_redaction_id_account_id_part")),
    )
    op.create_table(
        "redaction_sound",
        sa.Column("redaction_id", sa.Uuid(), nullable=False),
        sa.Column("from_seconds", sa.Double(), nullable=False),
        sa.Column("to_seconds", sa.Double(), nullable=False),
        sa.Column("cover", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("cover IN ('mute', 'tone')", name=op.f("ck_redaction_sound_cover")),
        sa.CheckConstraint("from_seconds < to_seconds", name=op.f("ck_redaction_sound_in_order")),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_redaction_sound_redaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_sound")),
    )
    op.create_index(op.f("ix_redaction_sound_redaction_id"), "redaction_sound", ["redaction_id"], unique=False)
    op.create_table(
        "redaction_track",
        sa.Column("redaction_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("certainty", sa.Double(), nullable=True),
        sa.Column("key_frames", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('face', 'plate', 'screen', 'document', 'other')", name=op.f("ck_redaction_track_kind")),
        sa.CheckConstraint("origin IN ('detector', 'person')", name=op.f("ck_redaction_track_origin")),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_redaction_track_redaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_track")),
    )
    op.create_index(op.f("ix_redaction_track_redaction_id"), "redaction_track", ["redaction_id"], unique=False)
    op.create_table(
        "redaction_copy",
        sa.Column("redaction_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("manifest_sha256", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("frames", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=True),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_part", sa.String(), nullable=True),
        sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("released_part = 'checker'", name=op.f("ck_redaction_copy_released_part")),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_redaction_copy_released_by_somebody")),
        sa.CheckConstraint("(released_at IS NULL) = (released_part IS NULL)", name=op.f("ck_redaction_copy_released_by_a_checker")),
        sa.CheckConstraint("released_at IS NULL OR verified_at IS NOT NULL", name=op.f("ck_redaction_copy_verified_before_released")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_redaction_copy_asked_by")),
        sa.ForeignKeyConstraint(
            ["redaction_id", "released_by", "released_part"],
            ["redaction_person.redaction_id", "redaction_person.account_id", "redaction_person.part"],
            name=op.f("fk_redaction_copy_redaction_id_released_by_released_part"),
        ),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_redaction_copy_redaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_copy")),
        sa.UniqueConstraint("redaction_id", "version", name=op.f("uq_redaction_copy_redaction_id_version")),
    )
    op.create_index(op.f("ix_redaction_copy_redaction_id"), "redaction_copy", ["redaction_id"], unique=False)


def downgrade() -> None:
    """Remove them. Copies in storage go with their originals."""
    for table in ("redaction_copy", "redaction_track", "redaction_sound", "redaction_person", "redaction"):
        op.drop_table(table)

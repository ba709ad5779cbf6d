"""Letters to the force, their sealed parts, the keys that they are sealed to; and since when a session is confirmed."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
STATES = ("received", "in_hand", "closed")
KINDS = ("complaint", "copy_of_record", "stop_without_receipt", "panel_interest")


def upgrade() -> None:
    """Add the tables and the column. Sessions of before were never confirmed again, so they are asked to."""
    op.add_column("sign_in_session", sa.Column("confirmed_at", MOMENT, nullable=True))
    op.create_table(
        "sealing_key",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_sealing_key_fingerprint")),
    )
    _create_letter()
    _create_letter_part()


def _create_letter() -> None:
    op.create_table(
        "letter",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("feedback_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("review_told", sa.String(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _one_of("letter", "kind", KINDS),
        _one_of("letter", "state", STATES),
        _one_of("letter", "came", ("online", "assisted", "feedback")),
        _one_of("letter", "review_told", ("told", "no_way_to_tell")),
        sa.CheckConstraint(
            "state <> 'closed' OR (disposition IS NOT NULL AND closed_by IS NOT NULL AND closed_on IS NOT NULL)",
            name=op.f("ck_letter_closed_by_a_person"),
        ),
        sa.CheckConstraint(
            "kind <> 'complaint' OR state <> 'closed' OR review_told IS NOT NULL",
            name=op.f("ck_letter_review_right"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_letter_{column}"))
            for column, target in (
                ("receipt_id", "receipt.id"),
                ("encounter_id", "encounter.id"),
                ("feedback_id", "feedback.id"),
                ("taken_by", "account.id"),
                ("closed_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("reference", name="uq_letter_reference"),
        sa.UniqueConstraint("submission_id", name="uq_letter_submission_id"),
        sa.UniqueConstraint("feedback_id", name="uq_letter_feedback_id"),
    )
    op.create_index("ix_letter_state_answer_due_on", "letter", ["state", "answer_due_on"])
    op.create_index(op.f("ix_letter_encounter_id"), "letter", ["encounter_id"])


def _create_letter_part() -> None:
    op.create_table(
        "letter_part",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("sealing_key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _one_of("letter_part", "part", ("body", "note")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_letter_part_{column}"))
            for column, target in (("letter_id", "letter.id"), ("written_by", "account.id"), ("sealing_key_id", "sealing_key.id"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_part")),
    )
    op.create_index("ix_letter_part_letter_id", "letter_part", ["letter_id"])


def downgrade() -> None:
    """Remove the tables with the letters in them, and the column."""
    op.drop_index("ix_letter_part_letter_id", table_name="letter_part")
    op.drop_table("letter_part")
    op.drop_index(op.f("ix_letter_encounter_id"), table_name="letter")
    op.drop_index("ix_letter_state_answer_due_on", table_name="letter")
    op.drop_table("letter")
    op.drop_table("sealing_key")
    op.drop_column("sign_in_session", "confirmed_at")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))

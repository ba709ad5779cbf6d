"""Community panels: meetings, seats, searches, votes, recommendations with their answers."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "panel_meeting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("rubric", sa.String(), nullable=False),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("called_by", sa.Uuid(), nullable=False),
        sa.Column("called_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_panel_meeting_closed_by_a_person")),
        sa.ForeignKeyConstraint(["called_by"], ["account.id"], name=op.f("fk_panel_meeting_called_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_panel_meeting_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_meeting")),
    )
    op.create_table(
        "panel_seat",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_seat_account_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["panel_meeting.id"], name=op.f("fk_panel_seat_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "account_id", name=op.f("pk_panel_seat")),
    )
    op.create_table(
        "panel_case",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_panel_case_added_by")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_panel_case_encounter_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["panel_meeting.id"], name=op.f("fk_panel_case_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_case")),
        sa.UniqueConstraint("id", "meeting_id", name=op.f("uq_panel_case_id_meeting_id")),
        sa.UniqueConstraint("meeting_id", "encounter_id", name=op.f("uq_panel_case_meeting_id_encounter_id")),
        sa.UniqueConstraint("meeting_id", "place", name=op.f("uq_panel_case_meeting_id_place")),
    )
    op.create_index(op.f("ix_panel_case_encounter_id"), "panel_case", ["encounter_id"])
    op.create_table(
        "panel_vote",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("stood_back", sa.Boolean(), nullable=False),
        sa.Column("overall", sa.String(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("voted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("stood_back = (overall IS NULL)", name=op.f("ck_panel_vote_overall_unless_stood_back")),
        sa.ForeignKeyConstraint(["case_id", "meeting_id"], ["panel_case.id", "panel_case.meeting_id"], name=op.f("fk_panel_vote_case")),
        sa.ForeignKeyConstraint(
            ["meeting_id", "member_id"], ["panel_seat.meeting_id", "panel_seat.account_id"], name=op.f("fk_panel_vote_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
        sa.UniqueConstraint("case_id", "member_id", name=op.f("uq_panel_vote_case_id_member_id")),
    )
    op.create_table(
        "panel_mark",
        sa.Column("vote_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('scored', 'not_applicable', 'not_observable')", name=op.f("ck_panel_mark_kind")),
        sa.CheckConstraint("(kind = 'scored') = (level IS NOT NULL)", name=op.f("ck_panel_mark_level_iff_scored")),
        sa.ForeignKeyConstraint(["vote_id"], ["panel_vote.id"], name=op.f("fk_panel_mark_vote_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("vote_id", "criterion", name=op.f("pk_panel_mark")),
    )
    op.create_table(
        "recommendation",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("published_at IS NULL OR answered_at IS NOT NULL", name=op.f("ck_recommendation_answered_before_published")),
        sa.CheckConstraint("(decision IS NULL) = (answered_by IS NULL)", name=op.f("ck_recommendation_answered_by_a_person")),
        sa.CheckConstraint("decision IN ('accepted', 'in_part', 'not_accepted')", name=op.f("ck_recommendation_decision")),
        sa.CheckConstraint("(decision IS NULL) = (answer IS NULL)", name=op.f("ck_recommendation_decision_with_words")),
        sa.CheckConstraint("kind IN ('improve', 'commend')", name=op.f("ck_recommendation_kind")),
        sa.CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_recommendation_published_by_a_person")),
        sa.CheckConstraint("published_by IS NULL OR published_by <> answered_by", name=op.f("ck_recommendation_published_by_another")),
        sa.CheckConstraint("(decision IS NULL) = (answered_at IS NULL)", name=op.f("ck_recommendation_time_iff_answered")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_recommendation_answered_by")),
        sa.ForeignKeyConstraint(["case_id"], ["panel_case.id"], name=op.f("fk_recommendation_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_recommendation_made_by")),
        sa.ForeignKeyConstraint(["meeting_id"], ["panel_meeting.id"], name=op.f("fk_recommendation_meeting_id")),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_recommendation_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    op.create_index(op.f("ix_recommendation_case_id"), "recommendation", ["case_id"])
    op.create_index(op.f("ix_recommendation_meeting_id"), "recommendation", ["meeting_id"])
    op.create_table(
        "recommendation_reminder",
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('soon', 'late')", name=op.f("ck_recommendation_reminder_kind")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendation.id"], name=op.f("fk_recommendation_reminder_recommendation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recommendation_id", "kind", name=op.f("pk_recommendation_reminder")),
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("recommendation_reminder", "recommendation", "panel_mark", "panel_vote", "panel_case", "panel_seat", "panel_meeting"):
        op.drop_table(table)

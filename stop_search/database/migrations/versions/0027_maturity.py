"""Assessments of competencies, which nobody changes or deletes, and alerts of missing film."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the tables, and the triggers that keep assessments."""
    op.create_table(
        "maturity_assessment",
        sa.Column("competency", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("light", sa.String(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("light IN ('in_place', 'partly', 'not_yet')", name=op.f("ck_maturity_assessment_light")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_maturity_assessment_number_from_one")),
        sa.ForeignKeyConstraint(["assessed_by"], ["account.id"], name=op.f("fk_maturity_assessment_assessed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maturity_assessment")),
        sa.UniqueConstraint("competency", "number", name="uq_maturity_assessment_competency_number"),
    )
    op.create_table(
        "film_alert",
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("is_more", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_alert")),
    )
    op.create_index(
        "uq_film_alert_standing",
        "film_alert",
        ["measure", "basis", "people", "is_more"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    _keep_assessments()


def _keep_assessments() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER maturity_assessment_no_{what.lower()} BEFORE {what} ON maturity_assessment "
                "BEGIN SELECT RAISE(ABORT, 'maturity_assessment_kept'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION maturity_assessment_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'maturity_assessment_kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'maturity_assessment_kept'; END $$"
    )
    op.execute(
        "CREATE TRIGGER maturity_assessment_is_kept BEFORE UPDATE OR DELETE ON maturity_assessment "
        "FOR EACH ROW EXECUTE FUNCTION maturity_assessment_keep()"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("film_alert")
    op.drop_table("maturity_assessment")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION maturity_assessment_keep()")

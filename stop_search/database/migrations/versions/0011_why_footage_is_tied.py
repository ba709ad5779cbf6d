"""Why recordings are tied to encounters, which are in doubt, what people decided, and why there is no recording or no encounter."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
LINK, CHECK = "footage_of_encounter", "ck_footage_of_encounter_matched_by"
BEFORE = ("declared", "officer_and_time", "device_and_time", "person")
NOW = ("declared", "officer_and_time", "device_and_time", "place_and_time", "person")


def upgrade() -> None:
    """Add them. Links of before have no why until they are worked out again."""
    _allow(NOW)
    op.add_column(LINK, sa.Column("why", sa.Text(), nullable=True))
    op.add_column(LINK, sa.Column("filmed_until", MOMENT, nullable=True))
    _create_doubts()
    _create_decisions()
    for table, about in (("footage_absence", "encounter"), ("footage_apart", "footage")):
        _create_reasons(table, about)


def _create_doubts() -> None:
    op.create_table(
        "footage_in_doubt",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_footage_in_doubt_footage_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_footage_in_doubt_encounter_id")),
        sa.PrimaryKeyConstraint("footage_id", "encounter_id", name=op.f("pk_footage_in_doubt")),
    )
    op.create_index(op.f("ix_footage_in_doubt_encounter_id"), "footage_in_doubt", ["encounter_id"])


def _create_decisions() -> None:
    op.create_table(
        "footage_decision",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("shows", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_footage_decision_footage_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_footage_decision_encounter_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_footage_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_footage_decision")),
    )
    op.create_index("ix_footage_decision_pair", "footage_decision", ["footage_id", "encounter_id", "decided_at"])


def _create_reasons(table: str, about: str) -> None:
    op.create_table(
        table,
        sa.Column(f"{about}_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([f"{about}_id"], [f"{about}.id"], name=op.f(f"fk_{table}_{about}_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["account.id"], name=op.f(f"fk_{table}_stated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{about}_id"), table, [f"{about}_id"])


def downgrade() -> None:
    """Remove them. What was tied by its place is taken to have been tied by its device: the older code knows no place."""
    for table in ("footage_apart", "footage_absence", "footage_decision", "footage_in_doubt"):
        op.drop_table(table)
    op.drop_column(LINK, "filmed_until")
    op.drop_column(LINK, "why")
    op.execute("UPDATE footage_of_encounter SET matched_by = 'device_and_time' WHERE matched_by = 'place_and_time'")
    _allow(BEFORE)


def _allow(values: tuple[str, ...]) -> None:
    """Put another CHECK in the place of the old one; SQLite makes the table anew for that."""
    listed = ", ".join(f"'{value}'" for value in values)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(CHECK), LINK, type_="check")
        op.create_check_constraint(op.f(CHECK), LINK, f"matched_by IN ({listed})")
        return
    with op.batch_alter_table(LINK, recreate="always", copy_from=_link_without_check()) as batch:
        batch.create_check_constraint(op.f(CHECK), f"matched_by IN ({listed})")


def _link_without_check() -> sa.Table:
    table = sa.Table(
        LINK,
        sa.MetaData(),
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("matched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_footage_of_encounter_encounter_id")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_footage_of_encounter_footage_id")),
        sa.PrimaryKeyConstraint("footage_id", "encounter_id", name=op.f("pk_footage_of_encounter")),
    )
    sa.Index(op.f("ix_footage_of_encounter_encounter_id"), table.c.encounter_id)
    return table

"""Complete records: traffic stops, safeguarding, versions, codes set aside, how busy somebody is trying codes."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
ENCOUNTER = (
    ("vehicle_registration", sa.String()),
    ("notice_left", sa.Boolean()),
    ("traffic_stop_reason", sa.String()),
    ("traffic_outcome", sa.String()),
    ("ethnicity_known_before", sa.String()),
    ("occupants", sa.Integer()),
    ("follows", sa.String()),
    ("gaps", sa.JSON()),
    ("finished_at", MOMENT),
)
PERSON = (
    ("receipt_handed", sa.String()),
    ("search_not_carried_out_reason", sa.String()),
    ("vulnerable", sa.Boolean()),
    ("search_place", sa.String()),
    ("searched_by_same_sex", sa.Boolean()),
    ("appropriate_adult_present", sa.Boolean()),
    ("authorised_by", sa.String()),
)
UNFINISHED = sa.text("finished_at IS NULL AND source <> 'police_uk'")


def upgrade() -> None:
    """Add columns and tables. Records of before count as finished: nobody is sent to finish what no rule asked for then."""
    for name, kind in ENCOUNTER:
        op.add_column("encounter", sa.Column(name, kind, nullable=True))
    op.add_column("encounter", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name, kind in PERSON:
        op.add_column("person_searched", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE encounter SET finished_at = recorded_at")
    op.create_index("ix_encounter_unfinished", "encounter", ["recorded_at"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
    _create_tables()
    _guard_versions()


def _create_tables() -> None:
    op.create_table(
        "encounter_version",
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("amended_at", MOMENT, nullable=False),
        sa.Column("amended_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_encounter_version_encounter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter_version")),
        sa.UniqueConstraint("encounter_id", "number", name="uq_encounter_version_encounter_id_number"),
    )
    op.create_table(
        "handset",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("lost_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handset_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handset")),
    )
    op.create_index(op.f("ix_handset_account_id"), "handset", ["account_id"])
    op.create_table(
        "allocated_code",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("check_words", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("allocated_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('allocated', 'used', 'void')", name=op.f("ck_allocated_code_state")),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_allocated_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_allocated_code_code_digest")),
    )
    op.create_index("ix_allocated_code_holder_state", "allocated_code", ["holder_id", "state"])
    op.create_table(
        "code_try",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_code_try")),
    )
    op.create_index(op.f("ix_code_try_free_at"), "code_try", ["free_at"])


def _guard_versions() -> None:
    """What a record said before is never changed: the database itself refuses UPDATE. Deleting is retention's, with the record."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER encounter_version_no_update BEFORE UPDATE ON encounter_version "
            "BEGIN SELECT RAISE(ABORT, 'what a record said before is never changed'); END",
        )
        return
    op.execute(
        "CREATE FUNCTION encounter_version_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what a record said before is never changed'; END $$",
    )
    op.execute(
        "CREATE TRIGGER encounter_version_no_update BEFORE UPDATE ON encounter_version "
        "FOR EACH ROW EXECUTE FUNCTION encounter_version_refuse()",
    )


def downgrade() -> None:
    """Remove the tables and columns; versions of before are gone with them."""
    for table in ("code_try", "allocated_code", "handset", "encounter_version"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION encounter_version_refuse()")
    op.drop_index("ix_encounter_unfinished", "encounter")
    for name, _ in PERSON:
        op.drop_column("person_searched", name)
    for name in ("version", *(name for name, _ in ENCOUNTER)):
        op.drop_column("encounter", name)

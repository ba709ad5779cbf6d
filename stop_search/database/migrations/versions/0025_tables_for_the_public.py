"""Tables for the public: what two people let out stays as it is, whoever writes."""

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

IS_OUT = "EXISTS (SELECT 1 FROM public_release WHERE id = OLD.release_id AND released_at IS NOT NULL)"
KEPT = {  # table: when a row of it does not change any more
    "public_release": "OLD.released_at IS NOT NULL",
    "released_tables": IS_OUT,
}


def upgrade() -> None:
    """Add both tables and the triggers that keep what is out."""
    op.create_table(
        "public_release",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("withheld", sa.JSON(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("released_by IS NULL OR released_by <> prepared_by", name=op.f("ck_public_release_released_by_another")),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_public_release_released_by_a_person")),
        sa.ForeignKeyConstraint(["prepared_by"], ["account.id"], name=op.f("fk_public_release_prepared_by")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_public_release_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_release")),
        sa.UniqueConstraint("quarter", name=op.f("uq_public_release_quarter")),
    )
    op.create_table(
        "released_tables",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["public_release.id"], name=op.f("fk_released_tables_release_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_tables")),
        sa.UniqueConstraint("quarter", "version", name=op.f("uq_released_tables_quarter_version")),
    )
    op.create_index(op.f("ix_released_tables_release_id"), "released_tables", ["release_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, is_out in KEPT.items():
        _keep_on_sqlite(table, is_out) if is_sqlite else _keep_on_postgresql(table, is_out)


def _keep_on_sqlite(table: str, is_out: str) -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_stays_on_{event.lower()} BEFORE {event} ON {table} WHEN {is_out} "
            "BEGIN SELECT RAISE(ABORT, 'public_release_stays'); END"
        )


def _keep_on_postgresql(table: str, is_out: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {is_out} THEN RAISE EXCEPTION 'public_release_stays' USING ERRCODE = 'check_violation', "
        "CONSTRAINT = 'public_release_stays'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stay()")


def downgrade() -> None:
    """Remove them."""
    op.drop_table("released_tables")
    op.drop_table("public_release")
    if op.get_bind().dialect.name == "postgresql":
        for table in KEPT:
            op.execute(f"DROP FUNCTION {table}_stay()")

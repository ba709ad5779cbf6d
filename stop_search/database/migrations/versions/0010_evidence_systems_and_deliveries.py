"""Recordings that an evidence system keeps, what it is asked for, what cameras deliver, and tokens for evidence systems."""

import sqlalchemy as sa
from alembic import op

import stop_search.database.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = stop_search.database.base.UtcDateTime(timezone=True)
TOKENS_BEFORE = ("camera", "device", "learning_team")
TOKENS_NOW = ("camera", "device", "evidence_system", "learning_team")
ROLES_BEFORE = (
    "officer", "supervisor", "learning_team", "panel_member", "complaints_handler", "auditor", "administrator", "device", "camera",
)  # fmt: skip
ROLES_NOW = (*ROLES_BEFORE, "evidence_system")


def upgrade() -> None:
    """Add them. Until now everything was kept here."""
    op.add_column("footage", sa.Column("position", sa.JSON(), nullable=True))
    _allow_roles("machine_token", TOKENS_NOW)
    _allow_roles("role_grant", ROLES_NOW)
    _evidence()
    _deliveries()


def downgrade() -> None:
    """Remove them, and the tokens of evidence systems. Recordings that only they keep stay, and say that nothing is in storage."""
    for table in ("delivered_object", "delivery", "evidence_request", "evidence_link"):
        op.drop_table(table)
    for table, roles in (("machine_token", TOKENS_BEFORE), ("role_grant", ROLES_BEFORE)):
        op.execute(f"DELETE FROM {table} WHERE role = 'evidence_system'")  # noqa: S608 -- our own tables
        _allow_roles(table, roles)
    op.drop_column("footage", "position")


def _allow_roles(table: str, roles: tuple[str, ...]) -> None:
    """No other table refers to these two, so SQLite may write them anew."""
    listed = ", ".join(f"'{role}'" for role in roles)
    name = op.f(f"ck_{table}_role")
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, f"role IN ({listed})")


def _evidence() -> None:
    op.create_table(
        "evidence_link",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.String(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("passing_key", sa.String(), nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("gone_as", sa.String(), nullable=True),
        sa.CheckConstraint("gone_as IN ('not_held', 'before_hold', 'despite_hold')", name=op.f("ck_evidence_link_gone_as")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_evidence_link_footage_id")),
        sa.PrimaryKeyConstraint("footage_id", name=op.f("pk_evidence_link")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_link_evidence_id")),
    )
    op.create_table(
        "evidence_request",
        sa.Column("footage_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("first_tried_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("wanted IN ('hold', 'release')", name=op.f("ck_evidence_request_wanted")),
        sa.CheckConstraint("answer IN ('held', 'released', 'gone', 'superseded')", name=op.f("ck_evidence_request_answer")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_evidence_request_footage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_request")),
        sa.UniqueConstraint("footage_id", "number", name=op.f("uq_evidence_request_footage_id_number")),
    )
    op.create_index("ix_evidence_request_answered_at_next_try_at", "evidence_request", ["answered_at", "next_try_at"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("name", name=op.f("uq_delivery_name")),
    )
    op.create_table(
        "delivered_object",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("footage_id", sa.Uuid(), nullable=True),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivered_object_delivery_id")),
        sa.ForeignKeyConstraint(["footage_id"], ["footage.id"], name=op.f("fk_delivered_object_footage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivered_object")),
        sa.UniqueConstraint("delivery_id", "name", name=op.f("uq_delivered_object_delivery_id_name")),
    )
    op.create_index("ix_delivered_object_footage_id", "delivered_object", ["footage_id"])

"""Gold clips, their agreed marks, who read which for calibration, readers' letters; the reading and the hold for that."""

import random
import re
from string import ascii_uppercase

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
INDEX = "uq_review_frame_entry_id_reading"
CALIBRATION = "reading = 'calibration'"


def upgrade() -> None:
    """Add them. Who handed in a review before gets a letter by lot."""
    _with_triggers_aside("review", lambda: _allow("review", "reading", "calibration"))
    _allow("footage_hold", "reason", "training")
    _index_readings("state <> 'recused' AND reading <> 'calibration'")
    where = {"sqlite_where": sa.text(CALIBRATION), "postgresql_where": sa.text(CALIBRATION)}
    op.create_index("uq_review_calibration", "review", ["frame_entry_id", "reviewer_id"], unique=True, **where)
    _gold_clips()
    op.create_table(
        "reader_letter",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reader_letter_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reader_letter")),
        sa.UniqueConstraint("letter", name=op.f("uq_reader_letter_letter")),
    )
    _give_letters()


def _gold_clips() -> None:
    op.create_table(
        "gold_clip",
        sa.Column("frame_entry_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("rubric", sa.String(), nullable=False),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'agreed', 'retired')", name=op.f("ck_gold_clip_state")),
        sa.CheckConstraint("basis IN ('adjudicated', 'two_experts')", name=op.f("ck_gold_clip_basis")),
        sa.CheckConstraint("agreed_by <> proposed_by", name=op.f("ck_gold_clip_agreed_by_another")),
        sa.CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_gold_clip_agreed_by_somebody")),
        sa.CheckConstraint("state <> 'agreed' OR agreed_at IS NOT NULL", name=op.f("ck_gold_clip_time_if_agreed")),
        sa.CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name=op.f("ck_gold_clip_time_iff_retired")),
        sa.ForeignKeyConstraint(["frame_entry_id"], ["frame_entry.id"], name=op.f("fk_gold_clip_frame_entry_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_gold_clip_encounter_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_gold_clip_proposed_by")),
        sa.ForeignKeyConstraint(["agreed_by"], ["account.id"], name=op.f("fk_gold_clip_agreed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_clip")),
        sa.UniqueConstraint("frame_entry_id", name=op.f("uq_gold_clip_frame_entry_id")),
    )
    op.create_index(op.f("ix_gold_clip_encounter_id"), "gold_clip", ["encounter_id"])
    op.create_table(
        "gold_mark",
        sa.Column("gold_clip_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('scored', 'not_applicable', 'not_observable')", name=op.f("ck_gold_mark_kind")),
        sa.CheckConstraint("level IN (0, 1, 2, 3)", name=op.f("ck_gold_mark_level")),
        sa.CheckConstraint("(kind = 'scored') = (level IS NOT NULL)", name=op.f("ck_gold_mark_level_iff_scored")),
        sa.ForeignKeyConstraint(["gold_clip_id"], ["gold_clip.id"], name=op.f("fk_gold_mark_gold_clip_id")),
        sa.PrimaryKeyConstraint("gold_clip_id", "criterion", name=op.f("pk_gold_mark")),
    )
    op.create_table(
        "calibration_reading",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("gold_clip_id", sa.Uuid(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_calibration_reading_review_id")),
        sa.ForeignKeyConstraint(["gold_clip_id"], ["gold_clip.id"], name=op.f("fk_calibration_reading_gold_clip_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_calibration_reading")),
    )
    op.create_index(op.f("ix_calibration_reading_gold_clip_id"), "calibration_reading", ["gold_clip_id"])


def _give_letters() -> None:
    letter = sa.table("reader_letter", sa.column("account_id", sa.Uuid()), sa.column("letter", sa.String()))
    review = sa.table("review", sa.column("reviewer_id", sa.Uuid()), sa.column("state", sa.String()))
    found = list(op.get_bind().scalars(sa.select(review.c.reviewer_id).where(review.c.state == "submitted").distinct()))
    random.SystemRandom().shuffle(found)
    names = [*ascii_uppercase, *(one + other for one in ascii_uppercase for other in ascii_uppercase)]
    if found:
        op.bulk_insert(letter, [{"account_id": account_id, "letter": name} for account_id, name in zip(found, names, strict=False)])


def downgrade() -> None:
    """Take them away; calibration readings go, holds for them become holds for the panel, which the same people own."""
    op.drop_table("reader_letter")
    op.drop_table("calibration_reading")
    op.drop_table("gold_mark")
    op.drop_table("gold_clip")
    for table in ("mark_item", "mark", "review_theme", "review_flag"):
        op.execute(f"DELETE FROM {table} WHERE review_id IN (SELECT id FROM review WHERE {CALIBRATION})")  # noqa: S608 -- our own tables
    op.execute(f"DELETE FROM review WHERE {CALIBRATION}")  # noqa: S608 -- our own table
    op.drop_index("uq_review_calibration", "review")
    _index_readings("state <> 'recused'")
    _with_triggers_aside("review", lambda: _forbid("review", "reading", "calibration"))
    op.execute("UPDATE footage_hold SET reason = 'panel' WHERE reason = 'training'")
    _forbid("footage_hold", "reason", "training")


def _index_readings(condition: str) -> None:
    op.drop_index(INDEX, "review")
    where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
    op.create_index(INDEX, "review", ["frame_entry_id", "reading"], unique=True, **where)


def _allow(table: str, column: str, value: str) -> None:
    _one_of(table, column, [*_allowed(table, column), value])


def _forbid(table: str, column: str, value: str) -> None:
    _one_of(table, column, [known for known in _allowed(table, column) if known != value])


def _allowed(table: str, column: str) -> list[str]:
    """Return what the column may hold so far: other migrations add to it too."""
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    return re.findall(r"'(\w+)'", next(check["sqltext"] for check in checks if check["name"] == f"ck_{table}_{column}"))


def _one_of(table: str, column: str, values: list[str]) -> None:
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN ({', '.join(repr(value) for value in values)})")


def _with_triggers_aside(table: str, change) -> None:  # noqa: ANN001 -- a function of nothing
    """Rebuild a table on SQLite without losing its triggers, and with no view in the way of its new name."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        change()
        return
    wanted = (
        "SELECT type, name, sql FROM sqlite_master WHERE type = 'view' OR (type = 'trigger' AND tbl_name = ?) ORDER BY type DESC, rowid"
    )
    aside = bind.exec_driver_sql(wanted, (table,)).all()
    for kind, name, _ in reversed(aside):  # triggers before the views that they read
        op.execute(f"DROP {kind} {name}")
    change()
    for _, _, made_by in aside:
        op.execute(made_by)

"""Draws that are committed before chance decides: quarters' keys, coverage, anchors, the chain of outcomes, reviews for cause.

Draws of before were of the first protocol and stay as they are. On the way down, what the first protocol cannot say is taken out:
draws that were not run, coverage draws (what they drew stays drawn), and reviews for cause.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from stop_search.database.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
HOLDS = ("drawn", "feedback", "complaint", "record_request", "panel")
CLASSES = ("certainty", "high", "base", "late")
OUTCOMES = "'drawn', 'reviewed', 'no_footage', 'refused'"
CAUSES = "'complaint', 'safeguarding', 'force'"
DRAW = "id, scope, period_start, period_end, design, frame_digest, frame_size, randomness, seed, drawn_at, period_key"
ENTRY = (
    "id, draw_id, encounter_id, token, probability_numerator, probability_denominator, ticket, is_drawn, outcome, outcome_reason, "
    "unassigned_reason"
)


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "quarter_key",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_quarter_key")),
    )
    _change_reasons((*HOLDS, "framed", "coverage"))
    _written_anew(
        _new_tables,
        f"INSERT INTO draw ({DRAW}, stream, protocol, state, committed_at) SELECT {DRAW}, 'main', 1, 'run', drawn_at FROM old_draw",  # noqa: S608 -- our own tables
        f"INSERT INTO frame_entry ({ENTRY}, risk_class, is_second, is_panel, is_cover, inclusion_probability) SELECT {ENTRY}, risk_class, "  # noqa: S608 -- our own tables
        "FALSE, FALSE, FALSE, 1.0 * probability_numerator / probability_denominator FROM old_frame_entry",
    )
    _anchors_and_outcomes()


def downgrade() -> None:
    """Remove them."""
    _refuse_no_more()
    op.drop_table("draw_outcome")
    op.drop_table("draw_anchor")
    of_cause = "SELECT id FROM review WHERE frame_entry_id IN (SELECT id FROM frame_entry WHERE cause IS NOT NULL)"
    for table in ("mark_item", "mark", "review_theme", "review_flag"):
        op.execute(f"DELETE FROM {table} WHERE review_id IN ({of_cause})")  # noqa: S608 -- our own tables
    op.execute(f"DELETE FROM review WHERE id IN ({of_cause})")  # noqa: S608 -- our own tables
    op.execute("DELETE FROM frame_entry WHERE cause IS NOT NULL OR draw_id IN (SELECT id FROM draw WHERE state = 'committed')")
    op.execute("UPDATE frame_entry SET cover_draw_id = NULL")
    op.execute("DELETE FROM draw WHERE state = 'committed' OR stream = 'cover'")
    op.execute(
        "UPDATE draw SET period_key = (SELECT key FROM quarter_key WHERE quarter_key.quarter = draw.quarter), quarter = NULL "
        "WHERE quarter IS NOT NULL"
    )
    _written_anew(
        _old_tables,
        f"INSERT INTO draw ({DRAW}) SELECT {DRAW} FROM old_draw",  # noqa: S608 -- our own tables
        f"INSERT INTO frame_entry ({ENTRY}, risk_class) SELECT {ENTRY}, CASE risk_class WHEN 'delayed' THEN 'late' ELSE risk_class END "  # noqa: S608 -- our own tables
        "FROM old_frame_entry",
    )
    op.execute("DELETE FROM footage_hold WHERE reason IN ('framed', 'coverage')")
    _change_reasons(HOLDS)
    op.drop_table("quarter_key")


def _change_reasons(reasons: tuple[str, ...]) -> None:
    listed = ", ".join(repr(reason) for reason in reasons)
    with op.batch_alter_table("footage_hold") as table:
        table.drop_constraint(op.f("ck_footage_hold_reason"), type_="check")
        table.create_check_constraint(op.f("ck_footage_hold_reason"), f"reason IN ({listed})")


def _written_anew(tables: Callable[[], None], *filled: str) -> None:
    """Put draw and frame_entry away, make them anew, and fill them. Until the end, nobody asks whether what reviews name is there."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    named_by = (("review", "frame_entry", "frame_entry_id"),)
    if is_sqlite:
        op.execute("PRAGMA defer_foreign_keys = ON")
    else:
        for table, _, column in named_by:
            op.drop_constraint(op.f(f"fk_{table}_{column}"), table, type_="foreignkey")
    for table in ("frame_entry", "draw"):
        op.execute(f"CREATE TABLE old_{table} AS SELECT * FROM {table}")  # noqa: S608 -- our own tables
        op.drop_table(table)
    tables()
    for statement in filled:
        op.execute(statement)
    for table in ("frame_entry", "draw"):
        op.drop_table(f"old_{table}")
    if not is_sqlite:
        for table, other, column in named_by:
            op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, other, [column], ["id"])


def _new_tables() -> None:
    op.create_table(
        "draw",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("quarter", sa.String(), nullable=True),
        sa.Column("period_key", sa.String(), nullable=True),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=True),
        sa.Column("frame_digest", sa.String(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("randomness", sa.String(), nullable=True),
        sa.Column("chance", sa.JSON(), nullable=True),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("stream IN ('main', 'cover')", name=op.f("ck_draw_stream")),
        sa.CheckConstraint("state IN ('committed', 'run', 'published')", name=op.f("ck_draw_state")),
        sa.CheckConstraint("(state = 'committed') = (drawn_at IS NULL)", name=op.f("ck_draw_time_iff_run")),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name=op.f("ck_draw_seed_iff_run")),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_draw_time_iff_published")),
        sa.CheckConstraint("(protocol = 1) = (sequence IS NULL)", name=op.f("ck_draw_numbered_since_second_protocol")),
        sa.CheckConstraint("(quarter IS NULL) = (period_key IS NOT NULL)", name=op.f("ck_draw_one_key")),
        sa.ForeignKeyConstraint(["quarter"], ["quarter_key.quarter"], name=op.f("fk_draw_quarter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("scope", "stream", "period_start", "period_end", name="uq_draw_scope_stream_period"),
        sa.UniqueConstraint("scope", "sequence", name="uq_draw_scope_sequence"),
    )
    _new_entries()


def _new_entries() -> None:
    op.create_table(
        "frame_entry",
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("risk_class", sa.String(), nullable=False),
        sa.Column("probability_numerator", sa.Integer(), nullable=False),
        sa.Column("probability_denominator", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("is_second", sa.Boolean(), nullable=False),
        sa.Column("is_panel", sa.Boolean(), nullable=False),
        sa.Column("cover_draw_id", sa.Uuid(), nullable=True),
        sa.Column("officer_group", sa.String(), nullable=True),
        sa.Column("cover_ticket", sa.String(), nullable=True),
        sa.Column("is_cover", sa.Boolean(), nullable=False),
        sa.Column("inclusion_probability", sa.Double(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("unassigned_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_frame_entry_outcome")),
        sa.CheckConstraint("risk_class IN ('certainty', 'high', 'base', 'delayed', 'late')", name=op.f("ck_frame_entry_risk_class")),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_frame_entry_cause")),
        sa.CheckConstraint("(draw_id IS NULL) = (cause IS NOT NULL)", name=op.f("ck_frame_entry_draw_or_cause")),
        sa.CheckConstraint("(cause IS NULL) = (probability_numerator > 0)", name=op.f("ck_frame_entry_no_chance_for_cause")),
        sa.CheckConstraint("cause IS NULL OR NOT is_drawn", name=op.f("ck_frame_entry_cause_is_not_drawn")),
        sa.CheckConstraint("inclusion_probability > 0 OR NOT is_drawn", name=op.f("ck_frame_entry_drawn_with_a_probability")),
        sa.CheckConstraint("is_drawn OR NOT (is_cover OR is_second OR is_panel)", name=op.f("ck_frame_entry_only_what_is_drawn")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_frame_entry_draw_id")),
        sa.ForeignKeyConstraint(["cover_draw_id"], ["draw.id"], name=op.f("fk_frame_entry_cover_draw_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_frame_entry_encounter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_entry")),
        sa.UniqueConstraint("encounter_id", "cause", name="uq_frame_entry_encounter_id_cause"),
        sa.UniqueConstraint("token", name=op.f("uq_frame_entry_token")),
    )
    only = sa.text("cause IS NULL")
    op.create_index("uq_frame_entry_encounter_id", "frame_entry", ["encounter_id"], unique=True, sqlite_where=only, postgresql_where=only)
    op.create_index("ix_frame_entry_draw_id_is_drawn", "frame_entry", ["draw_id", "is_drawn"])
    op.create_index("ix_frame_entry_cover_draw_id", "frame_entry", ["cover_draw_id"])


def _old_tables() -> None:
    op.create_table(
        "draw",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("period_key", sa.String(), nullable=False),
        sa.Column("randomness", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("frame_digest", sa.String(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("scope", "period_start", "period_end", name="uq_draw_scope_period"),
    )
    op.create_table(
        "frame_entry",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("risk_class", sa.String(), nullable=False),
        sa.Column("probability_numerator", sa.Integer(), nullable=False),
        sa.Column("probability_denominator", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("unassigned_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_frame_entry_outcome")),
        sa.CheckConstraint(f"risk_class IN ({', '.join(repr(name) for name in CLASSES)})", name=op.f("ck_frame_entry_risk_class")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_frame_entry_draw_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_frame_entry_encounter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_entry")),
        sa.UniqueConstraint("encounter_id", name="uq_frame_entry_encounter_id"),
        sa.UniqueConstraint("token", name=op.f("uq_frame_entry_token")),
    )
    op.create_index("ix_frame_entry_draw_id_is_drawn", "frame_entry", ["draw_id", "is_drawn"])


def _anchors_and_outcomes() -> None:
    op.create_table(
        "draw_anchor",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("anchored_at", MOMENT, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_anchor_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_anchor")),
    )
    op.create_index("ix_draw_anchor_draw_id", "draw_anchor", ["draw_id"])
    op.create_table(
        "draw_outcome",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("frame_entry_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('reviewed', 'no_footage', 'refused')", name=op.f("ck_draw_outcome_outcome")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_outcome_draw_id")),
        sa.ForeignKeyConstraint(["frame_entry_id"], ["frame_entry.id"], name=op.f("fk_draw_outcome_frame_entry_id")),
        sa.PrimaryKeyConstraint("draw_id", "n", name=op.f("pk_draw_outcome")),
        sa.UniqueConstraint("frame_entry_id", name=op.f("uq_draw_outcome_frame_entry_id")),
    )
    _refuse_changes()


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER draw_outcome_no_{verb.lower()} BEFORE {verb} ON draw_outcome "
                "BEGIN SELECT RAISE(ABORT, 'the chain of outcomes only grows'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION draw_outcome_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the chain of outcomes only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER draw_outcome_no_change BEFORE UPDATE OR DELETE ON draw_outcome FOR EACH ROW EXECUTE FUNCTION draw_outcome_refuse()"
    )
    op.execute(
        "CREATE TRIGGER draw_outcome_no_truncate BEFORE TRUNCATE ON draw_outcome FOR EACH STATEMENT EXECUTE FUNCTION draw_outcome_refuse()"
    )


def _refuse_no_more() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER draw_outcome_no_{verb}")
        return
    op.execute("DROP TRIGGER draw_outcome_no_truncate ON draw_outcome")
    op.execute("DROP TRIGGER draw_outcome_no_change ON draw_outcome")
    op.execute("DROP FUNCTION draw_outcome_refuse()")

"""Marks and grades say which later reading replaced them, so that nothing has to look for one.

A locked mark of the grounds may be replaced like any other: the triggers that refuse its change now name what must not change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REFUSAL = "the grounds are locked: the outcome has been shown"
WATCHED = "review_id, criterion, kind, level, reason, evidence, evidence_from_seconds, evidence_to_seconds, marked_at, locked_at"
PAIRS = (("first", "adjudication"), ("first", "reread"), ("adjudication", "reread"))  # the nearest later reading first

BOTH = """FROM review own JOIN review later ON later.frame_entry_id = own.frame_entry_id
    WHERE own.state = 'submitted' AND own.reading = '{earlier}' AND later.state = 'submitted' AND later.reading = '{later}'"""
MARKS = """
UPDATE mark SET replaced_by = (
    SELECT later.id FROM review own JOIN review later ON later.frame_entry_id = own.frame_entry_id
    JOIN mark taken ON taken.review_id = later.id
    WHERE own.id = mark.review_id AND taken.criterion = mark.criterion AND later.state = 'submitted' AND later.reading = '{later}'
) WHERE replaced_by IS NULL AND review_id IN (SELECT own.id {both})
"""
GRADES = """
UPDATE review SET grade_replaced_by = (
    SELECT later.id FROM review later
    WHERE later.frame_entry_id = review.frame_entry_id AND later.state = 'submitted' AND later.reading = '{later}'
) WHERE grade_replaced_by IS NULL AND id IN (SELECT own.id {both})
"""


def upgrade() -> None:
    """Add the two columns, fill them by the rule of `final_marks.py`, and let the triggers watch what they mean to."""
    op.add_column("review", sa.Column("grade_replaced_by", sa.Uuid(), nullable=True))
    op.add_column("mark", sa.Column("replaced_by", sa.Uuid(), nullable=True))
    _take_down()
    for earlier, later in PAIRS:
        both = BOTH.format(earlier=earlier, later=later)
        for statement in (MARKS, GRADES):
            op.execute(statement.format(both=both, later=later))
    _put_up(f" OF {WATCHED}")


def downgrade() -> None:
    """Remove them."""
    _take_down()
    op.drop_column("mark", "replaced_by")
    op.drop_column("review", "grade_replaced_by")
    _put_up("")


def _put_up(columns: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, moment in (("update", f"UPDATE{columns}"), ("delete", "DELETE")):
            op.execute(
                f"CREATE TRIGGER mark_locked_no_{name} BEFORE {moment} ON mark WHEN OLD.locked_at IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            )
        return
    op.execute(
        f"CREATE TRIGGER mark_locked_no_change BEFORE UPDATE{columns} OR DELETE ON mark FOR EACH ROW "
        "WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION mark_locked_refuse()",
    )


def _take_down() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            op.execute(f"DROP TRIGGER mark_locked_no_{name}")
        return
    op.execute("DROP TRIGGER mark_locked_no_change ON mark")

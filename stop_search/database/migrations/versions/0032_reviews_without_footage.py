"""Reviews can be handed in without footage, and then have no grade; those that were handed in with marks all the same become such.

Their marks stay where they are and count nowhere. What was counted of draws before is counted anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STATES = ("assigned", "started", "submitted", "recused")
WITHOUT = "without_footage"
UNSEEN = "frame_entry_id IN (SELECT id FROM frame_entry WHERE outcome = 'no_footage')"
NOT_ASSESSABLE = "not_assessable"  # what the rubric makes of a review in which nothing could be told


def upgrade() -> None:
    """Add the state, and give it to what was handed in of stops that ended without footage."""
    with _views_and_triggers_kept():
        _checks((*STATES[:3], WITHOUT, *STATES[3:]), f"state IN ('submitted', '{WITHOUT}')")
        op.execute(
            f"UPDATE review SET state = '{WITHOUT}', grade = NULL, grade_replaced_by = NULL "  # noqa: S608 -- our own words
            f"WHERE state = 'submitted' AND reading <> 'calibration' AND {UNSEEN}"
        )
    op.execute("DELETE FROM kept_sums")


def downgrade() -> None:
    """Say again of such reviews that they were handed in, with the grade of one in which nothing could be told."""
    with _views_and_triggers_kept():
        with op.batch_alter_table("review") as batch:
            batch.drop_constraint(op.f("ck_review_grade_iff_submitted"), type_="check")
        op.execute(f"UPDATE review SET grade = '{NOT_ASSESSABLE}' WHERE state = '{WITHOUT}'")  # noqa: S608 -- our own words
        with op.batch_alter_table("review") as batch:
            batch.drop_constraint(op.f("ck_review_state"), type_="check")
            batch.drop_constraint(op.f("ck_review_time_iff_submitted"), type_="check")
        op.execute(f"UPDATE review SET state = 'submitted' WHERE state = '{WITHOUT}'")  # noqa: S608 -- our own words
        with op.batch_alter_table("review") as batch:
            batch.create_check_constraint(op.f("ck_review_state"), _one_of(STATES))
            batch.create_check_constraint(op.f("ck_review_time_iff_submitted"), "(state = 'submitted') = (submitted_at IS NOT NULL)")
            batch.create_check_constraint(op.f("ck_review_grade_iff_submitted"), "(state = 'submitted') = (grade IS NOT NULL)")
    op.execute("DELETE FROM kept_sums")


def _checks(states: tuple[str, ...], handed_in: str) -> None:
    with op.batch_alter_table("review") as batch:
        batch.drop_constraint(op.f("ck_review_state"), type_="check")
        batch.drop_constraint(op.f("ck_review_time_iff_submitted"), type_="check")
        batch.create_check_constraint(op.f("ck_review_state"), _one_of(states))
        batch.create_check_constraint(op.f("ck_review_time_iff_submitted"), f"({handed_in}) = (submitted_at IS NOT NULL)")


def _one_of(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


@contextmanager
def _views_and_triggers_kept() -> Iterator[None]:
    """Let rows be changed without a look for conflicts, which was had; and put back what SQLite loses where it writes a table anew."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("ALTER TABLE review DISABLE TRIGGER review_no_conflict"))
        yield
        connection.execute(sa.text("ALTER TABLE review ENABLE TRIGGER review_no_conflict"))
        return
    kept = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE type = 'view' OR (type = 'trigger' AND tbl_name = 'review') ORDER BY type, name"
    ).all()
    for kind, name, _ in kept:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    for _, _, statement in reversed(kept):
        connection.exec_driver_sql(statement)

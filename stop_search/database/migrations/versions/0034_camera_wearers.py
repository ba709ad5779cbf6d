"""Whoever wore a camera that shows a stop was at it: the view of conflicts of interest says so, as the rules do."""

import runpy
from pathlib import Path

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NOBODY_NEAR = runpy.run_path(str(Path(__file__).with_name("0021_nobody_near_reviews.py")))
WEARERS = """UNION ALL
SELECT t.encounter_id, f.officer_id, 'was present'
  FROM footage_of_encounter t JOIN footage f ON f.id = t.footage_id WHERE f.officer_id IS NOT NULL
"""


def upgrade() -> None:
    """Put up the view with the wearers. Reviews that are there already are judged when they are started or handed in."""
    _put_up(NOBODY_NEAR["CONFLICTS"] + WEARERS)


def downgrade() -> None:
    """Put up the view without them."""
    _put_up(NOBODY_NEAR["CONFLICTS"])


def _put_up(view: str) -> None:
    """Replace the view: the triggers name it, and look at whatever has that name."""
    dialect = op.get_bind().dialect.name
    earlier, later = NOBODY_NEAR["NEAR"][dialect]
    made = view.format(day=NOBODY_NEAR["DAY"][dialect], earlier=earlier, later=later)
    if dialect == "sqlite":
        op.execute("DROP VIEW review_conflict")
        op.execute(made)
    else:
        op.execute(made.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))

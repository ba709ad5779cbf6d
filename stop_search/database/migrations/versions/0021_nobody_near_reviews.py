"""The view of conflicts of interest, and the triggers by which the database refuses a review to whoever has one.

The view says the same as `stop_search/reviews/assignment.py`; a test compares the two over random organisations. On SQLite a table that
is rebuilt loses its triggers, and a view stands in the way of renaming: a later migration that rebuilds a table named here calls
`take_down` first and `put_up` after.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# The local day of a stop. London is an hour ahead from the last Sunday of March to that of October, at 01:00 UTC (SI 2002/262).
DAY = {
    "postgresql": "(e.started_at AT TIME ZONE 'Europe/London')::date",
    "sqlite": """date(e.started_at, CASE
        WHEN e.started_at >= date(strftime('%Y', e.started_at) || '-03-25', 'weekday 0') || ' 01:00:00'
        AND e.started_at < date(strftime('%Y', e.started_at) || '-10-25', 'weekday 0') || ' 01:00:00'
        THEN '+1 hour' ELSE '+0 hours' END)""",
}
NEAR = {"postgresql": ("s.day - 90", "s.day + 90"), "sqlite": ("date(s.day, '-90 days')", "date(s.day, '+90 days')")}

CONFLICTS = """
CREATE VIEW review_conflict AS
WITH RECURSIVE
  line (team_id, above_id) AS (
    SELECT id, id FROM team
    UNION
    SELECT line.team_id, team.above_id FROM line JOIN team ON team.id = line.above_id WHERE team.above_id IS NOT NULL
  ),
  stop (encounter_id, officer_id, team_id, day) AS (SELECT e.id, e.officer_id, e.team_id, {day} FROM encounter e),
  of_officer (encounter_id, team_id, starts_on, ends_on) AS (
    SELECT s.encounter_id, p.team_id, p.starts_on, p.ends_on FROM stop s JOIN post p ON p.account_id = s.officer_id
    UNION ALL
    SELECT s.encounter_id, s.team_id, s.day, s.day FROM stop s WHERE s.team_id IS NOT NULL
  )
SELECT s.encounter_id, a.id AS account_id, 'is the officer' AS conflict
  FROM stop s JOIN account a ON s.officer_id IS NULL OR a.id = s.officer_id
UNION ALL
SELECT o.encounter_id, o.account_id, 'was present' FROM officer_present o
UNION ALL
SELECT s.encounter_id, p.account_id, 'led the officer'
  FROM stop s
  JOIN of_officer t ON t.encounter_id = s.encounter_id AND t.starts_on <= s.day AND (t.ends_on IS NULL OR t.ends_on >= s.day)
  JOIN line ON line.team_id = t.team_id
  JOIN post p ON p.team_id = line.above_id AND p.kind = 'lead' AND p.starts_on <= s.day AND (p.ends_on IS NULL OR p.ends_on >= s.day)
UNION ALL
SELECT s.encounter_id, p.account_id, 'was led by the officer'
  FROM stop s
  JOIN post l ON l.account_id = s.officer_id AND l.kind = 'lead' AND l.starts_on <= s.day AND (l.ends_on IS NULL OR l.ends_on >= s.day)
  JOIN line ON line.above_id = l.team_id
  JOIN post p ON p.team_id = line.team_id AND p.starts_on <= s.day AND (p.ends_on IS NULL OR p.ends_on >= s.day)
UNION ALL
SELECT s.encounter_id, p.account_id, 'shares a team'
  FROM stop s
  JOIN of_officer t ON t.encounter_id = s.encounter_id AND t.starts_on <= {later} AND (t.ends_on IS NULL OR t.ends_on >= {earlier})
  JOIN post p ON p.team_id = t.team_id AND p.starts_on <= {later} AND (p.ends_on IS NULL OR p.ends_on >= {earlier})
UNION ALL
SELECT s.encounter_id, CASE WHEN r.account_id = s.officer_id THEN r.other_id ELSE r.account_id END, 'declared a relation'
  FROM stop s JOIN declared_relation r ON s.officer_id IN (r.account_id, r.other_id) AND r.ended_at IS NULL
UNION ALL
SELECT o.encounter_id, CASE WHEN r.account_id = o.account_id THEN r.other_id ELSE r.account_id END, 'declared a relation'
  FROM officer_present o JOIN declared_relation r ON o.account_id IN (r.account_id, r.other_id) AND r.ended_at IS NULL
UNION ALL
SELECT letter.encounter_id, n.account_id, 'is named in a complaint'
  FROM named_in_letter n JOIN letter ON letter.id = n.letter_id AND letter.encounter_id IS NOT NULL
"""

REFUSED = (
    "NEW.state <> 'recused' AND EXISTS "
    "(SELECT 1 FROM review_conflict c WHERE c.encounter_id = NEW.encounter_id AND c.account_id = NEW.reviewer_id)"
)
WATCHED = "reviewer_id, encounter_id, frame_entry_id, state"


def upgrade() -> None:
    """Put up view and triggers. Reviews that are there already are judged when they are started or handed in."""
    put_up()


def downgrade() -> None:
    """Take them down."""
    take_down()


def put_up(view: str | None = None) -> None:
    """Make the view, this one unless another is given, and the triggers."""
    dialect = op.get_bind().dialect.name
    earlier, later = NEAR[dialect]
    op.execute(view or CONFLICTS.format(day=DAY[dialect], earlier=earlier, later=later))
    if dialect == "sqlite":
        for name, moment in (("insert", "INSERT"), ("update", f"UPDATE OF {WATCHED}")):
            op.execute(
                f"CREATE TRIGGER review_no_conflict_{name} BEFORE {moment} ON review WHEN {REFUSED} "
                "BEGIN SELECT RAISE(ABORT, 'review_conflict'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION review_refuse_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {REFUSED} THEN RAISE EXCEPTION 'review_conflict' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_conflict'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER review_no_conflict BEFORE INSERT OR UPDATE OF {WATCHED} ON review "
        "FOR EACH ROW EXECUTE FUNCTION review_refuse_conflict()"
    )


def take_down() -> None:
    """Remove the triggers and the view."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER review_no_conflict_insert")
        op.execute("DROP TRIGGER review_no_conflict_update")
    else:
        op.execute("DROP TRIGGER review_no_conflict ON review")
        op.execute("DROP FUNCTION review_refuse_conflict()")
    op.execute("DROP VIEW review_conflict")

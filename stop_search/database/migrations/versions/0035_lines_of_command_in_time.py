"""Lines of command in time: which team stood below which from day to day, and conflicts judged by the stop's own day.

Also: where nobody knows which team the officer was in around that day, nobody can be shown not to be of it, so nobody reviews the stop; and
a relation to whoever wore a camera counts like one to whoever is recorded as present, as it did in the rules.
What stood above a team until now is taken to have stood there always: nothing else is known.
"""

import runpy
import uuid
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = runpy.run_path(str(Path(__file__).with_name("0034_camera_wearers.py")))
NOBODY_NEAR = BEFORE["NOBODY_NEAR"]
ALWAYS = date(1900, 1, 1)
ENDS = {"postgresql": ("DATE '0001-01-01'", "DATE '9999-12-31'"), "sqlite": ("'0001-01-01'", "'9999-12-31'")}

CONFLICTS = """
CREATE VIEW review_conflict AS
WITH RECURSIVE
  line (team_id, above_id, starts_on, ends_on) AS (
    SELECT id, id, {first}, {last} FROM team
    UNION
    SELECT line.team_id, b.above_id,
      CASE WHEN b.starts_on > line.starts_on THEN b.starts_on ELSE line.starts_on END,
      CASE WHEN COALESCE(b.ends_on, {last}) < line.ends_on THEN b.ends_on ELSE line.ends_on END
    FROM line JOIN stands_below b ON b.team_id = line.above_id
    WHERE b.starts_on <= line.ends_on AND COALESCE(b.ends_on, {last}) >= line.starts_on
  ),
  stop (encounter_id, officer_id, team_id, day) AS NOT MATERIALIZED (SELECT e.id, e.officer_id, e.team_id, {day} FROM encounter e),
  there (encounter_id, account_id) AS NOT MATERIALIZED (
    SELECT o.encounter_id, o.account_id FROM officer_present o
    UNION ALL
    SELECT t.encounter_id, f.officer_id FROM footage_of_encounter t JOIN footage f ON f.id = t.footage_id WHERE f.officer_id IS NOT NULL
  ),
  of_officer (encounter_id, team_id, starts_on, ends_on) AS NOT MATERIALIZED (
    SELECT s.encounter_id, p.team_id, p.starts_on, p.ends_on FROM stop s JOIN post p ON p.account_id = s.officer_id
    UNION ALL
    SELECT s.encounter_id, s.team_id, s.day, s.day FROM stop s WHERE s.team_id IS NOT NULL
  )
SELECT s.encounter_id, a.id AS account_id, 'is the officer' AS conflict
  FROM stop s JOIN account a ON s.officer_id IS NULL OR a.id = s.officer_id
UNION ALL
SELECT h.encounter_id, h.account_id, 'was present' FROM there h
UNION ALL
SELECT s.encounter_id, p.account_id, 'led the officer'
  FROM stop s
  JOIN of_officer t ON t.encounter_id = s.encounter_id AND t.starts_on <= s.day AND (t.ends_on IS NULL OR t.ends_on >= s.day)
  JOIN line ON line.team_id = t.team_id AND line.starts_on <= s.day AND line.ends_on >= s.day
  JOIN post p ON p.team_id = line.above_id AND p.kind = 'lead' AND p.starts_on <= s.day AND (p.ends_on IS NULL OR p.ends_on >= s.day)
UNION ALL
SELECT s.encounter_id, p.account_id, 'was led by the officer'
  FROM stop s
  JOIN post l ON l.account_id = s.officer_id AND l.kind = 'lead' AND l.starts_on <= s.day AND (l.ends_on IS NULL OR l.ends_on >= s.day)
  JOIN line ON line.above_id = l.team_id AND line.starts_on <= s.day AND line.ends_on >= s.day
  JOIN post p ON p.team_id = line.team_id AND p.starts_on <= s.day AND (p.ends_on IS NULL OR p.ends_on >= s.day)
UNION ALL
SELECT s.encounter_id, p.account_id, 'shares a team'
  FROM stop s
  JOIN of_officer t ON t.encounter_id = s.encounter_id AND t.starts_on <= {later} AND (t.ends_on IS NULL OR t.ends_on >= {earlier})
  JOIN post p ON p.team_id = t.team_id AND p.starts_on <= {later} AND (p.ends_on IS NULL OR p.ends_on >= {earlier})
UNION ALL
SELECT s.encounter_id, a.id, 'team not known'
  FROM stop s JOIN account a ON s.officer_id IS NOT NULL AND s.team_id IS NULL
  WHERE NOT EXISTS (SELECT 1 FROM post p
    WHERE p.account_id = s.officer_id AND p.starts_on <= {later} AND (p.ends_on IS NULL OR p.ends_on >= {earlier}))
UNION ALL
SELECT s.encounter_id, CASE WHEN r.account_id = s.officer_id THEN r.other_id ELSE r.account_id END, 'declared a relation'
  FROM stop s JOIN declared_relation r ON s.officer_id IN (r.account_id, r.other_id) AND r.ended_at IS NULL
UNION ALL
SELECT h.encounter_id, CASE WHEN r.account_id = h.account_id THEN r.other_id ELSE r.account_id END, 'declared a relation'
  FROM there h JOIN declared_relation r ON h.account_id IN (r.account_id, r.other_id) AND r.ended_at IS NULL
UNION ALL
SELECT letter.encounter_id, n.account_id, 'is named in a complaint'
  FROM named_in_letter n JOIN letter ON letter.id = n.letter_id AND letter.encounter_id IS NOT NULL
"""


def upgrade() -> None:
    """Keep the lines with their days, and put up the view that judges by them."""
    table = op.create_table(
        "stands_below",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("above_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("above_id <> team_id", name=op.f("ck_stands_below_not_itself")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_stands_below_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_stands_below_team_id")),
        sa.ForeignKeyConstraint(["above_id"], ["team.id"], name=op.f("fk_stands_below_above_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stands_below")),
    )
    op.create_index("ix_stands_below_team_id", "stands_below", ["team_id"])
    op.create_index(
        "uq_stands_below_still",
        "stands_below",
        ["team_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    team = sa.table("team", sa.column("id", sa.Uuid()), sa.column("above_id", sa.Uuid()))
    known = op.get_bind().execute(sa.select(team.c.id, team.c.above_id).where(team.c.above_id.is_not(None))).all()
    rows = [{"id": uuid.uuid4(), "team_id": team_id, "above_id": above_id, "starts_on": ALWAYS} for team_id, above_id in known]
    if rows:
        op.bulk_insert(table, rows)
    NOBODY_NEAR["take_down"]()
    with op.batch_alter_table("team") as batch:
        batch.drop_constraint(op.f("ck_team_not_above_itself"), type_="check")
        batch.drop_constraint(op.f("fk_team_above_id"), type_="foreignkey")
        batch.drop_column("above_id")
    _put_up(CONFLICTS)


def downgrade() -> None:
    """Take the lines of today back to the teams, and put up the view that judges by those."""
    NOBODY_NEAR["take_down"]()
    with op.batch_alter_table("team") as batch:
        batch.add_column(sa.Column("above_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_team_above_id"), "team", ["above_id"], ["id"])
        batch.create_check_constraint(op.f("ck_team_not_above_itself"), "above_id <> id")
    op.execute("UPDATE team SET above_id = (SELECT b.above_id FROM stands_below b WHERE b.team_id = team.id AND b.ends_on IS NULL)")
    op.drop_table("stands_below")
    _put_up(NOBODY_NEAR["CONFLICTS"] + BEFORE["WEARERS"])


def _put_up(view: str) -> None:
    dialect = op.get_bind().dialect.name
    earlier, later = NOBODY_NEAR["NEAR"][dialect]
    first, last = ENDS[dialect]
    NOBODY_NEAR["put_up"](view.format(day=NOBODY_NEAR["DAY"][dialect], earlier=earlier, later=later, first=first, last=last))

"""How long the database takes to find that a reviewer has no conflict of interest, which it asks at each writing of a review.

    python benchmarks/reviews/conflicts.py --server postgresql://postgres@127.0.0.1:5432/postgres [--encounters 10000 100000 1000000]

A force of 3,000 officers in 200 teams, three levels of command; of each size twenty stops and a supervisor who is free, so that every
part of the view `review_conflict` is looked at. Bar: 10 ms, whatever the size.
"""

import argparse
import sys
import time
import uuid
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, create_engine, make_url, text

sys.path.insert(0, str(Path(__file__).parents[2]))

from stop_search.database.migrating import migrate
from stop_search.database.session import open_database

BAR_MS, ASKED = 10.0, 20
FORCE = """
INSERT INTO team (id, name, unit) SELECT gen_random_uuid(), 'T' || g, 'U' || g % 20 FROM generate_series(1, 200) g;
CREATE TEMP TABLE numbered_team AS SELECT id, row_number() OVER (ORDER BY substr(name, 2)::int) AS n FROM team;
INSERT INTO stands_below (id, team_id, above_id, starts_on) SELECT gen_random_uuid(), below.id, above.id, '1900-01-01'
  FROM numbered_team below JOIN numbered_team above ON above.n = 1 + below.n / 14 WHERE below.n > 1 AND above.n <> below.n;
INSERT INTO account (id, name, email, officer_number, created_at) SELECT gen_random_uuid(), 'N' || g, g || '@force.example',
  CASE WHEN g <= 3000 THEN g::text END, now() FROM generate_series(1, 3300) g;
CREATE TEMP TABLE numbered_account AS SELECT id, row_number() OVER (ORDER BY substr(name, 2)::int) AS n FROM account;
INSERT INTO post (id, account_id, team_id, kind, starts_on)
  SELECT gen_random_uuid(), a.id, t.id, CASE WHEN a.n % 15 = 0 THEN 'lead' ELSE 'member' END, '2020-01-01'
  FROM numbered_account a JOIN numbered_team t ON t.n = 1 + a.n % 200
"""
STOPS = """
INSERT INTO encounter (id, reference, kind, source, started_at, recorded_at, officer_id)
  SELECT gen_random_uuid(), 'R' || g, 'person', 'device', timestamptz '2024-01-01' + g * interval '1 minute', now(), a.id
  FROM generate_series(CAST(:first AS int), CAST(:last AS int)) g JOIN numbered_account a ON a.n = 1 + g % 3000
"""
FREE = """
SELECT e.id FROM encounter e JOIN numbered_account a ON a.id = e.officer_id WHERE a.n % 200 NOT IN (99, 100, 101) AND a.n > 2000
  ORDER BY e.id LIMIT :number
"""
ASK = "SELECT 1 FROM review_conflict c WHERE c.encounter_id = :encounter AND c.account_id = :reviewer"


def main() -> None:
    """Fill a database of its own, ask at each size, and remove it."""
    options = argparse.ArgumentParser()
    options.add_argument("--server", required=True)
    options.add_argument("--encounters", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = options.parse_args()
    server, name = make_url(given.server).set(drivername="postgresql+psycopg"), f"conflicts_{uuid.uuid4().hex[:8]}"
    administering = create_engine(server, isolation_level="AUTOCOMMIT")
    with administering.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = open_database(server.set(database=name).render_as_string(hide_password=False))
    try:
        migrate(database)
        with database.engine.connect() as connection:
            measure(connection, sorted(given.encounters))
    finally:
        database.engine.dispose()
        with administering.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def measure(connection: Connection, sizes: list[int]) -> None:
    """Print a line for each size."""
    for statement in FORCE.split(";"):
        connection.execute(text(statement))
    there = 0
    print("| encounters | median, ms | slowest, ms | |\n|---:|---:|---:|---|")
    for size in sizes:
        connection.execute(text(STOPS), {"first": there + 1, "last": size})
        connection.execute(text("ANALYZE"))
        there = size
        took = sorted(asked(connection))
        print(f"| {size:,} | {median(took):.1f} | {took[-1]:.1f} | {'met' if median(took) <= BAR_MS else 'MISSED'} |", flush=True)


def asked(connection: Connection) -> list[float]:
    """Return how long each of ASKED questions took, in milliseconds; each must come to nothing."""
    reviewer = connection.execute(text("SELECT id FROM numbered_account WHERE n = 3300")).scalar_one()
    found: list[float] = []
    for encounter in connection.execute(text(FREE), {"number": ASKED}).scalars().all():
        began = time.perf_counter()
        rows = connection.execute(text(ASK), {"encounter": encounter, "reviewer": reviewer}).all()
        found.append((time.perf_counter() - began) * 1000)
        if rows:
            sys.exit("A supervisor who should be free is not: the benchmark's force is wrong.")
    return found


if __name__ == "__main__":
    main()

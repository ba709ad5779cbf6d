"""How honest the intervals of agreement are, how well severity is found again, and how long the page takes.

`python benchmarks/reviews/agreement.py` prints three tables; `--database URL` takes another database than a new SQLite file for the page.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from stop_search.database.migrating import migrate
from stop_search.database.session import open_database
from stop_search.learning.asked import asked_now
from stop_search.reviews.compared import how_far_to_trust
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.severity import severities
from tests.support.agreeing import coverage
from tests.support.double_reading import many_readings
from tests.support.readings import CRITERIA, simulated_readings

FORCES = 1000
ROUNDS = 7


def main() -> None:
    """Print the tables."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--database", default="")
    wanted.add_argument("--clips", type=int, default=2000)
    wanted.add_argument("--more", type=int, default=0, help="stops read once, beside those read twice")
    wanted.add_argument("--only-page", action="store_true")
    arguments = wanted.parse_args()
    if not arguments.only_page:
        _intervals()
        _severity()
    with tempfile.TemporaryDirectory() as folder:
        _page(arguments.database or f"sqlite:///{Path(folder) / 'page.sqlite3'}", arguments.clips, arguments.more)


def _intervals() -> None:
    print(f"alpha's 95 % interval, {FORCES} simulated forces each\n\ndouble readings  true alpha  covered  half width, mean  and most")
    for clips in (120, 200, 400):
        for noise in (0.35, 0.5, 0.7):
            found = coverage(clips=clips, noise=noise, forces=FORCES)
            print(f"{clips:>15}  {found.true:>10.3f}  {found.covered:>6.1%}  {found.half_width:>16.3f}  {found.widest:>8.3f}")


def _severity() -> None:
    print(f"\nseverity of 12 readers, 600 stops, a quarter read twice, {CRITERIA} criteria, 20 simulated forces")
    names, missed, seconds = [f"C{n + 1}" for n in range(CRITERIA)], [], []
    for seed in range(20):
        simulated = simulated_readings(seed=seed, readers=12, clips=600, twice=0.25)
        began = time.perf_counter()
        found = severities(simulated.readings, criteria=names)
        seconds.append(time.perf_counter() - began)
        errors = [(one.severity or 0.0) - simulated.severity[one.reader] for one in found.readers]
        missed.append(float(np.sqrt(np.mean(np.square(errors)))))
    print(f"root mean square error in logits: mean {np.mean(missed):.3f}, most {max(missed):.3f}; {np.median(seconds):.2f} s each")


def _page(database_url: str, clips: int, more: int) -> None:
    database = open_database(database_url)
    migrate(database)
    with database.writing() as session:
        many_readings(session, clips=clips + more, twice=clips, readers=40)
        session.commit()
    print(f"\n{clips} stops read twice and {more} once, 40 readers, {len(newest_rubric().criteria)} criteria, 500 draws")
    for name, work in (
        ("all that the page shows", how_far_to_trust),
        ("which criteria are withheld", asked_now),
    ):
        took, used = [], []
        for _ in range(ROUNDS):
            with database.reading() as session:
                began, used_before = time.perf_counter(), time.process_time()
                work(session)
                took.append(time.perf_counter() - began)
                used.append(time.process_time() - used_before)
        print(f"{name}: median {np.median(took):.2f} s ({np.median(used):.2f} s of the processor), most {max(took):.2f} s")
    database.engine.dispose()


if __name__ == "__main__":
    main()

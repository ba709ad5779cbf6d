"""Draws thousands of quarters of four populations by the product's own rules, and says how often its intervals hold what is true.

python benchmarks/simulation/coverage.py                       4,000 quarters of each; writes docs/coverage.md and docs/coverage.svg
python benchmarks/simulation/coverage.py -n 400 --kept FOLDER  fewer; what was reckoned is kept, and a run that was broken off goes on
"""

import argparse
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import reduce
from operator import add
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.simulation.told import Result, page, picture
from tests.support.simulated_figures import Questions
from tests.support.simulated_forces import POPULATIONS, Population
from tests.support.simulated_scores import Sums, missed, outlook_after, outlook_by_truth, planned_half_widths, scores, sums_by_design

TOP = Path(__file__).parents[2]
LOT = 50
PASTS = 5
Lot = tuple[str, int]


def reckoned(lot: Lot, folder: str) -> None:
    """Draw a lot of quarters and keep what they add up to: fifty quarters of one population, by all designs."""
    name, start = lot
    found = time.process_time(), sums_by_design(POPULATIONS[name](), range(start, start + LOT))
    place = kept_at(folder, lot)
    place.with_suffix(".part").write_bytes(pickle.dumps((time.process_time() - found[0], found[1])))
    place.with_suffix(".part").replace(place)


def kept_at(folder: str, lot: Lot) -> Path:
    """Return where a lot is kept."""
    return Path(folder) / f"{lot[0]}_{lot[1]}"


def reckon(lots: Iterable[Lot], folder: str) -> None:
    """Reckon the lots that are not kept yet, on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed([pool.submit(reckoned, lot, folder) for lot in lots if not kept_at(folder, lot).exists()]):
            done.result()


def result(name: str, repetitions: int, folder: str) -> Result:
    """Return how a population's estimands fared, and what the planner had said of them."""
    population = POPULATIONS[name]()
    kept = [pickle.loads(kept_at(folder, (name, start)).read_bytes()) for start in range(0, repetitions, LOT)]  # noqa: S301 -- our own
    by_design: dict[str, Sums] = {design: reduce(add, (lot[1][design] for lot in kept)) for design in kept[0][1]}
    estimands = Questions(population).estimands
    scored = [one for design, sums in by_design.items() for one in scores(name, design, estimands, sums)]
    return Result(population, repetitions, sum(lot[0] for lot in kept), scored, planned(population))


def planned(population: Population) -> dict[str, list[dict[str, float]]]:
    """Return what the planner says without reviews, after those of one quarter and of four; the latter for several such pasts."""
    first = 1_000_000  # quarters that are not among those by which it is judged
    pasts = {"a quarter's reviews": 1, "a year's reviews": 4} if population.name != "P4" else {}
    after = {
        how: [
            planned_half_widths(population, outlook_after(population, range(first + many * n, first + many * n + many)))
            for n in range(PASTS)
        ]
        for how, many in pasts.items()
    }
    known = {"what is true": [planned_half_widths(population, outlook_by_truth(population))]}
    return {"80 %": [planned_half_widths(population)], **after, **known}


def main() -> int:
    """Run what is asked for and write both files; 1 where a goal is missed."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("-n", type=int, default=4000, help="quarters of each population, a multiple of fifty")
    wanted.add_argument("--kept", default="")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.kept or temporary
        Path(folder).mkdir(parents=True, exist_ok=True)
        reckon([(name, start) for start in range(0, asked.n, LOT) for name in POPULATIONS], folder)
        results = [result(name, asked.n, folder) for name in POPULATIONS]
    (TOP / "docs" / "coverage.md").write_text(page(results), encoding="utf-8")
    (TOP / "docs" / "coverage.svg").write_text(picture(results), encoding="utf-8")
    misses = missed(one for found in results for one in found.scores)
    print(f"{asked.n} quarters of each, {sum(one.seconds for one in results):.0f} s of the processor")
    print("\n".join(misses) or "all goals met")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())

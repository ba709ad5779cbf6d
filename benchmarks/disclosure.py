"""What an attacker with a solver learns from the public's tables: small counts, late people, one person more. Prints figures and goals.

python benchmarks/disclosure.py                    everything, about twenty minutes of one core
python benchmarks/disclosure.py --runs 20 --cases 500      the same, shorter; --only S3: one goal alone
python benchmarks/disclosure.py --ptable FILE      also holds the rule against the p-table of the package cell-key-perturbation
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from stop_search.learning.transparency.corrections import corrected
from stop_search.learning.transparency.holding_back import WIDTH, told_tables
from stop_search.learning.transparency.rules import LEAST, Span, Table, span_of, told
from tests.support.table_attackers import Attacker, all_by, counted, known_exactly, some_people

SEED = 20261126
QUARTER, LATE = 900, 25
SIZES = (150, 300, 900, 3250, 9000)
NEARLY = 1e-6
STEPS = 20  # people who are added one after the other to the same ones
SMALL = 5  # below which suppression alone is often thought to be enough
LAST_ROW, AGAIN_FROM = 750, 501  # of the p-table: its last 250 rows serve again for larger counts
Rule = tuple[Callable[[int], int | None], Callable[[int | None], Span]]
BARE: dict[str, Rule] = {
    "raw counts": (lambda count: count, lambda number: (number or 0, number or 0)),
    "suppressed below 5": (
        lambda count: None if count < SMALL else count,
        lambda number: (0, SMALL - 1) if number is None else (number, number),
    ),
    "suppressed below 10": (lambda count: None if count < LEAST else count, lambda number: (0, 9) if number is None else (number, number)),
}


def main() -> int:
    """Print every figure with its goal; return 1 if any is missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--runs", type=int, default=200)
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--ptable", type=Path)
    asked.add_argument("--only", choices=("S1", "S2", "S3", "S4"))
    given = asked.parse_args()
    began = time.monotonic()
    parts: dict[str, Callable[[], list[str]]] = {
        "S1": lambda: small_counts(given.runs),
        "S2": lambda: single_people(given.runs),
        "S3": lambda: one_person_more(given.cases),
        "S4": lambda: as_the_ons(given.ptable) if given.ptable else [],
    }
    missed = [one for name, measure in parts.items() if given.only in (None, name) for one in measure()]
    print(f"{time.monotonic() - began:.0f} s")
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def a_release(seed: int, number: int) -> tuple[list[tuple[Table, ...]], list[tuple[Table, ...]]]:
    """Return what was counted and what was told of one quarter: its release, and its correction if that does not wait."""
    chance = np.random.default_rng(seed)
    people, late = some_people(chance, number), some_people(chance, LATE)
    before = counted(people)
    first = told_tables(before)
    correction = corrected([(before, first)], counted([*people, *late]))
    exact, published = [before], [first]
    if correction is not None:
        exact, published = [before, tuple(correction[0])], [first, tuple(correction[1])]
    return exact, published


def small_counts(runs: int) -> list[str]:
    """Print how near an attacker comes to counts that are kept back (S1); return what was missed."""
    print(f"S1: linear programming over all tables and all releases of a quarter, {runs} quarters")
    missed: list[str] = []
    for knows, has_secret in (("what the page says", False), ("also which counts were kept back for being small", True)):
        narrowest, kept, small, corrections = float("inf"), 0, 0, 0
        for run in range(runs):
            exact, published = a_release(SEED + run, SIZES[run % len(SIZES)])
            corrections += len(published) - 1
            attacker = Attacker(published, secret=exact if has_secret else (), grows=True)
            for release, tables in enumerate(published):
                for table in tables:
                    for key in (key for key, number in table.counts.items() if number is None):
                        low, high = attacker.range_of_cell(release, table, key)
                        kept, narrowest = kept + 1, min(narrowest, high - low)
                        small += high < LEAST and high - low < 1
        is_met = small == 0 and narrowest >= WIDTH - NEARLY
        print(
            f"  knows {knows}, and that people were only added: {kept} counts kept back, {small} below 10 determined (goal 0), "
            f"narrowest range {narrowest:.0f} wide (goal {WIDTH}); {corrections} of {runs} corrections told"
            f"{'' if is_met else '  MISSED'}"
        )
        missed += [] if is_met else [f"S1, knows {knows}"]
    return missed


def single_people(runs: int) -> list[str]:
    """Print how often a late person is stated exactly (S2); return what was missed."""
    print(f"S2: {runs} quarters of {QUARTER} people released again with {LATE} late ones; the attacker knows that people were only added")
    tried: dict[str, tuple[int, int]] = {name: stated_of(runs, rule) for name, rule in BARE.items()}
    for name, (added, right) in tried.items():
        print(f"  {name}: {right} of {added} single people stated exactly ({right / added:.0%})")
    added = right = waits = 0
    for run in range(runs):
        exact, published = a_release(SEED + run, QUARTER)
        if len(published) == 1:
            waits += 1
            continue
        found = known_exactly(Attacker(published, secret=exact, grows=True), *exact)
        added, right = added + found[0], right + found[1]
    of_rule = tried["suppressed below 5"]
    is_met = right == 0 and added > 0 and of_rule[1] > 0.5 * of_rule[0]
    print(f"  as released: {right} of {added} (goal 0); {waits} of {runs} corrections wait, and tell nothing{'' if is_met else '  MISSED'}")
    return [] if is_met else ["S2"]


def stated_of(runs: int, rule: Rule) -> tuple[int, int]:
    """Return how many cells one late person came to, and how many of these are stated exactly, by one rule alone."""
    added = right = 0
    for run in range(runs):
        chance = np.random.default_rng(SEED + run)
        people, late = some_people(chance, QUARTER), some_people(chance, LATE)
        before, after = counted(people), counted([*people, *late])
        bare = [all_by(rule[0], tables) for tables in (before, after)]
        found = known_exactly(Attacker(bare, spans=rule[1], grows=True), before, after)
        added, right = added + found[0], right + found[1]
    return added, right


def one_person_more(cases: int) -> list[str]:
    """Print what one person more or less changes in what is told (S3); return what was missed."""
    chance = np.random.default_rng(SEED)
    revealed = changed = 0
    for _ in range(cases // STEPS):
        people = some_people(chance, int(chance.integers(1, 400)))
        before = told_tables(counted(people))
        for one in some_people(chance, STEPS):
            people.append(one)
            after = told_tables(counted(people))
            changed += before != after
            revealed += any_reveals_one(before, after)
            before = after
    print(f"S3: {cases} times one person more: {changed} times a number changed, {revealed} times by what reveals exactly one (goal 0)")
    return ["S3"] if revealed else []


def any_reveals_one(before: Sequence[Table], after: Sequence[Table]) -> bool:
    """Return whether the numbers of any cell leave only one way to have changed: by one."""
    for old, new in zip(before, after, strict=True):
        for key, number in new.counts.items():
            (low, high), (low_before, high_before) = span_of(number), span_of(old.counts[key])
            if low - high_before == high - low_before or (number or 0) - (old.counts[key] or 0) in (1, -1):
                return True
    return False


def as_the_ons(path: Path) -> list[str]:
    """Hold the rule against the p-table, cell key by cell key (S4); return what was missed."""
    table = {(int(row["pcv"]), int(row["ckey"])): int(row["pvalue"]) for row in csv.DictReader(path.read_text().splitlines())}
    chance, differ, tables = np.random.default_rng(SEED), 0, 1000
    for _ in range(tables):
        for count in map(int, chance.integers(1, chance.choice([20, 200, 2000, 100_000]), size=60)):
            row = count if count <= LAST_ROW else (count - 1) % 250 + AGAIN_FROM
            found = count + table[row, int(chance.integers(256))]
            differ += (None if found < LEAST else found) != told(count)
    print(f"S4: {tables} random tables of 60 cells by the p-table: {differ} counts differ (goal 0)")
    return ["S4"] if differ else []


if __name__ == "__main__":
    sys.exit(main())

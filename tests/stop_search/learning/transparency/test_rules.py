"""The 10-5 rule is that of the Office for National Statistics, number by number; tables keep their sums and their words."""

import csv
import random
from pathlib import Path

import pytest

from stop_search.learning.transparency.rules import ALL, LEAST, Dimension, Table, Universe, as_json, from_json, span_of, summed, told

# p-table 10_5_rule of the package cell-key-perturbation 3.1.0 (MIT, Office for National Statistics): the same for all of its 256 cell keys
P_TABLE = {
    int(row["pcv"]): int(row["pvalue"])
    for row in csv.DictReader((Path(__file__).parents[1] / "golden" / "ons_10_5_rule.csv").read_text(encoding="utf-8").splitlines())
}


def as_ons_tells(count: int) -> int | None:
    """Perturb and suppress one count as `create_perturbed_table` does: rows 501 to 750 serve again for larger counts."""
    row = count if count <= 750 else (count - 1) % 250 + 501
    found = count + P_TABLE.get(row, 0)
    return None if found < 10 else found


def test_1000_random_tables_are_told_as_the_ons_tells_them() -> None:
    chance = random.Random(20261126)  # noqa: S311 -- a test's own numbers
    for _ in range(1000):
        counts = [chance.choice([chance.randrange(30), chance.randrange(900), chance.randrange(100_000)]) for _ in range(30)]
        assert [told(count) for count in counts] == [as_ons_tells(count) for count in counts]


@pytest.mark.parametrize("count", range(200))
def test_what_is_told_of_a_count_is_true(count: int) -> None:
    number = told(count)
    low, high = span_of(number)
    assert low <= count <= high
    assert (number is None) == (count < LEAST)


def test_sums_are_of_the_exact_counts_and_stay_when_stored() -> None:
    both = Dimension("ethnicity", ("white", "black")), Dimension("outcome", ("nothing", "arrest"))
    counts = {("white", "nothing"): 13, ("white", "arrest"): 13, ("black", "nothing"): 13, ("black", "arrest"): 1}
    table = summed(Table("t", Universe.PEOPLE, both, counts))
    assert (table.counts["white", ALL], table.counts[ALL, "nothing"], table.counts[ALL, ALL]) == (26, 26, 40)
    assert from_json(as_json([table])) == (table,)


def test_a_row_that_holds_everything_is_no_part_of_a_sum() -> None:
    both = Dimension("criterion", ("C1", "C2")), Dimension("result", ("met", "below"))
    counts = {("C1", "met"): 30, ("C1", "below"): 10, ("C2", "met"): 5, ("C2", "below"): 35}
    table = summed(Table("t", Universe.REVIEWS, both, counts, is_partition=False))
    assert table.counts[ALL, ALL] == 40
    assert (ALL, "met") not in table.counts

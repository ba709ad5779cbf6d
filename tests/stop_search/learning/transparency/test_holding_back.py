"""Nobody works out a small count, not with a solver: what our network says a reader can find is what linear programming finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stop_search.learning.transparency.checking import faults_of_tables
from stop_search.learning.transparency.holding_back import WIDTH, narrowest, told_tables
from stop_search.learning.transparency.rules import LEAST, Dimension, Table, Universe, span_of, summed, told
from tests.support.table_attackers import PEOPLE, Attacker, all_by, counted, some_people


def one_way(**counts: int) -> Table:
    """Return a table of one dimension with its sum."""
    return summed(Table("t", Universe.PEOPLE, (Dimension("d", tuple(counts)),), {(name,): count for name, count in counts.items()}))


def test_large_counts_are_told_and_small_ones_are_not() -> None:
    (table,) = told_tables([one_way(a=52, b=31, c=3)])
    assert table.counts == {("a",): 50, ("b",): 30, ("c",): None, ("*",): 85}


def test_a_count_that_the_sum_gives_away_takes_another_with_it() -> None:
    """20 less 20: what is kept back would be 0 to 4."""
    (table,) = told_tables([one_way(a=20, b=0)])
    assert table.counts == {("a",): None, ("b",): None, ("*",): 20}


@pytest.mark.parametrize(("seed", "number"), [(1, 60), (2, 250), (3, 900), (4, 3000)])
def test_the_network_finds_what_linear_programming_finds(seed: int, number: int) -> None:
    exact = counted(some_people(np.random.default_rng(seed), number))
    published = told_tables(exact)
    found, attacker = narrowest(exact, published), Attacker([published], secret=[exact])
    assert found
    for table, true in zip(published, exact, strict=True):
        for key, shown in table.counts.items():
            if shown is None:
                low, high = attacker.range_of_cell(0, table, key)
                count = true.counts[key] or 0
                ours = found[(Universe.PEOPLE.value, ()) if key == table.whole else (table.name, key)]
                assert ours == (max(round(low), count - 2 * WIDTH), min(high, count + 2 * WIDTH))
                assert high - low >= WIDTH


def test_the_rule_without_more_kept_back_would_give_counts_away() -> None:
    """The test above could fail: by the 10-5 rule alone some small counts are placed within fewer than five."""
    given_away = 0
    for seed in range(12):
        exact = counted(some_people(np.random.default_rng(seed), 150))
        bare = all_by(told, exact)
        given_away += bool(faults_of_tables(exact, bare))
    assert given_away


def test_reviews_and_receipts_are_kept_as_well() -> None:
    both = Dimension("criterion", ("C1", "C2")), Dimension("result", ("met", "below", "not_told"))
    counts = dict(zip(((c, r) for c in both[0].categories for r in both[1].categories), (40, 1, 0, 20, 21, 0), strict=True))
    exact = (
        summed(Table("reviews", Universe.REVIEWS, both, counts, is_partition=False)),
        summed(Table("answers", Universe.RECEIPTS, (Dimension("answered", ("answered", "not")),), {("answered",): 12, ("not",): 88})),
    )
    published = told_tables(exact)
    assert faults_of_tables(exact, published) == []
    assert published[1].counts == {("answered",): 10, ("not",): 90, ("*",): 100}


person = st.tuples(*(st.sampled_from(categories) for categories in PEOPLE.values()))


@given(st.lists(person, max_size=25), person)
@settings(max_examples=300, deadline=None)
def test_one_person_more_changes_no_number_by_what_reveals_one(people: list[tuple[str, ...]], one: tuple[str, ...]) -> None:
    before, after = (told_tables(counted(some)) for some in (people, [*people, one]))
    for old, new in zip(before, after, strict=True):
        for key, number in new.counts.items():
            assert number is None or (number >= LEAST and number % 5 == 0)
            low, high = span_of(number)[0] - span_of(old.counts[key])[1], span_of(number)[1] - span_of(old.counts[key])[0]
            assert (low, high) != (1, 1)
            assert high - low >= 2

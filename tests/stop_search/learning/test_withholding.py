"""Counts that stand in several sums: no small one can be worked out, and no more is withheld than is needed to cover it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stop_search.learning.withholding import Sum, Tables, withheld_of, worked_out

OBJECTS = {"drugs": 30, "weapons": 12, "stolen": 11, "theft": 10, "anything else": 3}


def smallest_first(*sums: Sum[str]) -> Tables[str]:
    """Return tables of which the smallest count is withheld first, a whole after its parts."""
    counts = {key: count for one in sums for key, count in one.parts.items()}
    wholes = {one.whole for one in sums}
    return Tables(sums, lambda key: (key in wholes, counts.get(key, 0)))


def test_a_small_part_takes_the_next_smallest_with_it_where_the_whole_is_told() -> None:
    found = withheld_of(smallest_first(Sum(OBJECTS, "found"), Sum({"found": 66, "others": 100})), minimum=10)
    assert found == {"anything else", "theft"}


def test_where_nothing_is_small_nothing_is_withheld_and_nought_is_told() -> None:
    assert withheld_of(smallest_first(Sum({"a": 5, "b": 0, "c": 9})), minimum=5) == frozenset()


def test_a_count_that_is_not_told_anyway_covers_another_unless_it_can_be_worked_out() -> None:
    sums = (Sum({"small": 2, "unsaid": 40, "told": 60}), Sum({"unsaid": 40, "beside": 30}))
    covered = Tables(sums[:1], lambda _: 0, frozenset({"unsaid"}))
    known = Tables(sums, lambda key: key != "told", frozenset({"unsaid"}))
    assert withheld_of(covered, minimum=5) == {"small"}
    assert withheld_of(known, minimum=5) == {"small", "told"}


def test_small_counts_that_come_to_little_are_nearly_known() -> None:
    assert withheld_of(smallest_first(Sum({"a": 1, "b": 1, "c": 12, "d": 30})), minimum=5) == {"a", "b", "c"}


def test_what_goes_with_a_count_is_withheld_with_it() -> None:
    tables = Tables([Sum({"people": 3, "others": 20})], lambda _: 0, together={"people": frozenset({"share"})})
    assert withheld_of(tables, minimum=5) == {"people", "others", "share"}


def test_where_nothing_is_left_to_withhold_nothing_more_is() -> None:
    assert withheld_of(smallest_first(Sum({"a": 3, "b": 0})), minimum=5) == {"a"}


def test_what_several_sums_settle_together_is_known() -> None:
    """Two squares of unknown counts, joined by one: a and b are not known, the one that joins them is."""
    sums = [
        Sum(dict.fromkeys(keys, 1)) for keys in (("a1", "a2"), ("a3", "a4"), ("a1", "a3"), ("a2", "a4", "joins"), ("b1", "b2", "joins"))
    ]
    sums += [Sum(dict.fromkeys(keys, 1)) for keys in (("b3", "b4"), ("b1", "b3"), ("b2", "b4"))]
    assert worked_out(sums, {key for one in sums for key in one.parts}) == {"joins"}


def settled(table: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Return which hidden cells of a table the sums of its rows and columns settle, by another way: the rank does not fall."""
    places = np.argwhere(hidden)
    equations = np.zeros((sum(table.shape), len(places)))
    for number, (row, column) in enumerate(places):
        equations[row, number] = equations[table.shape[0] + column, number] = 1
    rank, found = np.linalg.matrix_rank(equations), np.zeros(table.shape, dtype=bool)
    for number, place in enumerate(places):
        found[tuple(place)] = np.linalg.matrix_rank(np.vstack([equations, np.eye(len(places))[number]])) == rank
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=3, max_size=5), st.integers(3, 10))
def test_no_small_count_of_a_table_is_settled_by_its_margins(counts: list[list[int]], minimum: int) -> None:
    """The reader knows the sum of every row and every column; a row or column may be too poor to cover what is in it."""
    table = np.array(counts)
    cells = {(row, column): int(table[row, column]) for row, column in np.ndindex(*table.shape)}
    rows = [Sum({key: count for key, count in cells.items() if key[0] == row}) for row in range(table.shape[0])]
    columns = [Sum({key: count for key, count in cells.items() if key[1] == column}) for column in range(table.shape[1])]
    withheld = withheld_of(Tables([*rows, *columns], cells.__getitem__), minimum=minimum)
    hidden = np.array([[(row, column) in withheld for column in range(table.shape[1])] for row in range(table.shape[0])])
    assert all((0 < count < minimum) <= (key in withheld) for key, count in cells.items())
    for row, column in np.argwhere(settled(table, hidden) & (table < minimum)):
        open_beside = [cells[key] for key in cells if (key[0] == row) != (key[1] == column) and key not in withheld]
        assert not any(open_beside), "something could still have been withheld"

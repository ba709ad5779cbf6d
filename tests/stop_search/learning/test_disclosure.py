"""Small counts stay hidden, also from whoever can subtract."""

from hypothesis import given
from hypothesis import strategies as st

from stop_search.learning.disclosure import told_count, told_counts


def test_counts_that_are_large_enough_are_told() -> None:
    assert told_counts({3: 10, 2: 5, 1: 0}, minimum=5) == {3: 10, 2: 5, 1: 0}


def test_a_single_small_count_takes_the_next_smallest_with_it() -> None:
    """3 alone would be 28 less the others."""
    assert told_counts({3: 15, 2: 10, 1: 3}, minimum=5) == {3: 15, 2: None, 1: None}


def test_two_small_counts_that_sum_to_almost_nothing_take_a_third_with_them() -> None:
    """Two hidden counts that sum to 2 are 1 and 1."""
    assert told_counts({3: 15, 2: 10, 1: 1, 0: 1}, minimum=5) == {3: 15, 2: None, 1: None, 0: None}


def test_two_small_counts_that_hide_each_other_are_enough() -> None:
    assert told_counts({3: 15, 2: 10, 1: 3, 0: 4}, minimum=5) == {3: 15, 2: 10, 1: None, 0: None}


def test_where_everything_is_small_nothing_is_told() -> None:
    assert told_counts({3: 1, 2: 2, 1: 0}, minimum=5) == {3: None, 2: None, 1: 0}


def test_what_others_are_compared_with_is_hidden_last() -> None:
    assert told_counts({3: 15, 2: 10, 1: 3}, minimum=5, last={2}) == {3: None, 2: 10, 1: None}
    assert told_counts({2: 10, 1: 3}, minimum=5, last={2}) == {2: None, 1: None}


def test_a_count_that_stands_alone() -> None:
    assert [told_count(count, minimum=5) for count in (0, 1, 4, 5, 6)] == [0, None, None, 5, 6]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(2, 12))
def test_no_small_count_can_be_worked_out_from_the_sum_and_the_others(counts: list[int], minimum: int) -> None:
    """The reader's best knowledge of what is hidden: at least two values fit for each small count, or nothing at all is told."""
    told = told_counts(dict(enumerate(counts)), minimum=minimum)
    hidden = [counts[key] for key, count in told.items() if count is None]
    assert all(count >= minimum or count == 0 for count in told.values() if count is not None)
    if hidden and any(count for count in told.values()):
        assert len(hidden) >= 2
        assert sum(hidden) >= minimum

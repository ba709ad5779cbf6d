"""Exact tests against sums written out in fractions, and the Benjamini-Hochberg example."""

from fractions import Fraction
from math import comb

import pytest

from stop_search.learning.exact_tests import adjusted, beta_cumulative, differ, differs_from_share, mid_cumulative
from stop_search.learning.ratios import Group

# The fifteen p-values of Benjamini and Hochberg (1995), section 3.2, where four are discoveries at 0.05.
FIFTEEN = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)


def fisher(a: int, n: int, b: int, m: int) -> Fraction:
    """Return the two-sided mid-p by all tables with the same margins."""
    events = a + b
    likely = {k: Fraction(comb(n, k) * comb(m, events - k), comb(n + m, events)) for k in range(max(0, events - m), min(n, events) + 1)}
    below = sum(value for k, value in likely.items() if k < a) + likely[a] / 2
    return min(Fraction(1), 2 * min(below, 1 - below))


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(3, 10, 9, 12), (0, 8, 5, 9), (7, 7, 2, 9), (40, 90, 30, 95), (5, 10, 5, 10), (1, 40, 20, 45)]
)
def test_the_exact_test_is_the_sum_over_all_tables_with_these_margins(a: int, n: int, b: int, m: int) -> None:
    assert differ(Group(a, n), Group(b, m)) == pytest.approx(float(fisher(a, n, b, m)), rel=1e-9)
    assert differ(Group(b, m), Group(a, n)) == pytest.approx(float(fisher(a, n, b, m)), rel=1e-9)


def test_fishers_tea_is_half_as_surprising_with_the_mid_p() -> None:
    """Four of four cups right: 1 of 70 tables, of which half counts, on two sides."""
    assert differ(Group(4, 4), Group(0, 4)) == pytest.approx(1 / 70)


def test_large_numbers_are_no_trouble() -> None:
    assert differ(Group(5200, 20000), Group(30000, 120000)) == pytest.approx(0.00242, abs=0.0002)
    assert differ(Group(9000, 20000), Group(30000, 120000)) < 1e-100


@pytest.mark.parametrize(("group", "other"), [(Group(0, 0), Group(3, 9)), (Group(0, 9), Group(0, 9)), (Group(9, 9), Group(4, 4))])
def test_where_nothing_can_be_compared_nothing_differs(group: Group, other: Group) -> None:
    assert differ(group, other) == 1


@pytest.mark.parametrize(("events", "n", "share"), [(3, 20, 0.3), (0, 12, 0.1), (12, 12, 0.7), (55, 200, 0.2)])
def test_the_binomial_mid_p_is_the_sum_of_its_terms(events: int, n: int, share: float) -> None:
    terms = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    below = sum(terms[:events]) + terms[events] / 2
    assert mid_cumulative(events, n, share) == pytest.approx(below, rel=1e-9)
    assert differs_from_share(events, n, share) == pytest.approx(2 * min(below, 1 - below), rel=1e-9)


def test_broken_numbers_lie_between_the_whole_ones() -> None:
    places = [mid_cumulative(events, 20.5, 0.3) for events in (4.0, 4.5, 5.0, 5.5, 6.0)]
    assert places == sorted(places)
    assert mid_cumulative(-1, 20, 0.3) == 0
    assert mid_cumulative(21, 20, 0.3) == 1
    assert differs_from_share(3, 0, 0.3) == differs_from_share(3, 9, 0.0) == 1


def test_the_incomplete_beta_function_is_right_where_it_can_be_worked_by_hand() -> None:
    assert beta_cumulative(0.3, 1, 1) == pytest.approx(0.3)
    assert beta_cumulative(0.3, 2, 1) == pytest.approx(0.09)
    assert beta_cumulative(0.5, 7.5, 7.5) == pytest.approx(0.5)
    assert (beta_cumulative(0, 2, 3), beta_cumulative(1, 2, 3)) == (0, 1)


def test_of_the_fifteen_published_p_values_four_are_discoveries() -> None:
    found = adjusted(FIFTEEN)
    assert [value <= 0.05 for value in found] == [True] * 4 + [False] * 11
    assert found[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])


def test_adjusted_values_keep_the_order_in_which_they_were_given() -> None:
    assert adjusted([0.04, 0.001, 0.5]) == pytest.approx([0.06, 0.003, 0.5])
    assert adjusted([]) == []

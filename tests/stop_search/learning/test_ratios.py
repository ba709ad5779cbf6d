"""Ratios, differences and bounds against worked values of a real force (2019/20 and 2020/21) and of published formulas."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.learning.estimates import Interval, wilson
from stop_search.learning.ratios import (
    RARE,
    Group,
    in_figures,
    rate_difference,
    rate_ratio,
    ratio_whoever_they_are,
    share_difference,
    share_of,
    share_ratio,
    share_ratio_direct,
    shares_whoever_they_are,
    times_as_likely,
)

WHITE_2020, BLACK_2020, OTHER_2020 = Group(4853, 1584583), Group(760, 37844), Group(46, 16982)
CITY = Group(650, 232), Group(1100, 5955)  # more searches than residents
COUNTS = some.tuples(some.integers(1, 200), some.integers(200, 400))


def test_a_rate_ratio_and_its_interval_are_those_of_the_worked_example() -> None:
    found = rate_ratio(BLACK_2020, WHITE_2020)
    assert found
    assert [round(value, 3) for value in (found.value, found.low, found.high)] == [6.557, 6.079, 7.073]


def test_a_small_group_has_a_wide_interval() -> None:
    found = rate_ratio(OTHER_2020, WHITE_2020)
    assert found
    assert [round(value, 3) for value in (found.value, found.low, found.high)] == [0.884, 0.662, 1.182]


def test_people_who_were_stopped_together_widen_the_interval() -> None:
    alone, together = rate_ratio(BLACK_2020, WHITE_2020), rate_ratio(Group(760, 37844, worth=0.5), WHITE_2020)
    assert alone
    assert together
    assert together.value == alone.value
    assert together.low < alone.low < alone.high < together.high


def test_no_event_gives_no_ratio() -> None:
    assert rate_ratio(Group(0, 100), WHITE_2020) is None
    assert rate_ratio(BLACK_2020, Group(0, 100)) is None
    assert share_ratio(share_of(Group(0, 50)), share_of(Group(5, 50))) is None


def test_a_difference_of_rates_lies_between_its_ends_for_every_thousand() -> None:
    found = rate_difference(BLACK_2020, WHITE_2020)
    assert round(found.value * 1000, 2) == 17.02
    assert round(found.low * 1000, 1) == 15.7
    assert round(found.high * 1000, 1) == 18.5


def test_where_events_are_not_rare_two_rates_are_compared_as_poisson_counts() -> None:
    """As statsmodels 0.15, confint_poisson_2indep(650, 232, 1100, 5955): ratio by "wald-log", difference by "mover"."""
    ratio, difference = rate_ratio(*CITY), rate_difference(*CITY)
    assert ratio
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((650 / 232 / (1100 / 5955), 13.765854533104008, 16.711896175223586))
    ends = (650 / 232 - 1100 / 5955, 2.4094349788408707, 2.8410799109831957)
    assert (difference.value, difference.low, difference.high) == pytest.approx(ends)


def test_an_interval_never_closes_on_its_way_to_more_events_than_people() -> None:
    """At 232 of 232 the variance of people with one event at most would be nothing."""
    ratios = [rate_ratio(Group(events, 232), WHITE_2020) for events in range(20, 700)]
    widths = [math.log(one.high / one.low) for one in ratios if one]
    assert min(widths) == widths[-1] > 0.15
    rare, not_rare = (rate_ratio(Group(events, 1000), WHITE_2020) for events in (round(RARE * 1000) - 1, round(RARE * 1000)))
    assert rare
    assert not_rare
    assert math.log(not_rare.high / not_rare.low) / math.log(rare.high / rare.low) == pytest.approx(1.05, abs=0.01)


def test_people_who_were_stopped_together_widen_the_interval_of_a_difference_too() -> None:
    alone, together = (rate_difference(Group(650, 232, worth), CITY[1]) for worth in (1.0, 0.5))
    assert together.value == alone.value
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(2**0.5, rel=0.01)


def test_a_difference_of_shares_is_newcombes() -> None:
    """56 of 70 and 48 of 80: Newcombe (1998), Statistics in Medicine 17, table II, method 10: 0.0524 to 0.3339."""
    found = share_difference(share_of(Group(56, 70)), share_of(Group(48, 80)))
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


def test_newcombes_small_example_with_no_event() -> None:
    """9 of 10 and 3 of 10, as there: 0.1705 to 0.8090."""
    found = share_difference(share_of(Group(9, 10)), share_of(Group(3, 10)))
    assert (round(found.low, 4), round(found.high, 4)) == (0.1705, 0.8090)


def test_both_ways_to_a_ratio_of_shares_hold_its_value_and_agree_where_there_are_many() -> None:
    one, other = share_of(Group(5000, 20000)), share_of(Group(4000, 20000))
    log, direct = share_ratio(one, other), share_ratio_direct(one, other)
    assert log
    assert direct
    assert log.value == pytest.approx(direct.value) == pytest.approx(1.25)
    assert (log.low, log.high) == pytest.approx((direct.low, direct.high), abs=0.001)


def test_without_a_logarithm_a_ratio_can_be_told_where_the_group_has_no_event() -> None:
    found = share_ratio_direct(share_of(Group(0, 50)), share_of(Group(20, 50)))
    assert found
    assert found.value == found.low == 0
    assert 0 < found.high < 0.4


@given(first=COUNTS, second=COUNTS)
def test_every_interval_holds_its_value_and_turns_with_the_groups(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, other = share_of(Group(*first)), share_of(Group(*second))
    ratio, turned = share_ratio(one, other), share_ratio(other, one)
    difference = share_difference(one, other)
    assert ratio
    assert turned
    assert ratio.low <= ratio.value <= ratio.high
    assert ratio.low == pytest.approx(1 / turned.high)
    assert difference.low <= difference.value <= difference.high
    assert (ratio.low > 1) <= (difference.low > -0.05)


def test_whoever_the_not_stated_are_the_ratio_lies_within_its_bounds() -> None:
    bounds = ratio_whoever_they_are(Group(20, 1000), Group(100, 10000), 50)
    assert bounds == pytest.approx((0.02 / 0.015, 0.07 / 0.01))
    assert ratio_whoever_they_are(Group(20, 1000), Group(0, 10000), 50) is None


def test_without_anybody_not_stated_the_bounds_are_the_ratio_itself() -> None:
    assert ratio_whoever_they_are(BLACK_2020, WHITE_2020, 0) == pytest.approx((6.5572, 6.5572), abs=1e-4)
    assert shares_whoever_they_are(Group(5, 10), Group(2, 10), Group(0, 0)) == pytest.approx((0.3, 0.3))


def test_the_bounds_of_a_difference_are_the_worst_and_best_way_to_share_the_not_stated_out() -> None:
    group, reference, not_stated = Group(5, 10), Group(4, 20), Group(3, 7)
    ways = [
        (5 + events) / (10 + events + others) - (4 + 3 - events) / (20 + 7 - events - others) for events in range(4) for others in range(5)
    ]
    assert shares_whoever_they_are(group, reference, not_stated) == pytest.approx((min(ways), max(ways)))


def test_a_share_of_people_who_were_stopped_together_is_as_sure_as_they_are_worth() -> None:
    assert share_of(Group(40, 100, worth=0.5)) == Interval(0.4, *wilson(0.4, 50))


def test_the_words_are_those_of_the_race_disparity_unit() -> None:
    found = rate_ratio(BLACK_2020, WHITE_2020)
    assert found
    assert times_as_likely(found) == "6.6 times as likely, between 6.1 and 7.1 times"
    assert [in_figures(value) for value in (0.909, 0.996, 1.0, 19.96, 20.4)] == ["0.91", "1.0", "1.0", "20.0", "20"]

"""Partial pooling: small groups are drawn to the rest, large ones stay, and nothing is made of nothing."""

import pytest

from stop_search.learning.estimates import wilson
from stop_search.learning.pooling import pooled


def test_a_small_group_is_drawn_to_the_others_and_a_large_one_stays() -> None:
    few, many, *_ = pooled([(6, 10), (600, 1000), (250, 1000), (260, 1000), (240, 1000), (255, 1000)]).shares
    assert 0.3 < few.share < 0.55
    assert many.share == pytest.approx(0.6, abs=0.02)


def test_an_interval_of_a_large_group_is_nearly_that_of_its_own_numbers() -> None:
    found = pooled([(3000, 10000), (5000, 10000), (7000, 10000)]).shares[0]
    low, high = wilson(0.3, 10000)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.002)


def test_who_has_nobody_is_given_what_the_others_tell() -> None:
    found = pooled([(0, 0), (25, 100), (35, 100), (30, 100)])
    assert found.shares[0].share == pytest.approx(0.3, abs=0.04)
    assert found.shares[0].width > found.shares[1].width


def test_groups_that_are_alike_have_little_spread_and_those_that_differ_have_more() -> None:
    assert pooled([(30, 100)] * 8).spread < 0.3 < pooled([(10, 100), (90, 100)] * 4).spread


def test_none_of_any_gives_a_share_near_nothing_and_an_end_above_it() -> None:
    for share in pooled([(0, 20), (0, 30)]).shares:
        assert 0 <= share.low < share.share < share.high < 0.12


def test_the_order_of_the_groups_changes_nothing() -> None:
    seen = [(3, 12), (40, 90), (11, 60)]
    forth, back = pooled(seen).shares, pooled(seen[::-1]).shares[::-1]
    assert [share.share for share in forth] == pytest.approx([share.share for share in back])
    assert [share.low for share in forth] == pytest.approx([share.low for share in back])


def test_nobody_at_all_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="nobody was seen"):
        pooled([(0, 0), (0, 0)])


def test_few_groups_do_not_make_a_wide_spread_out_of_little() -> None:
    """The half-normal prior holds the spread down where two groups can hardly tell; without it, it would be 0.69."""
    assert pooled([(3, 10), (6, 10)]).spread == pytest.approx(0.377, abs=0.02)

"""What may be told of a criterion outside the house: three counts that add up to all reviews, and shares beside them."""

import pytest

from stop_search.learning.estimates import Interval, Share
from stop_search.learning.told_criteria import ToldCriterion, told_criterion

INTERVAL = Interval(0.74749, 0.65512, 0.82345)
BOUNDS = (0.6123, 0.8377)


def told(scored: int, not_applicable: int = 0, cannot_tell: int = 0, *, too_few: str | None = None, met: int = 0) -> ToldCriterion:
    """Return what may be told of so many reviews, below 10 hidden."""
    share = Share(scored, met, not_applicable, cannot_tell, 0.03, None if too_few else INTERVAL, too_few)
    return told_criterion(share, None if too_few else BOUNDS, minimum=10)


def test_a_count_that_is_all_reviews_less_the_others_is_covered() -> None:
    """98 reviews stand in the same report: 95 scored and 0 not applicable leave 3 in which it could not be told."""
    assert told(95, 0, 3).counts == (None, 0, None)


def test_how_many_scored_it_is_withheld_last() -> None:
    assert told(60, 70, 3).counts == (60, None, None)


def test_where_nothing_is_small_everything_is_told_as_it_is() -> None:
    found = told(95, 20, 12)
    assert found.counts == (95, 20, 12)
    assert (found.share, found.bounds, found.not_observable_rate) == ((INTERVAL.share, INTERVAL.low, INTERVAL.high), BOUNDS, 0.03)


def test_beside_a_withheld_count_shares_are_coarser_and_bounds_stay_bounds() -> None:
    found = told(95, 0, 3)
    assert found.share == (0.75, 0.65, 0.83)
    assert found.bounds == pytest.approx((0.60, 0.85))
    assert found.not_observable_rate is None


def test_where_only_what_is_left_out_is_withheld_the_share_is_exact_and_the_bounds_are_not() -> None:
    found = told(60, 70, 3)
    assert found.share == (INTERVAL.share, INTERVAL.low, INTERVAL.high)
    assert found.bounds == pytest.approx((0.60, 0.85))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (told(12, too_few="12 scored, 30 are needed", met=12), "12 scored, 30 are needed"),
        (told(4, 0, 30, too_few="4 scored, 30 are needed", met=4), "30 reviews are needed that scored it"),
        (
            told(40, too_few="met in 3 of 40, 10 are needed on either side", met=3),
            "10 reviews are needed that met it, and 10 that did not",
        ),
        (told(40, too_few="two readers differ too much", met=3), "two readers differ too much"),
    ],
)
def test_a_reason_tells_no_count_that_is_withheld(found: ToldCriterion, why: str) -> None:
    assert found.too_few == why
    assert found.share == (None, None, None)
    assert found.bounds == (None, None)

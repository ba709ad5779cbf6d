"""What answers can and cannot say of everybody: the worked figures of the design, and a world in which the truth is known."""

import random

import pytest

from stop_search.learning.reach import heard, if_times_as_likely, share_answered, whoever_is_silent


def test_the_figures_of_the_simulated_force_are_found_again() -> None:
    """480 of 9,600 answer and 35.4 of 100 of them are content, where 49.7 of everybody are: the bounds and the band of the design."""
    assert [round(end, 2) for end in whoever_is_silent(170, 480, 9600)] == [0.02, 0.97]
    assert [round(end, 3) for end in if_times_as_likely(170, 480)] == [0.215, 0.523]


@pytest.mark.parametrize("times", [0.5, 0.8, 1.0, 1.5, 2.0])
def test_the_truth_lies_within_the_bounds_always_and_within_the_band_if_it_says_so(times: float) -> None:
    chance = random.Random(7)  # noqa: S311 -- to be repeated
    people = [chance.random() < 0.5 for _ in range(40_000)]
    said = [content for content in people if chance.random() < 0.1 * (times if content else 1.0)]
    truth = sum(people) / len(people)
    low, high = whoever_is_silent(sum(said), len(said), len(people))
    assert low <= truth <= high
    if 0.55 < times < 1.9:
        band = if_times_as_likely(sum(said), len(said))
        assert band[0] < truth < band[1]


def test_too_few_are_said_to_be_too_few_and_no_count_is_given_away() -> None:
    few = heard("Listened?", "“Yes”", good=9, answered=29, given=400)
    assert (few.too_few, few.good, few.whoever, few.band) == ("29 answered, 30 are needed", None, None, None)
    assert heard("Listened?", "“Yes”", good=3, answered=40, given=400).good is None
    enough = heard("Listened?", "“Yes”", good=12, answered=40, given=400)
    assert (enough.good, enough.whoever) == (12, (0.03, 0.93))


def test_the_share_of_receipts_answered_has_an_interval_or_is_not_said() -> None:
    assert share_answered(9, 100) is None
    assert share_answered(12, 20) is None
    found = share_answered(12, 100)
    assert found is not None
    assert (found.share, round(found.low, 3), round(found.high, 3)) == (0.12, 0.07, 0.198)

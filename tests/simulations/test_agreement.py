"""The interval of alpha holds the true one about as often as it says, and is narrow enough at 200 double readings."""

import pytest

from tests.support.agreeing import coverage


@pytest.mark.parametrize(("noise", "about"), [(0.35, 0.774), (0.5, 0.677), (0.6, 0.61)])
def test_at_200_double_readings_the_interval_is_within_a_tenth_on_average_and_honest(noise: float, about: float) -> None:
    found = coverage(clips=200, noise=noise, forces=400)
    assert found.true == pytest.approx(about, abs=0.01)
    assert found.half_width <= 0.10
    assert 0.90 <= found.covered <= 0.98


def test_with_more_double_readings_the_interval_narrows_by_the_root() -> None:
    few, many = (coverage(clips=clips, noise=0.5, forces=150) for clips in (100, 400))
    assert few.half_width / many.half_width == pytest.approx(2, rel=0.12)

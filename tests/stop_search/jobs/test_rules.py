"""When trying again stops, and how long the pauses are."""

from datetime import timedelta

import pytest

from stop_search.jobs.rules import PACE, Pace


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 25), (3, 125), (4, 125), (1000, 125)])
def test_pauses_grow_fivefold_and_then_stay(attempt: int, seconds: int) -> None:
    assert PACE.pause_before_next(attempt) == timedelta(seconds=seconds)


def test_three_attempts_are_all_there_are() -> None:
    assert [PACE.is_exhausted(n) for n in (1, 2, 3, 4)] == [False, False, True, True]
    assert not Pace(max_attempts=5).is_exhausted(4)


def test_the_lease_outlasts_several_beats_and_the_doorbell_is_not_rung_at_every_look() -> None:
    assert PACE.lease >= 3 * PACE.beat
    assert PACE.ring_again_after > PACE.reconcile

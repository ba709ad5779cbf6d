"""Matching in invented shifts, the short form of `benchmarks/matching.py`: a seed that the rule was not made with."""

import pytest

from tests.support.filmed_shifts import Force, Shifts
from tests.support.matched_shifts import ALL, matched, tally

HELD_OUT, STOPS, BAR = 109, 1000, 0.98


@pytest.fixture(scope="module")
def force() -> Force:
    """Work the shifts once."""
    return Shifts(HELD_OUT).worked(STOPS)


def test_precision_and_recall_reach_the_bar_on_a_seed_that_was_held_out(force: Force) -> None:
    counted = tally(force, matched(force), in_one_go=True)[ALL]
    assert counted.true > STOPS, "the shifts were not filmed"
    assert counted.right / counted.decided >= BAR, counted
    assert counted.right / counted.true >= BAR, counted
    assert counted.precision[0] >= BAR - 0.01, counted
    assert counted.recall[0] >= BAR - 0.01, counted


def test_they_reach_it_for_each_file_too(force: Force) -> None:
    counted = tally(force, matched(force))[ALL]
    assert counted.right / counted.decided >= BAR, counted
    assert counted.right / counted.true >= BAR, counted


def test_the_shifts_hold_every_class_that_makes_matching_hard(force: Force) -> None:
    marks = set[str]().union(*force.marks.values())
    assert len(marks) == 11, sorted(marks)


def test_the_same_seed_makes_the_same_shifts(force: Force) -> None:
    again = Shifts(HELD_OUT).worked(STOPS)
    assert (again.recordings, again.encounters, again.truth) == (force.recordings, force.encounters, force.truth)

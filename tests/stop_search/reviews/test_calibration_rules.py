"""What is asked of a new reviewer, lots, and letters."""

import uuid
from string import ascii_uppercase

import pytest

from stop_search.reviews.calibration_rules import AgreedMark, clips_needed, differences, free_letter, in_order_of_lot
from stop_search.reviews.rules import MarkKind


@pytest.mark.parametrize(("wanted", "readable", "needed"), [(3, 5, 3), (3, 2, 2), (3, 0, 0), (0, 5, 0), (-1, 5, 0)])
def test_nobody_is_asked_for_more_clips_than_there_are(wanted: int, readable: int, needed: int) -> None:
    assert clips_needed(wanted=wanted, readable=readable) == needed


def test_the_order_of_clips_is_another_for_each_reader_and_the_same_every_time() -> None:
    clips = [uuid.UUID(int=n) for n in range(8)]
    orders = {tuple(in_order_of_lot(clips, account_id=uuid.UUID(int=100 + n))) for n in range(10)}
    assert len(orders) > 5
    assert in_order_of_lot(clips, account_id=uuid.UUID(int=1)) == in_order_of_lot(clips[::-1], account_id=uuid.UUID(int=1))


def test_cannot_tell_beside_a_level_is_a_difference_without_a_distance() -> None:
    agreed = {"C1": AgreedMark(MarkKind.SCORED, 2, "because"), "C2": AgreedMark(MarkKind.NOT_OBSERVABLE, None, "dark")}
    own = {"C2": (MarkKind.NOT_OBSERVABLE, None), "C1": (MarkKind.NOT_OBSERVABLE, None), "C3": (MarkKind.SCORED, 1)}
    first, second = differences(own, agreed, order=["C1", "C2", "C3"])
    assert (first.criterion, first.is_same, first.apart) == ("C1", False, None)
    assert (second.criterion, second.is_same, second.apart) == ("C2", True, None)


def test_letters_are_one_then_two_and_nobody_has_the_same() -> None:
    taken: list[str] = []
    for n in range(60):
        taken.append(free_letter(taken, seed=str(n)))
    assert set(taken[:26]) == set(ascii_uppercase)
    assert all(len(letter) == 2 for letter in taken[26:])
    assert len(set(taken)) == 60

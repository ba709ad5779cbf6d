"""How many answered, and between what a share of theirs lies among everybody."""

from datetime import date

import pytest

from stop_search.learning.response import HEADING, Response


def response(receipts: int, answered: int) -> Response:
    """Return that of a year."""
    return Response(receipts, answered, date(2025, 12, 1), date(2026, 11, 18))


def test_the_response_is_said_with_its_months_and_with_what_it_leaves_unknown() -> None:
    assert response(receipts=1000, answered=40).in_words == (
        "40 of 1,000 receipts given out in the twelve months from December 2025 to November 2026 were answered by the person who was "
        "stopped: 4 of 100. What the others would have said is not known. Half of those who answered could be anything from 2 to 98 "
        "of 100 among everybody."
    )
    nobody = "None of 3 receipts given out in the twelve months from December 2025 to November 2026 was answered"
    assert response(receipts=3, answered=0).in_words.startswith(nobody)


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.75), (0.5, 0.125, 0.875), (1.0, 0.25, 1.0)])
def test_the_bounds_are_those_of_the_worst_and_the_best_case(share: float, low: float, high: float) -> None:
    """Of 400, 100 answered: had all others said no, or all yes."""
    assert response(receipts=400, answered=100).bounds(share) == (low, high)


def test_a_file_has_the_response_in_every_row() -> None:
    heading, rows = response(receipts=400, answered=100).beside(("answer",), [("yes",), ("no",)])
    beside = (400, date(2025, 12, 1), date(2026, 11, 18), 100, 0.125, 0.875)
    assert heading == ("answer", *HEADING)
    assert list(rows) == [("yes", *beside), ("no", *beside)]

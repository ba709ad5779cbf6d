"""How many answered, and between what a share of theirs lies among everybody."""

import pytest

from stop_search.learning.response import HEADING, Response


def test_the_response_is_said_with_what_it_leaves_unknown() -> None:
    assert Response(receipts=1000, answered=40).in_words == (
        "40 of 1,000 receipts were answered by the person who was stopped: 4 of 100. What the others would have said is not known. "
        "Half of those who answered could be anything from 2 to 98 of 100 among everybody."
    )
    assert Response(receipts=3, answered=0).in_words.startswith("None of 3 receipts was answered")


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.75), (0.5, 0.125, 0.875), (1.0, 0.25, 1.0)])
def test_the_bounds_are_those_of_the_worst_and_the_best_case(share: float, low: float, high: float) -> None:
    """Of 400, 100 answered: had all others said no, or all yes."""
    assert Response(receipts=400, answered=100).bounds(share) == (low, high)


def test_a_file_has_the_response_in_every_row() -> None:
    heading, rows = Response(receipts=400, answered=100).beside(("answer",), [("yes",), ("no",)])
    assert heading == ("answer", *HEADING)
    assert list(rows) == [("yes", 400, 100, 0.125, 0.875), ("no", 400, 100, 0.125, 0.875)]

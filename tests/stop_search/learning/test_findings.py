"""Results in sentences."""

from dataclasses import dataclass

import pytest

from stop_search.learning.estimates import Interval, Share
from stop_search.learning.findings import headline, in_words, of_100


@dataclass(frozen=True)
class Named:
    """A criterion's name and its share."""

    name: str
    share: Share


def test_a_share_is_said_as_a_number_of_100() -> None:
    assert in_words(Interval(0.814, 0.7551, 0.8649)) == "81 of 100 stops, between 76 and 86"


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0"), (0.004, "fewer than 1"), (0.006, "1"), (0.994, "99"), (0.996, "more than 99"), (1, "100")]
)
def test_what_is_neither_none_nor_all_is_never_rounded_to_it(share: float, said: str) -> None:
    assert of_100(share) == said


def test_the_headline_names_what_was_met_least_and_most() -> None:
    results = [_result("Voice", 0.62), _result("Dignity", 0.9), _result("Grounds", 0.8), _result("Team", None)]
    assert headline(results) == (
        "“Voice” met the standard least often: in 62 of 100 stops, between 57 and 67. "
        "“Dignity” met it most often: in 90 of 100 stops, between 85 and 95."
    )


def test_one_result_is_neither_least_nor_most() -> None:
    assert headline([_result("Voice", 0.62), _result("Team", None)]) == "“Voice” met the standard in 62 of 100 stops, between 57 and 67."


def test_too_little_is_said_as_such_with_its_number() -> None:
    assert "at most 12 times" in headline([_result("Voice", None), _result("Team", None)])
    assert "at most 0 times" in headline([])


def _result(name: str, share: float | None) -> Named:
    interval = Interval(share, share - 0.05, share + 0.05) if share is not None else None
    n = 12 if share is None else 100
    return Named(name, Share(n, 0, 0, 0, 0.0, interval, None if interval else "12 scored, 30 are needed"))

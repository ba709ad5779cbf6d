"""What an assessment must say; when it is overdue; and a figure in words."""

from datetime import timedelta

import pytest

from stop_search.learning.maturity.lights import Figure, assessment_problems, is_overdue, share_of_counts
from tests.conftest import NOON

TODAY = NOON.date()
GIVEN = {"light": "partly", "reasons": "Because.", "look_again_on": TODAY + timedelta(days=91), "today": TODAY}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"light": "amber"}, "light"),
        ({"reasons": " "}, "reasons"),
        ({"reasons": "x" * 2001}, "reasons"),
        ({"look_again_on": TODAY}, "look_again_on"),
        ({"look_again_on": TODAY + timedelta(days=367)}, "look_again_on"),
    ],
)
def test_what_is_missing_is_said_by_field(changed: dict[str, object], field: str) -> None:
    assert assessment_problems(**GIVEN) == {}  # type: ignore[arg-type]
    assert set(assessment_problems(**(GIVEN | changed))) == {field}  # type: ignore[arg-type]


def test_it_is_overdue_only_after_its_day() -> None:
    assert [is_overdue(TODAY + timedelta(days=by), TODAY) for by in (-1, 0, 1)] == [True, False, False]


def test_a_share_needs_enough_and_a_small_count_of_the_public_is_not_told() -> None:
    share, too_few = share_of_counts(97, 100)
    assert too_few is None
    assert share is not None
    assert (round(share.low, 3), round(share.high, 3)) == (0.915, 0.990)  # Wilson
    assert share_of_counts(20, 29) == (None, "30 are needed")
    assert share_of_counts(15, 30) == (None, "the interval would be wider than 30 points")
    assert share_of_counts(97, 100, least_events=10) == (None, "10 are needed of whom it is so, and 10 of whom it is not")


def test_a_figure_says_its_number_with_n_and_interval_or_why_it_says_none() -> None:
    def figure(events: int | None, n: int, *, is_drawn: bool = True) -> Figure:
        share, too_few = share_of_counts(events or 0, n) if is_drawn else (None, None)
        return Figure("k", "Filmed", n, None if too_few else events, "stops", share, too_few, "", "/learning", "What was learned")

    assert figure(97, 100).words == "97 of 100 stops, between 92 and 99 (95 % interval; n = 100)"
    assert figure(3, 4).words == "too few to say: 30 are needed"
    assert figure(3, 4, is_drawn=False).words == "3 of 4 stops"

"""What is said of a criterion's agreement: the bands, what is missing, and that the figures carry their names."""

import math
from dataclasses import fields

import pytest

from stop_search.reviews.agreement import Answer, Band, Coefficient, Pairs, agreement_on, alpha_of, band_of
from stop_search.reviews.rules import MarkKind

UNSEEN, IDLE = MarkKind.NOT_OBSERVABLE, MarkKind.NOT_APPLICABLE
GOOD: Pairs = {(3, 3): 30, (2, 2): 40, (1, 1): 20, (0, 0): 10, (2, 1): 3, (1, 2): 3, (2, 3): 4}


def of(pairs: Pairs):  # noqa: ANN201 -- as the function under test
    return agreement_on("C1", pairs, seed="for tests", replicates=200)


@pytest.mark.parametrize(
    ("value", "clips", "band"),
    [
        (0.6669, 20, Band.WITHHELD),
        (0.667, 20, Band.TENTATIVE),
        (0.7999, 20, Band.TENTATIVE),
        (0.80, 20, Band.FINE),
        (-0.3, 200, Band.WITHHELD),
        (0.1, 19, Band.NOT_KNOWN),
        (1.0, 19, Band.NOT_KNOWN),
        (None, 500, Band.NOT_KNOWN),
    ],
)
def test_the_band_goes_by_alpha_once_there_are_twenty_clips(value: float | None, clips: int, band: Band) -> None:
    assert band_of(value, clips) is band


def test_an_answer_that_is_no_level_is_missing_and_never_a_level() -> None:
    more: dict[tuple[Answer, Answer], int] = {**GOOD, (2, UNSEEN): 25, (UNSEEN, UNSEEN): 30, (IDLE, IDLE): 12, (3, IDLE): 4}
    plain, with_gaps = of(GOOD), of(more)
    assert with_gaps.alpha.value == pytest.approx(plain.alpha.value)
    assert with_gaps.percent.value == pytest.approx(plain.percent.value)
    assert (with_gaps.scored_twice, with_gaps.read_twice) == (plain.scored_twice, plain.read_twice + 71)


def test_whether_it_could_be_told_is_agreement_of_its_own() -> None:
    assert of({(2, 2): 40, (UNSEEN, UNSEEN): 40}).observable.value == pytest.approx(1)
    assert of({(2, UNSEEN): 40, (UNSEEN, 2): 40}).observable.value < 0
    assert of({(2, IDLE): 40, (UNSEEN, UNSEEN): 40}).observable.value == pytest.approx(1), "not applicable is told"


def test_every_interval_holds_its_figure_and_the_names_say_metric_or_weights() -> None:
    found = of(GOOD | {(2, UNSEEN): 5, (UNSEEN, UNSEEN): 9})
    shown = [value for field in fields(found) if isinstance(value := getattr(found, field.name), Coefficient)]
    assert len(shown) == 5
    for figure in shown:
        assert figure.low <= figure.value <= figure.high, figure
        assert "(" in figure.name
    assert found.ac2.standard_error == pytest.approx((found.ac2.high - found.ac2.low) / 3.92, rel=0.35)


def test_the_same_seed_gives_the_same_intervals_and_another_gives_others() -> None:
    assert of(GOOD) == of(dict(reversed(GOOD.items())))
    other = agreement_on("C1", GOOD, seed="another", replicates=200)
    assert (other.alpha.value, other.alpha.low) != (of(GOOD).alpha.value, of(GOOD).alpha.low)
    assert other.alpha.value == of(GOOD).alpha.value


def test_nobody_has_read_twice_yet() -> None:
    found = of({})
    assert (found.read_twice, found.scored_twice, found.band) == (0, 0, Band.NOT_KNOWN)
    assert (found.alpha.value, found.ac2.value, found.observable.value) == (None, None, None)
    assert alpha_of({}) == (None, 0)


def test_two_who_never_score_the_same_clip_leave_it_unknown() -> None:
    found = of({(2, UNSEEN): 30, (IDLE, 3): 3})
    assert (found.read_twice, found.scored_twice, found.band, found.alpha.value) == (33, 0, Band.NOT_KNOWN, None)


def test_where_every_mark_is_the_same_alpha_is_not_known_and_ac2_is_shown() -> None:
    found = of({(2, 2): 60})
    assert (found.band, found.alpha.value) == (Band.NOT_KNOWN, None)
    assert found.ac2.value == pytest.approx(1)
    assert found.percent.value == pytest.approx(1)


def test_where_marks_are_nearly_all_the_same_no_interval_is_made_of_the_few_draws_that_have_one() -> None:
    found = of({(2, 2): 60, (2, 3): 1})
    assert found.alpha.value is not None
    assert (found.alpha.low, found.alpha.high) == (None, None)


def test_the_alpha_that_decides_is_the_one_that_is_shown() -> None:
    value, clips = alpha_of(GOOD)
    assert (value, clips) == (of(GOOD).alpha.value, of(GOOD).scored_twice)
    assert not math.isnan(value or math.nan)

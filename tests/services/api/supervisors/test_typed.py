"""Times as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.supervisors.shown import due_words
from services.api.supervisors.typed import clock, seconds_typed
from tests.support.builders import NOON


@given(st.integers(0, 99 * 3600 * 10))
def test_a_time_that_is_shown_can_be_typed_again(tenths: int) -> None:
    assert seconds_typed(clock(tenths / 10)) == pytest.approx(tenths / 10)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("3:12", 192), ("03:12", 192), (" 3:12 ", 192), ("1:03:12", 3792), ("192", 192), ("0", 0), ("90:00", 5400), ("3:12.5", 192.5)],
)
def test_what_people_type_is_understood(typed: str, seconds: float) -> None:
    assert seconds_typed(typed) == seconds


@pytest.mark.parametrize(
    "typed", ["", "soon", "3:60", "1:60:00", "-1", "1:2:3:4", "nan", "inf", "1e3", "3,12", "3.", ":12", "٣:١٢", "1" * 40, "3:12\n4"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        seconds_typed(typed)


def test_how_far_off_a_day_is_is_said_in_words() -> None:
    today = NOON.date()
    said = [due_words(today.replace(day=today.day + days), today) for days in (-2, -1, 0, 1, 5)]
    assert said == ["2 days late", "1 day late", "today", "in 1 day", "in 5 days"]

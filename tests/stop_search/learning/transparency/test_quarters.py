"""Quarters as they are written."""

import pytest

from stop_search.errors import Invalid
from stop_search.learning.transparency.quarters import Quarter, quarter_from
from tests.conftest import NOON


def test_a_quarter_knows_its_months() -> None:
    quarter = quarter_from("2026q3")
    assert (str(quarter), quarter.first_month, quarter.last_month) == ("2026Q3", "2026-07", "2026-09")
    assert str(Quarter(2026, 4).after) == "2027Q1"
    assert [Quarter(2026, number).is_over(NOON) for number in (3, 4)] == [True, False]


@pytest.mark.parametrize("written", ["", "2026", "2026Q5", "Q3", "2026Q3x"])
def test_what_is_no_quarter_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        quarter_from(written)

"""Quarters: how they are written, and which days, months and weeks are theirs."""

from datetime import date, timedelta

import pytest

from stop_search.errors import Invalid
from stop_search.learning.quarters import Quarter, quarter_before, quarter_from, quarter_of
from stop_search.learning.theme_rules import month_of_week
from stop_search.wording import week_of
from tests.conftest import NOON


def test_a_quarter_is_written_and_read() -> None:
    assert quarter_from(" 2026q3 ") == Quarter(2026, 3)
    assert Quarter(2026, 3).key == "2026Q3"
    assert Quarter(2026, 3).words == "1 July to 30 September 2026"


def test_a_quarter_is_over_when_its_last_day_is() -> None:
    assert str(Quarter(2026, 4).after) == "2027Q1"
    assert [Quarter(2026, number).is_over(NOON) for number in (3, 4)] == [True, False]


@pytest.mark.parametrize("written", ["", "2026", "2026Q5", "2026Q0", "Q3", "2026-Q3", "2026Q33", "1926Q3", "\uff12026Q3"])
def test_what_is_no_quarter_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Invalid, match="2026Q3"):
        quarter_from(written)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_four_quarters_are_a_year_without_gap_or_overlap(year: int) -> None:
    quarters = [Quarter(year, number) for number in (1, 2, 3, 4)]
    assert quarters[0].first == date(year, 1, 1)
    assert quarters[-1].last == date(year, 12, 31)
    assert [one.last + timedelta(days=1) for one in quarters[:-1]] == [one.first for one in quarters[1:]]
    assert [month for one in quarters for month in one.months] == [f"{year}-{month:02}" for month in range(1, 13)]
    assert all(quarter_of(day) == one for one in quarters for day in (one.first, one.last))
    assert [quarter_before(one) for one in quarters[1:]] == quarters[:-1]


def test_every_week_belongs_to_one_quarter_that_of_its_month() -> None:
    for days in range(0, 366 * 4, 7):
        week = week_of(date(2024, 1, 4) + timedelta(days=days))
        quarter = quarter_of(date.fromisoformat(f"{month_of_week(week)}-01"))
        first, last = quarter.weeks
        assert first <= week <= last

"""Months and quarters: the days, the quarter's name, the months before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.draws.periods import Month, days_in_words, days_left_out, month_from, month_of


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_its_month_and_the_day_after_the_last_in_another(day: date) -> None:
    month = month_of(day)
    assert month.first <= day <= month.last
    assert month_of(month.last + timedelta(days=1)) != month
    assert month_from(str(month)) == month
    assert month.up_to_here()[-1] == month
    assert {one.quarter for one in month.up_to_here()} == {month.quarter}


def test_the_quarter_is_that_of_the_calendar() -> None:
    assert [Month(2026, number).quarter for number in (1, 3, 4, 9, 12)] == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert Month(2026, 12).up_to_here() == [Month(2026, 10), Month(2026, 11), Month(2026, 12)]


@pytest.mark.parametrize("written", ["", "2026", "2026-13", "October", "2026-1-1"])
def test_what_is_no_month_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        month_from(written)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=12))
def test_the_days_left_out_are_those_between_the_first_and_the_last_that_are_in_no_period(drawn: list[tuple[int, int]]) -> None:
    first = date(2026, 1, 1)
    periods = [(first + timedelta(days=start), first + timedelta(days=start + length)) for start, length in drawn]
    covered = {start + timedelta(days=n) for start, end in periods for n in range((end - start).days + 1)}
    found = [start + timedelta(days=n) for start, end in days_left_out(periods) for n in range((end - start).days + 1)]
    span = range((max(covered) - min(covered)).days) if covered else ()
    assert found == [day for n in span if (day := min(covered) + timedelta(days=n)) not in covered]


def test_days_left_out_are_written_as_periods() -> None:
    weeks = [(date(2026, 10, 19), date.max), (date(2026, 10, 1), date(2026, 10, 7)), (date(2026, 10, 12), date(2026, 10, 17))]
    assert days_in_words(days_left_out(weeks)) == "2026-10-08 to 2026-10-11; 2026-10-18"

"""Until when a copy can be asked for: calendar months beginning with the day of the search, by London's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.encounters.entitlement import code_a_version, code_is_answered_to, entitlement_ends_on, last_day


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 14)),
        (date(2026, 1, 1), 3, date(2026, 3, 31)),
        (date(2026, 3, 1), 3, date(2026, 5, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 29), 3, date(2027, 2, 28)),
        (date(2026, 11, 28), 3, date(2027, 2, 27)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2023, 11, 29), 3, date(2024, 2, 28)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 12, 31), 3, date(2027, 3, 30)),
        (date(2026, 1, 15), 12, date(2027, 1, 14)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 3, 1), 12, date(2024, 2, 29)),
        (date(2026, 9, 1), 3, date(2026, 11, 30)),
    ],
)
def test_the_last_day_is_the_one_before_the_same_day_number(first: date, months: int, last: date) -> None:
    assert last_day(first, months) == last


@given(st.dates(date(2015, 1, 1), date(2090, 1, 1)), st.sampled_from([3, 12]))
def test_a_later_search_never_ends_earlier_and_no_period_is_short(first: date, months: int) -> None:
    ends = last_day(first, months)
    assert last_day(first + timedelta(days=1), months) >= ends
    assert (ends - first).days + 1 >= {3: 89, 12: 365}[months]


@pytest.mark.parametrize(("power", "last"), [("pace_s1", date(2026, 4, 14)), (None, date(2026, 4, 14)), ("cjpoa_s60", date(2027, 1, 14))])
def test_a_search_without_suspicion_gives_twelve_months(power: str | None, last: date) -> None:
    assert entitlement_ends_on(datetime(2026, 1, 15, 12, tzinfo=UTC), power) == last


def test_the_day_is_londons_not_the_one_in_utc() -> None:
    half_past_midnight_in_summer = datetime(2026, 7, 14, 23, 30, tzinfo=UTC)
    assert entitlement_ends_on(half_past_midnight_in_summer, "pace_s1") == date(2026, 10, 14)
    assert entitlement_ends_on(half_past_midnight_in_summer - timedelta(hours=1), "pace_s1") == date(2026, 10, 13)


def test_a_code_is_answered_to_until_the_end_of_its_last_day() -> None:
    searched = datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert code_is_answered_to(searched, searched, datetime(2027, 1, 14, 23, 59, tzinfo=UTC))
    assert not code_is_answered_to(searched, searched, datetime(2027, 1, 15, 0, 0, tzinfo=UTC))


def test_a_code_is_answered_to_for_a_year_from_the_search_or_from_when_it_was_issued_whichever_is_later() -> None:
    issued, last = datetime(2026, 3, 15, 12, tzinfo=UTC), datetime(2027, 3, 14, 23, 59, tzinfo=UTC)
    for searched in (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2016, 1, 15, 12, tzinfo=UTC)):
        assert code_is_answered_to(searched, issued, last)
        assert not code_is_answered_to(searched, issued, last + timedelta(minutes=1))
    assert code_is_answered_to(issued, datetime(2026, 1, 15, 12, tzinfo=UTC), last)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2015-03-18", None),
        ("2015-03-19", "2015"),
        ("2023-01-16", "2015"),
        ("2023-01-17", "2023-01"),
        ("2023-12-20", "2023-12"),
        ("2026-11-18", "2023-12"),
    ],
)
def test_the_version_of_code_a_is_the_one_of_the_day(day: str, version: str | None) -> None:
    assert code_a_version(datetime.fromisoformat(f"{day}T12:00+00:00")) == version

"""Dates and times as people write them, in London."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.wording import (
    LONDON,
    age_in_words,
    day_in_words,
    first_day,
    first_of,
    iso_week,
    london,
    moment_in_words,
    start_of_day,
    start_of_week,
    time_in_words,
    week_in_words,
    weekday_in_words,
)

MOMENTS = st.datetimes(min_value=datetime(1972, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 21, 14, 5, tzinfo=UTC), "21 November 2026, 2:05pm"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026, 12:30am"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026, 2am"),
        (datetime(2026, 1, 5, 0, 0, tzinfo=UTC), "5 January 2026, midnight"),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "5 January 2026, midday"),
        (datetime(2026, 1, 5, 12, 1, tzinfo=UTC), "5 January 2026, 12:01pm"),
        (datetime(2026, 1, 5, 0, 59, tzinfo=UTC), "5 January 2026, 12:59am"),
    ],
)
def test_a_moment_is_written_as_people_do(moment: datetime, words: str) -> None:
    assert moment_in_words(moment) == words


def test_a_day_is_written_with_and_without_its_weekday() -> None:
    assert day_in_words(date(2026, 11, 21)) == "21 November 2026"
    assert weekday_in_words(date(2026, 11, 21)) == "Saturday 21 November 2026"
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert day_in_words(late) == "1 July 2026"
    assert weekday_in_words(late) == "Wednesday 1 July 2026"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        time_in_words(datetime(2026, 1, 5, 12))  # noqa: DTZ001 -- what is refused


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2026, 11, 18, 12, tzinfo=UTC), "2026-W47"),
        (datetime(2027, 1, 3, 12, tzinfo=UTC), "2026-W53"),
        (datetime(2026, 6, 28, 23, 30, tzinfo=UTC), "2026-W27"),
        (datetime(2024, 12, 30, 12, tzinfo=UTC), "2025-W01"),
    ],
)
def test_the_week_is_the_iso_week_in_london(moment: datetime, week: str) -> None:
    assert iso_week(moment) == week


def test_a_week_is_written_by_its_monday() -> None:
    assert week_in_words("2026-W47") == "the week from 16 November 2026"
    for wrong in ("2026-W54", "2026", "now"):
        with pytest.raises(ValueError, match=r".+"):
            first_day(wrong)


@given(MOMENTS)
def test_starts_of_day_and_week_lie_in_the_same_day_and_week_at_london_s_midnight(moment: datetime) -> None:
    day, week = start_of_day(moment), start_of_week(moment)
    assert week <= day <= moment < day + timedelta(hours=25)
    assert london(day).date() == london(moment).date()
    assert iso_week(week) == iso_week(moment)
    assert first_day(iso_week(moment)) == london(week).date()
    for start in (day, week):
        assert start.astimezone(LONDON).strftime("%H:%M:%S.%f") == "00:00:00.000000"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_how_long_something_has_waited_is_said_roughly(waited: timedelta, words: str) -> None:
    assert age_in_words(waited) == words


@pytest.mark.parametrize(
    ("names", "words"), [("", ""), ("a", "a"), ("ab", "a, b"), ("abc", "a, b and 1 more"), ("abcdef", "a, b and 4 more")]
)
def test_of_a_long_list_the_first_are_said_and_how_many_more(names: str, words: str) -> None:
    assert first_of(list(names), 2) == words

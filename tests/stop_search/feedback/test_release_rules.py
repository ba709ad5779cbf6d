"""When an answer may reach the officer, and which sums are told."""

import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.feedback.release_rules import (
    FEWEST,
    LONGEST_DELAY,
    SHORTEST_DELAY,
    drawn_delay,
    first_monday,
    month_of,
    release_month,
    told_bins,
)

KEY = b"k" * 32


def test_delays_are_7_to_35_days_each_as_likely_and_need_the_key() -> None:
    drawn = Counter(drawn_delay(KEY, uuid.UUID(int=n).hex).days for n in range(29_000))
    assert set(drawn) == set(range(7, 36))
    assert all(850 < count < 1150 for count in drawn.values())
    assert drawn_delay(KEY, "a" * 32) == drawn_delay(KEY, "a" * 32)
    assert len({drawn_delay(bytes([n]) * 32, "a" * 32) for n in range(50)}) > 10


@pytest.mark.parametrize(("month", "day"), [("2026-11", 2), ("2026-12", 7), ("2027-02", 1), ("2027-08", 2)])
def test_the_first_monday_is_the_day(month: str, day: int) -> None:
    assert first_monday(month) == date.fromisoformat(f"{month}-{day:02}")
    assert first_monday(month).weekday() == 0


@pytest.mark.parametrize(
    ("now", "days", "month"),
    [
        (datetime(2026, 11, 18, 12, tzinfo=UTC), 7, "2026-12"),
        (datetime(2026, 11, 30, 12, tzinfo=UTC), 7, "2026-12"),  # 7 December is the first Monday: on the day itself
        (datetime(2026, 12, 1, 12, tzinfo=UTC), 7, "2027-01"),
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), 35, "2027-01"),  # 4 January is the first Monday
        (datetime(2026, 12, 1, 12, tzinfo=UTC), 35, "2027-02"),
    ],
)
def test_the_month_is_the_first_whose_first_monday_the_delay_has_passed(now: datetime, days: int, month: str) -> None:
    assert release_month(now, timedelta(days=days)) == month


@given(some.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=some.just(UTC)), some.integers(7, 35))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_nobody_s_answer_is_told_before_a_week_or_later_than_it_must(now: datetime, days: int) -> None:
    told_on = first_monday(release_month(now, timedelta(days=days)))
    assert SHORTEST_DELAY - timedelta(days=1) <= told_on - now.date() <= LONGEST_DELAY + timedelta(days=36)


def test_the_month_of_a_day_is_as_people_write_it() -> None:
    assert month_of(date(2027, 1, 4)) == "2027-01"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"3": 5}, {"3": 5}),
        ({"3": 4}, {}),
        ({"3": 9, "0": 1}, {}),  # one is left over: who said 3 would tell that one did not
        ({"3": 9, "2": 6, "0": 1}, {"3": 9}),  # the smaller told bin hides the one
        ({"3": 9, "2": 4, "0": 1}, {"3": 9}),
        ({"3": 5, "0": 5}, {"3": 5, "0": 5}),
        ({"3": 2, "2": 2, "1": 2}, {}),
        ({}, {}),
    ],
)
def test_bins_of_fewer_than_five_are_not_told_nor_what_is_left_over(counts: dict[str, int], told: dict[str, int]) -> None:
    assert told_bins(counts) == told


@given(some.dictionaries(some.sampled_from(["3", "2", "1", "0", "unsure", "apart"]), some.integers(0, 30)))
def test_every_group_that_can_be_worked_out_has_five_people_or_none(counts: dict[str, int]) -> None:
    told = told_bins(counts)
    assert all(count >= FEWEST and counts[name] == count for name, count in told.items())
    left_over = sum(counts.values()) - sum(told.values())
    assert left_over == 0 or left_over >= FEWEST or not told

"""The next working day in England and Wales, over weekends, bank holidays and the change of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stop_search.codes.lists import code_list
from stop_search.feedback.working_days import is_working_day, next_working_day


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 11, 18, 12, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 12, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 24, 12, tzinfo=UTC), date(2026, 12, 29)),  # Friday Christmas, weekend, Boxing Day's substitute
        (datetime(2026, 4, 2, 12, tzinfo=UTC), date(2026, 4, 7)),  # over Easter
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 3)),  # half past midnight of the 2nd in London
    ],
)
def test_what_came_today_is_due_on_the_next_working_day(moment: datetime, due: date) -> None:
    assert next_working_day(moment) == due
    assert is_working_day(due)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian algorithm (Nature, 20 April 1876; Meeus, Astronomical Algorithms, chapter 8)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    day = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, left = divmod(moon + day - 7 * ((golden + 11 * moon + 22 * day) // 451) + 114, 31)
    return date(year, month, left + 1)


def monday_on_or_after(day: date) -> date:
    """Return the first Monday from `day` on."""
    return day + timedelta(days=-day.weekday() % 7)


def holidays_by_the_act(year: int) -> set[date]:
    """Return the bank holidays of a year by Schedule 1 of the Act, common law, and what is proclaimed each year (1 January, early May)."""
    easter, found = easter_sunday(year), set[date]()
    found |= {easter - timedelta(days=2), easter + timedelta(days=1), monday_on_or_after(date(year, 5, 1))}
    found |= {monday_on_or_after(date(year, 5, 25)), monday_on_or_after(date(year, 8, 25))}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return found


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_list_is_what_the_act_gives(year: int) -> None:
    listed = {entry.valid_from for entry in code_list("bank_holiday").entries if entry.valid_from.year == year}
    assert listed == holidays_by_the_act(year)
    assert all(entry.valid_from == entry.valid_until for entry in code_list("bank_holiday").entries)


def test_the_list_reaches_far_enough() -> None:
    """Add the next years when this fails: after the last one, a bank holiday would count as a working day."""
    last = max(entry.valid_from for entry in code_list("bank_holiday").entries)
    assert last >= datetime.now(UTC).date() + timedelta(days=180)

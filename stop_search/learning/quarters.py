"""A quarter of the calendar year, as reports and releases are made of: its days, months and ISO weeks. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stop_search.errors import Invalid
from stop_search.wording import day_in_words, london, week_of

WRITTEN = re.compile(r"(2[0-9]{3})Q([1-4])")
THURSDAY = 3  # the day that says to which quarter a week belongs, as it says to which year


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter: `number` from 1 (January to March) to 4."""

    year: int
    number: int

    @property
    def key(self) -> str:
        """As it is written in commands, addresses and names of files: "2026Q3"."""
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The last day, included."""
        return (date(self.year, 3 * self.number, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def months(self) -> tuple[str, str, str]:
        """Its three months: "2026-07"."""
        first, second, third = (f"{self.year}-{month:02}" for month in range(3 * self.number - 2, 3 * self.number + 1))
        return first, second, third

    @property
    def weeks(self) -> tuple[str, str]:
        """The first and the last ISO week whose Thursday lies in it: answers know their week and no day."""
        opening = self.first + timedelta(days=(THURSDAY - self.first.weekday()) % 7)
        closing = self.last - timedelta(days=(self.last.weekday() - THURSDAY) % 7)
        return week_of(opening), week_of(closing)

    @property
    def words(self) -> str:
        """Its days in words: "1 July to 30 September 2026"."""
        return f"{day_in_words(self.first).rsplit(' ', 1)[0]} to {day_in_words(self.last)}"

    @property
    def after(self) -> "Quarter":
        """The quarter after it."""
        return quarter_of(self.last + timedelta(days=1))

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended, by the clocks of England and Wales."""
        return london(now).date() > self.last

    def __str__(self) -> str:
        """As it is written."""
        return self.key


def quarter_from(written: str) -> Quarter:
    """Return the quarter that is written.

    Raises:
        Invalid: it is no quarter such as 2026Q3 (`quarter`).

    """
    found = WRITTEN.fullmatch(written.strip().upper())
    if found is None:
        message = f"“{written}” is not a quarter. Write it as in 2026Q3: the year, Q, and 1 to 4."
        raise Invalid(message, {"quarter": message})
    return Quarter(int(found[1]), int(found[2]))


def quarter_of(day: date) -> Quarter:
    """Return the quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_before(quarter: Quarter) -> Quarter:
    """Return the quarter before."""
    return quarter_of(quarter.first - timedelta(days=1))

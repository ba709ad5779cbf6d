"""Months and quarters of draws: a draw belongs to those in which its period ends. Pure."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_QUARTER = 3


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def quarter(self) -> str:
        """Its quarter, like 2026-Q4."""
        return f"{self.year}-Q{(self.number - 1) // MONTHS_IN_QUARTER + 1}"

    def up_to_here(self) -> "list[Month]":
        """Return the months of its quarter up to itself, the first one first."""
        begin = (self.number - 1) // MONTHS_IN_QUARTER * MONTHS_IN_QUARTER + 1
        return [Month(self.year, number) for number in range(begin, self.number + 1)]

    def __str__(self) -> str:
        """As it is written, like 2026-11."""
        return f"{self.year}-{self.number:02d}"


def month_of(day: date) -> Month:
    """Return the month of a day."""
    return Month(day.year, day.month)


def month_from(written: str) -> Month:
    """Return the month that is written like 2026-11. Raises ValueError."""
    return month_of(date.fromisoformat(f"{written}-01"))


def days_left_out(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the days between periods (first and last day, both inclusive) that are in none, as periods, the earliest first."""
    one_day, found, last = timedelta(days=1), list[tuple[date, date]](), date.max
    for start, end in sorted(periods):
        if start - last > one_day:
            found.append((last + one_day, start - one_day))
        last = end if last == date.max else max(last, end)
    return found


def days_in_words(periods: Iterable[tuple[date, date]]) -> str:
    """Return periods as a line: "2026-10-15 to 2026-10-21; 2026-10-30"."""
    return "; ".join(f"{start}" if start == end else f"{start} to {end}" for start, end in periods)

"""Months and quarters of draws: a draw belongs to those in which its period ends. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

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

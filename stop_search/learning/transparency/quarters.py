"""Quarters of the calendar as releases name them: 2026Q3. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from stop_search.errors import Invalid
from stop_search.wording import london

WRITTEN = re.compile(r"([0-9]{4})-?Q([1-4])", re.IGNORECASE)
MONTHS = 3


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of the calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        """As it is written: 2026Q3."""
        return f"{self.year}Q{self.number}"

    @property
    def first_month(self) -> str:
        """Its first month: "2026-07"."""
        return f"{self.year}-{MONTHS * self.number - 2:02}"

    @property
    def last_month(self) -> str:
        """Its last month: "2026-09"."""
        return f"{self.year}-{MONTHS * self.number:02}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date.fromisoformat(f"{self.first_month}-01")

    @property
    def after(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended."""
        return london(now).date() >= self.after.first_day


def quarter_from(written: str) -> Quarter:
    """Return the quarter that is written like 2026Q3. Raises Invalid."""
    found = WRITTEN.fullmatch(written.strip())
    if found is None:
        message = f"“{written}” is not a quarter. Write it as in 2026Q3."
        raise Invalid(message, {"quarter": message})
    return Quarter(int(found[1]), int(found[2]))

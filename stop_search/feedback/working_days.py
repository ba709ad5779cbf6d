"""Working days in England and Wales: Monday to Friday without the bank holidays. Pure."""

from datetime import date, datetime, timedelta

from stop_search.codes.lists import code_list
from stop_search.wording import london

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether `day` is a working day: no Saturday, Sunday or bank holiday in England and Wales.

    Bank holidays are known as far as `codes/bank_holiday.yaml` goes; after that only weekends count, and a test reminds of it.
    """
    return day.weekday() < SATURDAY and not code_list("bank_holiday").on(day)


def next_working_day(moment: datetime) -> date:
    """Return the first working day after the London day of `moment`: what came today is due at that day's end."""
    day = london(moment).date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

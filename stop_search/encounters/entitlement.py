"""How long a copy can be asked for, and which version of Code A held on a day. Pure."""

import calendar
from datetime import date, datetime, timedelta

from stop_search.codes.power_rules import power_rule
from stop_search.wording import london

# PACE 1984 s.3(9): "three months beginning with the date on which the search was made". Powers say where it is longer.
USUAL_MONTHS = 3
# A receipt's code is answered to for a year, the longest of the entitlements.
CODE_MONTHS = 12
# When each version of PACE Code of Practice A came into force.
CODE_A_VERSIONS = (
    (date(2015, 3, 19), "2015"),
    (date(2023, 1, 17), "2023-01"),
    (date(2023, 12, 20), "2023-12"),
)


def last_day(first: date, months: int) -> date:
    """Return the last day of `months` calendar months beginning with `first`.

    That is the day before the same day number: 15 January and three months end on 14 April. Where the month has no such day,
    its own last day: 30 November and three months end on 28 (or 29) February.
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    month += 1
    longest = calendar.monthrange(year, month)[1]
    if first.day > longest:
        return date(year, month, longest)
    return date(year, month, first.day) - timedelta(days=1)


def entitlement_ends_on(searched_at: datetime, power: str | None) -> date:
    """Return the last day (London) on which a copy or written statement can be asked for.

    Three months, and twelve under the Criminal Justice and Public Order Act 1994 s.60(10), (10A) and its like: the power's rule says.
    """
    day = london(searched_at).date()
    return last_day(day, power_rule(power, day).entitlement_months if power else USUAL_MONTHS)


def code_is_answered_to(searched_at: datetime, issued_at: datetime, now: datetime) -> bool:
    """Return whether a receipt's code still opens its page, counted from the later of the two.

    A record's date can be amended; when the receipt was issued cannot, so no amendment takes a code back before its year is over.
    """
    return london(now).date() <= last_day(london(max(searched_at, issued_at)).date(), CODE_MONTHS)


def code_a_version(searched_at: datetime) -> str | None:
    """Return the version of Code A in force on the day, None before the first that we hold rules for."""
    day = london(searched_at).date()
    return next((name for start, name in reversed(CODE_A_VERSIONS) if start <= day), None)

"""Dates, times and lists as people write them, on the clock of the United Kingdom. Pure: the same words on every machine and locale."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NOON = 12
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def london(moment: datetime) -> datetime:
    """Return an aware moment on London's clock.

    Raises:
        ValueError: the moment has no time zone, so nobody can say what hour it means.

    """
    if moment.tzinfo is None:
        message = f"{moment!r} has no time zone"
        raise ValueError(message)
    return moment.astimezone(LONDON)


def day_in_words(day: date) -> str:
    """Return "21 November 2026". A moment is first put on London's clock, where it may be another day."""
    if isinstance(day, datetime):
        day = london(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_in_words(day: date) -> str:
    """Return "Saturday 21 November 2026"."""
    if isinstance(day, datetime):
        day = london(day).date()
    return f"{DAYS[day.weekday()]} {day_in_words(day)}"


def time_in_words(moment: datetime) -> str:
    """Return "2:05pm", "2pm", "midday" or "midnight", on London's clock (12am and 12pm mean different things to people)."""
    local = london(moment)
    if local.minute == 0 and local.hour in {0, NOON}:
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % NOON or NOON}{minutes}{'pm' if local.hour >= NOON else 'am'}"


def moment_in_words(moment: datetime) -> str:
    """Return "21 November 2026, 2:05pm", on London's clock."""
    return f"{day_in_words(moment)}, {time_in_words(moment)}"


def age_in_words(waited: timedelta) -> str:
    """Return how long something has waited, roughly, as people say it: "1 minute", "40 minutes", "3 hours", "2 days"."""
    minutes = max(0, int(waited.total_seconds() // 60))
    for unit, length, shortest in (("day", 24 * 60, 2 * 24 * 60), ("hour", 60, 60)):
        if minutes >= shortest:
            return _counted(minutes // length, unit)
    return _counted(minutes, "minute")


def first_of(names: Sequence[str], most: int) -> str:
    """Return "a, b and 9 more": at most so many names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def iso_week(moment: datetime) -> str:
    """Return the ISO week of a moment in London: "2026-W47". The year is the week's, not always the day's."""
    return week_of(london(moment).date())


def week_of(day: date) -> str:
    """Return the ISO week of a day: "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def first_day(week: str) -> date:
    """Return the Monday of an ISO week written "2026-W47".

    Raises:
        ValueError: there is no such week.

    """
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def week_in_words(week: str) -> str:
    """Return "the week from 16 November 2026" for "2026-W47"."""
    return f"the week from {day_in_words(first_day(week))}"


def month_in_words(month: str) -> str:
    """Return "January 2027" for "2027-01"."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {int(year)}"


def start_of_day(moment: datetime) -> datetime:
    """Return the first moment (UTC) of the London day of `moment`: what is kept of when, where a clock time would tell too much."""
    local = london(moment)
    return datetime(local.year, local.month, local.day, tzinfo=LONDON).astimezone(UTC)


def start_of_week(moment: datetime) -> datetime:
    """Return the first moment (UTC) of the London ISO week of `moment`."""
    local = london(moment)
    return start_of_day(datetime(local.year, local.month, local.day, NOON, tzinfo=LONDON) - timedelta(days=local.weekday()))

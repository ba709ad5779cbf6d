"""Days and times as officers type them, on London's clock."""

import re
from datetime import date, datetime, timedelta

from services.api.officers.typed import TypedStop
from stop_search.wording import LONDON, london

NOON = 12
_YEAR = re.compile(r"[12][0-9]{3}")
_DAY = re.compile(r"[0-9]{1,2}")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>[0-5]\d))?\s*(?P<half>am|pm)?", re.ASCII | re.IGNORECASE)
MOMENT_FIELDS = ("started_at-day", "started_at-month", "started_at-year", "time", "ended")


def typed_moments(typed: TypedStop, faults: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return when the stop began and ended; add what is wrong with day and times to `faults`, by field name.

    An end that is earlier in the day than the beginning was after midnight.
    """
    day, began = _day(typed), _minutes(typed.one("time"))
    if day is None:
        faults["started_at"] = "Give the date of the stop, such as 21 11 2026."
    if began is None:
        faults["time"] = "Give the time of the stop, such as 14:05 or 2:05pm."
    ended = _minutes(typed.one("ended"))
    if ended is None and typed.said("ended"):
        faults["ended"] = "Give the time it ended, such as 14:20 or 2:20pm, or leave it out."
    if day is None or began is None:
        return None, None
    return _at(day, began), None if ended is None else _at(day + timedelta(days=ended < began), ended)


def moments_as_typed(began: datetime, ended: datetime | None) -> dict[str, str]:
    """Return how the form shows when a stop began and ended."""
    local = london(began)
    return {
        "started_at-day": str(local.day),
        "started_at-month": str(local.month),
        "started_at-year": str(local.year),
        "time": f"{local:%H:%M}",
        "ended": f"{london(ended):%H:%M}" if ended else "",
    }


def _at(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, *divmod(minutes, 60), tzinfo=LONDON)


def _day(typed: TypedStop) -> date | None:
    year, month, day = (typed.one(f"started_at-{part}").strip() for part in ("year", "month", "day"))
    if not (_YEAR.fullmatch(year) and _DAY.fullmatch(month) and _DAY.fullmatch(day)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _minutes(text: str) -> int | None:
    """Return the minutes since midnight of "14:05", "1405" or "2:05pm"; a bare "9" could be either half of the day."""
    found = _TIME.fullmatch(text.strip())
    if not found or not (found["minute"] or found["half"]):
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if half and not 1 <= hour <= NOON:
        return None
    if half:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    return hour * 60 + minute if hour < 2 * NOON else None

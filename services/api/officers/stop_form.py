"""The form on which an officer records a stop: what was typed, what it means, and what is wrong with it, field by field.

A field's name is its path in the record with hyphens ("people-0-outcome"), so that every fault finds its field.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from stop_search.encounters.rules import EncounterKind, EncounterSource, NameWithheldReason, NewEncounter, NewPerson, PersonPart
from stop_search.encounters.soundness import check_encounter
from stop_search.errors import Invalid
from stop_search.wording import LONDON, london

MOST_ON_THE_FORM = 10
ANSWERS = {"yes": True, "no": False}
# What stands in a person's part of the form without anybody having typed it.
GIVEN_FIELDS = ("part", "language")
NOON = 12
_YEAR = re.compile(r"[0-9]{4}")
_DAY = re.compile(r"[0-9]{1,2}")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>[0-5]\d))?\s*(?P<half>am|pm)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class TypedStop:
    """What was typed, untouched, by field name; `people` tells how many people the form asks about."""

    values: Mapping[str, tuple[str, ...]]
    people: int = 1

    def one(self, name: str) -> str:
        """Return what a field holds; empty where it was not sent."""
        return self.values.get(name, ("",))[-1]

    def all_of(self, name: str) -> tuple[str, ...]:
        """Return every value of a field (checkboxes)."""
        return self.values.get(name, ())

    def with_one_more(self) -> "TypedStop":
        """Return the form with room for another person."""
        return TypedStop(self.values, min(self.people + 1, MOST_ON_THE_FORM))

    def without(self, person: int) -> "TypedStop":
        """Return the form without one person (counted from 0); those after move up."""
        if not 0 <= person < self.people:
            return self
        kept: dict[str, tuple[str, ...]] = {}
        for name, value in self.values.items():
            found = re.fullmatch(r"people-(\d+)-(\w+)", name, re.ASCII)
            if not found:
                kept[name] = value
            elif int(found[1]) != person:
                kept[f"people-{int(found[1]) - (int(found[1]) > person)}-{found[2]}"] = value
        return TypedStop(kept, self.people - 1)


async def read_stop(request: Request) -> TypedStop:
    """Return what was posted; files are left out."""
    form = await request.form()
    values: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values[name] = (*values.get(name, ()), value)
    count = values.get("people", ("1",))[-1]
    known = count.isascii() and count.isdigit() and len(count) <= len(str(MOST_ON_THE_FORM))
    return TypedStop(values, min(int(count), MOST_ON_THE_FORM) if known else 1)


SentStop = Annotated[TypedStop, Depends(read_stop)]


def fresh_stop(now: datetime) -> TypedStop:
    """Return an empty form of today with a submission id of its own."""
    today = london(now).date()
    given = {
        "submission": uuid.uuid4().hex,
        "kind": EncounterKind.PERSON.value,
        "started_at-day": str(today.day),
        "started_at-month": str(today.month),
        "started_at-year": str(today.year),
    }
    return TypedStop({name: (value,) for name, value in given.items()})


def told_stop(typed: TypedStop, *, officer_number: str, now: datetime) -> NewEncounter:
    """Return the stop that was typed.

    Raises:
        Invalid: something is missing or cannot be right; `fields` maps the form's field names to sentences.

    """
    faults: dict[str, str] = {}
    started_at = _started_at(typed, faults)
    stop = _stop(typed, started_at or now, officer_number)
    try:
        check_encounter(stop, now=now)
    except Invalid as error:
        faults |= {name: text for name, text in on_the_form(error.fields).items() if name not in faults}
    if faults:
        message = "There is a problem"
        raise Invalid(message, faults)
    return stop


def on_the_form(faults: Mapping[str, str]) -> dict[str, str]:
    """Return faults by the form's field names ("people.0.outcome" -> "people-0-outcome"), the first of each field."""
    placed: dict[str, str] = {}
    for path, text in faults.items():
        name = path.replace(".", "-")
        if path == "people":
            name = "kind"
        elif path.startswith("officers_present"):
            name = "officers_present"
        placed.setdefault(name, text)
    return placed


def _stop(typed: TypedStop, started_at: datetime, officer_number: str) -> NewEncounter:
    kind = typed.one("kind")
    people = tuple(_person(typed, n) for n in range(typed.people) if kind != EncounterKind.UNATTENDED_VEHICLE or _is_filled(typed, n))
    withheld = typed.one("officer_name_withheld_reason")
    return NewEncounter(
        kind=EncounterKind(kind) if kind in set(EncounterKind) else EncounterKind.PERSON,
        source=EncounterSource.OFFICER_PAGE,
        started_at=started_at,
        officer_number=officer_number,
        place=_text(typed, "place"),
        power=_text(typed, "power"),
        object_of_search=_text(typed, "object_of_search"),
        grounds=_text(typed, "grounds"),
        people=people,
        authorisation_reference=_text(typed, "authorisation_reference"),
        officers_present=tuple(re.split(r"[,;\s]+", typed.one("officers_present").strip())) if _text(typed, "officers_present") else (),
        officer_name_withheld_reason=NameWithheldReason(withheld) if withheld in set(NameWithheldReason) else None,
        camera_serial=_text(typed, "camera_serial"),
        vehicle_outcome=_text(typed, "vehicle_outcome"),
        footage_absence_reason=_text(typed, "footage_absence_reason"),
    )


def _person(typed: TypedStop, n: int) -> NewPerson:
    def text(name: str) -> str | None:
        return _text(typed, f"people-{n}-{name}")

    part = text("part")
    return NewPerson(
        part=PersonPart(part) if part in set(PersonPart) else PersonPart.SEARCHED,
        self_defined_ethnicity=text("self_defined_ethnicity"),
        ethnicity_not_stated_reason=text("ethnicity_not_stated_reason"),
        officer_perceived_ethnicity=text("officer_perceived_ethnicity"),
        gender=text("gender"),
        age_band=text("age_band"),
        clothing_level=text("clothing_level"),
        force_used=typed.all_of(f"people-{n}-force_used"),
        outcome=text("outcome"),
        outcome_linked=ANSWERS.get(text("outcome_linked") or ""),
        record_in_custody=text("record_in_custody") == "yes",
        receipt_not_offered_reason=text("receipt_not_offered_reason"),
        language=text("language") or "en",
    )


def _is_filled(typed: TypedStop, n: int) -> bool:
    before = f"people-{n}-"
    given = {before + name for name in GIVEN_FIELDS}
    return any(name.startswith(before) and name not in given and any(values) for name, values in typed.values.items())


def _text(typed: TypedStop, name: str) -> str | None:
    text = typed.one(name).replace("\r\n", "\n").strip()
    return text or None


def _started_at(typed: TypedStop, faults: dict[str, str]) -> datetime | None:
    """Return the moment that was typed, on London's clock; say what is wrong with the day and the time."""
    day, minutes = _day(typed), _minutes(typed.one("time"))
    if day is None:
        faults["started_at"] = "Give the date of the stop, such as 21 11 2026."
    if minutes is None:
        faults["time"] = "Give the time of the stop, such as 14:05 or 2:05pm."
    if day is None or minutes is None:
        return None
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

"""What was typed on the form for a stop, untouched, by field name. A field's name is its path in the record with hyphens."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from stop_search.encounters.rules import EncounterKind
from stop_search.encounters.soundness import MOST_PEOPLE
from stop_search.wording import london

MOST_ON_THE_FORM = MOST_PEOPLE
_OF_PERSON = re.compile(r"people-(\d{1,3})-(\w+)", re.ASCII)


@dataclass(frozen=True)
class TypedStop:
    """What was typed, by field name; `people` tells how many people the form asks about."""

    values: Mapping[str, tuple[str, ...]]
    people: int = 1

    def one(self, name: str) -> str:
        """Return what a field holds; empty where it was not sent."""
        return (self.all_of(name) or ("",))[-1]

    def all_of(self, name: str) -> tuple[str, ...]:
        """Return every value of a field (checkboxes)."""
        return self.values.get(name, ())

    def said(self, name: str) -> tuple[str, ...]:
        """Return what a field says, however the browser wrote it: without blanks, spaces around and carriage returns; several sorted."""
        return tuple(sorted(text for value in self.all_of(name) if (text := value.replace("\r\n", "\n").strip())))

    def given(self, **values: str) -> "TypedStop":
        """Return the form with these values put in."""
        return TypedStop({**self.values, **{name: (value,) for name, value in values.items()}}, self.people)

    def with_one_more(self) -> "TypedStop":
        """Return the form with room for another person."""
        return TypedStop(self.values, min(self.people + 1, MOST_ON_THE_FORM))

    def without(self, person: int) -> "TypedStop":
        """Return the form without one person (counted from 0); those after move up."""
        if not 0 <= person < self.people:
            return self
        others = {name: value for name, value in self.values.items() if _person_of(name) != person}
        return TypedStop(dict(_moved(others, after=person, by=-1)), self.people - 1)

    def with_room_before(self, person: int, by: int) -> "TypedStop":
        """Return the form in which everybody from `person` on (counted from 0) stands `by` places further down."""
        return TypedStop(dict(_moved(self.values, after=person - 1, by=by)), min(self.people + by, MOST_ON_THE_FORM))


def _person_of(name: str) -> int | None:
    found = _OF_PERSON.fullmatch(name)
    return int(found[1]) if found else None


def _moved(values: Mapping[str, tuple[str, ...]], *, after: int, by: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in values.items():
        found = _OF_PERSON.fullmatch(name)
        if found and int(found[1]) > after:
            yield f"people-{int(found[1]) + by}-{found[2]}", value
        else:
            yield name, value


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


def new_submission() -> str:
    """Return an id for one sending of a form, so that a form sent twice is answered once."""
    return uuid.uuid4().hex


def fresh_stop(now: datetime, *, follows: str = "") -> TypedStop:
    """Return an empty form of today with a submission id of its own; `follows`: the stop that led to this search."""
    today = london(now).date()
    given = {
        "submission": new_submission(),
        "kind": EncounterKind.PERSON.value,
        "started_at-day": str(today.day),
        "started_at-month": str(today.month),
        "started_at-year": str(today.year),
        "follows": follows,
    }
    return TypedStop({name: (value,) for name, value in given.items()})

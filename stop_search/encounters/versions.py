"""What a record said before, as JSON keeps it, and back again to the stop as it was told. Pure."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from stop_search.encounters.rules import EncounterKind, EncounterSource, NameWithheldReason, NewEncounter, NewPerson, PersonPart

NAMES_OF_PERSON = frozenset(field.name for field in dataclasses.fields(NewPerson))
NAMES = frozenset(field.name for field in dataclasses.fields(NewEncounter))


def as_json(encounter: NewEncounter) -> dict[str, Any]:
    """Return a record as JSON holds it: moments as ISO 8601, degrees as text."""
    return json.loads(json.dumps(dataclasses.asdict(encounter), default=_as_text))


def told_in_json(kept: Mapping[str, Any]) -> NewEncounter:
    """Return the record that `as_json` kept. A field that was not there yet is not recorded; one that is gone is left out."""
    return NewEncounter(**_read(kept, NAMES, READ))


def changed_fields(before: NewEncounter, after: NewEncounter) -> tuple[str, ...]:
    """Return the paths of the fields that differ, never their values; people who were added are told as "people.<n>"."""
    changed = [
        field.name
        for field in dataclasses.fields(NewEncounter)
        if field.name not in {"people", "finish_later"} and getattr(before, field.name) != getattr(after, field.name)
    ]
    for n, person in enumerate(after.people):
        if n >= len(before.people):
            changed.append(f"people.{n}")
            continue
        changed += [
            f"people.{n}.{field.name}"
            for field in dataclasses.fields(person)
            if getattr(before.people[n], field.name) != getattr(person, field.name)
        ]
    return tuple(changed)


def _person(kept: Mapping[str, Any]) -> NewPerson:
    return NewPerson(**_read(kept, NAMES_OF_PERSON, {"part": PersonPart, "force_used": tuple}))


def _people(kept: list[Mapping[str, Any]]) -> tuple[NewPerson, ...]:
    return tuple(_person(person) for person in kept)


READ: dict[str, Callable[[Any], Any]] = {
    "kind": EncounterKind,
    "source": EncounterSource,
    "started_at": datetime.fromisoformat,
    "ended_at": datetime.fromisoformat,
    "latitude": Decimal,
    "longitude": Decimal,
    "officers_present": tuple,
    "officer_name_withheld_reason": NameWithheldReason,
    "people": _people,
}


def _read(kept: Mapping[str, Any], names: frozenset[str], read: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: read[name](value) if name in read else value for name, value in kept.items() if name in names and value is not None}


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

"""A record in words: everything that it says, section by section, and how it was amended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.api.officers.stop_page import KINDS, NAME_WITHHELD, PARTS
from services.api.receipt_languages import language_names
from stop_search.accounts.rules import Viewer
from stop_search.codes.lists import code_list
from stop_search.encounters.field_names import OF_ENCOUNTER, OF_PERSON, field_name
from stop_search.encounters.queries import EncounterRecord, VersionLine
from stop_search.encounters.rules import NewEncounter, NewPerson
from stop_search.encounters.soundness import ENCOUNTER_CODES, PERSON_CODES
from stop_search.wording import moment_in_words

SECTIONS = (
    ("The stop", ("kind", "started_at", "ended_at", "place", "latitude", "longitude")),
    ("The search", ("power", "authorisation_reference", "object_of_search", "grounds", "follows")),
    ("The traffic stop", ("traffic_stop_reason", "traffic_outcome", "ethnicity_known_before", "occupants")),
    ("The vehicle", ("vehicle_registration", "vehicle_outcome", "vehicle_outcome_linked", "notice_left")),
    (
        "Officers and footage",
        (
            "officer_number",
            "officers_present",
            "officer_name_withheld_reason",
            "camera_serial",
            "footage_absence_reason",
            "is_operation",
            "operation_name",
        ),
    ),
)
LISTS = ENCOUNTER_CODES | PERSON_CODES | {"force_used": "force_type"}
WORDS: dict[str, dict[Any, str]] = {
    "kind": KINDS,
    "part": PARTS,
    "officer_name_withheld_reason": NAME_WITHHELD,
    "language": language_names(),
}
NOT_SHOWN = frozenset({("record_in_custody", "No")})


@dataclass(frozen=True)
class Section:
    """A part of the record: its heading, and each field's name with what it says."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Amendment:
    """One amendment in words."""

    when: datetime
    who: str
    why: str


def sections(record: EncounterRecord) -> Iterator[Section]:
    """Tell all that a record says, in the order of the form; what it does not say is left out."""
    for heading, fields in SECTIONS:
        if rows := _rows(record.told, fields, OF_ENCOUNTER, record.officer_line):
            yield Section(heading, rows)


def person_rows(person: NewPerson) -> tuple[tuple[str, str], ...]:
    """Return all that a record says of one person."""
    return _rows(person, tuple(OF_PERSON), OF_PERSON, "")


def value_in_words(told: NewEncounter, path: str) -> str:
    """Return what a record says in one field ("people.1.outcome"), in words."""
    parts = path.split(".")
    if parts[0] != "people":
        return _words(path, getattr(told, path, None)) or "Not recorded"
    n = int(parts[1])
    return _words(parts[2], getattr(told.people[n], parts[2], None) if n < len(told.people) else None) or "Not recorded"


def amendments(record: EncounterRecord, viewer: Viewer) -> tuple[Amendment, ...]:
    """Return how a record was amended, the newest first."""
    return tuple(Amendment(line.amended_at, _who(line, viewer), line.reason) for line in reversed(record.versions))


def names_of(paths: tuple[str, ...]) -> list[str]:
    """Return fields by their names for people, each once."""
    return list(dict.fromkeys(field_name(path) for path in paths))


def _rows(told: NewEncounter | NewPerson, fields: tuple[str, ...], names: dict[str, str], officer: str) -> tuple[tuple[str, str], ...]:
    found = ((field, officer if field == "officer_number" else _words(field, getattr(told, field))) for field in fields)
    return tuple((names[field], words) for field, words in found if words and (field, words) not in NOT_SHOWN)


def _words(field: str, value: Any) -> str:  # noqa: ANN401 -- any field's value
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return moment_in_words(value)
        case tuple():
            return ", ".join(_words(field, each) for each in value)
        case _:
            return _label(field, value)


def _label(field: str, value: Any) -> str:  # noqa: ANN401 -- a code, a number or words
    if field in LISTS and value in code_list(LISTS[field]):
        return code_list(LISTS[field]).entry(value).label
    return WORDS.get(field, {}).get(value, str(value))


def _who(line: VersionLine, viewer: Viewer) -> str:
    if line.amended_by == str(viewer.id):
        return "you"
    return "a device" if line.amended_by.startswith("device:") else "a colleague"

"""What a record must state and what cannot be right: every fault at once, each with its field's path and one sentence. Pure.

Sources: PACE 1984 s.3(6), (6A) (object, grounds, time, place, ethnicity, officer); PACE Code of Practice A 4.3, 4.4, 4.5.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from stop_search.codes.lists import CodeEntry, code_list
from stop_search.encounters.entitlement import CODE_A_VERSIONS
from stop_search.encounters.rules import SEARCHES, EncounterKind, NewEncounter, NewPerson, PersonPart
from stop_search.errors import Invalid
from stop_search.wording import day_in_words, london

CLOCKS_DIFFER_BY = timedelta(minutes=5)
EARLIEST = datetime.combine(CODE_A_VERSIONS[0][0], datetime.min.time(), UTC)
MOST_PEOPLE = 30
MOST_OFFICERS = 50
LONGEST_LANGUAGE = 8
NOT_STATED = "NS"
NO_FORCE = "none"

ENCOUNTER_CODES = {
    "power": "power",
    "object_of_search": "object_of_search",
    "vehicle_outcome": "outcome",
    "footage_absence_reason": "footage_absence_reason",
}
PERSON_CODES = {
    "self_defined_ethnicity": "ethnicity",
    "ethnicity_not_stated_reason": "not_stated_reason",
    "officer_perceived_ethnicity": "perceived_ethnicity",
    "gender": "gender",
    "age_band": "age_band",
    "clothing_level": "clothing_level",
    "outcome": "outcome",
    "receipt_not_offered_reason": "receipt_not_offered_reason",
}
# The longest text of each free field, in characters.
ENCOUNTER_TEXTS = {
    "place": 300,
    "grounds": 5000,
    "authorisation_reference": 100,
    "operation_name": 200,
    "camera_serial": 100,
    "officer_number": 40,
}
PERSON_TEXTS = {"self_description": 300}
MISSING = {
    "place": "Say where the stop was.",
    "power": "Say which power was used.",
    "object_of_search": "Say what was looked for.",
    "grounds": "Say why: what was seen, heard or known that gave reasonable grounds.",
    "authorisation_reference": "This power needs an authorisation or an order. Give its reference.",
    "officer_number": "Say which officer searched: collar or warrant number.",
}

Fault = tuple[str, str]


def check_encounter(encounter: NewEncounter, *, now: datetime) -> None:
    """Let a new encounter pass.

    Raises:
        Invalid: something is missing or cannot be right; `fields` has a sentence for each ("people.0.outcome": …).

    """
    faults = dict(reversed(list(_faults(encounter, now))))  # the first fault of a field is the one that is told
    if faults:
        count = len(faults)
        message = "One thing needs to be put right." if count == 1 else f"{count} things need to be put right."
        raise Invalid(message, dict(reversed(faults.items())))


def _faults(encounter: NewEncounter, now: datetime) -> Iterator[Fault]:
    times = list(_times(encounter, now))
    yield from times
    yield from _missing(encounter)
    yield from _texts(encounter, ENCOUNTER_TEXTS, "")
    yield from _officers(encounter)
    yield from _location(encounter)
    yield from _people(encounter)
    if not any(path == "started_at" for path, _ in times):
        yield from _codes(encounter)


def _times(encounter: NewEncounter, now: datetime) -> Iterator[Fault]:
    for path, moment in (("started_at", encounter.started_at), ("ended_at", encounter.ended_at)):
        if moment is None:
            continue
        if moment.tzinfo is None:
            yield path, "Give the time with its time zone."
        elif moment > now + CLOCKS_DIFFER_BY:
            yield path, "This time is in the future. Look at the date and the time."
        elif moment < EARLIEST:
            yield path, f"This time is too long ago: stops can be recorded from {day_in_words(EARLIEST)} on."
        elif path == "ended_at" and encounter.started_at.tzinfo and moment < encounter.started_at:
            yield path, "The end is before the start."


def _missing(encounter: NewEncounter) -> Iterator[Fault]:
    wanted = ["place", "officer_number"]
    if encounter.kind in SEARCHES:
        wanted += ["power", "object_of_search", _reason_field(encounter.power)]
    for field in wanted:
        if not (getattr(encounter, field) or "").strip():
            yield field, MISSING[field]


def _reason_field(power: str | None) -> str:
    """Powers without suspicion rest on an authorisation or order (Code A 4.3(d)); all others on grounds."""
    powers = code_list("power")
    known = powers.entry(power) if power in powers and power else None
    return "authorisation_reference" if known and known.reasonable_grounds is False else "grounds"


def _texts(thing: object, longest: dict[str, int], before: str) -> Iterator[Fault]:
    for field, limit in longest.items():
        yield from _text(before + field, getattr(thing, field), limit)


def _text(path: str, text: str | None, limit: int) -> Iterator[Fault]:
    if text is None:
        return
    if len(text) > limit:
        yield path, f"This is {len(text):,} characters long. The most is {limit:,}."
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        yield path, "There is a character in this that cannot be stored. Type it again."


def _officers(encounter: NewEncounter) -> Iterator[Fault]:
    if len(encounter.officers_present) > MOST_OFFICERS:
        yield "officers_present", f"Not more than {MOST_OFFICERS} officers can be named."
    for n, number in enumerate(encounter.officers_present[:MOST_OFFICERS]):
        yield from _text(f"officers_present.{n}", number, ENCOUNTER_TEXTS["officer_number"])
        if not number.strip():
            yield f"officers_present.{n}", "Give the officer's number or leave the line out."


def _location(encounter: NewEncounter) -> Iterator[Fault]:
    if (encounter.latitude is None) != (encounter.longitude is None):
        yield ("longitude" if encounter.longitude is None else "latitude"), "Give latitude and longitude together, or neither."
    if not _between(encounter.latitude, 49, 61):
        yield "latitude", "This is not in the United Kingdom: latitude lies between 49 and 61 degrees."
    if not _between(encounter.longitude, -9, 3):
        yield "longitude", "This is not in the United Kingdom: longitude lies between -9 and 3 degrees."


def _between(degrees: Decimal | None, low: int, high: int) -> bool:
    return degrees is None or (degrees.is_finite() and low <= degrees <= high)


def _people(encounter: NewEncounter) -> Iterator[Fault]:
    count, kind = len(encounter.people), encounter.kind
    if kind is EncounterKind.UNATTENDED_VEHICLE and count:
        yield "people", "Nobody is recorded with an unattended vehicle. If somebody was in charge of it, it was not unattended."
    elif kind is not EncounterKind.UNATTENDED_VEHICLE and not count:
        yield "people", "Say who was stopped: at least one person."
    elif count > MOST_PEOPLE:
        yield "people", f"Not more than {MOST_PEOPLE} people can be in one record."
    elif kind is EncounterKind.VEHICLE and all(p.part is PersonPart.SEARCHED for p in encounter.people):
        yield "people", "Only the vehicle was searched: say who was in charge of it, or that a person was searched too."
    for n, person in enumerate(encounter.people[:MOST_PEOPLE]):
        yield from _person(person, f"people.{n}.", is_search=kind in SEARCHES)


def _person(person: NewPerson, before: str, *, is_search: bool) -> Iterator[Fault]:
    yield from _texts(person, PERSON_TEXTS, before)
    ethnicity = person.self_defined_ethnicity
    if is_search and not ethnicity:
        yield before + "self_defined_ethnicity", "Say how the person described their ethnicity, or that it is not stated."
    if person.ethnicity_not_stated_reason and ethnicity != NOT_STATED:
        yield before + "ethnicity_not_stated_reason", "A reason is only for ethnicity that is not stated."
    if NO_FORCE in person.force_used and len(set(person.force_used)) > 1:
        yield before + "force_used", "Say which force was used, or that none was, not both."
    if person.outcome_linked is not None and not person.outcome:
        yield before + "outcome_linked", "Say what the outcome was before saying whether it is linked to what was looked for."
    if not (person.language.isascii() and person.language.replace("-", "").isalpha() and len(person.language) <= LONGEST_LANGUAGE):
        yield before + "language", "Give the language as a short code such as en or pl."


def _codes(encounter: NewEncounter) -> Iterator[Fault]:
    for field, name in ENCOUNTER_CODES.items():
        yield from _code(field, name, getattr(encounter, field), encounter.started_at)
    for n, person in enumerate(encounter.people[:MOST_PEOPLE]):
        for field, name in PERSON_CODES.items():
            yield from _code(f"people.{n}.{field}", name, getattr(person, field), encounter.started_at)
        for force in person.force_used:
            yield from _code(f"people.{n}.force_used", "force_type", force, encounter.started_at)


def _code(path: str, name: str, key: str | None, at: datetime) -> Iterator[Fault]:
    if not key:
        return
    codes = code_list(name)
    if key not in codes:
        yield path, f"This is not one of the codes: {_listed(codes.keys)}."
        return
    entry: CodeEntry = codes.entry(key)
    if not entry.holds_on(london(at).date()):
        yield path, f"“{entry.label}” was not in force on the day of the stop."


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(keys)

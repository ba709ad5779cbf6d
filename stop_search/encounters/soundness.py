"""What cannot be right in a record, and what must be said at once: every fault, each with its field's path and one sentence. Pure.

Sources: PACE Code of Practice A 3.8, 4.3, 4.4, 4.5; what must be said stands in `completeness`.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from stop_search.codes.lists import CodeEntry, code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.completeness import WORDS, gaps
from stop_search.encounters.entitlement import CODE_A_VERSIONS
from stop_search.encounters.receipt_codes import is_code
from stop_search.encounters.rules import (
    NO_FORCE,
    NOT_STATED,
    THOROUGH,
    EncounterKind,
    Needed,
    NewEncounter,
    NewPerson,
    PersonPart,
)
from stop_search.errors import Invalid
from stop_search.wording import day_in_words, london

CLOCKS_DIFFER_BY = timedelta(minutes=5)
EARLIEST = datetime.combine(CODE_A_VERSIONS[0][0], datetime.min.time(), UTC)
MOST_PEOPLE = 30
MOST_OFFICERS = 50
LONGEST_LANGUAGE = 8
ARREST = "arrest"

ENCOUNTER_CODES = {
    "power": "power",
    "object_of_search": "object_of_search",
    "vehicle_outcome": "outcome",
    "footage_absence_reason": "footage_absence_reason",
    "traffic_stop_reason": "traffic_stop_reason",
    "traffic_outcome": "traffic_outcome",
    "ethnicity_known_before": "ethnicity_known_before",
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
    "receipt_handed": "receipt_handed",
    "search_not_carried_out_reason": "search_not_carried_out_reason",
    "search_place": "search_place",
}
# The longest text of each free field, in characters.
ENCOUNTER_TEXTS = {
    "place": 300,
    "grounds": 5000,
    "authorisation_reference": 100,
    "operation_name": 200,
    "camera_serial": 100,
    "officer_number": 40,
    "vehicle_registration": 20,
    "follows": 40,
}
PERSON_TEXTS = {"self_description": 300, "authorised_by": 40}
Fault = tuple[str, str]


def check_encounter(encounter: NewEncounter, *, now: datetime, in_error: Collection[int] = ()) -> None:
    """Let an encounter pass. Nothing is missed about people who were recorded in error (`in_error`, counted from 0).

    Raises:
        Invalid: something is missing or cannot be right; `fields` has a sentence for each ("people.0.outcome": …).

    """
    faults = dict(reversed(list(_faults(encounter, now, in_error))))  # the first fault of a field is the one that is told
    if faults:
        count = len(faults)
        message = "One thing needs to be put right." if count == 1 else f"{count} things need to be put right."
        raise Invalid(message, dict(reversed(faults.items())))


def _faults(encounter: NewEncounter, now: datetime, in_error: Collection[int]) -> Iterator[Fault]:
    times = list(_times(encounter, now))
    yield from times
    if not any(path == "started_at" for path, _ in times):
        yield from _missing(encounter, in_error, of_people=False)
    yield from _texts(encounter, ENCOUNTER_TEXTS, "")
    yield from _officers(encounter)
    yield from _location(encounter)
    yield from _people(encounter)
    if not any(path == "started_at" for path, _ in times):
        yield from _missing(encounter, in_error, of_people=True)
    yield from _traffic(encounter)
    if not any(path == "started_at" for path, _ in times):
        yield from _codes(encounter)
        yield from _by_the_power(encounter)


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


def _missing(encounter: NewEncounter, in_error: Collection[int], *, of_people: bool) -> Iterator[Fault]:
    """Tell what must be said at once, unless the record is to be finished later; who searched is never left for later."""
    for gap in gaps(encounter, in_error=in_error):
        if gap.needed is Needed.AT_ONCE and not encounter.finish_later and gap.path.startswith("people.") is of_people:
            yield gap.path, gap.message
    if not of_people and not (encounter.officer_number or "").strip():
        yield "officer_number", WORDS["officer_number"]


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


def _traffic(encounter: NewEncounter) -> Iterator[Fault]:
    if encounter.kind is not EncounterKind.TRAFFIC_STOP:
        for field in ("traffic_stop_reason", "traffic_outcome", "ethnicity_known_before", "occupants"):
            if getattr(encounter, field) is not None:
                yield field, "This belongs to a traffic stop only."
    elif encounter.occupants is not None and not len(encounter.people) <= encounter.occupants <= MOST_PEOPLE:
        yield (
            "occupants",
            f"Between {len(encounter.people)} (as many as are recorded) and {MOST_PEOPLE} people can have been in the vehicle.",
        )
    if encounter.notice_left is not None and encounter.kind is not EncounterKind.UNATTENDED_VEHICLE:
        yield "notice_left", "A notice is left only with a vehicle that nobody was with."


def _by_the_power(encounter: NewEncounter) -> Iterator[Fault]:
    """Hold the record against the rule of its power: whether the officer's name may be left out, whether custody has the record."""
    if not encounter.power or encounter.power not in code_list("power"):
        return
    rule = power_rule(encounter.power, london(encounter.started_at).date())
    withheld = encounter.officer_name_withheld_reason
    if withheld and withheld not in rule.officer_name_withheld:
        yield "officer_name_withheld_reason", "Under this power the officer's name may not be left out for this reason."
    for n, person in enumerate(encounter.people[:MOST_PEOPLE]):
        if person.record_in_custody and not rule.custody_takes_over:
            yield f"people.{n}.record_in_custody", "Under this power the record is not made in the custody record."


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
        yield from _person(person, f"people.{n}.", is_search=encounter.is_search)


def _person(person: NewPerson, before: str, *, is_search: bool) -> Iterator[Fault]:
    yield from _texts(person, PERSON_TEXTS, before)
    ethnicity = person.self_defined_ethnicity
    if person.ethnicity_not_stated_reason and ethnicity != NOT_STATED:
        yield before + "ethnicity_not_stated_reason", "A reason is only for ethnicity that is not stated."
    if is_search and not person.was_searched and (person.clothing_level in THOROUGH or person.search_place):
        yield before + "search_not_carried_out_reason", "Say that a search was not carried out, or how it was, not both."
    if person.search_not_carried_out_reason and not is_search:
        yield before + "search_not_carried_out_reason", "This belongs to a search only."
    if person.record_in_custody and person.outcome and person.outcome != ARREST:
        yield before + "record_in_custody", "Only after an arrest is the record made in the custody record."
    if person.receipt_handed and person.receipt_not_offered_reason:
        yield before + "receipt_handed", "Say how the receipt reached the person, or why none was offered, not both."
    if person.receipt_code is not None and not is_code(person.receipt_code):
        yield before + "receipt_code", "This is not one of the codes that were set aside for this device."
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

"""What a record does not state yet: each gap with its field's path, one sentence and the rule that asks for it. Pure.

What must be said at once is the law's (the power's rule file) and what protects somebody now; what may follow is needed before the
record counts as finished. A gap is never a reason to lose a record.
"""

from collections.abc import Collection, Iterator, Mapping

from stop_search.codes.lists import code_list
from stop_search.codes.power_rules import Statement, power_rule
from stop_search.encounters.rules import (
    CHILDREN,
    NOT_STATED,
    STRIP_SEARCH,
    THOROUGH,
    EncounterKind,
    Gap,
    Needed,
    NewEncounter,
    NewPerson,
    PersonPart,
)
from stop_search.wording import london

WORDS = {
    "place": "Say where the stop was.",
    "power": "Say which power was used.",
    "object_of_search": "Say what was looked for.",
    "grounds": "Say why: what was seen, heard or known that gave reasonable grounds.",
    "authorisation_reference": "This power needs an authorisation or an order. Give its reference.",
    "officer_number": "Say which officer searched: collar or warrant number.",
}
ETHNICITY = "Say how the person described their ethnicity, or that it is not stated."
NOTHING_FOUND = "no_further_action"
ONLY_A_VEHICLE = frozenset({EncounterKind.VEHICLE, EncounterKind.UNATTENDED_VEHICLE})
AS_IF = "pace_s1"  # what is asked of a search whose power is not known
STRIP_SEARCH_OF_CHILD = "PACE Code of Practice C, Annex A 11; HCWS433 (2024), kept as the force's policy"
RETURN = "Home Office annual data requirement"
CHILDREN_ACT = "Children Act 2004 s.11; College of Policing, safeguarding reviews of stop and search"
TRAFFIC = "Road Traffic Act 1988 s.163; IOPC national stop and search learning report 2022, recommendation 12"


def gaps(encounter: NewEncounter, *, in_error: Collection[int] = ()) -> tuple[Gap, ...]:
    """Return everything that the record does not state yet, in the order of the record. A finished record has none.

    `in_error`: who was recorded in error, counted from 0. Nothing is asked about them any more.
    """
    people = {n: person for n, person in enumerate(encounter.people) if n not in in_error}
    return tuple(_gaps(encounter, people))


def _gaps(encounter: NewEncounter, people: Mapping[int, NewPerson]) -> Iterator[Gap]:
    yield from _of_the_law(encounter)
    if encounter.kind is EncounterKind.UNATTENDED_VEHICLE and encounter.notice_left is None:
        yield _later("notice_left", "Say whether a notice was left with the vehicle.", "PACE 1984 s.2(6), (7)")
    if encounter.kind in ONLY_A_VEHICLE and (not people or any(person.was_searched for person in people.values())):
        yield from _outcome("vehicle_outcome", encounter.vehicle_outcome, is_linked=encounter.vehicle_outcome_linked)
    if encounter.kind is EncounterKind.TRAFFIC_STOP:
        yield from _of_traffic_stop(encounter, list(people.values()))
    for n, person in people.items():
        yield from _of_person(encounter, person, f"people.{n}.")


def _of_the_law(encounter: NewEncounter) -> Iterator[Gap]:
    """Tell what the power's rule file wants of every record under it (PACE 1984 s.3(6), (6A)), in the order of the form."""
    if encounter.is_search:
        wanted = {"power": "PACE Code of Practice A 4.3"} | {s.field: s.source for s in _statements(encounter)}
    else:
        wanted = {"place": "PACE Code of Practice A 4.12"}
    for field, words in WORDS.items():
        if field in wanted and not _said(getattr(encounter, field)):
            yield _now(field, words, wanted[field])


def _statements(encounter: NewEncounter) -> tuple[Statement, ...]:
    """Return what the power's rule wants; a power that is missing or unknown asks for what suspicion asks for."""
    power = encounter.power if encounter.power in code_list("power") else None
    return power_rule(power or AS_IF, london(encounter.started_at).date()).must_state


def _of_traffic_stop(encounter: NewEncounter, people: Collection[NewPerson]) -> Iterator[Gap]:
    if not encounter.traffic_stop_reason:
        yield _later("traffic_stop_reason", "Say why the vehicle was stopped.", TRAFFIC)
    if not encounter.traffic_outcome:
        yield _later("traffic_outcome", "Say what came of the stop.", TRAFFIC)
    if not encounter.ethnicity_known_before:
        yield _later("ethnicity_known_before", "Say whether you could see anybody's ethnicity before you stopped the vehicle.", TRAFFIC)
    if not any(person.part is PersonPart.DRIVER for person in people):
        yield _later("people", "Say who drove.", TRAFFIC)
    if encounter.occupants is None:
        yield _later("occupants", "Say how many people were in or on the vehicle.", TRAFFIC)
    elif missing := encounter.occupants - len(people):
        yield _later("occupants", f"{encounter.occupants} people were in the vehicle: {missing} more must be recorded.", TRAFFIC)


def _of_person(encounter: NewEncounter, person: NewPerson, before: str) -> Iterator[Gap]:
    searched = encounter.is_search and person.was_searched
    yield from _ethnicity(encounter, person, before, searched=searched)
    for field, words in (("gender", "Say the person's gender."), ("age_band", "Say how old the person is: an estimate will do.")):
        if not getattr(person, field):
            yield _later(before + field, words, RETURN)
    if searched:
        yield from _of_search(encounter, person, before)
    yield from _safeguarding(person, before, searched=searched)
    if not (person.record_in_custody or person.receipt_handed or person.receipt_not_offered_reason):
        words = "Say how the receipt reached the person, or why none was offered."
        yield _later(before + "receipt_handed", words, "PACE 1984 s.3(7); PACE Code of Practice A 4.2")


def _ethnicity(encounter: NewEncounter, person: NewPerson, before: str, *, searched: bool) -> Iterator[Gap]:
    field, asked = before + "self_defined_ethnicity", searched or encounter.kind is EncounterKind.TRAFFIC_STOP
    wanted = next((s.source for s in _statements(encounter) if s.field == "people.self_defined_ethnicity"), RETURN)
    if asked and not person.self_defined_ethnicity:
        yield _now(field, ETHNICITY, wanted) if searched else _later(field, ETHNICITY, TRAFFIC)
    if person.self_defined_ethnicity == NOT_STATED and not person.ethnicity_not_stated_reason:
        words = "Say why the person's own description of their ethnicity is not stated."
        yield _now(before + "ethnicity_not_stated_reason", words, "PACE Code of Practice A, Note 18")
    if asked and not person.officer_perceived_ethnicity:
        yield _later(before + "officer_perceived_ethnicity", "Say which ethnicity you saw.", f"PACE 1984 s.3(6A)(b); {RETURN}")


def _of_search(encounter: NewEncounter, person: NewPerson, before: str) -> Iterator[Gap]:
    only_a_vehicle = encounter.kind in ONLY_A_VEHICLE
    if not only_a_vehicle and not person.clothing_level:
        yield _later(before + "clothing_level", "Say how much clothing was taken off.", f"PACE 1984 s.2(9)(a); {RETURN}")
    if not person.force_used:
        yield _later(before + "force_used", "Say which force was used, or that none was.", "HMICFRS 2021, recommendations 4 and 5")
    if not only_a_vehicle:
        yield from _outcome(before + "outcome", person.outcome, is_linked=person.outcome_linked)


def _outcome(path: str, outcome: str | None, *, is_linked: bool | None) -> Iterator[Gap]:
    """Ask what came of a search, and where something came of it, whether that is linked to what was looked for."""
    if not outcome:
        yield _later(path, "Say what came of the search.", f"Best Use of Stop and Search; {RETURN}")
    elif is_linked is None and outcome != NOTHING_FOUND:
        yield _later(f"{path}_linked", "Say whether the outcome is linked to what was looked for.", "Best Use of Stop and Search")


def _safeguarding(person: NewPerson, before: str, *, searched: bool) -> Iterator[Gap]:
    """Ask about safeguarding where there is a child, somebody vulnerable, or a thorough search; and how a strip search was done."""
    if person.needs_safeguarding:
        if person.safeguarding_considered is None:
            yield _now(before + "safeguarding_considered", "Say whether safeguarding was considered.", CHILDREN_ACT)
        if person.referral_made is None:
            yield _later(before + "referral_made", "Decide whether to refer, and say so.", CHILDREN_ACT)
    if searched and person.clothing_level in THOROUGH:
        if not person.search_place:
            yield _later(before + "search_place", "Say where the thorough search was done.", "PACE Code of Practice A 3.6, 3.7")
        if person.searched_by_same_sex is None:
            yield _later(before + "searched_by_same_sex", "Say whether officers of the same sex searched.", "PACE Code of Practice A 3.6")
    if searched and person.clothing_level == STRIP_SEARCH and (person.age_band in CHILDREN or person.vulnerable):
        if person.appropriate_adult_present is None:
            yield _later(before + "appropriate_adult_present", "Say whether an appropriate adult was there.", STRIP_SEARCH_OF_CHILD)
        if not _said(person.authorised_by):
            yield _later(before + "authorised_by", "Give the number of the inspector who allowed it.", STRIP_SEARCH_OF_CHILD)


def _said(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def _now(path: str, message: str, source: str) -> Gap:
    return Gap(path, Needed.AT_ONCE, message, source)


def _later(path: str, message: str, source: str) -> Gap:
    return Gap(path, Needed.BEFORE_FINISHED, message, source)

"""What the form asks of each kind of stop, and how each field is typed. One table: the page, its style sheet and the reading follow it."""

import enum

from stop_search.encounters.rules import SEARCHES, EncounterKind

PERSON_SEARCHES = frozenset({EncounterKind.PERSON, EncounterKind.PERSON_AND_VEHICLE})
VEHICLE_SEARCHES = SEARCHES - {EncounterKind.PERSON}
TRAFFIC = frozenset({EncounterKind.TRAFFIC_STOP})
EVERY_KIND = frozenset(EncounterKind)


class Way(enum.Enum):
    """How a field is typed."""

    TEXT = enum.auto()  # one line; also a choice of one code
    LINES = enum.auto()
    YES_NO = enum.auto()
    TICK = enum.auto()
    MANY = enum.auto()  # several ticks
    COUNT = enum.auto()
    NUMBERS = enum.auto()  # officers' numbers with commas between


OF_STOP: dict[str, tuple[Way, frozenset[EncounterKind]]] = {
    "place": (Way.TEXT, EVERY_KIND),
    "power": (Way.TEXT, SEARCHES),
    "object_of_search": (Way.TEXT, SEARCHES),
    "grounds": (Way.LINES, SEARCHES),
    "authorisation_reference": (Way.TEXT, SEARCHES),
    "follows": (Way.TEXT, SEARCHES),
    "traffic_stop_reason": (Way.TEXT, TRAFFIC),
    "traffic_outcome": (Way.TEXT, TRAFFIC),
    "ethnicity_known_before": (Way.TEXT, TRAFFIC),
    "occupants": (Way.COUNT, TRAFFIC),
    "vehicle_registration": (Way.TEXT, VEHICLE_SEARCHES | TRAFFIC),
    "vehicle_outcome": (Way.TEXT, VEHICLE_SEARCHES),
    "vehicle_outcome_linked": (Way.YES_NO, VEHICLE_SEARCHES),
    "notice_left": (Way.YES_NO, frozenset({EncounterKind.UNATTENDED_VEHICLE})),
    "officers_present": (Way.NUMBERS, EVERY_KIND),
    "officer_name_withheld_reason": (Way.TEXT, EVERY_KIND),
    "camera_serial": (Way.TEXT, EVERY_KIND),
    "footage_absence_reason": (Way.TEXT, EVERY_KIND),
}
WITH_PEOPLE = EVERY_KIND - {EncounterKind.UNATTENDED_VEHICLE}
OF_PERSON: dict[str, tuple[Way, frozenset[EncounterKind]]] = {
    "part": (Way.TEXT, WITH_PEOPLE - {EncounterKind.PERSON, EncounterKind.STOP_AND_ACCOUNT}),
    "self_defined_ethnicity": (Way.TEXT, EVERY_KIND),
    "ethnicity_not_stated_reason": (Way.TEXT, EVERY_KIND),
    "self_description": (Way.TEXT, EVERY_KIND),
    "officer_perceived_ethnicity": (Way.TEXT, EVERY_KIND),
    "gender": (Way.TEXT, EVERY_KIND),
    "age_band": (Way.TEXT, EVERY_KIND),
    "vulnerable": (Way.YES_NO, EVERY_KIND),
    "safeguarding_considered": (Way.YES_NO, EVERY_KIND),
    "referral_made": (Way.YES_NO, EVERY_KIND),
    "clothing_level": (Way.TEXT, PERSON_SEARCHES),
    "search_place": (Way.TEXT, PERSON_SEARCHES),
    "searched_by_same_sex": (Way.YES_NO, PERSON_SEARCHES),
    "appropriate_adult_present": (Way.YES_NO, PERSON_SEARCHES),
    "authorised_by": (Way.TEXT, PERSON_SEARCHES),
    "force_used": (Way.MANY, SEARCHES & WITH_PEOPLE),
    "outcome": (Way.TEXT, PERSON_SEARCHES),
    "outcome_linked": (Way.YES_NO, PERSON_SEARCHES),
    "search_not_carried_out_reason": (Way.TEXT, SEARCHES & WITH_PEOPLE),
    "record_in_custody": (Way.TICK, PERSON_SEARCHES),
    "receipt_handed": (Way.TEXT, EVERY_KIND),
    "receipt_not_offered_reason": (Way.TEXT, EVERY_KIND),
    "language": (Way.TEXT, EVERY_KIND),
}


def kinds_of(name: str) -> frozenset[EncounterKind]:
    """Return the kinds of stop for which a field of the form is asked ("people-0-outcome", "power")."""
    before, _, rest = name.partition("-")
    field = rest.partition("-")[2] if before == "people" else name
    return (OF_PERSON if before == "people" else OF_STOP).get(field, ("", EVERY_KIND))[1]

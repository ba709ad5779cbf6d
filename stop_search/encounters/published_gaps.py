"""What a published row does not state, by the same rules as a record of our own; and which of that a published file could hold. Pure.

Files of data.police.uk have no column for grounds, officer, place in words, force, safeguarding or receipt. Such gaps are told apart.
"""

from collections.abc import Iterator

from stop_search.encounters.completeness import gaps
from stop_search.encounters.police_uk import PublishedStop
from stop_search.encounters.rules import EncounterKind, EncounterSource, Gap, Needed, NewEncounter, NewPerson, PersonPart

NO_PLACE = Gap("latitude", Needed.AT_ONCE, "Say where on the map the stop was.", "PACE 1984 s.3(6)(a)(iv)")
# What a published file has a column for; "people." stands before what is said of each person.
HELD_IN_FILES = frozenset(
    {
        "latitude",
        "power",
        "object_of_search",
        "vehicle_outcome",
        "vehicle_outcome_linked",
        "people.self_defined_ethnicity",
        "people.officer_perceived_ethnicity",
        "people.gender",
        "people.age_band",
        "people.clothing_level",
        "people.outcome",
        "people.outcome_linked",
    }
)
# A published row tells only whether more than outer clothing was taken off.
CLOTHING = {None: None, False: "outer_only", True: "more_than_outer"}


def published_gaps(stop: PublishedStop) -> Iterator[Gap]:
    """Tell what a published row does not state, in the order of the record: as for our own, and whether it is on the map."""
    yield from gaps(_as_told(stop))
    if stop.latitude is None:
        yield NO_PLACE


def _as_told(stop: PublishedStop) -> NewEncounter:
    of_vehicle = stop.kind is EncounterKind.VEHICLE
    return NewEncounter(
        kind=stop.kind,
        source=EncounterSource.POLICE_UK,
        started_at=stop.started_at,
        officer_number="",
        power=stop.power,
        object_of_search=stop.object_of_search,
        vehicle_outcome=stop.outcome if of_vehicle else None,
        vehicle_outcome_linked=stop.outcome_linked if of_vehicle else None,
        people=(_person(stop, of_vehicle=of_vehicle),) if stop.has_person else (),
    )


def _person(stop: PublishedStop, *, of_vehicle: bool) -> NewPerson:
    return NewPerson(
        part=PersonPart.IN_CHARGE_OF_VEHICLE if of_vehicle else PersonPart.SEARCHED,
        self_defined_ethnicity=stop.self_defined_ethnicity,
        officer_perceived_ethnicity=stop.officer_perceived_ethnicity,
        gender=stop.gender,
        age_band=stop.age_band,
        clothing_level=CLOTHING[stop.more_than_outer_clothing],
        outcome=None if of_vehicle else stop.outcome,
        outcome_linked=None if of_vehicle else stop.outcome_linked,
    )

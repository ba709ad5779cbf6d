"""The invented force's stops: when, where, why, who, and how each was done. Pure and deterministic: the same seed, the same stops."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from stop_search.demo.people import TEAMS, invented_people
from stop_search.encounters.rules import EncounterKind, EncounterSource, NewEncounter, NewPerson

SEED = "an invented force"
WEEKS = 6
STOPS_PER_WEEK = 30
EARLIEST, EARLIER_STOPS, EARLIER_OFFICER = 20, 40, "2011"
HISTORY_WEEKS, STOPS_OF_HISTORY = 26, 14  # before the newest ones; so many stops each

PLACES = {
    "Harbour": ("near the fish market", "Quay Street, by the ferry steps", "Harbour Park, north gate", "outside the bus station"),
    "Northtown": ("Mill Lane car park", "the underpass at Station Road", "Northtown Green", "outside the library on High Street"),
}
REASONS = (
    ("mda_s23", "drugs", "Seen to pass a small packet to another person, and to put it in a shoe when we came near."),
    ("mda_s23", "drugs", "Smell of cannabis, and a grinder in view on the seat of the parked car."),
    ("mda_s23", "drugs", "Area known for drugs; walked away when the patrol car turned in."),
    ("pace_s1", "stolen_goods", "Fits the description of a person seen ten minutes before leaving a shop with two coats."),
    ("pace_s1", "theft_articles", "Trying the handles of parked cars, seen on the council's camera."),
    ("pace_s1", "weapons", "A caller said that a man in a green jacket showed a knife; jacket and place agree."),
)
ETHNICITIES = (("W1", "White", 52), ("W9", "White", 8), ("B1", "Black", 7), ("B2", "Black", 9), ("M1", "Mixed", 6), ("A2", "Asian", 7))
AGE_BANDS = (("10_17", 14), ("18_24", 34), ("25_34", 27), ("over_34", 25))
IN_VEHICLE, TWO_PEOPLE, MALE, OUTER_ONLY, HANDCUFFED, REFERRED, NOT_STATED = 0.25, 0.15, 0.85, 0.94, 0.12, 0.4, 0.2  # shares
MOST_OF_TEAM, LONGEST_FILMED = 5, 720  # seconds
FILMED_SINCE = timedelta(days=28)  # what is older is erased: no draw held it in time
LEADS, TAILS = (75, 40, 25, 10, -35), (50, 30, 15, -45)  # seconds before first contact and after the end; below 0: late, and off too early
UNDECIDED = 0.1  # of those who need a decision on a referral
HANDED = (("printed", 60), ("screen", 25), ("text_message", 10), ("declined", 5))
OUTCOMES = (("no_further_action", 66), ("arrest", 15), ("community_resolution", 11), ("summons", 8))


@dataclass(frozen=True)
class InventedStop:
    """One stop and how well it was done: `care` from 0 (badly) to 1 (very well) colours marks and feedback alike."""

    encounter: NewEncounter
    care: float


def invented_stops(today: date) -> tuple[InventedStop, ...]:
    """Return WEEKS weeks of stops up to yesterday, the oldest first."""
    chance = random.Random(SEED)
    days = (today - timedelta(days=1 + (number * 7 // STOPS_PER_WEEK) % (WEEKS * 7)) for number in range(WEEKS * STOPS_PER_WEEK))
    return _stops_of(chance, days)


def history_weeks(today: date) -> tuple[date, ...]:
    """Return the first days of the weeks before those of `invented_stops`, the oldest first."""
    newest = today - timedelta(weeks=WEEKS)
    return tuple(newest - timedelta(weeks=number) for number in range(HISTORY_WEEKS, 0, -1))


def stops_of_week(first: date) -> tuple[InventedStop, ...]:
    """Return the stops of one of the `history_weeks`, the oldest first."""
    chance = random.Random(f"{SEED} week {first}")
    return _stops_of(chance, (first + timedelta(days=number * 7 // STOPS_OF_HISTORY) for number in range(STOPS_OF_HISTORY)))


def _stops_of(chance: random.Random, days: Iterable[date]) -> tuple[InventedStop, ...]:
    officers = [person for person in invented_people() if person.officer_number and person.team]
    units = {team.name: team.unit for team in TEAMS}
    stops: list[InventedStop] = []
    for day in days:
        officer = chance.choice(officers)
        started_at = _moment(chance, day)
        place = f"{chance.choice(PLACES[units[str(officer.team)]])}, {units[str(officer.team)]}"
        encounter = _encounter(chance, str(officer.officer_number), started_at, place)
        stops.append(InventedStop(encounter=encounter, care=care_taken(started_at)))
    return tuple(sorted(stops, key=lambda stop: stop.encounter.started_at))


def earlier_stops(today: date) -> tuple[InventedStop, ...]:
    """Return stops of one officer, EARLIEST to EARLIEST - 5 weeks ago: so many that answers about them can be told to that officer."""
    chance = random.Random(f"{SEED} earlier")
    days = (today - timedelta(weeks=EARLIEST) + timedelta(days=number) for number in range(EARLIER_STOPS))
    moments = [datetime.combine(day, time(17, chance.randrange(60)), tzinfo=UTC) for day in days]
    places = [f"{chance.choice(PLACES['Harbour'])}, Harbour" for _ in moments]
    told = [_encounter(chance, EARLIER_OFFICER, moment, place) for moment, place in zip(moments, places, strict=True)]
    return tuple(InventedStop(encounter=encounter, care=care_taken(encounter.started_at)) for encounter in told)


@dataclass(frozen=True)
class Filmed:
    """A stop with a recording of its own: the camera came on so many seconds before it, and ran so long."""

    stop: InventedStop
    lead_seconds: int
    length_seconds: int


def filmed_stops(today: date) -> tuple[Filmed, ...]:
    """Return the stops that have a recording of their own, the newest first: short ones, drawn for certain, of three weeks before the last.

    So many of each team at most, so that every leader has some of other teams to review.
    """
    found: list[Filmed] = []
    team_of = {person.officer_number: str(person.team) for person in invented_people()}
    of_team = Counter[str]()
    for stop in reversed(invented_stops(today)):
        told = stop.encounter
        length = round((told.ended_at - told.started_at).total_seconds()) if told.ended_at else 0
        is_certain = any(person.age_band == "10_17" or set(person.force_used) != {"none"} for person in told.people)
        team = team_of[told.officer_number]
        is_wanted = is_certain and length <= LONGEST_FILMED and of_team[team] < MOST_OF_TEAM
        if is_wanted and today - FILMED_SINCE <= told.started_at.date() < today - timedelta(days=7):
            of_team[team] += 1
            chance = random.Random(f"{SEED} camera {told.started_at.isoformat()}")
            lead, tail = chance.choice(LEADS), chance.choice(TAILS)
            found.append(Filmed(stop, lead, lead + length + tail))
    return tuple(found)


def care_taken(started_at: datetime) -> float:
    """Return how well the stop of this moment was done: the same for whoever reviews it and whoever was stopped."""
    return min(1.0, max(0.0, random.Random(f"{SEED} care {started_at.isoformat()}").gauss(0.66, 0.24)))


def _moment(chance: random.Random, day: date) -> datetime:
    hour = chance.choices(range(24), weights=(6, 4, 3, 1, 1, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 7, 8, 8, 8, 9, 9, 9, 8, 7))[0]
    return datetime.combine(day, time(hour, chance.randrange(60)), tzinfo=UTC)


def _encounter(chance: random.Random, officer_number: str, started_at: datetime, place: str) -> NewEncounter:
    power, sought, grounds = chance.choice(REASONS)
    in_vehicle = chance.random() < IN_VEHICLE
    first = _person(chance, sought)
    people = (first, _person(chance, sought)) if chance.random() < TWO_PEOPLE else (first,)
    return NewEncounter(
        kind=EncounterKind.PERSON_AND_VEHICLE if in_vehicle else EncounterKind.PERSON,
        source=EncounterSource.DEVICE,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=chance.randrange(4, 22)),
        officer_number=officer_number,
        place=place,
        power=power,
        object_of_search=sought,
        grounds=grounds,
        people=people,
    )


def _person(chance: random.Random, sought: str) -> NewPerson:
    ethnicity, perceived, _ = chance.choices(ETHNICITIES, weights=[weight for *_, weight in ETHNICITIES])[0]
    age_band = _picked(chance, AGE_BANDS)
    outcome = _picked(chance, OUTCOMES)
    person = NewPerson(
        self_defined_ethnicity=ethnicity,
        officer_perceived_ethnicity=perceived.lower(),
        gender="male" if chance.random() < MALE else "female",
        age_band=age_band,
        clothing_level="outer_only" if chance.random() < OUTER_ONLY else "more_than_outer",
        force_used=("compliant_handcuffs_front",) if chance.random() < HANDCUFFED else ("none",),
        outcome=outcome,
        outcome_linked=sought == "drugs" if outcome != "no_further_action" else None,
        receipt_handed=_picked(chance, HANDED),
    )
    if person.clothing_level == "more_than_outer":
        person = replace(person, search_place="police_vehicle", searched_by_same_sex=True)
    if person.needs_safeguarding:
        decided = chance.random() >= UNDECIDED
        person = replace(person, safeguarding_considered=True, referral_made=chance.random() < REFERRED if decided else None)
    if chance.random() < NOT_STATED:
        person = replace(person, self_defined_ethnicity="NS", ethnicity_not_stated_reason="N4")
    return person


def _picked(chance: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([key for key, _ in weighted], weights=[weight for _, weight in weighted])[0]

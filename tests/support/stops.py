"""A stop as a device tells it, complete; each test changes what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from stop_search.encounters.rules import EncounterKind, EncounterSource, NewEncounter, NewPerson

OFFICER_NUMBER = "4821"
# What is posted over HTTP meets the real clock, so it happened a moment ago.
POSTED_AT = (datetime.now(UTC) - timedelta(minutes=40)).replace(microsecond=0)


def a_new_person(**changes: Any) -> NewPerson:
    """Return one person of a new encounter."""
    usual = {
        "self_defined_ethnicity": "B1",
        "officer_perceived_ethnicity": "black",
        "gender": "male",
        "age_band": "18_24",
        "clothing_level": "outer_only",
        "force_used": ("none",),
        "outcome": "no_further_action",
        "outcome_linked": False,
        "receipt_handed": "printed",
    }
    return NewPerson(**(usual | changes))


def a_searched_thoroughly(**changes: Any) -> NewPerson:
    """Return a person whose search took off more than coat, jacket and gloves, with all that must be said of it."""
    usual = {
        "clothing_level": "more_than_outer",
        "safeguarding_considered": True,
        "referral_made": False,
        "search_place": "police_vehicle",
        "searched_by_same_sex": True,
    }
    return a_new_person(**(usual | changes))


def a_new_encounter(*, people: tuple[NewPerson, ...] | None = None, **changes: Any) -> NewEncounter:
    """Return a new encounter of one person, on 18 November 2026 at 11:20."""
    usual = {
        "kind": EncounterKind.PERSON,
        "source": EncounterSource.DEVICE,
        "started_at": datetime(2026, 11, 18, 11, 20, tzinfo=UTC),
        "officer_number": OFFICER_NUMBER,
        "place": "near Castle Park, Invented Town",
        "power": "pace_s1",
        "object_of_search": "stolen_goods",
        "grounds": "Matched the description of somebody seen taking a bicycle ten minutes before, and was pushing one.",
    }
    return NewEncounter(people=(a_new_person(),) if people is None else people, **(usual | changes))


def a_posted_encounter(**changes: Any) -> dict[str, Any]:
    """Return the same stop as the JSON that a device posts."""
    usual: dict[str, Any] = {
        "kind": "person",
        "started_at": POSTED_AT.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "officer_number": OFFICER_NUMBER,
        "place": "near Castle Park, Invented Town",
        "power": "pace_s1",
        "object_of_search": "stolen_goods",
        "grounds": "Matched the description of somebody seen taking a bicycle ten minutes before, and was pushing one.",
        "people": [a_posted_person()],
    }
    return usual | changes


def a_posted_person(**changes: Any) -> dict[str, Any]:
    """Return one person as a device posts one."""
    usual: dict[str, Any] = {
        "self_defined_ethnicity": "B1",
        "officer_perceived_ethnicity": "black",
        "gender": "male",
        "age_band": "18_24",
        "clothing_level": "outer_only",
        "force_used": ["none"],
        "outcome": "no_further_action",
        "outcome_linked": False,
        "receipt_handed": "printed",
    }
    return usual | changes


def a_typed_stop(*, started_at: datetime, people: int = 1, **changes: str) -> dict[str, str | tuple[str, ...]]:
    """Return the same stop as an officer types it into the form; `started_at` is on London's clock."""
    usual: dict[str, str | tuple[str, ...]] = {
        "submission": "5" * 32,
        "people": str(people),
        "kind": "person",
        "started_at-day": str(started_at.day),
        "started_at-month": str(started_at.month),
        "started_at-year": str(started_at.year),
        "time": f"{started_at:%H:%M}",
        "place": "near Castle Park, Invented Town",
        "power": "pace_s1",
        "object_of_search": "stolen_goods",
        "grounds": "Matched the description of somebody seen taking a bicycle ten minutes before, and was pushing one.",
    }
    for n in range(people):
        person = {"part": "searched", "self_defined_ethnicity": "B1", "officer_perceived_ethnicity": "black", "gender": "male"}
        person |= {"age_band": "18_24", "outcome": "no_further_action"}
        usual |= {f"people-{n}-{name}": value for name, value in person.items()}
    return usual | changes

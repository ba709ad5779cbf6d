"""Whatever is told, gaps can be told too; and what is kept to be finished later is never the worse for it."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from stop_search.codes.lists import code_list
from stop_search.encounters.completeness import gaps
from stop_search.encounters.field_names import field_name
from stop_search.encounters.gap_counts import rules_by_path
from stop_search.encounters.rules import EncounterKind, EncounterSource, NameWithheldReason, Needed, NewEncounter, NewPerson, PersonPart
from stop_search.encounters.soundness import ENCOUNTER_CODES, PERSON_CODES, check_encounter
from stop_search.encounters.versions import as_json, told_in_json
from stop_search.errors import Invalid

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
MOMENTS = some.datetimes(datetime(2015, 3, 20), datetime(2026, 11, 18, 11), timezones=some.just(UTC))  # noqa: DTZ001 -- bounds are naive
TEXTS = some.none() | some.sampled_from(["", " ", "said"]) | some.text(max_size=8)
TRUTHS = some.none() | some.booleans()


def codes(name: str) -> some.SearchStrategy[str | None]:
    """Give a code of a list, none, or something that is no code."""
    return some.none() | some.sampled_from(code_list(name).keys) | some.just("no_such_code")


def values_of(record: type, listed: dict[str, str], **own: some.SearchStrategy[Any]) -> dict[str, some.SearchStrategy[Any]]:
    """Give for each field of a record where its values come from: its code list, truth or not, words, or as said."""
    found: dict[str, some.SearchStrategy[Any]] = {}
    for field in dataclasses.fields(record):
        usual = TRUTHS if field.type in {bool | None, "bool | None"} else TEXTS
        listed_values = codes(listed[field.name]) if field.name in listed else usual
        found[field.name] = own.get(field.name, listed_values)
    return found


PEOPLE = some.builds(
    NewPerson,
    **values_of(
        NewPerson,
        PERSON_CODES,
        part=some.sampled_from(PersonPart),
        force_used=some.lists(some.sampled_from(code_list("force_type").keys), max_size=3).map(tuple),
        record_in_custody=some.booleans(),
        language=some.sampled_from(["en", "pl"]),
        receipt_code=some.none(),
    ),
)
RECORDS = some.builds(
    NewEncounter,
    **values_of(
        NewEncounter,
        ENCOUNTER_CODES,
        kind=some.sampled_from(EncounterKind),
        source=some.sampled_from(EncounterSource),
        started_at=MOMENTS,
        ended_at=some.none() | MOMENTS,
        officer_number=some.sampled_from(["4821", "", " "]),
        officers_present=some.lists(some.sampled_from(["1", "2", ""]), max_size=2).map(tuple),
        people=some.lists(PEOPLE, max_size=3).map(tuple),
        latitude=some.none() | some.decimals(49, 61, places=6),
        longitude=some.none() | some.decimals(-9, 3, places=6),
        officer_name_withheld_reason=some.none() | some.sampled_from(NameWithheldReason),
        occupants=some.none() | some.integers(-1, 40),
        finish_later=some.just(False),
    ),
)


def is_sound(encounter: NewEncounter) -> bool:
    """Say whether a record passes."""
    try:
        check_encounter(encounter, now=NOW)
    except Invalid:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(RECORDS)
def test_gaps_are_told_of_any_record_each_with_a_name_and_a_rule(encounter: NewEncounter) -> None:
    found = gaps(encounter)
    assert len({gap.path for gap in found}) == len(found)
    for gap in found:
        parts = gap.path.split(".")
        whose = encounter.people[int(parts[1])] if parts[0] == "people" and len(parts) > 1 else encounter
        assert hasattr(whose, parts[-1])
        assert field_name(gap.path) != gap.path
        assert ".".join(part for part in parts if not part.isdigit()) in rules_by_path()
    assert gaps(encounter, in_error=range(len(encounter.people))) == gaps(dataclasses.replace(encounter, people=()))


@settings(max_examples=400, deadline=None)
@given(RECORDS)
def test_finishing_later_never_makes_a_sound_record_unsound_and_only_forgives_what_is_missing(encounter: NewEncounter) -> None:
    later = dataclasses.replace(encounter, finish_later=True)
    assert gaps(later) == gaps(encounter)
    if is_sound(encounter):
        assert is_sound(later)
    needed_now = [gap for gap in gaps(encounter) if gap.needed is Needed.AT_ONCE]
    if is_sound(later) and not needed_now:
        assert is_sound(encounter)


@settings(max_examples=200, deadline=None)
@given(RECORDS)
def test_any_record_is_read_back_from_a_version_as_it_was_told(encounter: NewEncounter) -> None:
    assert told_in_json(as_json(encounter)) == encounter


@settings(max_examples=200, deadline=None)
@given(RECORDS)
def test_a_record_that_lacks_nothing_and_can_be_right_passes(encounter: NewEncounter) -> None:
    """Start from any record, say what is still missing, and see that nothing is asked for any more."""
    told = encounter
    for _ in range(4):  # saying one thing can ask for another: a child asks for a referral
        told = _with_the_gaps_filled(told)
    left = [gap.path for gap in gaps(told)]
    assert left == []
    if is_sound(dataclasses.replace(told, finish_later=True)):
        check_encounter(told, now=NOW)


FILLED: dict[str, Any] = {
    "place": "here",
    "power": "pace_s1",
    "object_of_search": "weapons",
    "grounds": "seen",
    "authorisation_reference": "A1",
    "officer_number": "4821",
    "notice_left": True,
    "vehicle_outcome": "arrest",
    "vehicle_outcome_linked": True,
    "traffic_stop_reason": "other",
    "traffic_outcome": "advice",
    "ethnicity_known_before": "no",
    "self_defined_ethnicity": "W1",
    "ethnicity_not_stated_reason": "N4",
    "officer_perceived_ethnicity": "white",
    "gender": "male",
    "age_band": "18_24",
    "clothing_level": "outer_only",
    "force_used": ("none",),
    "outcome": "arrest",
    "outcome_linked": True,
    "safeguarding_considered": True,
    "referral_made": False,
    "search_place": "police_vehicle",
    "searched_by_same_sex": True,
    "appropriate_adult_present": True,
    "authorised_by": "17",
    "receipt_handed": "printed",
}


def _with_the_gaps_filled(encounter: NewEncounter) -> NewEncounter:
    people = list(encounter.people)
    of_encounter: dict[str, Any] = {}
    for gap in gaps(encounter):
        if gap.path == "people":
            people.append(NewPerson(part=PersonPart.DRIVER))
        elif gap.path.startswith("people."):
            _, n, field = gap.path.split(".")
            people[int(n)] = dataclasses.replace(people[int(n)], **{field: FILLED[field]})
        else:
            of_encounter[gap.path] = FILLED.get(gap.path)
    if "occupants" in of_encounter or encounter.occupants is not None:
        of_encounter["occupants"] = len(people)
    return dataclasses.replace(encounter, people=tuple(people), **of_encounter)


def test_degrees_are_exact_in_a_version() -> None:
    at = {"latitude": Decimal("51.454513"), "longitude": Decimal("-2.587910")}
    stop = NewEncounter(kind=EncounterKind.PERSON, source=EncounterSource.DEVICE, started_at=NOW, officer_number="1", **at)
    assert told_in_json(as_json(stop)) == stop

"""What a record must state: each fault has the path of its field and one sentence; a right record passes."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stop_search.codes.lists import code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.rules import EncounterKind, NewEncounter, PersonPart
from stop_search.encounters.soundness import ENCOUNTER_CODES, ENCOUNTER_TEXTS, PERSON_CODES, check_encounter
from stop_search.errors import Invalid
from tests.support.stops import a_new_encounter, a_new_person

TRAFFIC_CODES = {"traffic_stop_reason", "traffic_outcome", "ethnicity_known_before"}
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def faults_of(encounter: NewEncounter) -> dict[str, str]:
    """Return what is said about an encounter, by path; empty where it passes."""
    try:
        check_encounter(encounter, now=NOW)
    except Invalid as error:
        return error.fields
    return {}


def test_a_complete_record_passes() -> None:
    assert faults_of(a_new_encounter()) == {}


@pytest.mark.parametrize("field", ["place", "power", "object_of_search", "grounds", "officer_number"])
@pytest.mark.parametrize("blank", [None, "", "   "])
def test_each_thing_that_the_law_wants_is_asked_for(field: str, blank: str | None) -> None:
    faults = faults_of(dataclasses.replace(a_new_encounter(), **{field: blank}))
    assert list(faults) == [field]
    assert faults[field].endswith(".")


def test_ethnicity_as_the_person_says_it_is_asked_for_and_not_stated_is_an_answer() -> None:
    assert list(faults_of(a_new_encounter(people=(a_new_person(self_defined_ethnicity=None),)))) == ["people.0.self_defined_ethnicity"]
    stated = a_new_person(self_defined_ethnicity="NS", ethnicity_not_stated_reason="N4")
    assert faults_of(a_new_encounter(people=(stated,))) == {}


@pytest.mark.parametrize("power", [p.key for p in code_list("power").entries])
def test_powers_rest_on_grounds_or_on_an_authorisation(power: str) -> None:
    without = a_new_encounter(power=power, grounds=None)
    expected = "authorisation_reference" if power_rule(power, NOW.date()).rests_on in {"authorisation", "order"} else "grounds"
    assert list(faults_of(without)) == [expected]
    assert faults_of(a_new_encounter(power=power, authorisation_reference="WX/60/2026/14")) == {}


@pytest.mark.parametrize("kind", [EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP])
def test_a_stop_without_a_search_needs_no_power_object_or_grounds(kind: EncounterKind) -> None:
    bare = a_new_encounter(kind=kind, power=None, object_of_search=None, grounds=None, people=(a_new_person(self_defined_ethnicity=None),))
    assert faults_of(bare) == {}


@pytest.mark.parametrize(
    ("kind", "parts", "wrong"),
    [
        (EncounterKind.PERSON, [PersonPart.SEARCHED], False),
        (EncounterKind.PERSON, [PersonPart.SEARCHED] * 5, False),
        (EncounterKind.PERSON, [], True),
        (EncounterKind.PERSON, [PersonPart.SEARCHED] * 31, True),
        (EncounterKind.VEHICLE, [PersonPart.IN_CHARGE_OF_VEHICLE], False),
        (EncounterKind.VEHICLE, [PersonPart.SEARCHED], True),
        (EncounterKind.VEHICLE, [], True),
        (EncounterKind.PERSON_AND_VEHICLE, [PersonPart.DRIVER, PersonPart.PASSENGER], False),
        (EncounterKind.UNATTENDED_VEHICLE, [], False),
        (EncounterKind.UNATTENDED_VEHICLE, [PersonPart.DRIVER], True),
    ],
)
def test_who_must_be_in_a_record_hangs_on_what_was_searched(kind: EncounterKind, parts: list[PersonPart], *, wrong: bool) -> None:
    people = tuple(a_new_person(part=part) for part in parts)
    assert list(faults_of(a_new_encounter(kind=kind, people=people))) == (["people"] if wrong else [])


@pytest.mark.parametrize("field", ENCOUNTER_CODES)
def test_an_unknown_code_is_told_with_the_codes_that_there_are(field: str) -> None:
    kind = EncounterKind.TRAFFIC_STOP if field in TRAFFIC_CODES else EncounterKind.PERSON
    faults = faults_of(dataclasses.replace(a_new_encounter(kind=kind), **{field: "no_such_code"}))
    assert field in faults
    assert code_list(ENCOUNTER_CODES[field]).keys[0] in faults[field]


@pytest.mark.parametrize("field", PERSON_CODES)
def test_an_unknown_code_of_a_person_is_told_at_that_person(field: str) -> None:
    second = a_new_person(**{field: "no_such_code"})
    assert f"people.1.{field}" in faults_of(a_new_encounter(people=(a_new_person(), second)))


def test_a_power_that_did_not_exist_yet_is_refused() -> None:
    before = a_new_encounter(power="poa23_s11", authorisation_reference="A1", started_at=datetime(2023, 12, 19, 12, tzinfo=UTC))
    assert faults_of(before) == {"power": "“Public Order Act 2023, section 11” was not in force on the day of the stop."}


@pytest.mark.parametrize(
    ("started", "ended", "wrong"),
    [
        (NOW, None, []),
        (NOW + timedelta(minutes=5), None, []),
        (NOW + timedelta(minutes=6), None, ["started_at"]),
        (NOW - timedelta(minutes=10), NOW - timedelta(minutes=11), ["ended_at"]),
        (NOW - timedelta(minutes=10), NOW + timedelta(hours=1), ["ended_at"]),
        (NOW.replace(tzinfo=None), None, ["started_at"]),
        (datetime(2015, 3, 18, tzinfo=UTC), None, ["started_at"]),
        (datetime.min.replace(tzinfo=UTC), None, ["started_at"]),
        (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), ["started_at", "ended_at"]),
    ],
)
def test_times_that_cannot_be_are_refused(started: datetime, ended: datetime | None, wrong: list[str]) -> None:
    assert list(faults_of(a_new_encounter(started_at=started, ended_at=ended))) == wrong


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"latitude": Decimal("51.45")}, "longitude"),
        ({"longitude": Decimal("-2.58")}, "latitude"),
        ({"latitude": Decimal(12), "longitude": Decimal("-2.58")}, "latitude"),
        ({"latitude": Decimal("51.45"), "longitude": Decimal(200)}, "longitude"),
        ({"latitude": Decimal("NaN"), "longitude": Decimal("-2.58")}, "latitude"),
        ({"officers_present": ("1", " ")}, "officers_present.1"),
        ({"officers_present": ("1",) * 51}, "officers_present"),
    ],
)
def test_a_place_on_the_map_and_officers_must_make_sense(change: dict[str, Any], path: str) -> None:
    assert list(faults_of(a_new_encounter(**change))) == [path]


@pytest.mark.parametrize("field", ENCOUNTER_TEXTS)
def test_texts_have_a_longest_length_and_no_unstorable_characters(field: str) -> None:
    def said_of(text: str) -> list[str]:
        return list(faults_of(dataclasses.replace(a_new_encounter(), **{field: text})))

    assert said_of("x" * ENCOUNTER_TEXTS[field]) == []
    assert said_of("x" * (ENCOUNTER_TEXTS[field] + 1)) == [field]
    assert said_of("a\0b") == [field]
    assert said_of("a\ud800b") == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ethnicity_not_stated_reason": "N1"}, "ethnicity_not_stated_reason"),
        ({"force_used": ("none", "baton")}, "force_used"),
        ({"force_used": ("stick",)}, "force_used"),
        ({"outcome": None, "outcome_linked": True}, "outcome_linked"),
        ({"language": "English please"}, "language"),
        ({"language": ""}, "language"),
        ({"self_description": "x" * 301}, "self_description"),
    ],
)
def test_what_is_said_of_a_person_must_not_contradict_itself(change: dict[str, Any], field: str) -> None:
    assert list(faults_of(a_new_encounter(people=(a_new_person(**change),)))) == [f"people.0.{field}"]


def test_all_faults_are_told_at_once_and_counted() -> None:
    with pytest.raises(Invalid, match=r"^3 things need to be put right\.$") as refusal:
        check_encounter(a_new_encounter(place="", grounds=None, power="spell"), now=NOW)
    assert list(refusal.value.fields) == ["place", "grounds", "power"]
    with pytest.raises(Invalid, match=r"^One thing needs to be put right\.$"):
        check_encounter(a_new_encounter(place=""), now=NOW)

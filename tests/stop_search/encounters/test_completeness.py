"""What a record does not state yet: every rule, when it is asked for, and where the rule stands."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from stop_search.encounters.completeness import CHILDREN_ACT, RETURN, STRIP_SEARCH_OF_CHILD, TRAFFIC, gaps
from stop_search.encounters.field_names import OF_ENCOUNTER, OF_PERSON, field_name
from stop_search.encounters.gap_counts import rules_by_path
from stop_search.encounters.rules import EncounterKind, Needed, NewEncounter, NewPerson, PersonPart
from stop_search.encounters.soundness import check_encounter
from stop_search.errors import Invalid
from tests.support.stops import a_new_encounter, a_new_person, a_searched_thoroughly

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
AT_ONCE, LATER = Needed.AT_ONCE, Needed.BEFORE_FINISHED
OUTCOME_RULE = f"Best Use of Stop and Search; {RETURN}"
NO_SEARCH: dict[str, Any] = {"power": None, "object_of_search": None, "grounds": None}


def missing(encounter: NewEncounter) -> dict[str, tuple[Needed, str]]:
    """Return by path when each thing is needed and the rule that asks for it."""
    found = gaps(encounter)
    assert all(gap.message.endswith(".") and gap.source for gap in found)
    assert len({gap.path for gap in found}) == len(found)
    return {gap.path: (gap.needed, gap.source) for gap in found}


def of_person(person: NewPerson, **changes: Any) -> dict[str, tuple[Needed, str]]:
    """Return what is missing of one person of a record that is complete otherwise."""
    return missing(a_new_encounter(people=(person,), **changes))


def a_traffic_stop(*people: NewPerson, **changes: Any) -> NewEncounter:
    """Return a complete traffic stop of a driver and a passenger, or of those given."""
    both = (a_new_person(part=PersonPart.DRIVER), a_new_person(part=PersonPart.PASSENGER))
    usual = {"traffic_stop_reason": "traffic_offence", "traffic_outcome": "advice", "ethnicity_known_before": "no", "occupants": 2}
    return a_new_encounter(kind=EncounterKind.TRAFFIC_STOP, people=people or both, **(NO_SEARCH | usual | changes))


def test_a_finished_record_has_no_gaps() -> None:
    assert gaps(a_new_encounter()) == ()
    assert gaps(a_new_encounter(people=(a_searched_thoroughly(),))) == ()
    assert gaps(a_traffic_stop()) == ()


@pytest.mark.parametrize(
    ("power", "field", "rule"),
    [
        ("pace_s1", "object_of_search", "PACE 1984 s.3(6)(a)(i)"),
        ("pace_s1", "grounds", "PACE 1984 s.3(6)(a)(ii)"),
        ("pace_s1", "place", "PACE 1984 s.3(6)(a)(iv)"),
        ("pace_s1", "officer_number", "PACE 1984 s.3(6)(b)"),
        ("cjpoa_s60", "authorisation_reference", "PACE Code of Practice A 4.3(d)"),
        ("svro_s342e", "authorisation_reference", "PACE Code of Practice A 4.3(d), Annex G"),
        ("pace_s6", "grounds", "decision of this project"),
    ],
)
def test_what_the_power_s_rule_wants_is_needed_at_once(power: str, field: str, rule: str) -> None:
    complete = a_new_encounter(power=power, authorisation_reference="WX/60/1")
    assert missing(dataclasses.replace(complete, **{field: " "})) == {field: (AT_ONCE, rule)}


def test_a_search_without_a_power_is_asked_for_it_and_for_what_suspicion_wants() -> None:
    bare = a_new_encounter(power=None, object_of_search=None, grounds=None)
    assert missing(bare)["power"] == (AT_ONCE, "PACE Code of Practice A 4.3")
    assert list(missing(bare)) == ["power", "object_of_search", "grounds"]


def test_an_authorisation_stands_in_for_grounds_and_grounds_for_an_authorisation() -> None:
    assert missing(a_new_encounter(power="cjpoa_s60", grounds=None, authorisation_reference="WX/60/1")) == {}
    assert missing(a_new_encounter(power="pace_s1", authorisation_reference=None)) == {}


@pytest.mark.parametrize(
    ("field", "needed", "rule"),
    [
        ("self_defined_ethnicity", AT_ONCE, "PACE 1984 s.3(6)(a)(v), (6A)(a)"),
        ("officer_perceived_ethnicity", LATER, f"PACE 1984 s.3(6A)(b); {RETURN}"),
        ("gender", LATER, RETURN),
        ("age_band", LATER, RETURN),
        ("clothing_level", LATER, f"PACE 1984 s.2(9)(a); {RETURN}"),
        ("force_used", LATER, "HMICFRS 2021, recommendations 4 and 5"),
        ("receipt_handed", LATER, "PACE 1984 s.3(7); PACE Code of Practice A 4.2"),
    ],
)
def test_each_thing_about_a_person_who_was_searched(field: str, needed: Needed, rule: str) -> None:
    blank = () if field == "force_used" else None
    second = a_new_encounter(people=(a_new_person(), a_new_person(**{field: blank})))
    assert missing(second) == {f"people.1.{field}": (needed, rule)}


def test_not_stated_is_an_answer_that_wants_its_reason() -> None:
    silent = a_new_person(self_defined_ethnicity="NS", ethnicity_not_stated_reason=None)
    assert of_person(silent) == {"people.0.ethnicity_not_stated_reason": (AT_ONCE, "PACE Code of Practice A, Note 18")}
    assert of_person(dataclasses.replace(silent, ethnicity_not_stated_reason="N4")) == {}


def test_in_their_own_words_is_kept_beside_the_code_and_never_asked_for() -> None:
    assert of_person(a_new_person(self_description="Somali and Welsh")) == {}
    uncoded = a_new_person(self_defined_ethnicity=None, self_description="Somali and Welsh")
    assert list(of_person(uncoded)) == ["people.0.self_defined_ethnicity"]


@pytest.mark.parametrize(
    ("outcome", "linked", "expected"),
    [
        (None, None, {"people.0.outcome": (LATER, OUTCOME_RULE)}),
        ("arrest", None, {"people.0.outcome_linked": (LATER, "Best Use of Stop and Search")}),
        ("arrest", False, {}),
        ("no_further_action", None, {}),
    ],
)
def test_an_outcome_is_told_and_whether_it_is_linked_where_something_came_of_it(
    *, outcome: str | None, linked: bool | None, expected: dict[str, Any]
) -> None:
    assert of_person(a_new_person(outcome=outcome, outcome_linked=linked)) == expected


@pytest.mark.parametrize(
    "protected",
    [{"age_band": "under_10"}, {"age_band": "10_17"}, {"vulnerable": True}],
    ids=["a child under 10", "a child", "a vulnerable adult"],
)
@pytest.mark.parametrize("kind", [EncounterKind.PERSON, EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP])
def test_a_child_or_somebody_vulnerable_makes_safeguarding_mandatory_in_every_kind_of_stop(
    kind: EncounterKind, protected: dict[str, Any]
) -> None:
    person = a_new_person(part=PersonPart.DRIVER, **protected)
    stop = a_traffic_stop(person, occupants=1) if kind is EncounterKind.TRAFFIC_STOP else a_new_encounter(kind=kind, people=(person,))
    assert missing(stop) == {
        "people.0.safeguarding_considered": (AT_ONCE, CHILDREN_ACT),
        "people.0.referral_made": (LATER, CHILDREN_ACT),
    }


def test_a_referral_that_is_not_decided_keeps_the_record_unfinished_and_a_decision_either_way_finishes_it() -> None:
    child = a_new_person(age_band="10_17", safeguarding_considered=True)
    assert list(of_person(child)) == ["people.0.referral_made"]
    for decision in (True, False):
        assert of_person(dataclasses.replace(child, referral_made=decision)) == {}


def test_an_adult_who_is_not_vulnerable_is_asked_nothing_about_safeguarding() -> None:
    assert of_person(a_new_person(vulnerable=False, age_band="over_34")) == {}


@pytest.mark.parametrize("level", ["more_than_outer", "intimate_parts"])
def test_a_thorough_search_wants_safeguarding_the_place_and_the_sex_of_the_officers(level: str) -> None:
    assert of_person(a_new_person(clothing_level=level)) == {
        "people.0.safeguarding_considered": (AT_ONCE, CHILDREN_ACT),
        "people.0.referral_made": (LATER, CHILDREN_ACT),
        "people.0.search_place": (LATER, "PACE Code of Practice A 3.6, 3.7"),
        "people.0.searched_by_same_sex": (LATER, "PACE Code of Practice A 3.6"),
    }


@pytest.mark.parametrize("who", [{"age_band": "10_17"}, {"vulnerable": True}], ids=["a child", "somebody vulnerable"])
def test_a_strip_search_of_a_child_or_somebody_vulnerable_wants_an_adult_and_an_inspector(who: dict[str, Any]) -> None:
    person = a_searched_thoroughly(clothing_level="intimate_parts", **who)
    assert of_person(person) == {
        "people.0.appropriate_adult_present": (LATER, STRIP_SEARCH_OF_CHILD),
        "people.0.authorised_by": (LATER, STRIP_SEARCH_OF_CHILD),
    }
    assert of_person(dataclasses.replace(person, appropriate_adult_present=False, authorised_by="17")) == {}
    assert of_person(a_searched_thoroughly(clothing_level="more_than_outer", **who)) == {}
    assert of_person(a_searched_thoroughly(clothing_level="intimate_parts", age_band="over_34")) == {}


@pytest.mark.parametrize("instead", [{"receipt_not_offered_reason": "called_away"}, {"record_in_custody": True, "outcome": "arrest"}])
def test_a_receipt_is_accounted_for_by_a_reason_or_by_the_custody_record(instead: dict[str, Any]) -> None:
    assert of_person(a_new_person(receipt_handed=None, **instead)) == {}


def test_a_traffic_stop_tells_why_what_came_of_it_and_who_was_there() -> None:
    nobody_drove = a_new_person(part=PersonPart.PASSENGER)
    untold = {"traffic_stop_reason": None, "traffic_outcome": None, "ethnicity_known_before": None, "occupants": None}
    expected = ("traffic_stop_reason", "traffic_outcome", "ethnicity_known_before", "people", "occupants")
    assert missing(a_traffic_stop(nobody_drove, **untold)) == dict.fromkeys(expected, (LATER, TRAFFIC))


def test_every_passenger_of_a_traffic_stop_is_recorded_with_both_ethnicities() -> None:
    driver, passenger = a_new_person(part=PersonPart.DRIVER), a_new_person(part=PersonPart.PASSENGER)
    assert missing(a_traffic_stop(driver, passenger, occupants=4)) == {"occupants": (LATER, TRAFFIC)}
    assert gaps(a_traffic_stop(driver, passenger, occupants=4))[0].message.endswith("2 more must be recorded.")
    unasked = dataclasses.replace(passenger, self_defined_ethnicity=None, officer_perceived_ethnicity=None)
    assert missing(a_traffic_stop(driver, unasked)) == {
        "people.1.self_defined_ethnicity": (LATER, TRAFFIC),
        "people.1.officer_perceived_ethnicity": (LATER, f"PACE 1984 s.3(6A)(b); {RETURN}"),
    }


def test_a_traffic_stop_asks_nothing_about_a_search() -> None:
    bare = {"clothing_level": None, "force_used": (), "outcome": None, "outcome_linked": None}
    assert missing(a_traffic_stop(a_new_person(part=PersonPart.DRIVER, **bare), occupants=1)) == {}


def test_an_unattended_vehicle_has_a_notice_and_an_outcome_and_nobody_s_ethnicity() -> None:
    left = a_new_encounter(kind=EncounterKind.UNATTENDED_VEHICLE, people=())
    assert missing(left) == {
        "notice_left": (LATER, "PACE 1984 s.2(6), (7)"),
        "vehicle_outcome": (LATER, OUTCOME_RULE),
    }
    assert missing(dataclasses.replace(left, notice_left=False, vehicle_outcome="no_further_action")) == {}


def test_of_a_vehicle_alone_the_outcome_is_the_vehicle_s_and_is_asked_for_once() -> None:
    in_charge = a_new_person(part=PersonPart.IN_CHARGE_OF_VEHICLE, clothing_level=None, outcome=None, outcome_linked=None)
    both = (in_charge, dataclasses.replace(in_charge, part=PersonPart.PASSENGER))
    only = a_new_encounter(kind=EncounterKind.VEHICLE, people=both)
    assert missing(only) == {"vehicle_outcome": (LATER, OUTCOME_RULE)}
    found = dataclasses.replace(only, vehicle_outcome="arrest")
    assert missing(found) == {"vehicle_outcome_linked": (LATER, "Best Use of Stop and Search")}
    without = dataclasses.replace(in_charge, self_defined_ethnicity=None)
    assert missing(dataclasses.replace(only, people=(without,), vehicle_outcome="no_further_action")) == {
        "people.0.self_defined_ethnicity": (AT_ONCE, "PACE 1984 s.3(6)(a)(v), (6A)(a)")
    }


def test_a_search_that_was_not_carried_out_is_asked_nothing_about_how_it_was() -> None:
    spared = NewPerson(
        search_not_carried_out_reason="suspicion_removed", gender="male", age_band="18_24", receipt_handed="printed", vulnerable=False
    )
    assert of_person(spared) == {}
    only = a_new_encounter(kind=EncounterKind.VEHICLE, people=(dataclasses.replace(spared, part=PersonPart.DRIVER),))
    assert missing(only) == {}


def test_a_stop_and_account_asks_where_who_and_for_the_receipt() -> None:
    stopped = a_new_encounter(kind=EncounterKind.STOP_AND_ACCOUNT, place=None, people=(NewPerson(),), **NO_SEARCH)
    assert missing(stopped) == {
        "place": (AT_ONCE, "PACE Code of Practice A 4.12"),
        "people.0.gender": (LATER, RETURN),
        "people.0.age_band": (LATER, RETURN),
        "people.0.receipt_handed": (LATER, "PACE 1984 s.3(7); PACE Code of Practice A 4.2"),
    }


def test_nothing_more_is_asked_about_somebody_who_was_recorded_in_error() -> None:
    mistaken = a_new_encounter(people=(a_new_person(), NewPerson()))
    assert gaps(mistaken) != ()
    assert gaps(mistaken, in_error={1}) == ()
    check_encounter(mistaken, now=NOW, in_error={1})
    with pytest.raises(Invalid, match="One thing"):
        check_encounter(mistaken, now=NOW)
    driver = a_new_person(part=PersonPart.DRIVER)
    assert [gap.path for gap in gaps(a_traffic_stop(driver, NewPerson()), in_error={1})] == ["occupants"]


def test_what_is_to_be_finished_later_is_kept_with_its_gaps_unless_nobody_knows_who_searched() -> None:
    bare = a_new_encounter(place=None, people=(NewPerson(),), finish_later=True, **NO_SEARCH)
    check_encounter(bare, now=NOW)
    assert {gap.path for gap in gaps(bare) if gap.needed is AT_ONCE} == {
        "place",
        "power",
        "object_of_search",
        "grounds",
        "people.0.self_defined_ethnicity",
    }
    with pytest.raises(Invalid) as refusal:
        check_encounter(dataclasses.replace(bare, officer_number=" "), now=NOW)
    assert list(refusal.value.fields) == ["officer_number"]


def test_every_field_has_a_name_for_people_and_every_gap_a_rule() -> None:
    assert {field.name for field in dataclasses.fields(NewPerson)} == set(OF_PERSON)
    assert {field.name for field in dataclasses.fields(NewEncounter)} - {"source", "finish_later"} == set(OF_ENCOUNTER)
    assert field_name("people.1.age_band") == "Age (person 2)"
    assert field_name("people.1") == "Person 2"
    assert (field_name("place"), field_name("people")) == ("Where", "Who drove")
    assert rules_by_path()["people.referral_made"] == CHILDREN_ACT
    assert all(rules_by_path().values())

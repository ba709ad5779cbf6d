"""What an officer types, and what it means."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.api.officers.asked import OF_PERSON, OF_STOP
from services.api.officers.stop_form import told_stop, typed_again
from services.api.officers.stop_page import StopPage
from services.api.officers.typed import MOST_ON_THE_FORM, TypedStop, fresh_stop
from stop_search.encounters.rules import EncounterKind, EncounterSource, NameWithheldReason, PersonPart
from stop_search.errors import Invalid
from tests.support.stops import a_new_encounter, a_new_person, a_typed_stop

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def typed(count: int = 1, **changes: Any) -> TypedStop:
    """Return a complete form of 18 November 2026, 11:20, with changes; two underscores stand for a hyphen."""
    values = a_typed_stop(started_at=datetime(2026, 11, 18, 11, 20, tzinfo=UTC), people=count)
    values |= {name.replace("__", "-"): value for name, value in changes.items()}
    return TypedStop({name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}, count)


def faults_of(form: TypedStop) -> dict[str, str]:
    """Return what is said about a form."""
    try:
        told_stop(form, officer_number="4821", now=NOW)
    except Invalid as error:
        return error.fields
    return {}


def test_a_complete_form_is_a_stop() -> None:
    form = typed(
        people__0__force_used=("baton", "dog"),
        people__0__record_in_custody="yes",
        people__0__outcome="arrest",
        people__0__outcome_linked="no",
        officers_present="12, 13;14  15",
        officer_name_withheld_reason="terrorism_enquiry",
        grounds="  one\r\ntwo ",
    )
    stop = told_stop(form, officer_number="4821", now=NOW)
    assert (stop.kind, stop.source, stop.officer_number) == (EncounterKind.PERSON, EncounterSource.OFFICER_PAGE, "4821")
    assert stop.started_at == datetime(2026, 11, 18, 11, 20, tzinfo=UTC)
    assert stop.officers_present == ("12", "13", "14", "15")
    assert stop.officer_name_withheld_reason is NameWithheldReason.TERRORISM_ENQUIRY
    assert stop.grounds == "one\ntwo"
    person = stop.people[0]
    assert (person.part, person.force_used, person.record_in_custody) == (PersonPart.SEARCHED, ("baton", "dog"), True)
    assert (person.outcome_linked, person.self_defined_ethnicity, person.gender) == (False, "B1", "male")


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("14:05", 14, 5),
        ("1405", 14, 5),
        ("905", 9, 5),
        ("9.05", 9, 5),
        ("2:05pm", 14, 5),
        ("2 PM", 14, 0),
        ("12am", 0, 0),
        ("12:30 pm", 12, 30),
    ],
)
def test_times_are_read_as_people_write_them(text: str, hour: int, minute: int) -> None:
    form = typed(time=text, started_at__day="17")
    assert told_stop(form, officer_number="1", now=NOW).started_at == datetime(2026, 11, 17, hour, minute, tzinfo=UTC)


def test_a_summer_time_is_londons() -> None:
    form = typed(time="14:05", started_at__month="7", started_at__day="1")
    assert told_stop(form, officer_number="1", now=NOW).started_at.astimezone(UTC) == datetime(2026, 7, 1, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "9", "24:00", "12:60", "13pm", "0am", "noon", "\u0663:\u0660\u0665", "1:2:3", "-1:00"])
def test_a_time_that_is_none_is_told(text: str) -> None:
    assert faults_of(typed(time=text)) == {"time": "Give the time of the stop, such as 14:05 or 2:05pm."}


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("31", "2", "2026"), ("", "", ""), ("1", "1", "26"), ("x", "1", "2026"), ("1", "1", "99999"), ("²", "1", "2026")],
)
def test_a_date_that_is_none_is_told(day: str, month: str, year: str) -> None:
    form = typed(started_at__day=day, started_at__month=month, started_at__year=year)
    assert list(faults_of(form)) == ["started_at"]


def test_every_fault_is_told_at_once_under_the_fields_name() -> None:
    form = typed(time="", place="", grounds="", people__0__self_defined_ethnicity="", officers_present="1, " + "x" * 50)
    assert list(faults_of(form)) == ["time", "place", "grounds", "officers_present", "people-0-self_defined_ethnicity"]


def test_a_time_still_to_come_is_told_at_the_date() -> None:
    assert list(faults_of(typed(time="23:00"))) == ["started_at"]


def test_an_empty_person_is_no_fault_where_nobody_was_there() -> None:
    blank: dict[str, Any] = {
        f"people__0__{name}": "" for name in ("self_defined_ethnicity", "officer_perceived_ethnicity", "gender", "age_band", "outcome")
    }
    empty = typed(kind="unattended_vehicle", **blank)
    assert told_stop(empty, officer_number="1", now=NOW).people == ()
    assert list(faults_of(typed(kind="unattended_vehicle"))) == ["kind"]


def test_a_person_more_and_a_person_less_keep_what_was_typed_for_the_others() -> None:
    form = typed(count=3, people__0__gender="male", people__1__gender="female", people__2__gender="other", place="here")
    fewer = form.without(1)
    assert fewer.people == 2
    assert (fewer.one("people-0-gender"), fewer.one("people-1-gender"), fewer.one("people-2-gender")) == ("male", "other", "")
    assert fewer.one("place") == "here"
    assert form.without(7) is form
    assert fewer.with_one_more().people == 3
    assert TypedStop({}, MOST_ON_THE_FORM).with_one_more().people == MOST_ON_THE_FORM


def test_a_fresh_form_knows_the_day_in_london_and_is_unlike_every_other() -> None:
    form = fresh_stop(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert [form.one(f"started_at-{part}") for part in ("day", "month", "year")] == ["1", "7", "2026"]
    assert form.one("submission") != fresh_stop(NOW).one("submission")


def test_choices_mark_what_was_chosen_and_leave_out_what_is_not_in_force() -> None:
    page = StopPage(typed(power="mda_s23", people__0__force_used=("none",)), {"place": "Say where."}, date(2020, 1, 1), ("en",))
    powers = page.codes("power", "power", "No power used")
    assert powers[0] == {"value": "", "text": "No power used", "selected": False}
    assert [choice["value"] for choice in powers if choice["selected"]] == ["mda_s23"]
    assert "poa23_s11" not in {choice["value"] for choice in powers}
    force, _ = page.force("people-0-force_used")
    assert [(box["value"], box["checked"]) for box in force] == [("none", True)]
    assert page.fault("place") == {"text": "Say where."}
    assert page.fault("grounds") is None
    assert page.summary() == [{"text": "Say where.", "href": "#place"}]


def test_all_that_a_form_can_say_is_told() -> None:
    form = typed(
        count=2,
        kind="person_and_vehicle",
        vehicle_registration="AB12CDE",
        vehicle_outcome="arrest",
        vehicle_outcome_linked="yes",
        follows="WX-26-AAAAAA",
        ended="12:10am",
        time="23:50",
        started_at__day="17",
        people__0__part="driver",
        people__0__self_description="Somali",
        people__0__vulnerable="no",
        people__0__age_band="10_17",
        people__0__safeguarding_considered="yes",
        people__0__referral_made="no",
        people__0__clothing_level="intimate_parts",
        people__0__search_place="police_station",
        people__0__searched_by_same_sex="yes",
        people__0__appropriate_adult_present="no",
        people__0__authorised_by="17",
        people__0__receipt_handed="card",
        people__1__search_not_carried_out_reason="called_away",
        people__1__clothing_level="outer_only",
    )
    stop = told_stop(form, officer_number="4821", now=NOW)
    assert (stop.vehicle_registration, stop.vehicle_outcome, stop.vehicle_outcome_linked) == ("AB12CDE", "arrest", True)
    assert (stop.follows, stop.ended_at) == ("WX-26-AAAAAA", datetime(2026, 11, 18, 0, 10, tzinfo=UTC))
    first, second = stop.people
    assert (first.part, first.self_description, first.vulnerable) == (PersonPart.DRIVER, "Somali", False)
    assert (first.safeguarding_considered, first.referral_made, first.receipt_handed) == (True, False, "card")
    assert (first.search_place, first.searched_by_same_sex) == ("police_station", True)
    assert (first.appropriate_adult_present, first.authorised_by) == (False, "17")
    assert (second.search_not_carried_out_reason, second.clothing_level) == ("called_away", None)
    assert second.part is PersonPart.SEARCHED


def test_a_traffic_stop_is_told_with_parts_that_such_a_stop_has() -> None:
    form = typed(count=3, kind="traffic_stop", occupants="4", traffic_stop_reason="other", people__2__part="in_charge_of_vehicle")
    stop = told_stop(form, officer_number="1", now=NOW)
    assert [person.part for person in stop.people] == [PersonPart.DRIVER, PersonPart.PASSENGER, PersonPart.IN_CHARGE_OF_VEHICLE]
    assert (stop.occupants, stop.power, stop.grounds, stop.people[0].outcome) == (4, None, None, None)


@pytest.mark.parametrize(("text", "complaint"), [("four", True), ("-1", True), ("²", True), ("1000", True), ("0", True), ("2", False)])
def test_a_number_of_people_that_is_none_is_told(text: str, *, complaint: bool) -> None:
    form = typed(count=2, kind="traffic_stop", occupants=text)
    assert list(faults_of(form)) == (["occupants"] if complaint else [])


def test_what_this_kind_of_stop_does_not_have_is_not_recorded() -> None:
    stop = told_stop(typed(traffic_stop_reason="other", occupants="2", notice_left="yes"), officer_number="1", now=NOW)
    assert (stop.traffic_stop_reason, stop.occupants, stop.notice_left) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"ethnicity_not_stated_reason": "N1"}, "ethnicity_not_stated_reason", None),
        ({"self_defined_ethnicity": "NS", "ethnicity_not_stated_reason": "N1"}, "ethnicity_not_stated_reason", "N1"),
        ({"outcome": "", "outcome_linked": "yes"}, "outcome_linked", None),
        ({"outcome": "no_further_action", "outcome_linked": "yes"}, "outcome_linked", None),
        ({"outcome": "arrest", "outcome_linked": "yes"}, "outcome_linked", True),
        (
            {"search_not_carried_out_reason": "other", "clothing_level": "intimate_parts", "search_place": "public_view"},
            "search_place",
            None,
        ),
    ],
)
def test_the_last_answer_counts_where_two_would_contradict_each_other(changes: dict[str, str], field: str, value: object) -> None:
    form = typed(**{f"people__0__{name}": text for name, text in changes.items()})
    assert getattr(told_stop(form, officer_number="1", now=NOW).people[0], field) == value


@pytest.mark.parametrize("text", ["9", "25:00", "late"])
def test_an_end_that_is_no_time_is_told(text: str) -> None:
    assert list(faults_of(typed(ended=text))) == ["ended"]


def test_keeping_it_to_finish_later_forgives_what_is_missing() -> None:
    assert list(faults_of(typed(grounds="", place=""))) == ["place", "grounds"]
    assert faults_of(typed(grounds="", place="", do="later")) == {}


def test_a_code_that_is_not_in_force_any_more_is_still_shown_where_it_was_chosen() -> None:
    page = StopPage(typed(power="poa23_s11"), {}, date(2020, 1, 1), ("en",))
    assert [choice["value"] for choice in page.powers() if choice["selected"]] == ["poa23_s11"]


NAMES = [*OF_STOP, "kind", "time", "ended", "started_at-day", "do", *(f"people-{n}-{field}" for n in range(3) for field in OF_PERSON)]
WORDS = some.sampled_from(["", " ", "yes", "no", "NS", "arrest", "10_17", "intimate_parts", "none", "traffic_stop", "14:05", "later", "9"])


@settings(max_examples=300, deadline=None)
@given(
    values=some.dictionaries(some.sampled_from(NAMES), some.lists(WORDS | some.text(max_size=6), max_size=2).map(tuple)),
    people=some.integers(0, 4),
    is_amended=some.booleans(),
)
def test_whatever_is_sent_is_a_stop_or_told_field_by_field(*, values: dict[str, tuple[str, ...]], people: int, is_amended: bool) -> None:
    before = a_new_encounter(people=(a_new_person(), a_new_person())) if is_amended else None
    form = TypedStop(dict(typed().values) | values, people)
    faults: dict[str, str] = {}
    try:
        told = told_stop(form, officer_number="1", now=NOW, before=before)
    except Invalid as error:
        faults = error.fields
    if faults:
        page = StopPage(form, faults, NOW.date(), ("en",))
        assert [line["text"] for line in page.summary()] == list(faults.values())
        return
    assert len(told.people) >= (2 if is_amended else 0)
    untouched = typed_again(told).given(do="later")
    assert told_stop(untouched, officer_number="1", now=NOW, before=told) == replace(told, finish_later=True)

"""What a receipt says, to whom, in which words."""

import pytest

from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind, PersonPart
from stop_search.errors import NotFound
from tests.support.receipt_facts import CODE, some_content, some_facts


def test_an_ordinary_receipt_says_what_where_when_what_for_and_by_whom() -> None:
    content = some_content()
    assert content.title == "You were searched"
    assert (content.when, content.place) == ("21 November 2026, 2:05pm", "near Castle Park, Invented Town")
    assert dict(content.details) == {
        "Looking for": "Stolen things",
        "Law used": "Police and Criminal Evidence Act 1984, section 1 (a law about stolen things, weapons and tools for crime)",
        "Officer": "Pat Invented, officer number 4321, Central police station",
        "Reference": "IT-2026-4711",
    }
    assert content.copy_day == "20 February 2027"


def test_it_tells_where_to_answer_in_words_and_by_qr() -> None:
    content = some_content()
    assert content.address == "stops.force.example/r"
    assert content.code == "7K3M-9QX2-TD4F"
    assert content.url == f"https://stops.force.example/r/{CODE}"
    assert content.qr_text == f"HTTPS://STOPS.FORCE.EXAMPLE/R/{CODE}"


def test_a_site_that_capitals_cannot_write_keeps_its_own_case() -> None:
    assert some_content(public_url="https://stops_1.example").qr_text == f"https://stops_1.example/r/{CODE}"


def test_the_clock_is_london_s_in_summer_too() -> None:
    from datetime import UTC, datetime

    assert some_content(started_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)).when == "1 July 2026, 12:30am"


@pytest.mark.parametrize(
    ("kind", "part", "title"),
    [
        (EncounterKind.PERSON_AND_VEHICLE, PersonPart.SEARCHED, "You and your vehicle were searched"),
        (EncounterKind.PERSON_AND_VEHICLE, PersonPart.PASSENGER, "You were searched"),
        (EncounterKind.VEHICLE, PersonPart.IN_CHARGE_OF_VEHICLE, "The vehicle you were in was searched"),
        (EncounterKind.STOP_AND_ACCOUNT, PersonPart.SEARCHED, "You were stopped and asked questions"),
        (EncounterKind.TRAFFIC_STOP, PersonPart.DRIVER, "Your vehicle was stopped"),
        (EncounterKind.TRAFFIC_STOP, PersonPart.PASSENGER, "The vehicle you were in was stopped"),
        (EncounterKind.UNATTENDED_VEHICLE, PersonPart.IN_CHARGE_OF_VEHICLE, "This vehicle was searched"),
    ],
)
def test_the_title_speaks_to_the_person_who_holds_it(kind: EncounterKind, part: PersonPart, title: str) -> None:
    assert some_content(kind=kind, part=part).title == title


@pytest.mark.parametrize("kind", list(EncounterKind))
def test_there_are_five_short_rights_for_every_kind(kind: EncounterKind) -> None:
    rights = some_content(kind=kind).rights
    assert len(rights) == 5
    assert all(len(line) <= 60 for line in rights)
    assert ("search is not an arrest" in " ".join(rights)) == (kind not in {EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP})


def test_a_search_without_suspicion_promises_a_written_statement_and_custody_says_where_the_record_is() -> None:
    assert "written statement" in some_content(power="cjpoa_s60").copy_before
    assert "copy of the full record" in some_content().copy_before
    assert "custody record" in some_content(record_in_custody=True).copy_before
    assert "what was written down" in some_content(kind=EncounterKind.STOP_AND_ACCOUNT, power=None).copy_before


def test_what_was_not_recorded_is_left_out_or_said() -> None:
    content = some_content(power=None, object_of_search=None, place=None, officer_name=None, officer_number=None, officer_station=None)
    assert [name for name, _ in content.details] == ["Reference"]
    assert content.place == "Place not recorded"


@pytest.mark.parametrize("name", ["power", "object_of_search"])
def test_every_code_of_the_lists_can_be_printed(name: str) -> None:
    for key in code_list(name).keys:
        values = dict(some_content(**{name: key}).details)
        assert values["Law used" if name == "power" else "Looking for"].strip()


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(NotFound):
        some_content(power="no such law")


def test_typed_text_becomes_one_line_without_controls_or_turned_writing() -> None:
    place = some_content(place="by\tthe\n\nbridge\x00 \u202eeslaf\u202c \ud800end").place
    assert place == "by the bridge eslaf end"
    assert some_facts().place not in place

"""What a receipt and a notice say, to whom, in which words."""

from datetime import UTC, date, datetime

import pytest

from receipts.words import languages, words
from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind, PersonPart
from stop_search.errors import Invalid, NotFound
from tests.support.receipt_facts import CODE, NEWEST, some_content, some_facts, some_notice

SEARCH_KINDS = {EncounterKind.PERSON, EncounterKind.VEHICLE, EncounterKind.PERSON_AND_VEHICLE, EncounterKind.UNATTENDED_VEHICLE}
OWNERS_COPY = "If you own this vehicle, or were in charge of it when it was searched, you can ask for a copy of the record."
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2069"))


def test_an_ordinary_receipt_says_what_where_when_what_for_and_by_whom() -> None:
    content = some_content()
    assert content.title == "You were searched"
    assert (content.when, content.place) == ("21 November 2026, 2:05pm", "near Castle Park, Invented Town")
    assert dict(content.details) == {
        "Looking for": "Stolen things",
        "Law used": "A law about stolen things, weapons and tools for crime (Police and Criminal Evidence Act 1984, section 1)",
        "Officer": "Pat Invented, officer number 4321, Central police station",
        "Reference": "IT-2026-4711",
    }
    assert ("20 February 2027", True) in content.section("copy").lines[0]


def test_it_tells_where_to_answer_in_words_and_by_qr() -> None:
    content = some_content()
    assert content.address == "stops.force.example/r"
    assert content.code == "7K3M-9QX2-TD4F"
    assert content.url == f"https://stops.force.example/r/{CODE}"
    assert content.qr_text == f"HTTPS://STOPS.FORCE.EXAMPLE/R/{CODE}"
    assert content.qr_alt == f"QR code that opens {content.url}"


def test_a_site_that_capitals_cannot_write_keeps_its_own_case() -> None:
    assert some_content(public_url="https://stops_1.example").qr_text == f"https://stops_1.example/r/{CODE}"


def test_the_clock_is_london_s_in_summer_too() -> None:
    assert some_content(started_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)).when == "1 July 2026, 12:30am"


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"kind": EncounterKind.PERSON_AND_VEHICLE}, "You and your vehicle were searched"),
        ({"kind": EncounterKind.PERSON_AND_VEHICLE, "part": PersonPart.PASSENGER}, "You were searched"),
        ({"kind": EncounterKind.VEHICLE, "part": PersonPart.IN_CHARGE_OF_VEHICLE}, "The vehicle you were in was searched"),
        ({"kind": EncounterKind.STOP_AND_ACCOUNT}, "You were stopped and asked questions"),
        ({"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.DRIVER}, "Your vehicle was stopped"),
        ({"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.PASSENGER}, "The vehicle you were in was stopped"),
        ({"kind": EncounterKind.UNATTENDED_VEHICLE}, "This vehicle was searched"),
        ({"search_carried_out": False}, "You were stopped to be searched, but were not searched"),
        (
            {"kind": EncounterKind.VEHICLE, "search_carried_out": False},
            "The vehicle you were in was stopped to be searched, but was not searched",
        ),
        ({"power": "cjpoa_s60aa"}, "You were told to uncover your face"),
        ({"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.DRIVER, "search_carried_out": False}, "Your vehicle was stopped"),
    ],
)
def test_the_title_speaks_to_the_person_who_holds_it(changes: dict[str, object], title: str) -> None:
    assert some_content(**changes).title == title


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("part", list(PersonPart))
@pytest.mark.parametrize("kind", list(EncounterKind))
def test_every_kind_and_part_has_words_in_every_language(
    kind: EncounterKind, part: PersonPart, *, carried_out: bool, language: str
) -> None:
    content = some_content(kind=kind, part=part, search_carried_out=carried_out, spoken=language)
    assert content.title
    assert len(content.section("rights").texts) == 5
    said = [content.title, content.invitation, *(text for section in content.sections for text in section.texts)]
    assert not any("{" in text for text in said)
    assert words(language, NEWEST).day(date(2027, 2, 20)) in "".join(content.section("copy").texts)
    assert content.message[0]


def test_the_rights_come_in_their_order_and_a_search_is_told_from_a_stop() -> None:
    searched = some_content().section("rights").texts
    assert [line.split()[-1] for line in searched] == ["search.", "is.", "record.", "off.", "receipt."]
    assert searched[2] == "A search is not an arrest, and not a criminal record."
    stopped = some_content(kind=EncounterKind.STOP_AND_ACCOUNT, power=None).section("rights").texts
    assert stopped[0] == "You do not have to answer questions."
    driving = some_content(kind=EncounterKind.TRAFFIC_STOP, power=None).section("rights").texts
    assert driving[0] == "You can ask the officer why you were stopped."
    assert {stopped[2], driving[2]} == {"A stop is not an arrest, and not a criminal record."}
    assert {searched[-1], stopped[-1], driving[-1]} == {"You can complain, with or without this receipt."}


@pytest.mark.parametrize("kind", sorted(SEARCH_KINDS))
def test_who_was_not_searched_is_not_told_that_a_search_was_made(kind: EncounterKind) -> None:
    rights = some_content(kind=kind, search_carried_out=False).section("rights").texts
    assert not any("search is not an arrest" in line or "gloves" in line for line in rights)


def test_under_the_terrorism_act_hats_and_shoes_may_have_to_come_off_too() -> None:
    assert "headwear, shoes" in some_content(power="tact_s47a").section("rights").texts[3]
    assert "shoes" not in "".join(some_content(power="tact_s43").section("rights").texts)


def test_the_words_about_a_copy_fit_what_the_law_gives() -> None:
    def said(**changes: object) -> str:
        return "".join(some_content(**changes).section("copy").texts)

    assert said() == "Ask for a copy of the full record at any police station, with this receipt. Last day: 20 February 2027."
    assert "custody record" in said(record_in_custody=True, power="cjpoa_s60")
    assert "what was written down" in said(kind=EncounterKind.STOP_AND_ACCOUNT, power=None)
    assert "there need not be a search record" in said(search_carried_out=False)
    assert "what was written down" in said(power="cjpoa_s60aa")


def test_a_search_without_suspicion_gives_a_copy_for_three_months_and_a_statement_for_twelve() -> None:
    (line,) = some_content(power="cjpoa_s60", entitlement_ends_on=date(2027, 11, 20)).section("copy").lines
    assert [text for text, stands_out in line if stands_out] == ["20 February 2027", "20 November 2027"]


def test_why_a_vehicle_was_stopped_is_said_in_plain_words() -> None:
    content = some_content(kind=EncounterKind.TRAFFIC_STOP, part=PersonPart.DRIVER, power=None, traffic_stop_reason="traffic_offence")
    assert dict(content.details)["Reason"] == "How the vehicle was driven"


def test_what_was_not_recorded_is_left_out_or_said() -> None:
    content = some_content(power=None, object_of_search=None, place=None, officer_name=None, officer_number=None, officer_station=None)
    assert [name for name, _ in content.details] == ["Reference"]
    assert content.place == "Place not recorded"


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("name", ["power", "object_of_search", "traffic_stop_reason"])
def test_every_code_of_the_lists_can_be_said_in_every_language(name: str, language: str) -> None:
    spoken = words(language, NEWEST)
    label = {"power": "law", "object_of_search": "looking_for", "traffic_stop_reason": "reason"}[name]
    for key in code_list(name).keys:
        value = dict(some_content(**{name: key}, spoken=language).details)[spoken.text("labels", label)]
        if name == "power":
            assert code_list("power").entry(key).label in value.translate(ISOLATES)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(NotFound):
        some_content(power="no such law")


def test_typed_text_becomes_one_line_without_controls_or_turned_writing() -> None:
    place = some_content(place="by\tthe\n\nbridge\x00 \u202eeslaf\u202c \ud800end").place
    assert place == "by the bridge eslaf end"
    assert some_facts().place not in place


def test_a_receipt_speaks_english_where_its_language_has_no_words_but_says_so_when_asked_for_it() -> None:
    assert some_content(language="xx").language == "en"
    with pytest.raises(Invalid, match="There is: en"):
        some_content(spoken="xx")


@pytest.mark.parametrize("language", [each for each in languages(NEWEST) if words(each, NEWEST).direction == "rtl"])
def test_latin_words_stand_apart_in_languages_written_from_right_to_left(language: str) -> None:
    content = some_content(spoken=language)
    assert content.direction == "rtl"
    assert content.place == "\u2066near Castle Park, Invented Town\u2069"
    for text in ("Police and Criminal Evidence Act 1984, section 1", "Pat Invented", "4321", "IT-2026-4711"):
        assert any(f"\u2066{text}\u2069" in value for _, value in content.details), text
    assert some_content(spoken=language, place="شارع 5").place == "شارع 5"


def test_a_notice_says_the_four_things_that_the_law_wants() -> None:
    notice = some_notice()
    assert notice.title == "This vehicle was searched"
    assert dict(notice.details)["Vehicle"] == "AB12 CDE"
    assert notice.section("notice").texts == (
        "Police searched this vehicle while nobody was with it.",
        "The officer belongs to this police station: Central police station.",
        "If the search caused damage, you can ask for money for it (compensation). Ask at that police station: Central police station.",
        f"{OWNERS_COPY} Last day: 20 February 2027.",
    )
    assert "answers" not in "".join(notice.section("help").texts)


@pytest.mark.parametrize("language", languages(NEWEST))
def test_a_notice_names_station_and_day_in_every_language(language: str) -> None:
    said = some_notice(spoken=language).section("notice").texts
    assert "Central police station" in said[1]
    assert "Central police station" in said[2]
    assert words(language, NEWEST).day(date(2027, 2, 20)) in said[3]


def test_a_notice_that_cannot_name_the_station_or_has_no_layout_is_not_made() -> None:
    with pytest.raises(Invalid, match="police station"):
        some_notice(officer_station=None)
    with pytest.raises(Invalid, match="no notice"):
        some_notice(layout_version=1)


def test_a_notice_without_an_officer_s_name_or_number_plate_leaves_them_out() -> None:
    details = dict(some_notice(officer_name=None, vehicle_registration=None).details)
    assert details["Officer"] == "officer number 4321, Central police station"
    assert "Vehicle" not in details

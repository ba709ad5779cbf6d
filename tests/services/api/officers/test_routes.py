"""The officer's pages: recording by hand, the receipts afterwards, and what happens when something is wrong."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.queries import newest_entries
from stop_search.encounters.queries import receipt_by_code
from stop_search.encounters.receipt_codes import normalised
from stop_search.encounters.rules import EncounterKind, NameWithheldReason, NewPerson, PersonPart
from stop_search.installation import Installation
from tests.support.officers import Officer
from tests.support.stops import a_new_person, a_searched_thoroughly
from tests.support.visitors import csrf_for, sign_in


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> Officer:
    """Return an officer who is signed in."""
    return Officer(client, installation)


def test_the_form_asks_and_knows_who_asks(officer: Officer) -> None:
    page = officer.client.get("/officer")
    assert page.status_code == 200
    soup = BeautifulSoup(page.text, "html.parser")
    assert "Pat Invented, number 4821, Central" in soup.get_text()
    assert "You have not recorded a stop yet" in soup.get_text()
    labels = {str(label["for"]) for label in soup.find_all("label")}
    fields = [f for f in soup.select("main form input, main form select, main form textarea") if f.get("type") != "hidden"]
    assert len(fields) > 40
    assert {str(field["id"]) for field in fields} <= labels


def test_a_stop_of_two_is_recorded_and_both_receipts_are_shown(officer: Officer) -> None:
    sent = officer.sends(count=2, people__1__gender="female")
    assert sent.status_code == 303, sent.text
    page = officer.client.get(sent.headers["location"])
    assert page.status_code == 200
    codes = re.findall(r'site-code">([0-9A-Z-]{14})<', page.text)
    assert len(set(codes)) == 2
    key = officer.installation.key_for("receipt-code/v1")
    for person, code in enumerate(codes, start=1):
        with officer.installation.reading() as session:
            held = receipt_by_code(session, code=code, key=key, now=datetime.now(UTC))
        assert held.facts.check_words in page.text
        assert f"http://testserver/r/{normalised(code)}" in page.text
        base = f"{sent.headers['location']}/receipts/{person}"
        assert f'href="{base}/a6"' in page.text
        pdf = officer.client.get(f"{base}/a6")
        assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
        assert code in officer.client.get(f"{base}/text").text
        saved = officer.client.get(f"{base}/html")
        assert saved.headers["content-disposition"].startswith("attachment;")
        assert code in saved.text
    listed = officer.client.get("/officer").text
    assert sent.headers["location"] in listed


def test_sent_twice_it_is_stored_once(officer: Officer) -> None:
    first, again = officer.sends(), officer.sends()
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    with officer.installation.reading() as session:
        assert [entry.action for entry in newest_entries(session)].count("encounter_recorded") == 1


def test_changed_after_it_was_sent_it_is_not_stored_again_and_says_so(officer: Officer) -> None:
    officer.sends()
    changed = officer.sends(place="somewhere else")
    assert changed.status_code == 422
    assert "This form was sent before with other answers" in changed.text
    assert "somewhere else" in changed.text
    assert officer.sends(place="somewhere else", submission="6" * 32).status_code == 303


def test_what_is_wrong_stands_at_its_field_and_in_the_summary_and_nothing_is_lost(officer: Officer) -> None:
    grounds = 'He said "<b>no</b>" & ran'
    page = officer.sends(
        count=2, grounds=grounds, place=" ", time="25:00", people__1__self_defined_ethnicity="", people__1__gender="female"
    )
    assert page.status_code == 422
    soup = BeautifulSoup(page.text, "html.parser")
    assert soup.title is not None
    assert soup.title.get_text().startswith("Error: ")
    links = [str(link["href"]) for link in soup.select(".govuk-error-summary a")]
    assert links == ["#time", "#place", "#people-1-self_defined_ethnicity"]
    for link in links:
        field = soup.select_one(link)
        assert field is not None, link
        assert f"{link[1:]}-error" in field["aria-describedby"]
        assert soup.select_one(f"{link}-error") is not None
    area = soup.select_one("textarea#grounds")
    assert area is not None
    assert area.get_text().strip() == grounds
    assert "<b>no</b>" not in page.text
    chosen = soup.select_one("input[name=people-1-gender][checked]")
    assert chosen is not None
    assert chosen["value"] == "female"
    time = soup.select_one("#time")
    assert time is not None
    assert time["value"] == "25:00"


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"started_at__day": "32"}, "#started_at-day"),
        ({"kind": "unattended_vehicle"}, "#kind"),
        ({"officers_present": "9999"}, "#officers_present"),
        ({"power": "cjpoa_s60"}, "#authorisation_reference"),
    ],
)
def test_every_link_of_the_summary_leads_to_a_field(officer: Officer, changes: dict[str, Any], anchor: str) -> None:
    soup = BeautifulSoup(officer.sends(**changes).text, "html.parser")
    assert [link["href"] for link in soup.select(".govuk-error-summary a")] == [anchor]
    assert soup.select_one(anchor) is not None


def test_people_are_added_and_removed_without_losing_a_word(officer: Officer) -> None:
    more = officer.sends(do="add", grounds="Kept as typed.", place="")
    assert more.status_code == 200
    assert "Person 2" in more.text
    assert "Kept as typed." in more.text
    fewer = officer.sends(count=2, do="remove-0", people__1__gender="female")
    soup = BeautifulSoup(fewer.text, "html.parser")
    chosen = soup.select_one("input[name=people-0-gender][checked]")
    assert chosen is not None
    assert chosen["value"] == "female"
    assert "Person 2" not in fewer.text


def test_a_vehicle_with_nobody_there_gives_a_notice_instead_of_a_receipt(officer: Officer) -> None:
    nobody: dict[str, Any] = {
        f"people__0__{name}": "" for name in ("self_defined_ethnicity", "officer_perceived_ethnicity", "gender", "age_band", "outcome")
    }
    sent = officer.sends(kind="unattended_vehicle", **nobody)
    assert (
        "Nobody was with the vehicle, so there is no receipt. Leave the notice in it" in officer.client.get(sent.headers["location"]).text
    )


def test_another_officer_does_not_see_the_stop_and_nobody_sees_one_that_is_not_there(officer: Officer) -> None:
    place = officer.sends().headers["location"]
    other = Officer(officer.client, officer.installation, number="77")
    for path in (place, f"{place}/receipts/1/a6", "/officer/stops/WX-26-000000", "/officer/stops/WX-26-000000/receipts/1/a6"):
        assert other.client.get(path).status_code == 404, path
    assert place not in other.client.get("/officer").text


def test_a_person_or_a_form_of_receipt_that_is_not_there_is_not_found(officer: Officer) -> None:
    place = officer.sends().headers["location"]
    assert officer.client.get(f"{place}/receipts/2/a6").status_code == 404
    assert officer.client.get(f"{place}/receipts/1/gif").status_code == 422
    assert officer.client.get(f"{place}/receipts/x/a6").status_code in {404, 422}


def test_only_officers_open_these_pages(client: TestClient, installation: Installation) -> None:
    assert client.get("/officer").headers["location"].startswith("/sign-in")
    sign_in(client, installation, *(set(Role) - {Role.OFFICER, Role.DEVICE, Role.CAMERA} - _machine_roles()))
    assert client.get("/officer").status_code == 403
    assert client.post("/officer", data={"csrf": csrf_for(client, installation)}).status_code == 403


def _machine_roles() -> set[Role]:
    from stop_search.accounts.rules import MACHINE_ROLES

    return set(MACHINE_ROLES)


def test_a_form_from_elsewhere_records_nothing(officer: Officer) -> None:
    assert officer.sends(csrf="0" * 64).status_code == 403
    with officer.installation.reading() as session:
        assert "encounter_recorded" not in {entry.action for entry in newest_entries(session)}


@pytest.mark.parametrize(
    "changes",
    [
        {"people": "-1"},
        {"people": "99999999999999999999"},
        {"people": "²"},
        {"do": "remove-999999999999"},
        {"do": "remove-x"},
        {"kind": "dragon"},
        {"people__0__part": "king"},
        {"grounds": "a\0b"},
        {"submission": ""},
        {"submission": "x" * 500},
        {"started_at__year": "0000"},
        {"started_at__year": "9999"},
        {"people__0__force_used": "everything"},
    ],
)
def test_a_meddled_form_is_answered_in_words(officer: Officer, changes: dict[str, Any]) -> None:
    assert officer.sends(**changes).status_code in {200, 303, 422}


def test_an_account_without_an_officer_number_is_told_what_to_do(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.OFFICER)
    page = client.get("/officer")
    assert page.status_code == 200
    assert "Your account has no officer number" in page.text
    assert 'name="grounds"' not in page.text


def test_keep_and_finish_later_keeps_what_there_is_and_says_what_is_missing(officer: Officer) -> None:
    refused = officer.sends(grounds="", people__0__self_defined_ethnicity="")
    assert refused.status_code == 422
    kept = officer.sends(grounds="", people__0__self_defined_ethnicity="", do="later")
    assert kept.status_code == 303, kept.text
    page = officer.opens(kept.headers["location"])
    links = {link.get_text(strip=True): link["href"] for link in page.select("#missing ~ ul a")}
    base = kept.headers["location"]
    assert links["Say why: what was seen, heard or known that gave reasonable grounds."] == f"{base}/amend#grounds"
    assert links["Person 1: Say how the person described their ethnicity, or that it is not stated."].endswith(
        "#people-0-self_defined_ethnicity"
    )
    words = page.get_text(" ", strip=True)
    assert "PACE 1984 s.3(6)(a)(ii)" in words
    assert "Not finished." in words
    for link in links.values():
        address, _, field = str(link).partition("#")
        assert officer.opens(address).select_one(f"[id='{field}']") is not None, field


def test_what_is_not_finished_stands_on_top_the_oldest_first_and_the_late_ones_say_so(officer: Officer) -> None:
    assert "Not finished" not in officer.opens("/officer").get_text()
    late = officer.has_recorded(hours=30, grounds=None, finish_later=True).reference
    new = officer.has_recorded(hours=2, people=(a_new_person(age_band="10_17", safeguarding_considered=True),)).reference
    officer.has_recorded()
    page = officer.opens("/officer")
    section = page.select_one("section.site-unfinished")
    assert section is not None
    assert section.find("h2").get_text() == "Not finished (2)"
    first, second = (item.get_text(" ", strip=True) for item in section.select("li"))
    assert first.startswith(f"Finish {late}")
    assert "Over 24 hours" in first
    assert "30 hours old. Missing: Grounds." in first
    assert second.startswith(f"Finish {new}")
    assert "Over 24 hours" not in second
    assert "Missing: Referred (person 1)." in second
    assert [str(link["href"]) for link in section.select("a")] == [f"/officer/stops/{each}/amend" for each in (late, new)]
    states = [row.select("td")[-1].get_text() for row in page.select("tbody tr")]
    assert sorted(states) == ["Finished", "Not finished", "Not finished"]


def test_many_unfinished_records_are_folded_and_long_lists_of_what_is_missing_are_cut(officer: Officer) -> None:
    for _ in range(5):
        officer.has_recorded(people=(NewPerson(self_defined_ethnicity="W1"),))
    page = officer.opens("/officer")
    assert len(page.select("section.site-unfinished > ul > li")) == 3
    assert len(page.select("section.site-unfinished details li")) == 2
    assert "and 4 more." in page.select("section.site-unfinished li")[0].get_text(" ", strip=True)


def test_a_traffic_stop_is_recorded_with_its_driver_and_passenger_and_leads_to_the_search(officer: Officer) -> None:
    sent = officer.sends(
        count=2,
        kind="traffic_stop",
        traffic_stop_reason="traffic_offence",
        traffic_outcome="led_to_search",
        ethnicity_known_before="no",
        occupants="3",
        vehicle_registration=" ab12 cde",
        people__1__part="passenger",
    )
    assert sent.status_code == 303, sent.text
    reference = sent.headers["location"].rpartition("/")[2]
    told = officer.record(reference).told
    assert (told.kind, told.power, told.grounds, told.occupants) == (EncounterKind.TRAFFIC_STOP, None, None, 3)
    assert (told.vehicle_registration, told.traffic_outcome) == ("AB12CDE", "led_to_search")
    assert [person.part for person in told.people] == [PersonPart.DRIVER, PersonPart.PASSENGER]
    page = officer.opens(sent.headers["location"])
    assert "3 people were in the vehicle: 1 more must be recorded." in page.get_text()
    follow = next(link for link in page.select("a") if "Record the search that followed" in link.get_text())
    follows = officer.opens(str(follow["href"])).select_one("#follows")
    assert follows is not None
    assert follows["value"] == reference


def test_everything_that_is_recorded_is_shown_in_words(officer: Officer) -> None:
    done = officer.has_recorded(
        kind=EncounterKind.PERSON_AND_VEHICLE,
        vehicle_registration="AB12CDE",
        vehicle_outcome="arrest",
        officers_present=(),
        follows="WX-26-AAAAAA",
        officer_name_withheld_reason=NameWithheldReason.TERRORISM_ENQUIRY,
        people=(
            a_searched_thoroughly(
                age_band="10_17",
                clothing_level="intimate_parts",
                vulnerable=True,
                self_description="Somali <b>and</b> Welsh",
                appropriate_adult_present=True,
                authorised_by="CANARY17",
                force_used=("baton", "dog"),
            ),
        ),
    )
    page = officer.opens(f"/officer/stops/{done.reference}")
    rows = {row.dt.get_text(strip=True): row.dd.get_text(strip=True) for row in page.select(".govuk-summary-list__row")}
    assert rows["Registration of the vehicle"] == "AB12CDE"
    assert rows["What came of the vehicle's search"] == "Arrest"
    assert rows["Stop that led to this search"] == "WX-26-AAAAAA"
    assert rows["Why the officer's name is left out"] == "Terrorism enquiry"
    assert rows["In their own words"] == "Somali <b>and</b> Welsh"
    assert rows["Clothing taken off"] == "Intimate parts exposed"
    assert rows["Where the thorough search was"] == "In a police vehicle"
    assert (rows["Appropriate adult there"], rows["Inspector who allowed it"]) == ("Yes", "CANARY17")
    assert (rows["Safeguarding considered"], rows["Referred"], rows["Vulnerable"]) == ("Yes", "No", "Yes")
    assert rows["Force used"] == "Baton, Dog"
    assert "Record is in the custody record" not in rows
    assert "Pat Invented" not in rows["Officer"]


def test_a_vehicle_that_nobody_was_with_shows_the_four_things_that_its_notice_says(officer: Officer) -> None:
    done = officer.has_recorded(kind=EncounterKind.UNATTENDED_VEHICLE, people=())
    page = officer.opens(f"/officer/stops/{done.reference}")
    links = [str(link["href"]) for link in page.select("section[aria-labelledby=notice] a")]
    assert links == [f"/officer/stops/{done.reference}/notice/{form}" for form in ("a6", "text")]
    assert officer.client.get(links[0]).content.startswith(b"%PDF")
    said = officer.client.get(links[1]).text
    for told in ("Police searched this vehicle", "police station", "compensation", "copy of the record", done.reference):
        assert told in said
    assert "Say whether a notice was left with the vehicle." in page.get_text()


def test_what_the_kind_does_not_have_is_marked_so_that_it_can_be_hidden(officer: Officer) -> None:
    page = officer.opens("/officer")

    def kinds(name: str) -> set[str]:
        field = page.select_one(f"[name='{name}']")
        assert field is not None
        around = field.find_parent(attrs={"data-kinds": True})
        return set(str(around["data-kinds"]).split()) if around else set()

    assert kinds("kind") == kinds("place") == set()
    assert kinds("power") == {"person", "vehicle", "person_and_vehicle", "unattended_vehicle"}
    assert kinds("occupants") == {"traffic_stop"}
    assert kinds("notice_left") == {"unattended_vehicle"}
    assert kinds("people-0-clothing_level") == {"person", "person_and_vehicle"}
    assert kinds("people-0-gender") == {str(kind) for kind in EncounterKind} - {"unattended_vehicle"}
    needs = {str(option["value"]) for option in page.select("#power option[data-rests-on=authorisation]")}
    assert {"cjpoa_s60", "svro_s342e"} < needs
    assert "pace_s1" not in needs

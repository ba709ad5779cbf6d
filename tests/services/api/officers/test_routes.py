"""The officer's pages: recording by hand, the receipts afterwards, and what happens when something is wrong."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.queries import newest_entries
from stop_search.encounters.queries import receipt_by_code
from stop_search.encounters.receipt_codes import normalised
from stop_search.installation import Installation
from stop_search.wording import london
from tests.support.builders import an_officer
from tests.support.stops import OFFICER_NUMBER, a_typed_stop
from tests.support.visitors import csrf_for, sign_in

AGO = london(datetime.now(UTC) - timedelta(minutes=40))


class Officer:
    """An officer at the form."""

    def __init__(self, client: TestClient, installation: Installation, number: str = OFFICER_NUMBER) -> None:
        with installation.writing() as session:
            self.id: uuid.UUID = an_officer(session, name="Pat Invented", number=number).id
        self.client, self.installation = client, installation
        sign_in(client, installation, account_id=self.id)

    def sends(self, count: int = 1, **changes: Any) -> Any:
        """Send the form with changes; two underscores stand for a hyphen."""
        named = {name.replace("__", "-"): value for name, value in changes.items()}
        fields = a_typed_stop(started_at=AGO, people=count) | {"csrf": csrf_for(self.client, self.installation), "do": "record"} | named
        return self.client.post("/officer", data=fields)


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
    chosen = soup.select_one("#people-1-gender option[selected]")
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
    chosen = soup.select_one("#people-0-gender option[selected]")
    assert chosen is not None
    assert chosen["value"] == "female"
    assert "Person 2" not in fewer.text


def test_a_vehicle_with_nobody_there_gives_a_notice_instead_of_a_receipt(officer: Officer) -> None:
    nobody: dict[str, Any] = {
        f"people__0__{name}": "" for name in ("self_defined_ethnicity", "officer_perceived_ethnicity", "gender", "age_band", "outcome")
    }
    sent = officer.sends(kind="unattended_vehicle", **nobody)
    assert "Leave a notice in the vehicle" in officer.client.get(sent.headers["location"]).text


def test_another_officer_does_not_see_the_stop_and_nobody_sees_one_that_is_not_there(officer: Officer) -> None:
    place = officer.sends().headers["location"]
    other = Officer(officer.client, officer.installation, number="77")
    for path in (place, f"{place}/receipts/1/a6", "/officer/stops/WX-26-000000", "/officer/stops/WX-26-000000/receipts/1/a6"):
        assert other.client.get(path).status_code == 404, path
    assert place not in other.client.get("/officer").text


def test_a_person_or_a_form_of_receipt_that_is_not_there_is_not_found(officer: Officer) -> None:
    place = officer.sends().headers["location"]
    assert officer.client.get(f"{place}/receipts/2/a6").status_code == 404
    assert officer.client.get(f"{place}/receipts/1/gif").status_code == 404
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

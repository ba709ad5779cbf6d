"""The inbox and a letter's page: late ones first, opened for a reason, sealed to the end, tied to a stop, closed by a person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.footage.records import FootageHold
from stop_search.installation import Installation
from stop_search.letters.records import Letter
from stop_search.letters.rules import LetterKind
from stop_search.letters.sealing import open_file
from stop_search.wording import london
from tests.support import builders as a
from tests.support.letters import CANARY, COMPLAINT, a_letter, key_pair
from tests.support.visitors import csrf_for, sign_in

NOW = datetime.now(UTC)
TODAY = london(NOW).date()


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser in which a complaints handler is signed in."""
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    return client


def letter(installation: Installation, **columns: Any) -> str:
    """Add a letter and return its reference."""
    with installation.writing() as session:
        return a_letter(session, **columns).reference


def told(installation: Installation, reference: str, column: str) -> Any:
    """Return what a letter's row says."""
    with installation.reading() as session:
        return getattr(session.scalars(select(Letter).where(Letter.reference == reference)).one(), column)


def actions(installation: Installation) -> list[str]:
    """Return what the audit log has of letters."""
    with installation.reading() as session:
        found = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "letter").order_by(AuditEntry.n))
        return list(found)


def send(browser: TestClient, installation: Installation, path: str, **fields: str) -> Any:
    """Send a form of one of our pages."""
    return browser.post(path, data={"csrf": csrf_for(browser, installation), "why": "answering"} | fields)


def test_an_empty_inbox_says_what_comes_here_and_that_there_is_no_key(reader: TestClient) -> None:
    text = BeautifulSoup(reader.get("/complaints").text, "html.parser").get_text(" ", strip=True)
    assert "Nothing waits. A letter comes here when" in text
    assert "stop-search complaints key new" in text


def test_the_inbox_lists_the_late_first_and_can_show_one_kind(reader: TestClient, installation: Installation) -> None:
    later = letter(installation, answer_due_on=TODAY + timedelta(days=5))
    late = letter(installation, answer_due_on=TODAY - timedelta(days=1))
    panel = letter(installation, kind=LetterKind.PANEL_INTEREST, answer_due_on=TODAY)
    page = BeautifulSoup(reader.get("/complaints").text, "html.parser")
    assert [row.get_text(strip=True) for row in page.select("tbody th")] == [late, panel, later]
    assert [row.find("span", class_="site-late") is not None for row in page.select("tbody tr")] == [True, False, False]
    assert "Complaint 2 1 late" in page.get_text(" ", strip=True)
    only = BeautifulSoup(reader.get("/complaints?kind=panel_interest").text, "html.parser")
    assert [row.get_text(strip=True) for row in only.select("tbody th")] == [panel]


def test_nothing_is_opened_without_a_reason(reader: TestClient, installation: Installation) -> None:
    reference = letter(installation)
    for query in ("", "?why=", "?why=because"):
        page = reader.get(f"/complaints/{reference}{query}")
        assert "Why do you open this letter?" in page.text
        assert ("There is a problem" in page.text) == bool(query)
    assert send(reader, installation, f"/complaints/{reference}/sealed", why="").status_code == 422
    assert actions(installation) == []
    assert reader.get(f"/complaints/{reference}?why=answering").status_code == 200
    assert actions(installation) == ["letter_opened"]


def test_the_download_is_sealed_opens_with_the_key_alone_and_stands_in_no_page(reader: TestClient, installation: Installation) -> None:
    reference = letter(installation)
    page = reader.get(f"/complaints/{reference}?why=answering")
    file = send(reader, installation, f"/complaints/{reference}/sealed")
    assert file.headers["content-disposition"] == f'attachment; filename="{reference}.sealed.json"'
    assert "no-store" in file.headers["cache-control"]
    assert CANARY not in page.text + file.text
    assert open_file(key_pair().key_file, file.text) == [("body", "2026-11-16", COMPLAINT)]
    assert actions(installation) == ["letter_opened", "letter_unsealed"]


def test_without_javascript_the_page_says_why_and_offers_the_download(reader: TestClient, installation: Installation) -> None:
    page = BeautifulSoup(reader.get(f"/complaints/{letter(installation)}?why=answering").text, "html.parser")
    assert "This browser runs no JavaScript" in page.find("noscript").get_text()
    form = page.find(id="sealed")
    assert form.find("input", type="file").get("name") is None, "a chosen key must never be sent"
    assert [each.has_attr("hidden") for each in form.select("[data-needs-script]")] == [True, True]
    assert form.find("button", value="file").get_text(strip=True) == "Download it sealed"


def test_the_page_shows_the_officers_number_for_a_complaint_only_and_never_the_name(reader: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        encounter = a.an_encounter(session, officer=a.an_officer(session, name="Olive Quist", number="2044"))
        complaint = a_letter(session, encounter=encounter).reference
        copy = a_letter(session, encounter=encounter, kind=LetterKind.COPY_OF_RECORD).reference
        stop = encounter.reference
    pages = [reader.get(f"/complaints/{reference}?why=answering").text for reference in (complaint, copy)]
    assert [stop in page for page in pages] == [True, True]
    assert ["2044" in page for page in pages] == [True, False]
    assert not any("Olive Quist" in page or "small package" in page for page in pages)


def test_a_letter_is_taken_noted_and_closed(reader: TestClient, installation: Installation) -> None:
    reference = letter(installation)
    page = f"/complaints/{reference}"
    again = f"{page}?why=answering"
    assert send(reader, installation, f"{page}/take").headers["location"] == again
    assert send(reader, installation, f"{page}/note", note=f"Rang {CANARY}.").headers["location"] == again
    empty = send(reader, installation, f"{page}/note", note=" ")
    assert (empty.status_code, "Write a note of 1 to" in empty.text) == (422, True)
    asked = reader.get(f"{page}/close?why=answering").text
    assert "You have 28 days to ask" in asked
    refused = send(reader, installation, f"{page}/close")
    assert refused.status_code == 422
    assert "Choose how it was decided." in refused.text
    assert "Say whether the person was told of the right to a review." in refused.text
    assert told(installation, reference, "state") == "in_hand"
    closed = send(reader, installation, f"{page}/close", disposition="resolved", review_told="told")
    assert closed.headers["location"] == again
    assert (told(installation, reference, "state"), told(installation, reference, "disposition")) == ("closed", "resolved")
    shown = reader.get(again).text
    assert "Resolved to the complainant" in shown
    assert f"{page}/take" not in shown
    assert reader.get(f"{page}/close").status_code == 303
    assert reference in reader.get("/complaints/closed").text
    assert reference not in reader.get("/complaints").text
    assert send(reader, installation, f"{page}/note", note="Late.").status_code == 410


def test_a_claim_finds_its_stop_by_a_form_and_is_tied_to_it(reader: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        stop = a.an_encounter(session, started_at=datetime(2026, 11, 16, 15, 5, tzinfo=UTC)).reference
        reference = a_letter(session, kind=LetterKind.STOP_WITHOUT_RECEIPT).reference
    page = f"/complaints/{reference}"
    looked = send(reader, installation, f"{page}/stops", place="castle park", day="2026-11-16", since="14:00", until="16:00")
    assert looked.status_code == 200
    assert stop in looked.text
    elsewhen = send(reader, installation, f"{page}/stops", place="castle park", day="2026-11-15")
    assert "No stop of that time is recorded here." in elsewhen.text
    wrong = send(reader, installation, f"{page}/stops", place="castle park", day="last Saturday")
    assert wrong.status_code == 422
    assert "Give the day, such as" in wrong.text
    assert 'value="castle park"' in wrong.text
    unknown = send(reader, installation, f"{page}/tie", encounter="IT-NONE")
    assert (unknown.status_code, "There is no stop with this reference." in unknown.text) == (422, True)
    assert send(reader, installation, f"{page}/tie", encounter=stop).status_code == 303
    with installation.reading() as session:
        assert session.scalars(select(FootageHold)).one().reason == "record_request"
    assert stop in reader.get(f"{page}?why=answering").text


@pytest.mark.parametrize("path", ["", "/close", "/sealed", "/take", "/note", "/stops", "/tie"])
def test_a_letter_that_is_not_there_and_one_of_ones_own_stop_are_answered_alike(
    client: TestClient, installation: Installation, path: str
) -> None:
    account = sign_in(client, installation, Role.COMPLAINTS_HANDLER, Role.OFFICER)
    with installation.writing() as session:
        from stop_search.accounts.records import Account

        own = a.an_encounter(session, officer=session.get_one(Account, account))
        reference = a_letter(session, encounter=own).reference
    fields = {"note": "A note.", "disposition": "resolved", "review_told": "told", "encounter": "IT-1", "day": "2026-11-16"}
    answers = []
    for which in (reference, "C-00000000"):
        page = f"/complaints/{which}{path}"
        answer = client.get(f"{page}?why=answering") if path in {"", "/close"} else send(client, installation, page, **fields)
        answers.append((answer.status_code, answer.text.replace(csrf_for(client, installation), "").replace(which, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


@pytest.mark.parametrize(("language", "words"), [("pl", "Polski"), ("xx", "xx")])
def test_a_letters_language_is_named_also_one_that_the_pages_lack(
    reader: TestClient, installation: Installation, language: str, words: str
) -> None:
    page = BeautifulSoup(reader.get(f"/complaints/{letter(installation, language=language)}?why=answering").text, "html.parser")
    assert f"Written in {words}" in page.find("main").get_text(" ", strip=True)

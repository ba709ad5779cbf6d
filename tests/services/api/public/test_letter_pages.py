"""Complaints, copies, stops without a receipt and the panel, over HTTP: from the first page to the sealed letter."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.footage.records import FootageHold
from stop_search.installation import Installation
from stop_search.letters.rules import LetterCame, LetterKind, answer_due_on
from stop_search.wording import day_in_words, london
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import LetterWalker, letters, opened, with_a_key

COMPLAINED = {
    "what_happened": "They laughed at me.\nTwice.",
    "about_whom": "me",
    "email": "ann@mail.example",
    "place": "Park",
    "day": "Monday",
}


@pytest.fixture
def code(installation: Installation) -> str:
    """Return the code of a receipt, where letters can be sealed."""
    with_a_key(installation)
    return issued_receipt(installation, entitlement_ends_on=london(datetime.now(UTC)).date())[1]


def at(client: TestClient, path: str) -> LetterWalker:
    """Return a person at a page."""
    walker = LetterWalker(client)
    walker.open(path)
    assert walker.status == 200
    return walker


def holds(installation: Installation) -> list[str]:
    """Return why recordings are held."""
    with installation.reading() as session:
        return list(session.scalars(select(FootageHold.reason)))


def test_a_complaint_is_written_checked_sent_and_only_its_reader_can_open_it(
    code: str, client: TestClient, installation: Installation
) -> None:
    walker = at(client, f"/r/{code}/complain")
    assert "does not go to the officer, or to" in walker.words
    assert "Call 999" in walker.words
    walker.through(**COMPLAINED).fill("Send my complaint")
    (letter,) = letters(installation)
    due = day_in_words(answer_due_on(LetterKind.COMPLAINT, london(datetime.now(UTC)).date()))
    assert (walker.status, walker.reference, due in walker.words) == (200, letter.reference, True)
    for told in ("You have 28 days", "Independent Office for Police Conduct", "Call 999"):
        assert told in walker.words
    assert (letter.kind, letter.came, letter.receipt_id is not None) == (LetterKind.COMPLAINT, LetterCame.ONLINE, True)
    assert opened(installation, letter) == {
        "what_happened": "They laughed at me.\nTwice.",
        "about_whom": "It happened to me",
        "email": "ann@mail.example",
    }
    assert holds(installation) == ["complaint"]


def test_a_complaint_needs_no_receipt_no_name_and_no_answer(code: str, client: TestClient, installation: Installation) -> None:
    assert code
    at(client, "/complain").through(what_happened="x", about_whom="seen", no_answer="yes").fill("Send my complaint")
    (letter,) = letters(installation)
    assert (letter.receipt_id, opened(installation, letter)["no_answer"]) == (None, "Yes")


def test_sent_three_times_it_is_one_letter_with_one_reference(code: str, client: TestClient, installation: Installation) -> None:
    check = at(client, f"/r/{code}/complain").through(**COMPLAINED)
    said = set()
    for _ in range(3):
        again = LetterWalker(client, soup=check.soup)
        said.add(again.fill("Send my complaint").reference)
    assert said == {letters(installation)[0].reference}
    assert len(letters(installation)) == 1


def test_the_page_with_the_reference_can_be_read_in_another_language_and_carries_nothing_typed(
    code: str, client: TestClient, installation: Installation
) -> None:
    sent = at(client, f"/r/{code}/complain").through(**COMPLAINED).fill("Send my complaint")
    assert "laughed" not in str(sent.soup)
    form = sent.soup.find("form", id="answers")
    fields = {str(field["name"]): str(field["value"]) for field in form.find_all("input")}
    again = LetterWalker(client).show(client.post(str(form["action"]), data=fields | {"go": "stay"}))
    assert again.soup.find(id="reference").get_text() == sent.reference
    assert len(letters(installation)) == 1


@pytest.mark.parametrize("path", ["/complain", "/record", "/panel-interest", "/no-receipt/tell", "/r/{code}/complain", "/r/{code}/record"])
def test_without_a_key_nothing_is_taken_and_other_ways_are_told(installation: Installation, client: TestClient, path: str) -> None:
    _, code = issued_receipt(installation, entitlement_ends_on=date(2099, 1, 1))
    walker = LetterWalker(client)
    walker.open(path.format(code=code))
    assert (walker.status, walker.heading, "Call 101" in walker.words) == (503, "We cannot take this here just now", True)
    assert walker.soup.find("form") is None
    typed = COMPLAINED | {"at": "check", "go": "send", "submission_id": "1" * 32}
    late = client.post("/complain", data=typed)
    assert (late.status_code, "laughed" in late.text, letters(installation)) == (503, False, [])


def test_a_copy_is_asked_for_by_receipt_alone_and_picked_up_without_a_name(
    code: str, client: TestClient, installation: Installation
) -> None:
    walker = at(client, f"/r/{code}/record")
    assert f"The last day to ask is {day_in_words(london(datetime.now(UTC)).date())}" in walker.words
    walker.through(asked_by="searched", how="station", station="Centre").fill("Ask for my copy")
    (letter,) = letters(installation)
    assert opened(installation, letter) == {"asked_by": "I was searched", "how": "I pick it up at a police station", "station": "Centre"}
    assert holds(installation) == ["record_request"]
    assert walker.reference.startswith("R-")


def test_a_copy_by_post_is_sent_with_two_answers_that_a_person_compares(code: str, client: TestClient, installation: Installation) -> None:
    typed = {
        "asked_by": "searched",
        "how": "post",
        "name": "Ann",
        "address": "1 High Street\nTown",
        "time": "3pm",
        "remembered": "a red coat",
    }
    at(client, f"/r/{code}/record").through(**typed).fill("Ask for my copy")
    told = opened(installation, letters(installation)[0])
    assert (told["time"], told["remembered"], told["address"]) == ("3pm", "a red coat", "1 High Street\nTown")


def test_nothing_of_the_stop_but_the_last_day_is_shown(code: str, client: TestClient) -> None:
    walker = at(client, f"/r/{code}/choose")
    for path in ("complain", "record", "panel"):
        walker.open(f"/r/{code}/{path}")
    walker.open(f"/r/{code}/record").fill(asked_by="searched").fill(how="email").fill(email="a@b.example")
    today = day_in_words(london(datetime.now(UTC)).date())
    for page in walker.pages:
        for secret in ("Castle Park", "drugs", "mda", "16 November", "18 November", "amber"):
            assert secret not in page
    assert [today in page for page in walker.pages][:4] == [False, False, True, False]


def test_after_the_last_day_another_way_is_told(installation: Installation, client: TestClient) -> None:
    with_a_key(installation)
    over = london(datetime.now(UTC)).date() - timedelta(days=1)
    _, code = issued_receipt(installation, entitlement_ends_on=over)
    walker = at(client, f"/r/{code}/record")
    assert walker.heading == "The last day to ask for a copy has passed"
    assert day_in_words(over) in walker.words
    assert "subject access request" in walker.words
    assert walker.soup.find("form", id="answers") is None


def test_a_stop_without_a_receipt_gets_the_same_page_whether_or_not_there_is_one(
    code: str, client: TestClient, installation: Installation
) -> None:
    assert code
    said = []
    for place in ("near Castle Park, Invented Town", "nowhere at all"):
        typed = {"place": place, "day": "16 November", "offered": "not_offered", "wanted": "both", "station": "Centre"}
        walker = at(client, "/no-receipt/tell").through(**typed).fill("Send this")
        said.append(re.sub(r"[0-9a-f]{32}|S-\w{8}", "", str(walker.soup)))
    assert said[0] == said[1]
    assert {letter.encounter_id for letter in letters(installation)} == {None}
    assert holds(installation) == []
    assert opened(installation, letters(installation)[0])["offered"] == "No"


def test_the_panel_is_never_told_of_a_stop(code: str, client: TestClient, installation: Installation) -> None:
    at(client, f"/r/{code}/panel").through(name="Ann", phone="01632 960 001", age="unsaid").fill("Send this")
    (letter,) = letters(installation)
    assert (letter.kind, letter.receipt_id, letter.encounter_id) == (LetterKind.PANEL_INTEREST, None, None)


def test_what_is_missing_is_said_beside_its_field_and_in_the_summary(code: str, client: TestClient) -> None:
    walker = at(client, f"/r/{code}/complain").fill()
    assert (walker.status, walker.problem) == (422, "Tell us what happened.")
    assert walker.soup.title.get_text().startswith("Error: What happened?")
    for link in walker.soup.select(".govuk-error-summary a"):
        assert walker.soup.find(id=str(link["href"]).removeprefix("#")) is not None
    walker.fill(what_happened="x" * 6001)
    assert (walker.problem, walker.soup.find("textarea").get_text().strip()) == (
        "This is too long. Use 6000 letters and spaces, or fewer.",
        "x" * 6001,
    )


def test_a_form_that_was_sent_as_something_else_can_be_sent_again_and_loses_nothing(
    code: str, client: TestClient, installation: Installation
) -> None:
    check = at(client, f"/r/{code}/complain").through(**COMPLAINED)
    used = check.soup.find("input", attrs={"name": "submission_id"})["value"]
    panel = {"name": "Ann", "phone": "1", "age": "adult", "at": "check", "go": "send", "submission_id": used}
    assert client.post("/panel-interest", data=panel).status_code == 200
    check.fill("Send my complaint")
    assert (check.status, "sent before" in check.problem) == (422, True)
    check.fill("Send my complaint")
    assert (check.status, len(letters(installation))) == (200, 2)


def test_many_letters_from_one_network_wait_and_none_is_shut_out_or_lost(code: str, client: TestClient, installation: Installation) -> None:
    typed = COMPLAINED | {"at": "check", "go": "send"}
    for number in range(10):
        assert client.post("/complain", data=typed | {"submission_id": f"{number:032x}"}).status_code == 200
    waiting = LetterWalker(client).show(client.post("/complain", data=typed | {"submission_id": "f" * 32}))
    assert (waiting.status, "Press the button again after" in waiting.problem) == (429, True)
    assert "They laughed at me." in waiting.words
    assert len(waiting.soup.find("input", attrs={"name": "slot"})["value"]) == 48
    with_receipt = client.post(f"/r/{code}/complain", data=typed | {"submission_id": "e" * 32})
    assert (with_receipt.status_code, len(letters(installation))) == (200, 11)


@pytest.mark.parametrize(
    "body", [b"", b"%", b"=&=&&;;&at", b"at=check&go=send", b"at=sent", b"at=sent&submission_id=" + b"1" * 32, b"go=change:"]
)
@pytest.mark.parametrize("path", ["/complain", "/record", "/panel-interest", "/no-receipt/tell"])
def test_broken_bodies_are_answered_and_never_break(
    code: str, client: TestClient, installation: Installation, body: bytes, path: str
) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "nonsense"):
        for address in (path, f"/r/{code}{path.replace('-interest', '')}"):
            answer = client.post(address, content=body, headers={"content-type": kind})
            assert answer.status_code in {200, 400, 404, 405, 422}, (address, kind)
    assert letters(installation) == []

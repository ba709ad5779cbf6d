"""Typing for somebody: the staff page leads to the public's own pages, and what is sent is marked."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from services.api.assisted import assisted_token, is_assisted
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.letters.rules import LetterCame
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import LetterWalker, letters, with_a_key
from tests.support.visitors import sign_in

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(client: TestClient, installation: Installation) -> LetterWalker:
    """Return somebody of the complaints team at the page."""
    with_a_key(installation)
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    walker = LetterWalker(client)
    walker.open("/complaints/assisted")
    return walker


def test_a_complaint_typed_at_the_counter_is_marked_as_typed_by_staff(desk: LetterWalker, installation: Installation) -> None:
    assert "Read each question and all its answers aloud" in desk.words
    assert "Do not persuade" in desk.words
    _, code = issued_receipt(installation)
    desk.press(typed=f" {code[:4].lower()}-{code[4:]} ").press("Make a complaint")
    assert (desk.heading, "For staff: read each question aloud" in desk.words) == ("Make a complaint", True)
    desk.through(what_happened="x", about_whom="me", no_answer="yes").fill("Send my complaint")
    (letter,) = letters(installation)
    assert (letter.came, letter.receipt_id is not None) == (LetterCame.ASSISTED, True)


def test_without_a_receipt_it_works_as_well_and_waits_for_nobody(desk: LetterWalker, installation: Installation) -> None:
    for number in range(12):
        desk.open("/complaints/assisted").press(typed="").press("Tell us about a stop")
        desk.through(place="Park", day="Monday", offered="lost", wanted="nothing").fill("Send this")
        assert desk.status == 200, number
    assert {letter.came for letter in letters(installation)} == {LetterCame.ASSISTED}


def test_a_code_that_cannot_be_one_is_told_and_kept(desk: LetterWalker) -> None:
    desk.press(typed="7K3M<b>")
    assert (desk.status, bool(desk.problem)) == (422, True)
    assert desk.soup.find(id="code")["value"] == "7K3M<b>"


def test_no_code_stands_in_an_address_of_the_staff_page(desk: LetterWalker, installation: Installation) -> None:
    _, code = issued_receipt(installation)
    desk.press(typed=code)
    links = [str(a["href"]) for a in desk.soup.find_all("a")]
    assert [link for link in links if code in link] == []


@pytest.mark.parametrize("token", ["", "0" * 64, "ü", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_a_made_up_token_marks_nothing_and_stops_nobody(desk: LetterWalker, installation: Installation, token: str) -> None:
    typed = {"at": "check", "go": "send", "submission_id": "1" * 32, "what_happened": "x", "about_whom": "me", "no_answer": "yes"}
    assert desk.client.post("/complain", data=typed | {"place": "a", "day": "b", "assisted": token}).status_code == 200
    assert letters(installation)[0].came == LetterCame.ONLINE


def test_a_token_is_for_one_code_and_for_one_day_in_london(installation: Installation) -> None:
    token = assisted_token(installation, code="A", now=NOON)
    for later, expected in ((timedelta(0), True), (timedelta(hours=11), True), (timedelta(hours=12), False), (-timedelta(days=1), False)):
        assert is_assisted(installation, token, code="A", now=NOON + later) is expected, later
    assert not is_assisted(installation, token, code="B", now=NOON)
    assert not is_assisted(installation, token, code="", now=NOON)

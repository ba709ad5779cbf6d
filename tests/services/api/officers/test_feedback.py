"""What people answered, for the officer whom it is about: sums that were released, their own alone, never a day, a stop or a rank."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from services.api.officers.feedback import Bar, told_questions
from stop_search.accounts.rules import Role
from stop_search.feedback.forms import newest_form
from stop_search.feedback.release_rules import ENOUGH
from stop_search.feedback.released import ToldMonth, release_answers
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import sign_in_as

FIRST_MONDAY = datetime(2026, 12, 7, 12, tzinfo=UTC)


def officer_with(installation: Installation, answers: list[str]) -> uuid.UUID:
    """Add an officer with a stop for each answer to one question, and release what may be told."""
    with installation.writing() as session:
        officer = a.an_officer(session)
        for answer in answers:
            stop = a.an_encounter(session, officer=officer, people=0)
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=stop))
            a.some_feedback(session, receipt=receipt, answers={"respect": answer}, released_from="2026-12")
        release_answers(session, now=FIRST_MONDAY)
    return officer.id


def words_of(client: TestClient) -> str:
    """Return all words of the page's main part."""
    return " ".join(BeautifulSoup(client.get("/officer/feedback").text, "html.parser").find("main").get_text(" ").split())


def test_sums_are_told_with_their_number_their_month_and_a_caveat(client: TestClient, installation: Installation) -> None:
    sign_in_as(client, installation, officer_with(installation, ["fully"] * 7 + ["not_at_all"] * 5))
    shown = words_of(client)
    assert "Told in December 2026: 12 answers Were you treated with respect? Yes, always 7 of 12 Not at all 5 of 12" in shown
    assert "most people do not answer" in shown
    assert not re.search(r"\d{1,2} (November|December) 2026|Monday|rank|average", shown)


def test_an_answer_of_fewer_than_five_is_not_told(client: TestClient, installation: Installation) -> None:
    sign_in_as(client, installation, officer_with(installation, ["fully"] * 11 + ["not_at_all"]))
    assert "Not at all" not in words_of(client)


@pytest.mark.parametrize("answered", [0, ENOUGH - 1])
def test_an_empty_page_explains_the_rule_and_says_nothing_of_what_waits(
    client: TestClient, installation: Installation, answered: int
) -> None:
    sign_in_as(client, installation, officer_with(installation, ["not_at_all"] * answered))
    shown = words_of(client)
    assert f"You see sums once {ENOUGH} of your stops have an answer." in shown
    assert "Not at all" not in shown
    assert str(ENOUGH - 1) not in shown


def test_a_colleagues_sums_are_not_there(client: TestClient, installation: Installation) -> None:
    officer_with(installation, ["fully"] * 12)
    with installation.writing() as session:
        other = a.an_officer(session)
    sign_in_as(client, installation, other.id)
    assert "There is nothing to show yet." in words_of(client)


def test_no_badge_anywhere_tells_that_there_is_something_new(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        other = a.an_officer(session)
    pages = []
    for officer in (officer_with(installation, ["fully"] * 12), other.id):
        sign_in_as(client, installation, officer)
        page = BeautifulSoup(client.get("/officer").text, "html.parser")
        pages.append([link.parent.get_text() for link in page.find_all("a", href="/officer/feedback")])
    assert pages[0] == pages[1] != []


def test_bars_stand_from_best_to_worst_and_what_has_no_level_last() -> None:
    bins = {"respect": {"unsure": 5, "0": 5, "3": 10}}
    (question,) = told_questions(ToldMonth("2026-12", 20, bins), newest_form())
    assert question.bars == (Bar("Yes, always", 10, 50.0), Bar("Not at all", 5, 25.0), Bar("Not sure", 5, 25.0))


def test_only_officers_open_it(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        supervisor = a.an_account(session, role=Role.SUPERVISOR)
    sign_in_as(client, installation, supervisor.id)
    assert client.get("/officer/feedback").status_code == 403

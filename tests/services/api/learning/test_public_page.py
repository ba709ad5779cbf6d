"""What people wrote, for the learning team: only what was released, and counts beside the primary answers, never mixed into them."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.feedback.comment_reading import release_read_comment, waiting_comments
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.records import FeedbackText
from stop_search.feedback.rules import Standing
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.leaving import a_viewer, somewhere
from tests.support.visitors import sign_in


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser in which one of the learning team is signed in."""
    sign_in(client, installation, Role.LEARNING_TEAM)
    return client


def leave_and_release(installation: Installation, comment: str, *, language: str = "en", releases: bool = True) -> None:
    """Leave feedback with a text and, unless told otherwise, release it."""
    key = installation.key_for(TEXT_KEY_USE)
    with installation.writing() as session:
        found = somewhere(session, comment=comment, language=language, text_key=key)
        if releases:
            text_id = session.scalars(select(FeedbackText.id).where(FeedbackText.feedback_id == found.feedback_id)).one()
            viewer = a_viewer(session, Role.COMPLAINTS_HANDLER)
            assert waiting_comments(session, viewer=viewer)
            given = {"mask": masked, "viewer": viewer, "text_key": key, "now": NOON, "translation": f"{comment} (in English)"}
            release_read_comment(session, text_id=text_id, **given)


def words_of(reader: TestClient) -> str:
    """Return all words of the page's main part."""
    answer = reader.get("/learning/public")
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ").split())


def test_an_empty_page_says_what_comes_and_who_lets_it(reader: TestClient) -> None:
    shown = words_of(reader)
    assert "No comment was released yet." in shown
    assert "Nobody has answered yet for a receipt" in shown


def test_only_released_comments_are_there_masked_and_counted_by_language(reader: TestClient, installation: Installation) -> None:
    leave_and_release(installation, "Ring 07700 900123.")
    leave_and_release(installation, "Nobody may read this.", releases=False)
    for number in range(5):
        leave_and_release(installation, f"Tak {number}", language="pl")
    leave_and_release(installation, "Na", language="ar")
    shown = words_of(reader)
    assert "7 comments" in shown
    assert "English (1) Ring [phone number] ." in shown
    assert "Polski (Polish), put into English (5) " in shown
    assert "Other languages, put into English (1) Na (in English)" in shown
    assert "Nobody may read this" not in shown
    assert "07700" not in shown


def test_other_answers_are_counted_beside_the_primary_ones(reader: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        for standing, columns, number in (
            (Standing.PRIMARY, {}, 7),
            (Standing.PRIMARY, {"typed_by": Role.COMPLAINTS_HANDLER}, 5),
            (Standing.PRIMARY, {"self_scan_suspected": True}, 1),
            (Standing.SECONDARY, {}, 6),
            (Standing.CONTESTED, {}, 0),
        ):
            for _ in range(number):
                receipt = a.a_receipt(session, person=a.a_person(session, encounter=a.an_encounter(session, people=0)))
                a.some_feedback(session, receipt=receipt, standing=standing, **columns)
    shown = words_of(reader)
    assert "13 of them are kept; answers are erased after two years." in shown
    assert "Of somebody else, such as who saw it 6 A second answer that says it is of the same person 0" in shown
    assert "Typed by staff for the person 5 Perhaps given by the officer who did the stop hidden" in shown


def test_what_the_person_says_of_the_receipt_stands_beside_what_the_officer_recorded(
    reader: TestClient, installation: Installation
) -> None:
    with installation.writing() as session:
        for answer, number in (("offered", 6), ("not_offered", 5)):
            for _ in range(number):
                person = a.a_person(session, encounter=a.an_encounter(session, people=0), receipt_handed="printed")
                a.some_feedback(session, receipt=a.a_receipt(session, person=person), answers={"receipt": answer})
    assert "For 11 receipts both" in words_of(reader)
    assert "Say the same 6 Say different things 5 The person is not sure 0" in words_of(reader)

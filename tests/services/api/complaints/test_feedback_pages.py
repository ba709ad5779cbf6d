"""Feedback that may be a complaint: late first, masked, as written only for a reason, answered, and closed by a person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update
from starlette.testclient import TestClient

from services.api.complaints.signs import SIGN_WORDS
from stop_search.accounts.records import SignInSession
from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.feedback.actions import LeftFeedback
from stop_search.feedback.queries import own_feedback
from stop_search.feedback.records import TriageItem
from stop_search.feedback.reply_codes import REPLY_KEY_USE
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.feedback.triage import BAD_ANSWERS, WEIGHED, phrase_groups
from stop_search.installation import Installation
from stop_search.letters.records import Letter
from tests.support.leaving import somewhere
from tests.support.visitors import csrf_for, sign_in

NOW = datetime.now(UTC)
WRITTEN = "Ring 07700 900123. He was rude."


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser in which a complaints handler is signed in."""
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    return client


def leave(installation: Installation, *, days: int = 0, **changes: Any) -> tuple[LeftFeedback, str]:
    """Leave feedback that may be a complaint, so many days ago; return it and the address of its page."""
    keys = {"reply_key": installation.key_for(REPLY_KEY_USE), "text_key": installation.key_for(TEXT_KEY_USE)}
    given = {"answers": {"respect": "not_at_all"}, "comment": WRITTEN} | keys | changes
    with installation.writing() as session:
        found = somewhere(session, now=NOW - timedelta(days=days), **given)
        item_id = session.scalars(select(TriageItem.id).where(TriageItem.feedback_id == found.feedback_id)).one()
    return found, f"/complaints/feedback/{item_id}"


def send(browser: TestClient, installation: Installation, path: str, **fields: str) -> Any:
    """Send a form of one of our pages."""
    return browser.post(path, data={"csrf": csrf_for(browser, installation)} | fields)


def words_of(answer: Any) -> str:
    """Return all words on a page."""
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def actions(installation: Installation) -> list[str]:
    """Return what the audit log has of items."""
    with installation.reading() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "triage_item").order_by(AuditEntry.n)))


def test_an_empty_list_says_what_comes_here(reader: TestClient) -> None:
    assert "Nothing waits. Feedback comes here when" in words_of(reader.get("/complaints/feedback"))


def test_the_list_has_the_late_first_says_why_in_words_and_nothing_of_what_was_said(reader: TestClient, installation: Installation) -> None:
    leave(installation)
    _, late = leave(installation, days=30)
    page = reader.get("/complaints/feedback")
    rows = BeautifulSoup(page.text, "html.parser").select("tbody tr")
    assert [row.find("span", class_="site-late") is not None for row in rows] == [True, False]
    assert str(rows[0].find("a")["href"]) == late
    assert "Says: not treated with respect at all; Words about how they were treated" in words_of(page)
    assert "Waiting 2 Today 0 Late 1" in words_of(page)
    assert "rude" not in page.text


def test_every_sign_has_words() -> None:
    answers = {f"answer:{question}" for question in WEIGHED | {question for question, _ in BAD_ANSWERS}}
    assert set(SIGN_WORDS) == answers | {f"words:{group.name}" for group in phrase_groups()} | {"language"}


def test_the_text_is_masked_with_what_was_covered_marked_in_words(reader: TestClient, installation: Installation) -> None:
    _, path = leave(installation)
    page = reader.get(path)
    assert [mark.get_text() for mark in BeautifulSoup(page.text, "html.parser").find_all("mark")] == ["[phone number]"]
    assert "07700" not in page.text
    assert "Were you treated with respect? Not at all" in words_of(page)
    assert actions(installation) == ["look_at_triage_item"]


def test_it_is_shown_as_written_only_for_a_reason_and_in_no_address(reader: TestClient, installation: Installation) -> None:
    _, path = leave(installation)
    refused = send(reader, installation, f"{path}/as-written")
    assert (refused.status_code, "07700" in refused.text) == (422, False)
    assert "Say why you need to read it as it was written." in refused.text
    shown = send(reader, installation, f"{path}/as-written", why="deciding")
    assert WRITTEN in shown.text
    assert "You read it: to decide on it." in words_of(shown)
    assert reader.get(f"{path}/as-written").status_code == 405
    assert actions(installation) == ["look_at_triage_item", "read_triage_item_as_written"]


def test_an_old_sign_in_has_to_be_confirmed_before_it_is_shown_as_written(reader: TestClient, installation: Installation) -> None:
    _, path = leave(installation)
    with installation.writing() as session:
        session.execute(update(SignInSession).values(confirmed_at=NOW - timedelta(minutes=6)))
    answer = send(reader, installation, f"{path}/as-written", why="deciding")
    assert (answer.status_code, answer.headers["location"].startswith("/sign-in/confirm")) == (303, True)
    assert reader.get(path).status_code == 200
    assert "read_triage_item_as_written" not in actions(installation)


def test_an_answer_is_read_by_whoever_has_the_four_words(reader: TestClient, installation: Installation) -> None:
    found, path = leave(installation)
    assert send(reader, installation, f"{path}/answer", text=" ").status_code == 422
    answered = send(reader, installation, f"{path}/answer", text="We are sorry.")
    assert answered.headers["location"] == f"{path}?done=answered"
    assert "shown to whoever has the four words" in words_of(reader.get(answered.headers["location"]))
    keys = {"reply_key": installation.key_for(REPLY_KEY_USE), "text_key": installation.key_for(TEXT_KEY_USE)}
    with installation.reading() as session:
        assert [text.text for text in own_feedback(session, typed=found.reply_code, **keys).force_answers] == ["We are sorry."]


def test_nothing_is_closed_without_a_decision_and_a_reason(reader: TestClient, installation: Installation) -> None:
    _, path = leave(installation)
    page = send(reader, installation, f"{path}/close", disposition="not_a_complaint")
    assert (page.status_code, "Enter the reason" in page.text) == (422, True)
    assert BeautifulSoup(page.text, "html.parser").find("input", value="not_a_complaint").has_attr("checked")
    assert send(reader, installation, f"{path}/close", reason="Because.").status_code == 422
    done = send(reader, installation, f"{path}/close", disposition="not_a_complaint", reason="Praise.")
    assert done.headers["location"] == "/complaints/feedback"
    assert "Decided Not a complaint Because Praise." in words_of(reader.get(path))
    assert send(reader, installation, f"{path}/close", disposition="duplicate", reason="Again.").status_code == 410


def test_a_complaint_goes_on_as_a_letter_that_leads_back(reader: TestClient, installation: Installation) -> None:
    _, path = leave(installation)
    done = send(reader, installation, f"{path}/close", disposition="complaint_recorded", reason="He was rude to them.")
    with installation.reading() as session:
        reference = session.scalars(select(Letter.reference)).one()
    assert done.headers["location"] == f"/complaints/{reference}"
    letter = reader.get(f"/complaints/{reference}?why=first_reading")
    assert f'href="{path}"' in letter.text

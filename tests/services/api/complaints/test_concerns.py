"""Professional standards read a serious concern, take it and close it; a complaint's reader notes whom it is about."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from stop_search.accounts.records import SignInSession
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.reviews.concerns import raise_concern
from stop_search.reviews.records import Concern
from stop_search.reviews.rules import ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.letters import a_letter
from tests.support.marking import viewer_of
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser in which somebody of professional standards is signed in."""
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    return client


@pytest.fixture
def concern_id(installation: Installation) -> uuid.UUID:
    """Give a concern that was raised."""
    with installation.writing() as session:
        encounter = a.an_encounter(session, officer=a.an_officer(session, number="4711"))
        reviewer = a.an_account(session)
        review = a.a_review(
            session,
            frame_entry=a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter),
            reviewer=reviewer,
            state=ReviewState.STARTED,
        )
        site = installation.settings.public_url
        what = "A blow to the head."
        return raise_concern(
            session, review_id=review.id, what=what, at_seconds=72.0, public_url=site, viewer=viewer_of(reviewer), now=NOON
        )


def send(browser: TestClient, installation: Installation, path: str, **fields: str) -> Any:
    """Send a form of one of our pages."""
    return browser.post(path, data={"csrf": csrf_for(browser, installation)} | fields, follow_redirects=True)


def test_a_concern_is_read_taken_and_closed_with_a_decision(reader: TestClient, installation: Installation, concern_id: uuid.UUID) -> None:
    path = f"/complaints/concerns/{concern_id}"
    assert "in nobody\N{RIGHT SINGLE QUOTATION MARK}s hand" in words(reader.get("/complaints/concerns"))
    shown = words(reader.get(path))
    assert "A blow to the head." in shown
    assert "number 4711" in shown
    assert "1 min 12 s from its start" in shown
    assert "Take it in hand" not in words(send(reader, installation, f"{path}/take"))
    refused = send(reader, installation, f"{path}/close", decision=" ")
    assert refused.status_code == 422
    assert "what was decided" in words(refused)
    send(reader, installation, f"{path}/close", decision="Referred to the IOPC.")
    assert "Closed" in words(reader.get("/complaints/concerns"))
    with installation.reading() as session:
        assert session.scalars(select(Concern.decision)).one() == "Referred to the IOPC."


def test_the_page_asks_again_who_is_there_before_it_shows_a_concern(
    reader: TestClient, installation: Installation, concern_id: uuid.UUID
) -> None:
    with installation.writing() as session:
        session.execute(update(SignInSession).values(confirmed_at=datetime.now(UTC) - timedelta(minutes=6)))
    answered = reader.get(f"/complaints/concerns/{concern_id}", follow_redirects=False)
    assert "blow" not in answered.text


def test_whom_a_complaint_is_about_stands_on_its_page(reader: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a.an_officer(session, number="1234")
        reference = a_letter(session, encounter=a.an_encounter(session)).reference
    path = f"/complaints/{reference}/named"
    refused = send(reader, installation, path, why="answering", number="99")
    assert refused.status_code == 422
    assert "There is no officer with this number." in words(refused)
    assert "It is about number 1234" in words(send(reader, installation, path, why="answering", number="1234"))

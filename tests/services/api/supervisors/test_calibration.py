"""A supervisor's own calibration: what is asked, the differences once handed in, and nothing of hidden clips or of others."""

import uuid

from bs4 import BeautifulSoup
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.reviews.calibrating import give_letter
from stop_search.reviews.records import CalibrationReading, ReaderLetter
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a
from tests.support.double_reading import a_gold_clip, many_readings, read_by
from tests.support.visitors import sign_in, sign_in_as

EVERYWHERE_TWO = {criterion.id: 2 for criterion in newest_rubric().criteria}


def a_calibration(session: Session, reader_id: uuid.UUID, *, is_hidden: bool, state: ReviewState = ReviewState.SUBMITTED) -> uuid.UUID:
    experts = [a.an_account(session, role=Role.LEARNING_TEAM) for _ in range(3)]
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    read_by(session, entry=entry, reader=experts[0], marks=EVERYWHERE_TWO)
    clip = a_gold_clip(session, entry=entry, proposed_by=experts[1], agreed_by=experts[2], C1=1)
    reader = session.get_one(a.Account, reader_id)
    marks = EVERYWHERE_TWO if state is ReviewState.SUBMITTED else {}
    review = read_by(session, entry=entry, reader=reader, marks=marks, reading=Reading.CALIBRATION, state=state)
    session.add(CalibrationReading(review_id=review.id, gold_clip_id=clip.id, is_hidden=is_hidden))
    session.flush()
    return review.id


def words(client: TestClient, path: str = "/reviews/calibration") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def test_where_there_is_no_clip_none_is_asked(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    shown = words(client)
    assert "No calibration is asked of you" in shown
    assert "You have handed in no review yet." in shown


def test_an_open_clip_is_linked_and_counted(client: TestClient, installation: Installation) -> None:
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        review_id = a_calibration(session, reader_id, is_hidden=False, state=ReviewState.ASSIGNED)
    assert "Read 1 more clip with agreed marks, and your first reviews will come." in words(client)
    assert f'href="/reviews/{review_id}"' in client.get("/reviews/calibration").text
    assert client.get(f"/reviews/calibration/{review_id}").status_code == 404, "nothing is shown before it is handed in"


def test_once_handed_in_own_marks_stand_beside_the_agreed_ones_with_why(client: TestClient, installation: Installation) -> None:
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        review_id = a_calibration(session, reader_id, is_hidden=False)
    assert "Your calibration is done." in words(client)
    shown = words(client, f"/reviews/calibration/{review_id}")
    assert f"{len(EVERYWHERE_TWO) - 1} of {len(EVERYWHERE_TWO)} marks are the same." in shown
    assert "Grounds You: 2: meets the standard Agreed: 1: below the standard Why: Why C1 is that." in shown
    sign_in(client, installation, Role.SUPERVISOR)
    assert client.get(f"/reviews/calibration/{review_id}").status_code == 404, "it is nobody else's"


def test_a_hidden_clip_is_on_no_page_of_calibration(client: TestClient, installation: Installation) -> None:
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        review_id = a_calibration(session, reader_id, is_hidden=True)
    assert str(review_id) not in client.get("/reviews/calibration").text
    assert client.get(f"/reviews/calibration/{review_id}").status_code == 404
    queue = BeautifulSoup(client.get("/reviews").text, "html.parser")
    assert queue.select_one(f'a[href="/reviews/{review_id}"]'), "it stands among those handed in, like any other"


def test_the_queue_says_what_is_for_the_calibration_and_not_what_is_hidden(client: TestClient, installation: Installation) -> None:
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        a_calibration(session, reader_id, is_hidden=True, state=ReviewState.ASSIGNED)
    hidden = words(client, "/reviews")
    assert "Drawn by chance, 9 November 2026 to 15 November 2026" in hidden
    assert "For your calibration" not in hidden
    with installation.writing() as session:
        session.execute(update(CalibrationReading).values(is_hidden=False))
    assert "For your calibration, with agreed marks" in words(client, "/reviews")


def test_the_own_chart_is_shown_with_its_letter(client: TestClient, installation: Installation) -> None:
    reader_id = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        give_letter(session, account_id=reader_id, seed="x")
    assert "Too few to say." in words(client)
    with installation.writing() as session:
        reader_id = many_readings(session, clips=80, twice=80, readers=3)[0]
        letter = session.get_one(ReaderLetter, reader_id).letter
    sign_in_as(client, installation, reader_id)
    page = BeautifulSoup(client.get("/reviews/calibration").text, "html.parser")
    assert page.select_one("svg[role=img]")["aria-label"].startswith("After ")
    assert f"under the letter {letter} and without your name" in page.get_text(" ", strip=True)


def test_the_queue_leads_there(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    assert 'href="/reviews/calibration"' in client.get("/reviews").text

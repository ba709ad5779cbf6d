"""A second reader cannot learn that there is a first: every answer, at every step, is the first's, byte for byte."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.audit.rules import WORKER
from stop_search.footage.records import Footage
from stop_search.installation import Installation
from stop_search.mail.records import Mail
from stop_search.reviews.assigning import assign_reviews
from stop_search.reviews.records import Review
from stop_search.reviews.reminding import remind_reviewers
from stop_search.reviews.reviewers_queue import progress
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a
from tests.support.timelines import put_timeline
from tests.support.transcripts import Reader, Step, walk
from tests.support.visitors import sign_in_as
from tests.support.workbench import a_searched_person

READINGS = (Reading.FIRST, Reading.SECOND)


@pytest.fixture
def readers(installation: Installation) -> Iterator[dict[Reading, Reader]]:
    """Give the two readers of one drawn stop, as the draw assigned them, each in a browser."""
    with installation.writing() as session:
        accounts = [a.an_account(session, name=f"Reader {letter}") for letter in "AB"]
        names = {account.id: account.name for account in accounts}
        entry = a_searched_person(session)
        entry.is_second = True
        footage = session.scalars(select(Footage)).one()
        put_timeline(installation, session, footage)
        assert entry.draw_id
        assign_reviews(session, draw_id=entry.draw_id, within=timedelta(days=14), actor=WORKER, now=datetime.now(UTC))
        found = [(Reading(review.reading), review.id, review.reviewer_id) for review in session.scalars(select(Review))]
        footage_id, footage.size_bytes = footage.id, 1000
        for key in (footage.storage_key, footage.pictures["poster"], footage.pictures["sprites_vtt"]):
            installation.storage.put_bytes(key, b"x" * 1000)
    with ExitStack() as opened:
        made: dict[Reading, Reader] = {}
        for reading, review_id, reviewer_id in found:
            browser = opened.enter_context(TestClient(create_app(installation), follow_redirects=False))
            sign_in_as(browser, installation, reviewer_id)
            made[reading] = Reader(browser, installation, review_id, footage_id, names[reviewer_id])
        yield made


@pytest.mark.parametrize("goes_first", READINGS)
def test_every_answer_to_a_second_reader_is_the_one_that_the_first_gets(
    readers: dict[Reading, Reader], goes_first: Reading, installation: Installation
) -> None:
    """Whoever goes first does everything before the other opens a page: that is when there is most to learn."""
    for number, reading in enumerate(sorted(READINGS, key=lambda one: one is not goes_first)):
        with installation.reading() as session:
            assert progress(session).handed_in == number  # it moves by one, whoever hands in
        walk(readers[reading])
    one, other = (readers[reading].steps for reading in READINGS)
    assert "Everybody together has handed in n review" in one[0].body
    with installation.reading() as session:
        assert progress(session).handed_in == len(READINGS)
    assert len(one) > 90
    assert {step.status for step in one} >= {200, 206, 303, 409, 410, 422}
    assert [difference(*pair) for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


def difference(one: Step, other: Step) -> str:
    """Return where two answers differ, short."""
    at = next((n for n, (left, right) in enumerate(zip(one.body, other.body, strict=False)) if left != right), 0)
    here = slice(max(at - 60, 0), at + 60)
    headers = set(one.headers) ^ set(other.headers)
    return f"{one.asked}: {one.status} {other.status} {sorted(headers)} {one.body[here]!r} {other.body[here]!r}"


def test_both_are_reminded_in_the_same_words_and_have_the_same_day(readers: dict[Reading, Reader], installation: Installation) -> None:
    with installation.writing() as session:
        reviews = session.scalars(select(Review)).all()
        assert len({(review.due_on, review.assigned_at, review.rubric_version, review.state) for review in reviews}) == 1
        assert {review.state for review in reviews} == {ReviewState.ASSIGNED}
        remind_reviewers(session, public_url="http://testserver", actor=WORKER, now=datetime.now(UTC))
        mails = session.scalars(select(Mail)).all()
        ids = {review.reviewer_id: str(review.id) for review in reviews}
        assert len({(mail.subject, mail.text.replace(ids[mail.account_id], "")) for mail in mails}) == 1
        assert len(mails) == len(readers)

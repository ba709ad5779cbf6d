"""A copy for a slow line is shown to whoever asked, after as long as it took to make: nobody learns from it that another reads the same."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.database.session import database_now
from stop_search.errors import NotFound
from stop_search.footage.copies import Copied, note_copy
from stop_search.footage.records import ReviewCopy
from stop_search.footage.rules import CopyReason, CopyState
from stop_search.reviews.queries import review_shown
from stop_search.reviews.records import CopyWish
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.reviews.slow_lines import reader_sees_copy, wish_for_copy
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import viewer_of

TOOK = timedelta(minutes=4)


def read_by_two(session: Session) -> tuple[uuid.UUID, list[tuple[uuid.UUID, Viewer]]]:
    """Add a filmed stop with two readings that were begun; return its recording, and each review with its reader."""
    stop = a.an_encounter(session, officer=a.an_officer(session))
    footage = a.a_recording(session, encounter=stop, facts={"length_seconds": 600.0})
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=stop, is_second=True)
    found: list[tuple[uuid.UUID, Viewer]] = []
    for reading in (Reading.FIRST, Reading.SECOND):
        reader = a.an_account(session)
        review = a.a_review(session, frame_entry=entry, reviewer=reader, reading=reading, state=ReviewState.STARTED)
        found.append((review.id, viewer_of(reader)))
    return footage.id, found


def shown(session: Session, footage_id: uuid.UUID, review_id: uuid.UUID, viewer: Viewer) -> tuple[CopyState | None, bool]:
    """Return in which state the copy is on the page, None for none, and whether it can be played."""
    (line,) = review_shown(session, review_id=review_id, viewer=viewer).footage
    return line.copy.state if line.copy else None, reader_sees_copy(session, footage_id=footage_id, viewer=viewer)


def test_each_reader_sees_the_copy_come_as_if_nobody_else_had_asked(session: Session) -> None:
    footage_id, (first, second) = read_by_two(session)
    now = database_now(session)
    wish_for_copy(session, footage_id=footage_id, review_id=first[0], viewer=first[1], now=now - 3 * TOOK)
    assert shown(session, footage_id, *first)[0] is CopyState.ASKED
    assert shown(session, footage_id, *second) == (None, False)
    note_copy(session, footage_id=footage_id, found=Copied("copies/x", 10, "0" * 64, 640, 360), now=now - 2 * TOOK)
    assert shown(session, footage_id, *first) == (CopyState.MADE, True)
    assert shown(session, footage_id, *second) == (None, False)
    for _ in range(2):
        wish_for_copy(session, footage_id=footage_id, review_id=second[0], viewer=second[1], now=now)
    assert shown(session, footage_id, *second) == (CopyState.ASKED, False)
    wish = session.get_one(CopyWish, (second[0], footage_id))
    assert wish.shown_from == now + TOOK
    wish.shown_from = now
    session.flush()
    assert shown(session, footage_id, *second) == (CopyState.MADE, True)


def test_what_no_browser_plays_has_a_copy_for_everybody(session: Session) -> None:
    footage_id, readers = read_by_two(session)
    made = {"state": CopyState.MADE, "storage_key": "copies/x", "size_bytes": 10}
    session.add(ReviewCopy(footage_id=footage_id, reason=CopyReason.UNPLAYABLE, asked_at=NOON, **made))
    session.flush()
    assert [shown(session, footage_id, *reader) for reader in readers] == [(CopyState.MADE, True)] * 2


def test_nobody_asks_for_anothers_review(session: Session) -> None:
    footage_id, (first, second) = read_by_two(session)
    with pytest.raises(NotFound):
        wish_for_copy(session, footage_id=footage_id, review_id=first[0], viewer=second[1], now=NOON)

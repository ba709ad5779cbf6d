"""Holds end with their cause: the review, the answers, the letter, the panel's report, each and a while; and not before."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import WORKER
from stop_search.codes.retention import retention_classes
from stop_search.database.session import Database
from stop_search.feedback.records import TriageItem
from stop_search.feedback.rules import TriageState
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.rules import LetterKind, LetterState, ReviewTold
from stop_search.reviews.holds import closed_causes, release_holds_over
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.unit_of_work import reading, unit_of_work
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.doorbells import RememberingDoorbell
from tests.support.letters import a_letter

CLOSED_AT = NOON + timedelta(days=3)
CLOSED_ON = date(2026, 11, 21)


def hold(session: Session, encounter_id: uuid.UUID, reason: HoldReason, cause: str = "1") -> uuid.UUID:
    """Place a hold at noon."""
    return place_hold(session, encounter_id=encounter_id, reason=reason, cause_id=cause, now=NOON)


def a_drawn_stop(session: Session, *states: tuple[Reading, ReviewState]) -> uuid.UUID:
    """Add a drawn stop with reviews in these states; return its hold."""
    encounter, draw = a.an_encounter(session), a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
    for reading_, state in states:
        columns = {"submitted_at": CLOSED_AT} if state is ReviewState.SUBMITTED else {}
        columns |= {"recused_reason": "known"} if state is ReviewState.RECUSED else {}
        grade = "adequate" if state is ReviewState.SUBMITTED else None
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), state=state, reading=reading_, grade=grade, **columns)
    return hold(session, encounter.id, HoldReason.DRAWN, str(draw.id))


def a_letter_about(session: Session, *states: LetterState, kind: LetterKind = LetterKind.COMPLAINT) -> uuid.UUID:
    """Add letters about one stop; return its hold."""
    encounter, handler = a.an_encounter(session), a.an_account(session)
    for state in states:
        closed = {"disposition": "x", "closed_by": handler.id, "closed_on": CLOSED_ON, "review_told": ReviewTold.TOLD}
        a_letter(session, kind=kind, encounter=encounter, state=state, **(closed if state is LetterState.CLOSED else {}))
    return hold(session, encounter.id, HoldReason.COMPLAINT if kind is LetterKind.COMPLAINT else HoldReason.RECORD_REQUEST)


def an_answered_stop(session: Session, *states: TriageState) -> uuid.UUID:
    """Add feedback about one stop with items on the complaints handlers' list; return its hold."""
    encounter = a.an_encounter(session, people=0)
    receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
    feedback = a.some_feedback(session, receipt=receipt)
    for state in states:
        closed = {"closed_by": a.an_account(session).id, "closed_at": CLOSED_AT, "disposition": "x", "reason": "x", "closed_late": False}
        columns = closed if state is TriageState.CLOSED else {"due_on": CLOSED_ON}
        session.add(TriageItem(id=uuid.uuid4(), feedback_id=feedback.id, state=state, signs=["words"], **columns))
    session.flush()
    return hold(session, encounter.id, HoldReason.FEEDBACK, str(encounter.id))


FIRST, SECOND = Reading.FIRST, Reading.SECOND
DONE, STARTED, BACK = ReviewState.SUBMITTED, ReviewState.STARTED, ReviewState.RECUSED
CASES: dict[str, tuple[Callable[[Session], uuid.UUID], date | None]] = {
    "drawn, not assigned": (a_drawn_stop, None),
    "drawn, being read": (lambda s: a_drawn_stop(s, (FIRST, STARTED)), None),
    "drawn, read": (lambda s: a_drawn_stop(s, (FIRST, DONE)), CLOSED_ON),
    "drawn, given back": (lambda s: a_drawn_stop(s, (FIRST, BACK)), None),
    "drawn, given back, then read": (lambda s: a_drawn_stop(s, (FIRST, BACK), (FIRST, DONE)), CLOSED_ON),
    "drawn, read, second reading open": (lambda s: a_drawn_stop(s, (FIRST, DONE), (SECOND, STARTED)), None),
    "drawn, only the second read": (lambda s: a_drawn_stop(s, (SECOND, DONE)), None),
    "complaint open": (lambda s: a_letter_about(s, LetterState.RECEIVED), None),
    "complaint closed": (lambda s: a_letter_about(s, LetterState.CLOSED), CLOSED_ON),
    "one of two complaints open": (lambda s: a_letter_about(s, LetterState.CLOSED, LetterState.IN_HAND), None),
    "copy closed": (lambda s: a_letter_about(s, LetterState.CLOSED, kind=LetterKind.COPY_OF_RECORD), CLOSED_ON),
    "no letter names it": (a_letter_about, None),
    "answered, nothing to decide": (an_answered_stop, date(2026, 11, 22)),
    "answered, open": (lambda s: an_answered_stop(s, TriageState.OPEN), None),
    "answered, decided": (lambda s: an_answered_stop(s, TriageState.CLOSED), date(2026, 11, 22)),
    "answered, decided, open again": (lambda s: an_answered_stop(s, TriageState.CLOSED, TriageState.OPEN), None),
    "for the panel, no report": (lambda s: hold(s, a.an_encounter(s).id, HoldReason.PANEL), None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hold_is_closed_when_its_cause_is(session: Session, name: str) -> None:
    placed, closed_on = CASES[name]
    hold_id = placed(session)
    assert closed_causes(session) == ({hold_id: closed_on} if closed_on else {})
    assert closed_causes(session, hold_id=uuid.uuid4()) == {}


@pytest.mark.parametrize("name", ["drawn, read", "complaint closed", "answered, decided"])
def test_it_is_released_the_day_after_the_months_that_follow_and_once(database: Database, name: str) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        hold_id, closed_on = CASES[name][0](session), CASES[name][1]
    assert closed_on is not None
    last = datetime(2027, 2, closed_on.day, 23, 59, tzinfo=NOON.tzinfo)

    def released(by: datetime, now: datetime) -> int:
        return release_holds_over(
            lambda: reading(database),
            lambda: unit_of_work(database, RememberingDoorbell()),
            classes=retention_classes(),
            by=by,
            now=now,
            actor=WORKER,
        )

    assert released(last, last + timedelta(days=400)) == 0, "what the clock shows does not count, only what is proven of it"
    after = last + timedelta(minutes=1)
    with unit_of_work(database, RememberingDoorbell()) as session:
        session.get_one(FootageHold, hold_id).review_on = after.date()
    assert released(after, after) == 0, "its owner keeps it until then"
    after += timedelta(days=1)
    assert [released(after, after) for _ in range(2)] == [1, 0]
    with database.reading() as session:
        row = session.get_one(FootageHold, hold_id)
    assert (row.released_by, row.released_at) == ("worker", after)
    assert str(closed_on) in (row.release_reason or "")

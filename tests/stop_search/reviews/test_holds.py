"""Holds end with their cause: the review, the answers, the letter, the panel's report, each and a while; and not before."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import WORKER
from stop_search.codes.retention import retention_classes
from stop_search.database.session import Database
from stop_search.draws.rules import Stream
from stop_search.feedback.records import TriageItem
from stop_search.feedback.rules import TriageState
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.rules import LetterKind, LetterState, ReviewTold
from stop_search.reviews.drawn_holds import hold_cause
from stop_search.reviews.holds import closed_causes, release_holds_over
from stop_search.reviews.missing_readers import THIRDS_FOR
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


def a_drawn_stop(session: Session, *states: tuple[Reading, ReviewState], for_two: bool = False, levels: str = "222") -> uuid.UUID:
    """Add a drawn stop with reviews in these states, each with a mark of its level; return its hold."""
    encounter, draw = a.an_encounter(session), a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter, is_second=for_two)
    for level, (reading_, state) in zip(levels, states, strict=False):
        a_reading(session, entry, reading_, state, level=int(level))
    return hold(session, encounter.id, HoldReason.DRAWN, str(draw.id))


def a_reading(
    session: Session, entry: a.FrameEntry, reading_: Reading, state: ReviewState, *, level: int = 2, at: datetime = CLOSED_AT
) -> None:
    """Add a review of an entry in this state."""
    columns: dict[str, Any] = {"submitted_at": at} if state is ReviewState.SUBMITTED else {}
    columns |= {"recused_reason": "known"} if state is ReviewState.RECUSED else {}
    columns |= {"grade": "adequate" if state is ReviewState.SUBMITTED else None, "marks": {"C4": level}}
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), state=state, reading=reading_, **columns)


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


FIRST, SECOND, THIRD = Reading.FIRST, Reading.SECOND, Reading.ADJUDICATION
DONE, STARTED, BACK = ReviewState.SUBMITTED, ReviewState.STARTED, ReviewState.RECUSED
BOTH = (FIRST, DONE), (SECOND, DONE)
CASES: dict[str, tuple[Callable[[Session], uuid.UUID], date | None]] = {
    "drawn, not assigned": (a_drawn_stop, None),
    "drawn, being read": (lambda s: a_drawn_stop(s, (FIRST, STARTED)), None),
    "drawn, read": (lambda s: a_drawn_stop(s, (FIRST, DONE)), CLOSED_ON),
    "drawn, given back": (lambda s: a_drawn_stop(s, (FIRST, BACK)), None),
    "drawn, given back, then read": (lambda s: a_drawn_stop(s, (FIRST, BACK), (FIRST, DONE)), CLOSED_ON),
    "drawn, read, second reading open": (lambda s: a_drawn_stop(s, (FIRST, DONE), (SECOND, STARTED)), None),
    "drawn, only the second read": (lambda s: a_drawn_stop(s, (SECOND, DONE)), None),
    "drawn for two, only the first read": (lambda s: a_drawn_stop(s, (FIRST, DONE), for_two=True), None),
    "drawn for two, the second given back": (lambda s: a_drawn_stop(s, (FIRST, DONE), (SECOND, BACK), for_two=True), None),
    "drawn for two, read by two": (lambda s: a_drawn_stop(s, *BOTH, for_two=True), CLOSED_ON),
    "one level apart": (lambda s: a_drawn_stop(s, *BOTH, for_two=True, levels="12"), CLOSED_ON),
    "far apart": (lambda s: a_drawn_stop(s, *BOTH, for_two=True, levels="31"), CLOSED_ON + THIRDS_FOR),
    "far apart, third given back": (lambda s: a_drawn_stop(s, *BOTH, (THIRD, BACK), levels="131"), CLOSED_ON + THIRDS_FOR),
    "far apart, third being read": (lambda s: a_drawn_stop(s, *BOTH, (THIRD, STARTED), levels="131"), None),
    "far apart, third read": (lambda s: a_drawn_stop(s, *BOTH, (THIRD, DONE), levels="131"), CLOSED_ON),
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


@pytest.mark.parametrize("by", ["draw", "coverage"])
def test_each_hold_on_a_stop_waits_for_its_own_reading(session: Session, by: str) -> None:
    stop, draw, cover = a.an_encounter(session), a.a_draw(session), a.a_draw(session, stream=Stream.COVER)
    columns = {"cover_draw_id": cover.id, "is_cover": True} if by == "coverage" else {}
    drawn = a.a_frame_entry(session, draw=draw, encounter=stop, **columns)
    asked = a.an_entry_for_cause(session, encounter=stop)
    of_draw, of_cause = (hold(session, stop.id, HoldReason.DRAWN, hold_cause(entry)) for entry in (drawn, asked))
    unnamed = hold(session, stop.id, HoldReason.DRAWN, "of no entry")
    a_reading(session, asked, FIRST, DONE)
    assert closed_causes(session) == {of_cause: CLOSED_ON}, "nobody has read what was drawn"
    a_reading(session, drawn, FIRST, DONE, at=CLOSED_AT + timedelta(days=1))
    later = CLOSED_ON + timedelta(days=1)
    assert closed_causes(session) == {of_cause: CLOSED_ON, of_draw: later, unnamed: later}
    assert session.get_one(FootageHold, of_draw).cause_id == str(cover.id if by == "coverage" else draw.id)


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

"""The first reading counts; a third reading and a re-read take its place, criterion by criterion; a second one never."""

from sqlalchemy.orm import Session

from stop_search.reviews.final_marks import decided, final_marks
from stop_search.reviews.rules import MarkGiven, MarkKind, Reading, ReviewState
from tests.support import builders as a
from tests.support.reviewed_stops import a_reviewed_stop, read_again


def marks(**levels: int) -> dict[str, MarkGiven]:
    return {criterion: MarkGiven(MarkKind.SCORED, level) for criterion, level in levels.items()}


def test_a_third_reading_and_then_a_reread_take_the_place_of_what_was_before() -> None:
    readings = {
        Reading.REREAD: marks(C5=3),
        Reading.FIRST: marks(C4=0, C5=1, C6=2),
        Reading.ADJUDICATION: marks(C4=2, C5=2),
        Reading.SECOND: marks(C4=3, C5=3, C6=0),
    }
    found = decided(readings)
    assert {criterion: mark.level for criterion, mark in found.marks.items()} == {"C4": 2, "C5": 3, "C6": 2}
    assert {criterion: mark.level for criterion, mark in found.before_reread.items()} == {"C5": 2}


def test_a_blind_second_reading_decides_nothing() -> None:
    found = decided({Reading.FIRST: marks(C4=2), Reading.SECOND: marks(C4=0, C5=0)})
    assert (found.marks, found.before_reread) == (marks(C4=2), {})


def test_only_what_was_handed_in_counts_and_only_of_the_stops_asked_about(session: Session) -> None:
    officer = a.an_officer(session)
    one, other = (a_reviewed_stop(session, officer=officer, marks={"C4": 1}) for _ in range(2))
    read_again(session, one, marks={"C4": 3}, state=ReviewState.STARTED)
    found = final_marks(session, frame_entry_ids=[one.frame_entry_id])
    assert set(found) == {one.frame_entry_id}
    assert found[one.frame_entry_id].marks["C4"].level == 1
    assert other.frame_entry_id not in found


def test_a_stop_without_a_first_reading_has_no_marks(session: Session) -> None:
    review = a_reviewed_stop(session, officer=a.an_officer(session))
    review.reading = Reading.SECOND
    session.flush()
    assert final_marks(session, frame_entry_ids=[review.frame_entry_id]) == {}


def test_items_of_a_checklist_come_along(session: Session) -> None:
    from stop_search.reviews.records import MarkItem

    review = a_reviewed_stop(session, officer=a.an_officer(session))
    session.add(MarkItem(review_id=review.id, criterion="C3", item="G", answer="said"))
    session.flush()
    assert final_marks(session, frame_entry_ids=[review.frame_entry_id])[review.frame_entry_id].marks["C3"].items == {"G": "said"}

"""What a first reading says on the frame about the drawn stop, and the digest by which a review that was handed in is fixed.

Reviewed is what was handed in with marks, without footage what was handed in without: decision 42.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.draws.outcome_chain import Ended, note_outcome, reviewed, without_footage
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.draws.tickets import canonical
from stop_search.footage.queries import FootageLine, absence_reason, footage_of_encounter
from stop_search.footage.rules import FootageState
from stop_search.reviews.queries import can_be_watched, marks_given
from stop_search.reviews.records import Review
from stop_search.reviews.rules import MarkGiven, Reading, ReviewState

REVIEW_DOMAIN = b"stop-search/review/v1\n"
NOT_RECEIVED, ERASED, NOT_PLAYABLE = "not_received", "erased", "not_playable"  # beside the keys of codes/footage_absence_reason


def end_drawn(session: Session, *, review: Review, actor: Actor, now: datetime) -> None:
    """Say what became of the stop: without footage it stays in the sample, counted as such. A second reading says nothing."""
    if review.reading != Reading.FIRST:
        return
    entry = session.get_one(FrameEntry, review.frame_entry_id)
    if entry.cause is not None:
        entry.outcome = _ended(session, review).outcome  # asked for by a person: it is in no draw's chain
        return
    lines = footage_of_encounter(session, encounter_id=review.encounter_id)
    note_outcome(session, entry=entry, ended=_ended(session, review), actor=actor, now=now)
    if entry.outcome == FrameOutcome.NO_FOOTAGE:
        said = "; ".join(line.failure_reason or _why_unseen(line) for line in lines)
        entry.outcome_reason = said or "no recording was received"


def _ended(session: Session, review: Review) -> Ended:
    if review.state == ReviewState.SUBMITTED:
        return reviewed(review_digest(session, review))
    lines = footage_of_encounter(session, encounter_id=review.encounter_id)
    if not lines:
        return without_footage(absence_reason(session, encounter_id=review.encounter_id) or NOT_RECEIVED)
    gone = all(line.state == FootageState.ERASED or line.gone_at is not None for line in lines)
    return without_footage(ERASED if gone else NOT_PLAYABLE)


def _why_unseen(line: FootageLine) -> str:
    return "no browser plays a recording" if can_be_watched(line) else f"a recording is {line.state}"


def review_digest(session: Session, review: Review) -> str:
    """Return the digest (hex) that fixes a review's marks and grade without showing them: its secret id hides them."""
    told = {
        "review": str(review.id),
        "rubric": [review.rubric, review.rubric_version, review.rubric_digest],
        "grade": review.grade,
        "marks": {criterion: _told(mark) for criterion, mark in marks_given(session, review_id=review.id).items()},
    }
    return hashlib.sha256(REVIEW_DOMAIN + canonical(told)).hexdigest()


def _told(mark: MarkGiven) -> dict[str, Any]:
    moments = [asdict(moment) | {"footage_id": moment.footage_id and str(moment.footage_id)} for moment in mark.moments]
    return asdict(mark) | {"moments": moments}

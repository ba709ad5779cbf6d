"""Handing in that a search has no recording to play: without marks, which nobody could give, and without a grade.

It is said by whoever has the reading, never worked out in the night: a person looked, and the audit log says who.
"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.errors import Conflict
from stop_search.footage.queries import footage_of_encounter
from stop_search.reviews.actions import refuse_conflict
from stop_search.reviews.calibrating import note_reader
from stop_search.reviews.disputes import note_reread
from stop_search.reviews.ending import end_drawn
from stop_search.reviews.own import open_review, own_review, record_on_review
from stop_search.reviews.queries import longest_seconds, may_yet_be_shown
from stop_search.reviews.rules import ReviewState


class FootageMayCome(Conflict):
    """There is a recording: it can be played, or may be once it is examined, or copied."""


def confirm_without_footage(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Hand a review in by saying that no recording of the search can be played. Said again, it stays as it was.

    Marks and themes that were saved while there was something to see stay with the review and count nowhere. A first reading ends the
    drawn stop as one without footage; a second one, a third one and a re-read decide nothing, and what was decided before them stays.

    Raises:
        NotFound: it is not the viewer's.
        NotAllowed: there is a conflict of interest.
        NoLongerOpen: it was handed in with marks, or given back.
        FootageMayCome: a recording can be played, is being examined, or is being copied into a form that browsers play.

    """
    if own_review(session, review_id, viewer, for_update=True).state == ReviewState.WITHOUT_FOOTAGE:
        return
    review = open_review(session, review_id, viewer)
    refuse_conflict(session, review, viewer, now)
    _refuse_footage(session, review.encounter_id)
    review.state, review.submitted_at, review.started_at = ReviewState.WITHOUT_FOOTAGE, now, review.started_at or now
    session.flush()
    actor = viewer.acting_as(Role.SUPERVISOR)
    note_reread(session, review=review, now=now)
    end_drawn(session, review=review, actor=actor, now=now)
    record_on_review(session, review, "review_without_footage", Operation.ALTERATION, actor, now)
    note_reader(session, review=review)


def _refuse_footage(session: Session, encounter_id: uuid.UUID) -> None:
    lines = footage_of_encounter(session, encounter_id=encounter_id)
    if longest_seconds(lines) is not None:
        message = "A recording of this search can be played now. Review it."
        raise FootageMayCome(message)
    if any(may_yet_be_shown(line) for line in lines):
        message = "A recording of this search is still being examined, or copied so that it can be played. Come back when that is done."
        raise FootageMayCome(message)

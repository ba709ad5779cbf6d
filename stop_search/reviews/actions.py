"""Doing reviews, handing them in and giving them back."""

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import supervisors_for_review
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid, NotAllowed
from stop_search.reviews import assignment
from stop_search.reviews.assigning import ask_for_readers
from stop_search.reviews.assignment import Candidate, conflict_of
from stop_search.reviews.calibrating import note_reader
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.disputes import note_reread
from stop_search.reviews.drafts import undecided
from stop_search.reviews.ending import end_drawn
from stop_search.reviews.final_marks import final_marks
from stop_search.reviews.marking import NOTE_LIMIT, lock_grounds
from stop_search.reviews.own import open_review, own_review, record_on_review, started_review
from stop_search.reviews.queries import GROUNDS_CRITERION, marks_given, playable_seconds
from stop_search.reviews.records import Review
from stop_search.reviews.replacing import note_replaced
from stop_search.reviews.rules import MarkGiven, Reading, ReviewState, grade_of, submission_problems
from stop_search.reviews.versions import asked_rubric
from stop_search.reviews.watched_rules import WATCHED_SHARE
from stop_search.reviews.watching import watched_share


class NothingToScore(Conflict):
    """There is no recording that could be played, so nothing is scored."""


def open_workbench(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Write the consultation of a review by its reviewer (Data Protection Act 2018 s.62). Raises NotFound for anybody else's."""
    review = own_review(session, review_id, viewer)
    record_on_review(session, review, "workbench_opened", Operation.CONSULTATION, viewer.acting_as(Role.SUPERVISOR), now)


def start_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Start a review that is assigned; one that was started stays so.

    Raises:
        NotFound: it is not the viewer's.
        NotAllowed: a conflict of interest has come to light since it was assigned.
        NoLongerOpen: it was handed in or given back.

    """
    review = open_review(session, review_id, viewer)
    refuse_conflict(session, review, viewer, now)
    if review.state == ReviewState.ASSIGNED:
        review.state, review.started_at = ReviewState.STARTED, now
        record_on_review(session, review, "review_started", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now)


def refuse_conflict(session: Session, review: Review, viewer: Viewer, now: datetime) -> None:
    """Raise NotAllowed where the viewer has a conflict of interest by now."""
    people = {person.account_id: person for person in supervisors_for_review(session, on=now.date())}
    reading, entry_id = Reading(review.reading), review.frame_entry_id
    about = circumstances_of(session, encounter_id=review.encounter_id, frame_entry_id=entry_id, reading=reading)
    found = (
        conflict_of(Candidate(viewer.id, people[viewer.id].posts), about) if viewer.id in people else assignment.Conflict.IS_NO_SUPERVISOR
    )
    if found is not None:
        message = "You may not review this encounter: there is a conflict of interest. Give the review back, so that somebody else gets it."
        raise NotAllowed(message)


def submit_review(
    session: Session,
    *,
    review_id: uuid.UUID,
    viewer: Viewer,
    now: datetime,
    summary: str = "",
    watched_reason: str = "",
    watched_share_wanted: float = WATCHED_SHARE,
) -> str:
    """Hand in a review and return its grade, by the rubric's published rule. Handed in again, it stays as it was.

    Where less than `watched_share_wanted` (0 to 1) of the footage was watched, `watched_reason` says why, and is kept.

    Raises:
        NotFound: it is not the viewer's.
        NotAllowed: the review has not been started, or there is a conflict of interest.
        NoLongerOpen: it was given back, or handed in without footage.
        NothingToScore: no recording can be played (any more); `confirm_without_footage` hands that in.
        Invalid: something is missing; `fields` maps the criterion to what to do.

    """
    review = own_review(session, review_id, viewer, for_update=True)
    if review.state == ReviewState.SUBMITTED and review.grade is not None:
        return review.grade
    review = started_review(session, review_id, viewer)
    refuse_conflict(session, review, viewer, now)
    _refuse_unseen(session, review)
    rubric = asked_rubric(session, review)
    marks = marks_given(session, review_id=review.id)
    absence = session.get_one(Encounter, review.encounter_id).footage_absence_reason
    problems = undecided(session, review=review)
    problems |= submission_problems(rubric, marks, has_accepted_absence=absence in rubric.accepted_footage_absence)
    share = watched_share(session, review=review)
    is_little = share is not None and share < watched_share_wanted
    problems |= _text_problems(summary, watched_reason, share if is_little and not problems else None)
    if problems:
        message = "The review cannot be handed in yet."
        raise Invalid(message, problems)
    if GROUNDS_CRITERION in marks:
        lock_grounds(session, review_id=review_id, viewer=viewer, now=now)
    grade = grade_of(rubric, _marks_before(session, review) | marks)
    review.state, review.submitted_at, review.summary, review.grade = ReviewState.SUBMITTED, now, summary.strip() or None, grade
    review.watched_share, review.watched_reason = share, watched_reason.strip() if is_little else None
    session.flush()
    note_replaced(session, frame_entry_id=review.frame_entry_id)
    note_reread(session, review=review, now=now)
    end_drawn(session, review=review, actor=viewer.acting_as(Role.SUPERVISOR), now=now)
    _ask_for_third(session, review)
    fields = ("grade", "watched_share", "watched_reason") if is_little else ("grade", "watched_share")
    record_on_review(session, review, "review_submitted", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=fields)
    note_reader(session, review=review)
    return grade


def _refuse_unseen(session: Session, review: Review) -> None:
    if playable_seconds(session, encounter_id=review.encounter_id) is None:
        message = "No recording of this search can be played, so nothing of it is scored. Open the review: there you can hand in just that."
        raise NothingToScore(message)


def _text_problems(summary: str, watched_reason: str, share_of_little: float | None) -> dict[str, str]:
    problems: dict[str, str] = {}
    if len(summary) > NOTE_LIMIT:
        problems["summary"] = f"Write at most {NOTE_LIMIT} characters."
    if share_of_little is not None and not 0 < len(watched_reason.strip()) <= NOTE_LIMIT:
        watched = f"{int(share_of_little * 100)}% of the footage was played here"
        problems["watched_reason"] = f"Say in 1 to {NOTE_LIMIT} characters why that is enough: {watched}."
    return problems


def _marks_before(session: Session, review: Review) -> dict[str, MarkGiven]:
    """Return what counted so far, for a reading of some criteria only: its grade is that of the whole with its own marks in place."""
    if review.criteria is None:
        return {}
    found = final_marks(session, frame_entry_ids=[review.frame_entry_id]).get(review.frame_entry_id)
    return dict(found.marks) if found else {}


def _ask_for_third(session: Session, review: Review) -> None:
    """Have the two readings compared, once both are in."""
    both = (Reading.FIRST, Reading.SECOND)
    handed_in = select(func.count()).where(
        Review.frame_entry_id == review.frame_entry_id, Review.reading.in_(both), Review.state == ReviewState.SUBMITTED
    )
    if review.reading in both and session.scalar(handed_in) == len(both):
        ask_for_readers(session, entry=session.get_one(FrameEntry, review.frame_entry_id), after=review.id)


def recuse_review(session: Session, *, review_id: uuid.UUID, because: str, viewer: Viewer, now: datetime) -> None:
    """Give a review back with a reason, and ask for the encounter to be assigned anew; its marks so far are kept with it.

    Raises:
        NotFound: it is not the viewer's.
        NoLongerOpen: it was handed in or given back.
        Invalid: no reason was given.

    """
    review = open_review(session, review_id, viewer)
    reason = because.strip()
    if not reason or len(reason) > NOTE_LIMIT:
        message = f"Say in 1 to {NOTE_LIMIT} characters why you give it back."
        raise Invalid(message, {"because": message})
    review.state, review.recused_reason = ReviewState.RECUSED, reason
    session.flush()
    record_on_review(session, review, "review_given_back", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now)
    ask_for_readers(session, entry=session.get_one(FrameEntry, review.frame_entry_id), after=review.id)

"""Assigning reviews, doing them, handing them in and giving them back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import supervisors_for_review
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.errors import Invalid, NotAllowed, NotFound
from stop_search.footage.queries import footage_of_encounter
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.reviews import assignment
from stop_search.reviews.assignment import Candidate, Circumstances, chosen_reviewer, conflict_of, unassigned_reason
from stop_search.reviews.circumstances import circumstances_of, open_loads
from stop_search.reviews.disputes import note_reread
from stop_search.reviews.marking import NOTE_LIMIT
from stop_search.reviews.own import open_review, own_review, record_on_review, started_review
from stop_search.reviews.queries import marks_given, playable_seconds
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState, grade_of, submission_problems
from stop_search.reviews.versions import rubric_of, rubric_to_read_by
from stop_search.wording import london


@dataclass(frozen=True)
class Assigned:
    """What an assignment came to: how many drawn encounters got a reviewer, and how many have none (each with its reason)."""

    assigned: int
    unassigned: int


def assign_reviews(session: Session, *, draw_id: uuid.UUID, within: timedelta, actor: Actor, now: datetime) -> Assigned:
    """Give every drawn encounter that has no reviewer to the supervisor who may review it and has the fewest open reviews.

    Run again, it only looks at those still without one. Where nobody may review it, the encounter stays listed with the reason.

    Raises:
        NotFound: there is no such draw.

    """
    draw = session.get(Draw, draw_id)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    candidates = [Candidate(person.account_id, person.posts) for person in supervisors_for_review(session, on=now.date())]
    loads, assigned, left = open_loads(session), 0, 0
    for entry in _without_reviewer(session, draw_id):
        about = circumstances_of(session, encounter_id=entry.encounter_id, reading=Reading.FIRST)
        chosen = chosen_reviewer(candidates, about, loads=loads, seed=draw.seed, token=entry.token)
        if chosen is None:
            left += 1
            _leave_unassigned(session, entry, candidates, about, actor, now)
            continue
        loads[chosen.account_id] = loads.get(chosen.account_id, 0) + 1
        _assign(session, entry, chosen.account_id, within, actor, now)
        assigned += 1
    return Assigned(assigned, left)


def _without_reviewer(session: Session, draw_id: uuid.UUID) -> Sequence[FrameEntry]:
    reviewed = select(Review.frame_entry_id).where(Review.reading == Reading.FIRST, Review.state != ReviewState.RECUSED)
    return session.scalars(
        select(FrameEntry)
        .where(FrameEntry.draw_id == draw_id, FrameEntry.is_drawn, FrameEntry.id.not_in(reviewed))
        .order_by(FrameEntry.ticket, FrameEntry.token)
    ).all()


def _assign(session: Session, entry: FrameEntry, reviewer_id: uuid.UUID, within: timedelta, actor: Actor, now: datetime) -> None:
    rubric = rubric_to_read_by(session, frame_entry_id=entry.id, on=london(now).date())
    review = Review(
        id=uuid.uuid4(),
        frame_entry_id=entry.id,
        encounter_id=entry.encounter_id,
        reviewer_id=reviewer_id,
        reading=Reading.FIRST,
        state=ReviewState.ASSIGNED,
        rubric=rubric.name,
        rubric_version=rubric.version,
        rubric_digest=rubric.digest,
        assigned_at=now,
        due_on=london(now + within).date(),
    )
    session.add(review)
    entry.unassigned_reason = None
    session.flush()
    record_on_review(session, review, "review_assigned", Operation.COLLECTION, actor, now)


def _leave_unassigned(
    session: Session, entry: FrameEntry, candidates: list[Candidate], about: Circumstances, actor: Actor, now: datetime
) -> None:
    reason = unassigned_reason(candidates, about)
    if entry.unassigned_reason == reason:
        return
    entry.unassigned_reason = reason
    act = Act(Operation.ALTERATION, "review_not_assigned", "encounter", str(entry.encounter_id), Purpose.SUPERVISOR_REVIEW, reason=reason)
    record_act(session, actor=actor, act=act, now=now)


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
    _refuse_conflict(session, review, viewer, now)
    if review.state == ReviewState.ASSIGNED:
        review.state, review.started_at = ReviewState.STARTED, now
        record_on_review(session, review, "review_started", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now)


def _refuse_conflict(session: Session, review: Review, viewer: Viewer, now: datetime) -> None:
    people = {person.account_id: person for person in supervisors_for_review(session, on=now.date())}
    about = circumstances_of(session, encounter_id=review.encounter_id, reading=Reading(review.reading))
    found = (
        conflict_of(Candidate(viewer.id, people[viewer.id].posts), about) if viewer.id in people else assignment.Conflict.IS_NO_SUPERVISOR
    )
    if found is not None:
        message = "You may not review this encounter: there is a conflict of interest. Give the review back, so that somebody else gets it."
        raise NotAllowed(message)


def submit_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime, summary: str = "") -> str:
    """Hand in a review and return its grade, by the rubric's published rule. Handed in again, it stays as it was.

    Raises:
        NotFound: it is not the viewer's.
        NotAllowed: the review has not been started, or there is a conflict of interest.
        NoLongerOpen: it was given back.
        Invalid: something is missing; `fields` maps the criterion to what to do.

    """
    review = own_review(session, review_id, viewer, for_update=True)
    if review.state == ReviewState.SUBMITTED and review.grade is not None:
        return review.grade
    review = started_review(session, review_id, viewer)
    _refuse_conflict(session, review, viewer, now)
    rubric = rubric_of(session, review)
    marks = marks_given(session, review_id=review.id)
    absence = session.get_one(Encounter, review.encounter_id).footage_absence_reason
    problems = submission_problems(rubric, marks, has_accepted_absence=absence in rubric.accepted_footage_absence)
    if len(summary) > NOTE_LIMIT:
        problems["summary"] = f"Write at most {NOTE_LIMIT} characters."
    if problems:
        message = "The review cannot be handed in yet."
        raise Invalid(message, problems)
    review.state, review.submitted_at, review.summary = ReviewState.SUBMITTED, now, summary.strip() or None
    grade = review.grade = grade_of(rubric, marks)
    _note_outcome(session, review)
    note_reread(session, review=review, now=now)
    session.flush()
    record_on_review(session, review, "review_submitted", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=("grade",))
    return grade


def _note_outcome(session: Session, review: Review) -> None:
    """Say on the frame what became of the drawn encounter: without footage it stays in the sample, counted as such."""
    if review.reading != Reading.FIRST:
        return
    entry = session.get_one(FrameEntry, review.frame_entry_id)
    lines = footage_of_encounter(session, encounter_id=review.encounter_id)
    if playable_seconds(session, encounter_id=review.encounter_id) is not None:
        entry.outcome, entry.outcome_reason = FrameOutcome.REVIEWED, None
        return
    entry.outcome = FrameOutcome.NO_FOOTAGE
    entry.outcome_reason = "; ".join(line.failure_reason or f"a recording is {line.state}" for line in lines) or "no recording was received"


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
    draw_id = session.get_one(FrameEntry, review.frame_entry_id).draw_id
    record_on_review(session, review, "review_given_back", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now)
    request_job(
        session,
        name="assign_reviews",
        arguments={"draw_id": str(draw_id)},
        dedupe_key=f"assign_reviews:{draw_id}:after:{review.id}",
        queue=Queue.UPKEEP,
    )

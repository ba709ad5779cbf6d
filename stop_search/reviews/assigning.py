"""Giving readings to reviewers, and taking them from those who cannot do them: so that nothing is orphaned when a post ends."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import absent_accounts, supervisors_for_review, units_of_teams
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.queries import drawn_by
from stop_search.draws.records import Draw, FrameEntry
from stop_search.errors import NotFound
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.reviews.assignment import Candidate, Circumstances, chosen_reviewer, conflict_of, unassigned_reason
from stop_search.reviews.calibration import without_calibration
from stop_search.reviews.calibration_rules import USUAL_CLIPS
from stop_search.reviews.circumstances import circumstances_of, open_loads
from stop_search.reviews.own import record_on_review
from stop_search.reviews.readings import WantedReading, wanted_readings
from stop_search.reviews.records import CalibrationReading, Review
from stop_search.reviews.rules import OPEN_STATES, Reading, ReviewState
from stop_search.reviews.versions import rubric_to_read_by
from stop_search.wording import london

AWAY_FROM_NOW = timedelta(days=2)  # who is away today and for so long gets nothing new
TOO_LATE = timedelta(days=14)  # after its day, a review goes to somebody else


@dataclass(frozen=True)
class Assigned:
    """What an assignment came to: how many readings got a reviewer, and how many drawn encounters have none (each with its reason)."""

    assigned: int
    unassigned: int


def assign_reviews(
    session: Session, *, draw_id: uuid.UUID, within: timedelta, actor: Actor, now: datetime, calibration_clips: int = USUAL_CLIPS
) -> Assigned:
    """Give every reading that nobody has to the supervisor who may do it and has the fewest open reviews.

    First and second readings of an encounter are given at the same moment with the same day to be done by: nothing tells a second reader
    that there is a first. Run again, it only looks at those still without a reader; an encounter that nobody may read stays listed.

    Raises:
        NotFound: there is no such draw.

    """
    draw = session.get(Draw, draw_id)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    if draw.seed is None:
        return Assigned(0, 0)
    wanted = wanted_readings(session, of=drawn_by(draw_id))
    return _give_out(session, wanted, draw.seed, _Giving(within, calibration_clips, actor, now))


def assign_for_cause(
    session: Session, *, entry_id: uuid.UUID, within: timedelta, actor: Actor, now: datetime, calibration_clips: int = USUAL_CLIPS
) -> Assigned:
    """Give a stop whose review a person asked for to somebody, if nobody has it. Raises NotFound."""
    entry = session.get(FrameEntry, entry_id)
    if entry is None or entry.cause is None:
        message = "No review was asked for here."
        raise NotFound(message)
    wanted = wanted_readings(session, of=FrameEntry.id == entry_id)
    return _give_out(session, wanted, entry.token, _Giving(within, calibration_clips, actor, now))


@dataclass(frozen=True)
class _Giving:
    within: timedelta
    calibration_clips: int
    actor: Actor
    now: datetime


def _give_out(session: Session, readings: list[WantedReading], seed: str, by: _Giving) -> Assigned:
    now, actor = by.now, by.actor
    today = london(now).date()
    away = absent_accounts(session, first=today, last=today + AWAY_FROM_NOW)
    candidates = [Candidate(p.account_id, p.posts) for p in supervisors_for_review(session, on=now.date()) if p.account_id not in away]
    untried = without_calibration(session, [candidate.account_id for candidate in candidates], wanted=by.calibration_clips)
    loads, units, assigned, left = open_loads(session), units_of_teams(session), 0, 0
    for wanted in readings:
        entry = wanted.entry
        found = circumstances_of(session, encounter_id=entry.encounter_id, frame_entry_id=entry.id, reading=wanted.reading)
        about = replace(found, not_calibrated=untried)
        chosen = chosen_reviewer(
            candidates,
            about,
            loads=loads,
            seed=seed,
            token=f"{wanted.entry.token}{_lot_of(wanted.reading)}",
            units=units if wanted.reading is Reading.SECOND else None,
        )
        if chosen is None:
            left += wanted.reading is Reading.FIRST
            _leave_unassigned(session, wanted, candidates, about, actor, now)
            continue
        loads[chosen.account_id] = loads.get(chosen.account_id, 0) + 1
        _assign(session, wanted, chosen.account_id, by.within, actor, now)
        assigned += 1
    return Assigned(assigned, left)


def _lot_of(reading: Reading) -> str:
    return "" if reading is Reading.FIRST else f"/{reading}"


def _assign(session: Session, wanted: WantedReading, reviewer_id: uuid.UUID, within: timedelta, actor: Actor, now: datetime) -> None:
    rubric = rubric_to_read_by(session, frame_entry_id=wanted.entry.id, on=london(now).date())
    review = Review(
        id=uuid.uuid4(),
        frame_entry_id=wanted.entry.id,
        encounter_id=wanted.entry.encounter_id,
        reviewer_id=reviewer_id,
        reading=wanted.reading,
        state=ReviewState.ASSIGNED,
        rubric=rubric.name,
        rubric_version=rubric.version,
        rubric_digest=rubric.digest,
        criteria=list(wanted.criteria) if wanted.criteria else None,
        assigned_at=now,
        due_on=london(now + within).date(),
    )
    session.add(review)
    if wanted.reading is Reading.FIRST:
        wanted.entry.unassigned_reason = None
    session.flush()
    record_on_review(session, review, "review_assigned", Operation.COLLECTION, actor, now)


def _leave_unassigned(
    session: Session, wanted: WantedReading, candidates: list[Candidate], about: Circumstances, actor: Actor, now: datetime
) -> None:
    """Keep why nobody reads an encounter; a second or third reading without a reader is only tried again."""
    reason, entry = unassigned_reason(candidates, about), wanted.entry
    if wanted.reading is not Reading.FIRST or entry.unassigned_reason == reason:
        return
    entry.unassigned_reason = reason
    act = Act(Operation.ALTERATION, "review_not_assigned", "encounter", str(entry.encounter_id), Purpose.SUPERVISOR_REVIEW, reason=reason)
    record_act(session, actor=actor, act=act, now=now)


def ask_for_readers(session: Session, *, entry: FrameEntry, after: uuid.UUID) -> None:
    """Have the readings of an entry's draw (or of it alone, where a person asked for it) given to somebody, once for each `after`."""
    draw_id = entry.cover_draw_id if entry.is_cover else entry.draw_id
    request_job(
        session,
        name="assign_reviews",
        arguments={"entry_id": str(entry.id)} if draw_id is None else {"draw_id": str(draw_id)},
        dedupe_key=f"assign_reviews:{draw_id or entry.id}:after:{after}",
        queue=Queue.UPKEEP,
    )


def hand_over_reviews(session: Session, *, actor: Actor, now: datetime) -> int:
    """Take open reviews from those who cannot do them, and ask for others to be found; return how many were taken.

    Who cannot: no supervisor any more, away from today until after the review is due, with a conflict of interest that has come to light,
    or TOO_LATE. The marks so far stay with the review that was taken back. A clip for calibration waits for its reader, late or away:
    nobody else could read it instead, and without it the reader would get no review for good.
    """
    today = london(now).date()
    able = {person.account_id: Candidate(person.account_id, person.posts) for person in supervisors_for_review(session, on=now.date())}
    taken = 0
    for review in _open_reviews(session):
        why = _why_not(session, review, able.get(review.reviewer_id), today)
        if why is not None:
            take_back_review(session, review=review, because=why, actor=actor, now=now)
            taken += 1
    return taken


def _why_not(session: Session, review: Review, reviewer: Candidate | None, today: date) -> str | None:
    if reviewer is None:
        return "Its reviewer is no supervisor any more."
    if not _is_for_calibration(session, review):
        if review.reviewer_id in absent_accounts(session, first=today, last=max(today, review.due_on)):
            return "Its reviewer is away until after it is due."
        if review.due_on + TOO_LATE < today:
            return f"It was not handed in {TOO_LATE.days} days after it was due."
    about = circumstances_of(
        session, encounter_id=review.encounter_id, frame_entry_id=review.frame_entry_id, reading=Reading(review.reading)
    )
    conflict = conflict_of(reviewer, about)
    return None if conflict is None else f"Its reviewer {conflict}."


def take_back_review(session: Session, *, review: Review, because: str, actor: Actor, now: datetime) -> None:
    """Take an open review from its reviewer, with its reason, and ask for somebody else to be found."""
    review.state, review.recused_reason = ReviewState.RECUSED, because
    session.flush()
    record_on_review(session, review, "review_taken_back", Operation.ALTERATION, actor, now)
    ask_for_readers(session, entry=session.get_one(FrameEntry, review.frame_entry_id), after=review.id)


def _open_reviews(session: Session) -> Sequence[Review]:
    return session.scalars(select(Review).where(Review.state.in_(OPEN_STATES)).order_by(Review.id).with_for_update()).all()


def _is_for_calibration(session: Session, review: Review) -> bool:
    """Return whether its reader knows it as a clip for calibration; a hidden one is like any other review."""
    reading = session.get(CalibrationReading, review.id) if review.reading == Reading.CALIBRATION else None
    return reading is not None and not reading.is_hidden

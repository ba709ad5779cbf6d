"""Giving gold clips to reviewers: some before the first review, known as such, and one now and then among the others, not known."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import absent_accounts, supervisors_for_review
from stop_search.audit.rules import Actor, Operation
from stop_search.draws.records import FrameEntry
from stop_search.reviews.assigning import ask_for_readers
from stop_search.reviews.calibration import clips_to_give, is_calibrated
from stop_search.reviews.calibration_rules import free_letter, in_order_of_lot, is_due
from stop_search.reviews.drawn_holds import hold_cause
from stop_search.reviews.own import record_on_review
from stop_search.reviews.records import CalibrationReading, GoldClip, ReaderLetter, Review
from stop_search.reviews.rules import OPEN_STATES, Reading, ReviewState
from stop_search.reviews.versions import rubric_version
from stop_search.wording import london


def give_gold_clips(session: Session, *, wanted: int, every: int, within: timedelta, actor: Actor, now: datetime) -> int:
    """Give every supervisor who is not calibrated what is missing, and a hidden clip to whom one is due; return how many were given.

    Who is away gets none yet. A hidden one has the same page, the same day to be done by and the same entry in the audit log as any other
    review.
    """
    given, today = 0, london(now).date()
    away = absent_accounts(session, first=today, last=today)
    for person in supervisors_for_review(session, on=now.date()):
        if person.account_id in away:
            continue
        if is_calibrated(session, person.account_id, wanted=wanted):
            chosen = _hidden(session, person.account_id, every)
        else:
            chosen = _missing(session, person.account_id, wanted)
        for clip_id, is_hidden in chosen:
            _give(session, clip_id, person.account_id, is_hidden=is_hidden, within=within, actor=actor, now=now)
            given += 1
    return given


def _missing(session: Session, account_id: uuid.UUID, wanted: int) -> Iterable[tuple[uuid.UUID, bool]]:
    under_way = _count(session, account_id, (Reading.CALIBRATION,), (*OPEN_STATES, ReviewState.SUBMITTED))
    clips = in_order_of_lot(clips_to_give(session, account_id=account_id), account_id=account_id)
    return [(clip_id, False) for clip_id in clips[: max(0, wanted - under_way)]]


def _hidden(session: Session, account_id: uuid.UUID, every: int) -> Iterable[tuple[uuid.UUID, bool]]:
    """Return one clip where it is due and none is open: of the newest half of stops, since an old date would give it away."""
    if _count(session, account_id, (Reading.CALIBRATION,), OPEN_STATES):
        return []
    last = session.scalar(
        select(func.max(Review.assigned_at, type_=Review.assigned_at.type)).where(
            Review.reviewer_id == account_id, Review.reading == Reading.CALIBRATION
        )
    )
    had = _count(session, account_id, (Reading.CALIBRATION,), tuple(ReviewState))
    since = _count(session, account_id, (Reading.FIRST, Reading.SECOND), (ReviewState.SUBMITTED,), after=last)
    if not is_due(account_id=account_id, had=had, reviews_since=since, every=every):
        return []
    clips = clips_to_give(session, account_id=account_id)
    newest = clips[len(clips) // 2 :]
    return [(clip_id, True) for clip_id in in_order_of_lot(newest, account_id=account_id)[:1]]


def _count(
    session: Session,
    account_id: uuid.UUID,
    readings: tuple[Reading, ...],
    states: tuple[ReviewState, ...],
    *,
    after: datetime | None = None,
) -> int:
    counted = select(func.count()).select_from(Review)
    counted = counted.where(Review.reviewer_id == account_id, Review.reading.in_(readings), Review.state.in_(states))
    return session.scalar(counted if after is None else counted.where(Review.submitted_at > after)) or 0


def _give(
    session: Session, clip_id: uuid.UUID, account_id: uuid.UUID, *, is_hidden: bool, within: timedelta, actor: Actor, now: datetime
) -> None:
    clip = session.get_one(GoldClip, clip_id)
    review = Review(
        id=uuid.uuid4(),
        frame_entry_id=clip.frame_entry_id,
        encounter_id=clip.encounter_id,
        reviewer_id=account_id,
        reading=Reading.CALIBRATION,
        state=ReviewState.ASSIGNED,
        rubric=clip.rubric,
        rubric_version=clip.rubric_version,
        rubric_digest=rubric_version(session, clip.rubric_version, clip.rubric).digest,
        assigned_at=now,
        due_on=london(now + within).date(),
    )
    session.add(review)
    session.flush()
    session.add(CalibrationReading(review_id=review.id, gold_clip_id=clip.id, is_hidden=is_hidden))
    session.flush()
    record_on_review(session, review, "review_assigned", Operation.COLLECTION, actor, now)


def note_reader(session: Session, *, review: Review) -> None:
    """Note that a review was handed in: its reader has a letter from now on, and may get reviews that waited for the calibration."""
    give_letter(session, account_id=review.reviewer_id, seed=str(review.id))
    if review.reading != Reading.CALIBRATION:
        return
    waiting = session.scalars(select(FrameEntry).where(FrameEntry.unassigned_reason.is_not(None)).order_by(FrameEntry.token)).all()
    for entry in {hold_cause(entry): entry for entry in waiting}.values():  # one of each draw, and each that was asked for
        ask_for_readers(session, entry=entry, after=review.id)


def give_letter(session: Session, *, account_id: uuid.UUID, seed: str) -> str:
    """Return the letter under which figures tell of a reader; one without gets it now, by lot. Call it while the audit log is held."""
    known = session.get(ReaderLetter, account_id)
    if known is None:
        known = ReaderLetter(account_id=account_id, letter=free_letter(set(session.scalars(select(ReaderLetter.letter))), seed=seed))
        session.add(known)
        session.flush()
    return known.letter

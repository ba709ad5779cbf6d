"""Reading who is calibrated, which gold clips somebody may still be given, and how far own marks are from the agreed. Only reads."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import held_posts
from stop_search.accounts.rules import Viewer
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.reviews.assignment import Candidate, Conflict, conflict_of
from stop_search.reviews.calibration_rules import USUAL_CLIPS, AgreedMark, Difference, GoldState, clips_needed, differences
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.queries import marks_given, playable_seconds
from stop_search.reviews.records import CalibrationReading, GoldClip, GoldMark, Review
from stop_search.reviews.rules import OPEN_STATES, MarkKind, Reading, ReviewState
from stop_search.reviews.versions import rubric_of


@dataclass(frozen=True)
class CalibrationLine:
    """One calibration clip of the viewer's that is known as such. `same` of `answers` marks were the agreed ones, once handed in."""

    review_id: uuid.UUID
    state: ReviewState
    due_on: date
    submitted_at: datetime | None
    same: int
    answers: int


@dataclass(frozen=True)
class Calibration:
    """How far the viewer is: clips handed in, of those needed before the first review."""

    handed_in: int
    needed: int
    lines: tuple[CalibrationLine, ...]

    @property
    def is_done(self) -> bool:
        """Whether reviews may be assigned."""
        return self.handed_in >= self.needed


def is_calibrated(session: Session, account_id: uuid.UUID, *, wanted: int = USUAL_CLIPS) -> bool:
    """Return whether somebody has handed in as many gold clips as are asked for before the first review.

    `wanted`: the force's figure. Who may be given fewer, because of conflicts of interest or because the force has fewer, needs that many.
    Giving one back does not count as reading it, and the next is given instead; who gave all of them back waits for a new one.
    """
    done = _handed_in(session, account_id)
    return done >= wanted or done >= _needed(session, account_id, wanted=wanted)


def without_calibration(session: Session, account_ids: Iterable[uuid.UUID], *, wanted: int = USUAL_CLIPS) -> frozenset[uuid.UUID]:
    """Return who of these gets no review yet."""
    return frozenset(account_id for account_id in account_ids if not is_calibrated(session, account_id, wanted=wanted))


def clips_to_give(session: Session, *, account_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the gold clips in force that somebody has not had and has no conflict of interest with, the newest stop last."""
    had = select(CalibrationReading.gold_clip_id).join(Review).where(Review.reviewer_id == account_id)
    gone = set(session.scalars(had))
    return [clip_id for clip_id in _readable(session, account_id) if clip_id not in gone]


def calibration_of(session: Session, *, viewer: Viewer, wanted: int = USUAL_CLIPS) -> Calibration:
    """Return the viewer's own calibration: only clips that were given as such, never the hidden ones."""
    rows = session.scalars(
        _own_known(viewer).where(Review.state.in_((*OPEN_STATES, ReviewState.SUBMITTED))).order_by(Review.assigned_at, Review.id)
    ).all()
    return Calibration(
        handed_in=_handed_in(session, viewer.id),
        needed=_needed(session, viewer.id, wanted=wanted),
        lines=tuple(_line(session, review) for review in rows),
    )


def calibration_differences(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> tuple[Difference, ...]:
    """Return own marks beside the agreed ones, once handed in. Raises NotFound for a hidden one too: it is as if there were none."""
    review = session.scalar(_own_known(viewer).where(Review.id == review_id, Review.state == ReviewState.SUBMITTED))
    if review is None:
        message = "There is no such calibration."
        raise NotFound(message)
    return _differences(session, review)


def agreed_marks(session: Session, *, gold_clip_id: uuid.UUID) -> dict[str, AgreedMark]:
    """Return a gold clip's agreed marks by criterion."""
    rows = session.scalars(select(GoldMark).where(GoldMark.gold_clip_id == gold_clip_id))
    return {row.criterion: AgreedMark(MarkKind(row.kind), row.level, row.rationale) for row in rows}


def _own_known(viewer: Viewer):  # noqa: ANN202 -- a statement that is part of others
    return (
        select(Review)
        .join(CalibrationReading, CalibrationReading.review_id == Review.id)
        .where(Review.reviewer_id == viewer.id, CalibrationReading.is_hidden.is_(False))
    )


def _handed_in(session: Session, account_id: uuid.UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Review)
            .where(Review.reviewer_id == account_id, Review.reading == Reading.CALIBRATION, Review.state == ReviewState.SUBMITTED)
        )
        or 0
    )


def _needed(session: Session, account_id: uuid.UUID, *, wanted: int) -> int:
    """Return how many clips somebody must have read: what was given back cannot be read any more, yet one at least is read."""
    had = select(CalibrationReading.gold_clip_id).join(Review)
    back = frozenset(session.scalars(had.where(Review.reviewer_id == account_id, Review.state == ReviewState.RECUSED)))
    left = len(_readable(session, account_id, stop_at=wanted, but=back))
    return clips_needed(wanted=wanted, readable=left or len(_readable(session, account_id, stop_at=1)))


def _readable(
    session: Session, account_id: uuid.UUID, *, stop_at: int | None = None, but: frozenset[uuid.UUID] = frozenset()
) -> list[uuid.UUID]:
    """Return the gold clips in force that somebody may read or has read for calibration; no more than `stop_at`, and none of `but`.

    Not those whose marks they set: they would be compared with themselves.
    """
    found: list[uuid.UUID] = []
    candidate = Candidate(account_id, held_posts(session, account_id=account_id))
    clips = session.execute(
        select(GoldClip.id, GoldClip.frame_entry_id, GoldClip.encounter_id)
        .join(Encounter, Encounter.id == GoldClip.encounter_id)
        .where(GoldClip.state == GoldState.AGREED, GoldClip.proposed_by != account_id, GoldClip.agreed_by != account_id)
        .order_by(Encounter.started_at, GoldClip.id)
    )
    for clip_id, entry_id, encounter_id in clips.all():
        if stop_at is not None and len(found) >= stop_at:
            break
        if clip_id in but:
            continue
        about = circumstances_of(session, encounter_id=encounter_id, frame_entry_id=entry_id, reading=Reading.CALIBRATION)
        conflict = conflict_of(candidate, about)
        if conflict in {None, Conflict.GAVE_IT_BACK} and about.officer_id and playable_seconds(session, encounter_id=encounter_id):
            found.append(clip_id)
    return found


def _line(session: Session, review: Review) -> CalibrationLine:
    found = _differences(session, review) if review.state == ReviewState.SUBMITTED else ()
    same = sum(difference.is_same for difference in found)
    return CalibrationLine(review.id, ReviewState(review.state), review.due_on, review.submitted_at, same, len(found))


def _differences(session: Session, review: Review) -> tuple[Difference, ...]:
    clip_id = session.get_one(CalibrationReading, review.id).gold_clip_id
    own = {name: (mark.kind, mark.level) for name, mark in marks_given(session, review_id=review.id).items()}
    order: Iterable[str] = (criterion.id for criterion in rubric_of(session, review).criteria)
    return differences(own, agreed_marks(session, gold_clip_id=clip_id), order=order)

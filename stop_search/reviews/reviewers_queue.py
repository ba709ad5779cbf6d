"""Reading what a reviewer has to do: the queue, what was handed in, how many wait for a reviewer. Own ones only."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import Cause
from stop_search.footage.queries import FootageLine, footage_of_encounters
from stop_search.footage.rules import FootageState
from stop_search.reviews.queries import longest_seconds
from stop_search.reviews.records import CalibrationReading, Mark, Review
from stop_search.reviews.rules import HANDED_IN, OPEN_STATES, ReviewState, Rubric
from stop_search.reviews.versions import asked_for, rubrics_of


@dataclass(frozen=True)
class QueueLine:
    """One review in a queue. `seconds`: the length of the longest recording; `marked`: how many of the `asked` criteria have a mark.

    The period is that of the draw; a review that a person asked for has a `cause` and no period. One without footage has no grade.
    `is_calibration`: a gold clip that its reader was told is one; a hidden one has nothing to tell it by.
    """

    review_id: uuid.UUID
    due_on: date
    state: ReviewState
    cameras: int
    seconds: float | None
    kept_elsewhere: bool
    footage_failed: bool
    footage_erased: bool
    period_start: date | None
    period_end: date | None
    cause: Cause | None
    is_calibration: bool
    marked: int
    asked: int
    submitted_at: datetime | None
    grade_label: str | None


@dataclass(frozen=True)
class Progress:
    """How far all reviewers are together: never broken down by person, and without the reasons why some have no reviewer.

    In a small force "one has the other reading of it" would tell a second reader that there is a first.
    `handed_in`: reviews of every kind. Were first readings counted alone, whoever hands in a second one would see the number stand still.
    """

    drawn: int
    handed_in: int
    unassigned: int


def review_queue(session: Session, *, viewer: Viewer) -> list[QueueLine]:
    """Return the viewer's reviews that are open, by due date and then in an order of chance; given-back ones are gone from it."""
    return _lines(session, viewer, OPEN_STATES, (Review.due_on, FrameEntry.ticket, Review.id), limit=500)


def handed_in_reviews(session: Session, *, viewer: Viewer, limit: int = 20) -> list[QueueLine]:
    """Return the viewer's newest reviews that were handed in, the newest first."""
    return _lines(session, viewer, HANDED_IN, (Review.submitted_at.desc(), Review.id), limit=limit)


def progress(session: Session) -> Progress:
    """Return how many encounters are drawn, how many reviews are handed in, and how many encounters have no reviewer."""
    drawn = session.scalar(select(func.count()).where(FrameEntry.is_drawn)) or 0
    handed_in = session.scalar(select(func.count()).where(Review.state.in_(HANDED_IN))) or 0
    unassigned = session.scalar(select(func.count()).where(FrameEntry.unassigned_reason.is_not(None))) or 0
    return Progress(drawn, handed_in, unassigned)


def _lines(session: Session, viewer: Viewer, states: Iterable[ReviewState], order: tuple[Any, ...], *, limit: int) -> list[QueueLine]:
    marked = select(func.count()).where(Mark.review_id == Review.id).correlate(Review).scalar_subquery()
    rows = session.execute(
        select(Review, FrameEntry.cause, Draw, marked, CalibrationReading.is_hidden)
        .join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
        .outerjoin(Draw, Draw.id == FrameEntry.draw_id)
        .outerjoin(CalibrationReading, CalibrationReading.review_id == Review.id)
        .where(Review.reviewer_id == viewer.id, Review.state.in_(tuple(states)))
        .order_by(*order)
        .limit(limit)
    ).all()
    reviews = [row[0] for row in rows]
    footage = footage_of_encounters(session, encounter_ids=[review.encounter_id for review in reviews])
    rubrics = rubrics_of(session, reviews)
    return [
        _line(
            review,
            (Cause(cause) if cause else None, is_hidden is False),
            draw,
            number,
            footage.get(review.encounter_id, []),
            rubrics[review.id],
        )
        for review, cause, draw, number, is_hidden in rows
    ]


def _line(
    review: Review, why: tuple[Cause | None, bool], draw: Draw | None, marked: int, footage: Sequence[FootageLine], whole: Rubric
) -> QueueLine:
    rubric = asked_for(whole, review.criteria)
    return QueueLine(
        review_id=review.id,
        due_on=review.due_on,
        state=ReviewState(review.state),
        cameras=len(footage),
        seconds=longest_seconds(footage),
        kept_elsewhere=bool(footage) and all(line.storage_key is None for line in footage),
        footage_failed=any(line.state is FootageState.FAILED for line in footage),
        footage_erased=bool(footage) and all(line.state is FootageState.ERASED for line in footage),
        period_start=draw.period_start if draw else None,
        period_end=draw.period_end if draw else None,
        cause=why[0],
        is_calibration=why[1],
        marked=marked,
        asked=len(rubric.criteria),
        submitted_at=review.submitted_at,
        grade_label=rubric.grade(review.grade).label if review.grade else None,
    )

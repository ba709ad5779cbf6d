"""What an officer reads of the reviews of own stops: what counts by criterion, moments, flags, own answers. Of nobody else's.

Nothing here names a reviewer, tells how many readers there were, or compares: each statement asks for the viewer's own stops alone.
"""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Viewer
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.errors import NotFound
from stop_search.reviews.disputes import may_still_dispute
from stop_search.reviews.final_marks import FinalMarks, final_marks
from stop_search.reviews.records import Concern, OfficerResponse, Review, ReviewFlag
from stop_search.reviews.rules import Criterion, Grade, Labelled, MarkGiven, Reading, ResponseKind, ReviewState, Rubric, grade_of
from stop_search.reviews.versions import rubric_of

NOTHING_FOUND = frozenset({"no_further_action"})
THE_READER = "[the reviewer]"
# Whoever is under a serious concern hears nothing of the review until professional standards have closed it.
NO_OPEN_CONCERN = ~exists().where(Concern.encounter_id == Review.encounter_id, Concern.closed_at.is_(None)).correlate(Review)


@dataclass(frozen=True)
class OwnReviewLine:
    """One review in the officer's list, with the stop that it is of. `is_new`: not acknowledged yet."""

    review_id: uuid.UUID
    reference: str
    started_at: datetime
    place: str | None
    reviewed_at: datetime
    nothing_was_found: bool
    commendations: tuple[Labelled, ...]
    is_new: bool
    awaits_reread: bool


@dataclass(frozen=True)
class CriterionTold:
    """One criterion and what counts of it. `before_reread`: what counted until somebody else read it again; None where nobody did."""

    criterion: Criterion
    mark: MarkGiven
    before_reread: MarkGiven | None


@dataclass(frozen=True)
class Answer:
    """What the officer answered; `criteria` only of a dispute, `answered_at` when its re-read was handed in."""

    kind: ResponseKind
    text: str | None
    criteria: tuple[str, ...]
    at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class OwnReview:
    """A review as the officer of the stop reads it. `dispute_until`: the last moment for a dispute, None where there can be none."""

    line: OwnReviewLine
    rubric: Rubric
    grade: Grade
    summary: str | None
    criteria: tuple[CriterionTold, ...]
    injustices: tuple[Labelled, ...]
    answers: tuple[Answer, ...]
    dispute_until: datetime | None


def reviews_told_to(viewer: Viewer) -> Select[Review, Encounter]:
    """Return the statement for every review that the viewer may read as the officer of the stop: handed-in first readings of own stops."""
    return (
        select(Review, Encounter)
        .join(Encounter, Encounter.id == Review.encounter_id)
        .where(Encounter.officer_id == viewer.id, Review.reading == Reading.FIRST, Review.state == ReviewState.SUBMITTED, NO_OPEN_CONCERN)
    )


def own_reviews(session: Session, *, viewer: Viewer) -> list[OwnReviewLine]:
    """Return the reviews of the viewer's own stops, the newest stop first."""
    rows = session.execute(reviews_told_to(viewer).order_by(Encounter.started_at.desc(), Review.id)).all()
    return [_line(session, review, encounter, rubric_of(session, review)) for review, encounter in rows]


def own_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, dispute_within: timedelta, now: datetime) -> OwnReview:
    """Return one review of an own stop. Raises NotFound for any other, also for one that is kept back."""
    review, encounter = told_review(session, review_id=review_id, viewer=viewer)
    rubric = rubric_of(session, review)
    counted = final_marks(session, frame_entry_ids=[review.frame_entry_id])[review.frame_entry_id]
    reader = session.get_one(Account, review.reviewer_id)
    line, answers = _line(session, review, encounter, rubric), _answers(session, review)
    flags = _flags(session, review)
    until = shown_since(session, review) + dispute_within
    is_open = may_still_dispute(shown_since=shown_since(session, review), within=dispute_within, now=now)
    was_disputed = any(answer.kind is ResponseKind.DISPUTED for answer in answers)
    return OwnReview(
        line=line,
        rubric=rubric,
        grade=rubric.grade(grade_of(rubric, counted.marks)),
        summary=without_reader(review.summary, reader.name, reader.officer_number),
        criteria=_told(rubric, counted, reader),
        injustices=tuple(flag for flag in rubric.injustice_flags if flag.id in flags),
        answers=answers,
        dispute_until=until if is_open and not was_disputed else None,
    )


def told_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> tuple[Review, Encounter]:
    """Return a review that the viewer may read as the officer of the stop. Raises NotFound for any other."""
    found = session.execute(reviews_told_to(viewer).where(Review.id == review_id)).one_or_none()
    if found is None:
        message = "There is no such review of a stop of yours."
        raise NotFound(message)
    return found[0], found[1]


def shown_since(session: Session, review: Review) -> datetime:
    """Return since when the officer could read a review that was handed in: what a concern kept back, from its closing on."""
    assert review.submitted_at is not None  # noqa: S101 -- a CHECK says so of what is handed in
    closed = session.scalars(select(Concern.closed_at).where(Concern.encounter_id == review.encounter_id, Concern.closed_at.is_not(None)))
    return max([review.submitted_at, *(at for at in closed if at is not None)])


def without_reader(text: str | None, *names: str | None) -> str | None:
    """Return what a reviewer wrote without the reviewer's own name or number, should it stand there. Pure."""
    if text is None:
        return None
    for name in sorted((name for name in names if name), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", THE_READER, text, flags=re.IGNORECASE)
    return text


def _line(session: Session, review: Review, encounter: Encounter, rubric: Rubric) -> OwnReviewLine:
    flags, answers = _flags(session, review), _answers(session, review)
    outcomes = set(session.scalars(select(PersonSearched.outcome).where(PersonSearched.encounter_id == encounter.id)))
    return OwnReviewLine(
        review_id=review.id,
        reference=encounter.reference,
        started_at=encounter.started_at,
        place=encounter.place,
        reviewed_at=shown_since(session, review),
        nothing_was_found=bool(outcomes) and outcomes <= NOTHING_FOUND,
        commendations=tuple(flag for flag in rubric.commendation_flags if flag.id in flags),
        is_new=not any(answer.kind is ResponseKind.ACKNOWLEDGED for answer in answers),
        awaits_reread=any(answer.kind is ResponseKind.DISPUTED and answer.answered_at is None for answer in answers),
    )


def _told(rubric: Rubric, counted: FinalMarks, reader: Account) -> tuple[CriterionTold, ...]:
    def hidden(mark: MarkGiven) -> MarkGiven:
        return replace(mark, evidence=without_reader(mark.evidence, reader.name, reader.officer_number))

    return tuple(
        CriterionTold(criterion, hidden(counted.marks[criterion.id]), counted.before_reread.get(criterion.id))
        for criterion in rubric.criteria
        if criterion.id in counted.marks
    )


def _flags(session: Session, review: Review) -> frozenset[str]:
    return frozenset(session.scalars(select(ReviewFlag.flag).where(ReviewFlag.review_id == review.id)))


def _answers(session: Session, review: Review) -> tuple[Answer, ...]:
    rows = session.scalars(
        select(OfficerResponse).where(OfficerResponse.review_id == review.id).order_by(OfficerResponse.at, OfficerResponse.id)
    )
    return tuple(Answer(ResponseKind(row.kind), row.text, tuple(row.criteria or ()), row.at, row.answered_at) for row in rows)

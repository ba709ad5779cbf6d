"""What an officer reads of the reviews of own stops: what counts by criterion, moments, flags, own answers. Of nobody else's.

Nothing here names a reviewer, tells how many readers there were, or compares: each statement asks for the viewer's own stops alone.
"""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Viewer
from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.errors import NotFound
from stop_search.reviews.disputes import may_still_dispute
from stop_search.reviews.final_marks import FinalMarks, final_marks
from stop_search.reviews.records import Concern, OfficerResponse, Review, ReviewFlag
from stop_search.reviews.rules import Criterion, Grade, Labelled, MarkGiven, Reading, ResponseKind, ReviewState, Rubric, grade_of
from stop_search.reviews.versions import rubric_of, rubrics_of

NOTHING_FOUND = frozenset({"no_further_action"})
THE_READER = "[the reviewer]"
# Whoever is under a serious concern hears nothing of the review until professional standards have closed it.
NO_OPEN_CONCERN = ~exists().where(Concern.encounter_id == Review.encounter_id, Concern.closed_at.is_(None)).correlate(Review)


@dataclass(frozen=True)
class OwnReviewLine:
    """One review in the officer's list, with the stop that it is of. `is_new`: not acknowledged yet.

    `is_by_chance`: a draw picked the stop; else a person asked for the review. Not why: that could tell who complained.
    """

    review_id: uuid.UUID
    reference: str
    started_at: datetime
    place: str | None
    reviewed_at: datetime
    nothing_was_found: bool
    commendations: tuple[Labelled, ...]
    is_new: bool
    awaits_reread: bool
    is_by_chance: bool


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
    reviews = [review for review, _ in rows]
    beside, rubrics = _beside(session, reviews), rubrics_of(session, reviews)
    return [_line(review, encounter, rubrics[review.id], beside) for review, encounter in rows]


def own_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer, dispute_within: timedelta, now: datetime) -> OwnReview:
    """Return one review of an own stop. Raises NotFound for any other, also for one that is kept back."""
    review, encounter = told_review(session, review_id=review_id, viewer=viewer)
    rubric = rubric_of(session, review)
    counted = final_marks(session, frame_entry_ids=[review.frame_entry_id])[review.frame_entry_id]
    reader = session.get_one(Account, review.reviewer_id)
    beside = _beside(session, [review])
    line, answers, flags = _line(review, encounter, rubric, beside), beside.answers_to(review), beside.flags.get(review.id, frozenset())
    until = line.reviewed_at + dispute_within
    is_open = may_still_dispute(shown_since=line.reviewed_at, within=dispute_within, now=now)
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
    return _beside(session, [review]).shown_since(review)


def without_reader(text: str | None, *names: str | None) -> str | None:
    """Return what a reviewer wrote without the reviewer's own name or number, should it stand there. Pure."""
    if text is None:
        return None
    for name in sorted((name for name in names if name), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", THE_READER, text, flags=re.IGNORECASE)
    return text


@dataclass(frozen=True)
class _Beside:
    """What stands beside reviews: flags and answers by review; what was found, and closed concerns, by encounter; entries for cause."""

    flags: Mapping[uuid.UUID, frozenset[str]]
    answers: Mapping[uuid.UUID, list[Answer]]
    outcomes: Mapping[uuid.UUID, set[str | None]]
    closed: Mapping[uuid.UUID, list[datetime]]
    asked_for: frozenset[uuid.UUID]

    def answers_to(self, review: Review) -> tuple[Answer, ...]:
        """Return what the officer answered to a review."""
        return tuple(self.answers.get(review.id, ()))

    def shown_since(self, review: Review) -> datetime:
        """Return since when the officer could read it."""
        assert review.submitted_at is not None  # noqa: S101 -- a CHECK says so of what is handed in
        return max([review.submitted_at, *self.closed.get(review.encounter_id, ())])


def _beside(session: Session, reviews: Collection[Review]) -> _Beside:
    ids, encounters = [review.id for review in reviews], [review.encounter_id for review in reviews]
    flags: dict[uuid.UUID, frozenset[str]] = {}
    for review_id, flag in session.execute(select(ReviewFlag.review_id, ReviewFlag.flag).where(ReviewFlag.review_id.in_(ids))):
        flags[review_id] = flags.get(review_id, frozenset()) | {flag}
    answers: dict[uuid.UUID, list[Answer]] = {}
    given = select(OfficerResponse).where(OfficerResponse.review_id.in_(ids)).order_by(OfficerResponse.at, OfficerResponse.id)
    for row in session.scalars(given):
        answer = Answer(ResponseKind(row.kind), row.text, tuple(row.criteria or ()), row.at, row.answered_at)
        answers.setdefault(row.review_id, []).append(answer)
    outcomes: dict[uuid.UUID, set[str | None]] = {}
    people = select(PersonSearched.encounter_id, PersonSearched.outcome).where(PersonSearched.encounter_id.in_(encounters))
    for encounter_id, outcome in session.execute(people):
        outcomes.setdefault(encounter_id, set()).add(outcome)
    closed: dict[uuid.UUID, list[datetime]] = {}
    concerns = select(Concern.encounter_id, Concern.closed_at).where(Concern.encounter_id.in_(encounters))
    for encounter_id, closed_at in session.execute(concerns):
        closed.setdefault(encounter_id, []).extend([closed_at] if closed_at else [])
    entries = FrameEntry.id.in_([review.frame_entry_id for review in reviews])
    asked_for = frozenset(session.scalars(select(FrameEntry.id).where(entries, FrameEntry.cause.is_not(None))))
    return _Beside(flags, answers, outcomes, closed, asked_for)


def _line(review: Review, encounter: Encounter, rubric: Rubric, beside: _Beside) -> OwnReviewLine:
    answers, flags = beside.answers_to(review), beside.flags.get(review.id, frozenset())
    outcomes = beside.outcomes.get(encounter.id, set())
    return OwnReviewLine(
        review_id=review.id,
        reference=encounter.reference,
        started_at=encounter.started_at,
        place=encounter.place,
        reviewed_at=beside.shown_since(review),
        nothing_was_found=bool(outcomes) and outcomes <= NOTHING_FOUND,
        commendations=tuple(flag for flag in rubric.commendation_flags if flag.id in flags),
        is_new=not any(answer.kind is ResponseKind.ACKNOWLEDGED for answer in answers),
        awaits_reread=any(answer.kind is ResponseKind.DISPUTED and answer.answered_at is None for answer in answers),
        is_by_chance=review.frame_entry_id not in beside.asked_for,
    )


def _told(rubric: Rubric, counted: FinalMarks, reader: Account) -> tuple[CriterionTold, ...]:
    def hidden(mark: MarkGiven) -> MarkGiven:
        return replace(mark, evidence=without_reader(mark.evidence, reader.name, reader.officer_number))

    return tuple(
        CriterionTold(criterion, hidden(counted.marks[criterion.id]), counted.before_reread.get(criterion.id))
        for criterion in rubric.criteria
        if criterion.id in counted.marks
    )

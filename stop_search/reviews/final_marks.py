"""The marks that count for a drawn encounter: the first reading's, and in their place, criterion by criterion, what a later one decided.

A blind second reading measures how well readers agree and decides nothing. A third reading, of what two readers are far apart on, and
a re-read, of what the officer disputes, do decide.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from stop_search.reviews.queries import mark_given, moments_by_review
from stop_search.reviews.records import Mark, MarkItem, Review
from stop_search.reviews.rules import MarkGiven, Reading, ReviewState

DECIDING = (Reading.FIRST, Reading.ADJUDICATION, Reading.REREAD)  # each takes the place of the ones before it


@dataclass(frozen=True)
class FinalMarks:
    """What counts, by criterion. `before_reread`: what counted until a re-read decided, for those criteria that it was asked for."""

    marks: Mapping[str, MarkGiven]
    before_reread: Mapping[str, MarkGiven]


def decided(readings: Mapping[Reading, Mapping[str, MarkGiven]]) -> FinalMarks:
    """Return what counts of the readings that are handed in. Pure."""
    marks: dict[str, MarkGiven] = {}
    before: dict[str, MarkGiven] = {}
    for reading in DECIDING:
        given = readings.get(reading, {})
        if reading is Reading.REREAD:
            before = {criterion: marks[criterion] for criterion in given if criterion in marks}
        marks |= given
    return FinalMarks(marks, before)


def final_marks(session: Session, *, frame_entry_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, FinalMarks]:
    """Return the marks that count, by drawn encounter (frame entry); those without a first reading that is handed in are left out."""
    reviews = session.execute(
        select(Review.id, Review.frame_entry_id, Review.reading).where(
            Review.frame_entry_id.in_(frame_entry_ids), Review.state == ReviewState.SUBMITTED, Review.reading.in_(DECIDING)
        )
    ).all()
    given = _marks_by_review(session, [review_id for review_id, _, _ in reviews])
    readings: dict[uuid.UUID, dict[Reading, dict[str, MarkGiven]]] = {}
    for review_id, entry_id, reading in reviews:
        readings.setdefault(entry_id, {})[Reading(reading)] = given.get(review_id, {})
    return {entry_id: decided(found) for entry_id, found in readings.items() if Reading.FIRST in found}


def replaced_by(readings: Mapping[Reading, Collection[str]]) -> dict[tuple[Reading, str], Reading]:
    """Return whose mark took the place of whose, as (reading, criterion) -> the next reading that decided it. Pure.

    `readings`: the criteria that each reading marked, of those that are handed in. What is not named here is what `decided` returns.
    """
    handed_in = [reading for reading in DECIDING if reading in readings]
    found: dict[tuple[Reading, str], Reading] = {}
    for place, reading in enumerate(handed_in):
        for later in reversed(handed_in[place + 1 :]):
            found |= {(reading, criterion): later for criterion in readings[reading] if criterion in readings[later]}
    return found


def mark_counts() -> ColumnElement[bool]:
    """Return whether a row of Mark, joined with its Review, is one that counts: the same rule as `decided`, for statements over many.

    It rests on what `stop_search.reviews.replacing` wrote as the later reading was handed in: nothing has to be looked for.
    """
    return and_(Review.state == ReviewState.SUBMITTED, Review.reading.in_(DECIDING), Mark.replaced_by.is_(None))


def grade_counts() -> ColumnElement[bool]:
    """Return whether a row of Review has the grade that counts: that of the last reading which decided, which is a grade of the whole."""
    return and_(Review.state == ReviewState.SUBMITTED, Review.reading.in_(DECIDING), Review.grade_replaced_by.is_(None))


def _marks_by_review(session: Session, review_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, MarkGiven]]:
    wanted = tuple(review_ids)
    items: dict[tuple[uuid.UUID, str], dict[str, str]] = {}
    for item in session.scalars(select(MarkItem).where(MarkItem.review_id.in_(wanted))):
        items.setdefault((item.review_id, item.criterion), {})[item.item] = item.answer
    found: dict[uuid.UUID, dict[str, MarkGiven]] = {}
    moments = moments_by_review(session, wanted)
    for row in session.scalars(select(Mark).where(Mark.review_id.in_(wanted))):
        own = items.get((row.review_id, row.criterion), {}), moments.get(row.review_id, {}).get((row.criterion, None), ())
        found.setdefault(row.review_id, {})[row.criterion] = mark_given(row, *own)
    return found

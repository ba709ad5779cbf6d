"""Which readings still want a reader: first ones, blind second ones, thirds, and what officers dispute. Only reads."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.footage.pending_holds import batched_ids
from stop_search.reviews.disputes import wanted_rereads
from stop_search.reviews.queries import marks_given
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import MarkGiven, Reading, ReviewState

_FIRST, _SECOND = aliased(Review), aliased(Review)
FAR_APART = 2  # levels: with a gap of two, "meets the standard" and "serious concern" stand against one another


@dataclass(frozen=True)
class WantedReading:
    """A reading that nobody has. `criteria`: those that it is asked for, None for all."""

    entry: FrameEntry
    reading: Reading
    criteria: tuple[str, ...] | None = None


def wanted_readings(session: Session, *, of: ColumnElement[bool]) -> list[WantedReading]:
    """Return the readings that nobody has `of` some entries, by ticket; the second of an encounter stands right after its first."""
    wanted = [WantedReading(entry, Reading.FIRST) for entry in _without(session, of, Reading.FIRST)]
    wanted += [WantedReading(entry, Reading.SECOND) for entry in _without(session, of, Reading.SECOND) if entry.is_second]
    wanted += _adjudications(session, of)
    wanted += [WantedReading(one.entry, Reading.REREAD, one.criteria) for one in wanted_rereads(session, of=of)]
    return sorted(wanted, key=lambda one: (one.entry.ticket or "", one.entry.token, list(Reading).index(one.reading)))


def far_apart(first: Mapping[str, MarkGiven], second: Mapping[str, MarkGiven]) -> tuple[str, ...]:
    """Return the criteria that both readers scored, two levels or more apart, sorted.

    That one could tell and the other could not is no gap: it is counted as agreement on what can be observed.
    """
    found: list[str] = []
    for criterion, mark in first.items():
        other = second.get(criterion)
        if other and mark.level is not None and other.level is not None and abs(mark.level - other.level) >= FAR_APART:
            found.append(criterion)
    return tuple(sorted(found, key=lambda criterion: (len(criterion), criterion)))


def _without(session: Session, of: ColumnElement[bool], reading: Reading) -> Sequence[FrameEntry]:
    taken = select(Review.frame_entry_id).where(Review.reading == reading, Review.state != ReviewState.RECUSED)
    refused = FrameEntry.outcome.is_not_distinct_from(FrameOutcome.REFUSED)
    return session.scalars(select(FrameEntry).where(of, ~refused, FrameEntry.id.not_in(taken))).all()


def _adjudications(session: Session, of: ColumnElement[bool]) -> Iterator[WantedReading]:
    pairs = session.execute(
        select(FrameEntry, _FIRST.id, _SECOND.id)
        .join(_FIRST, _FIRST.frame_entry_id == FrameEntry.id)
        .join(_SECOND, _SECOND.frame_entry_id == FrameEntry.id)
        .where(of, *_read_by_two_and_no_third())
    )
    for entry, one, other in pairs:
        apart = far_apart(marks_given(session, review_id=one), marks_given(session, review_id=other))
        if apart:
            yield WantedReading(entry, Reading.ADJUDICATION, apart)


def lacking_a_third(session: Session, *, entry_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some entries of which a third reading is wanted and nobody has it: as `far_apart` says, of many at once."""
    found: set[uuid.UUID] = set()
    for some in batched_ids(entry_ids):
        found.update(session.scalars(_far_apart(some)))
    return found


def _far_apart(entry_ids: Sequence[uuid.UUID]) -> Select[uuid.UUID]:
    one, other = aliased(Mark), aliased(Mark)
    return (
        select(_SECOND.frame_entry_id)
        .distinct()
        .join(_FIRST, _FIRST.frame_entry_id == _SECOND.frame_entry_id)
        .join(one, one.review_id == _FIRST.id)
        .join(other, and_(other.review_id == _SECOND.id, other.criterion == one.criterion))
        .where(_SECOND.frame_entry_id.in_(entry_ids), *_read_by_two_and_no_third(), func.abs(one.level - other.level) >= FAR_APART)
    )


def _read_by_two_and_no_third() -> tuple[ColumnElement[bool], ...]:
    """Say of two reviews of one entry that they are its first and its second, both by one version of the rubric; nobody has a third."""
    taken = select(Review.frame_entry_id).where(Review.reading == Reading.ADJUDICATION, Review.state != ReviewState.RECUSED)
    return (
        _FIRST.reading == Reading.FIRST,
        _FIRST.state == ReviewState.SUBMITTED,
        _SECOND.reading == Reading.SECOND,
        _SECOND.state == ReviewState.SUBMITTED,
        _FIRST.rubric_version == _SECOND.rubric_version,
        _SECOND.frame_entry_id.not_in(taken),
    )

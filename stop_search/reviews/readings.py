"""Which readings still want a reader: first ones, blind second ones, thirds, and what officers dispute. Only reads."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.footage.pending_holds import batched_ids
from stop_search.reviews.disputes import wanted_rereads
from stop_search.reviews.queries import marks_given
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import MarkGiven, Reading, ReviewState

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
    first, second = aliased(Review), aliased(Review)
    pairs = session.execute(
        select(FrameEntry, first.id, second.id)
        .join(first, first.frame_entry_id == FrameEntry.id)
        .join(second, second.frame_entry_id == FrameEntry.id)
        .where(
            of,
            FrameEntry.id.not_in(_read_a_third_time()),
            first.reading == Reading.FIRST,
            first.state == ReviewState.SUBMITTED,
            second.reading == Reading.SECOND,
            second.state == ReviewState.SUBMITTED,
            first.rubric_version == second.rubric_version,
        )
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
    """Say which entries two readers are far apart on: both scored a criterion, by one version of the rubric, levels apart."""
    both = (Reading.FIRST, Reading.SECOND)
    return (
        select(Review.frame_entry_id)
        .distinct()
        .join(Mark, Mark.review_id == Review.id)
        .where(Review.frame_entry_id.in_(entry_ids), Review.frame_entry_id.not_in(_read_a_third_time()))
        .where(Review.reading.in_(both), Review.state == ReviewState.SUBMITTED)
        .group_by(Review.frame_entry_id, Mark.criterion)
        .having(func.count(Mark.level) == len(both), func.max(Mark.level) - func.min(Mark.level) >= FAR_APART)
        .having(func.min(Review.rubric_version) == func.max(Review.rubric_version))
    )


def _read_a_third_time() -> Select[uuid.UUID]:
    return select(Review.frame_entry_id).where(Review.reading == Reading.ADJUDICATION, Review.state != ReviewState.RECUSED)

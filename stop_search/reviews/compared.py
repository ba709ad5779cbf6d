"""Reading what readers of the same stop said: counts of pairs, whole readings, and how far each reader is from the others. Only reads.

Only a blind pair counts: the first and the second reading of one drawn stop, both handed in, by one version of the rubric. What settled
a difference between two (an adjudication) has seen both and says nothing of agreement.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, SupportsFloat, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from stop_search.draws.records import FrameEntry
from stop_search.reviews.agreement import Agreement, Answer, Band, Pairs, agreement_on
from stop_search.reviews.drift import Chart, Comparison, drift_chart, usual_spread
from stop_search.reviews.records import CalibrationReading, GoldMark, Mark, ReaderLetter, Review
from stop_search.reviews.rules import MarkKind, Reading, ReviewState, Rubric
from stop_search.reviews.severity import Reading as ReadingOfClip
from stop_search.reviews.severity import Severities, severities
from stop_search.reviews.versions import asked_by, newest_in_use

Columns = TypeVarTuple("Columns")
NOBODY = "?"  # a reader who was given no letter: there is none while reviews are handed in by the action alone


@dataclass(frozen=True)
class Drift:
    """One reader's chart, under the reader's letter."""

    letter: str
    chart: Chart


@dataclass(frozen=True)
class Trust:
    """All that the learning team sees of whether marks can be believed. `letters` name readers, in an order that says nothing of them.

    `spread`: the usual difference of two readers, which every chart goes by. `counted_at`: None where it was worked out just now.
    """

    rubric: Rubric
    read_twice: int
    agreements: tuple[Agreement, ...]
    severities: Severities
    letters: Mapping[uuid.UUID, str]
    drifts: tuple[Drift, ...]
    spread: float | None = None
    counted_at: datetime | None = None

    def in_band(self, band: Band) -> tuple[Agreement, ...]:
        """Return the criteria in a band, in the rubric's order."""
        return tuple(found for found in self.agreements if found.band == band)


def how_far_to_trust(session: Session) -> Trust:
    """Return it for the newest rubric that is in use.

    The intervals are the same each time: their seed is the rubric and how many clips there are.
    """
    rubric = newest_in_use(session)
    pairs = answer_pairs(session, rubric=rubric)
    readings = list(_whole_readings(session, rubric))
    letters = reader_letters(session)
    compared = comparisons(session, rubric=rubric)
    spread = spread_of(compared)
    read_twice = max((sum(found.values()) for found in pairs.values()), default=0)
    seed = f"{rubric.name} {rubric.version} {read_twice}"
    names = [criterion.id for criterion in rubric.criteria]
    return Trust(
        rubric=rubric,
        read_twice=read_twice,
        agreements=tuple(agreement_on(name, pairs[name], seed=seed) for name in names),
        severities=severities(readings, criteria=names),
        letters=letters,
        drifts=_drifts(compared, letters, spread),
        spread=spread,
    )


def reader_letters(session: Session) -> dict[uuid.UUID, str]:
    """Return the letter of every reader that has one, by letter."""
    return dict(session.execute(select(ReaderLetter.account_id, ReaderLetter.letter).order_by(ReaderLetter.letter)).all())


def answer_pairs(session: Session, *, rubric: Rubric) -> dict[str, Pairs]:
    """Return, for every criterion in the rubric's order, how often which two answers came together: by all versions that ask it so."""
    first, second, one, other = _pair()
    columns = (first.rubric_version, one.criterion, one.kind, one.level, other.kind, other.level)
    alike = asked_by(session, rubric)
    rows = session.execute(
        blind_pairs(select(*columns, func.count()), first, second)
        .where(first.rubric == rubric.name)
        .join(one, one.review_id == first.id)
        .join(other, (other.review_id == second.id) & (other.criterion == one.criterion))
        .group_by(*columns)
    )
    found: dict[str, Counter[tuple[Answer, Answer]]] = {criterion.id: Counter() for criterion in rubric.criteria}
    for version, criterion, kind, level, other_kind, other_level, number in rows:
        if version in alike.get(criterion, ()):
            found[criterion][answer_of(kind, level), answer_of(other_kind, other_level)] += number
    return dict(found)


def answer_of(kind: str, level: int | None) -> Answer:
    """Return a mark as an answer: its level, or why there is none."""
    return MarkKind(kind) if level is None else level


def comparisons(session: Session, *, rubric: Rubric, reader_id: uuid.UUID | None = None) -> dict[uuid.UUID, list[Comparison]]:
    """Return, for each reader, the clips that somebody else marked too or whose marks were agreed, with the mean difference in levels.

    Two readers of a clip read it by the same words, whichever version has them, so all such pairs count.
    Of gold clips only the hidden readings: before the first review one is still learning. `reader_id`: only this reader's.
    """
    found: dict[uuid.UUID, list[Comparison]] = {}
    first, second, one, other = _pair()
    apart = func.avg(one.level - other.level)
    people = (first.reviewer_id, first.submitted_at, second.reviewer_id, second.submitted_at)
    pairs = (
        blind_pairs(select(*people, apart), first, second)
        .where(first.rubric == rubric.name)
        .join(one, (one.review_id == first.id) & one.level.is_not(None))
        .join(other, (other.review_id == second.id) & (other.criterion == one.criterion) & other.level.is_not(None))
        .group_by(first.id, second.id, *people)
    )
    beside_gold = _beside_gold(rubric)
    if reader_id is not None:
        read = select(Review.frame_entry_id).where(Review.reviewer_id == reader_id, Review.state == ReviewState.SUBMITTED)
        pairs = pairs.where(first.frame_entry_id.in_(read), (first.reviewer_id == reader_id) | (second.reviewer_id == reader_id))
        beside_gold = beside_gold.where(Review.reviewer_id == reader_id)
    for reader, at, other_reader, other_at, difference in session.execute(pairs):
        _add(found, reader, at, difference)
        _add(found, other_reader, other_at, -difference)
    for reader, at, difference in session.execute(beside_gold):
        _add(found, reader, at, difference)
    return found if reader_id is None else {reader_id: found.get(reader_id, [])}


def _add(found: dict[uuid.UUID, list[Comparison]], reader: uuid.UUID, at: datetime | None, difference: SupportsFloat) -> None:
    """Add one; `at` is there in every reading that was handed in."""
    if at is not None:
        found.setdefault(reader, []).append(Comparison(at, float(difference)))


def _beside_gold(rubric: Rubric) -> Select[Any, Any, Any]:
    return (
        select(Review.reviewer_id, Review.submitted_at, func.avg(Mark.level - GoldMark.level))
        .join(CalibrationReading, CalibrationReading.review_id == Review.id)
        .join(GoldMark, GoldMark.gold_clip_id == CalibrationReading.gold_clip_id)
        .join(Mark, (Mark.review_id == Review.id) & (Mark.criterion == GoldMark.criterion))
        .where(
            CalibrationReading.is_hidden.is_(True),
            Review.state == ReviewState.SUBMITTED,
            Review.rubric == rubric.name,
            Review.rubric_version == rubric.version,
            Mark.level.is_not(None),
            GoldMark.level.is_not(None),
        )
        .group_by(Review.id, Review.reviewer_id, Review.submitted_at)
    )


def _whole_readings(session: Session, rubric: Rubric) -> Iterator[ReadingOfClip]:
    """Yield first and second readings of drawn stops with their levels, a row each: one for every mark would be fourteen times as many.

    Not of stops that a person asked for: those are worse than most, and whoever reads many of them would seem severe.
    """
    levels: list[ColumnElement[int]] = [func.max(case((Mark.criterion == criterion.id, Mark.level))) for criterion in rubric.criteria]
    whole: Select[*tuple[Any, ...]] = (
        select(Review.frame_entry_id, Review.reviewer_id, *levels)
        .join(Mark, Mark.review_id == Review.id)
        .join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
        .where(
            FrameEntry.is_drawn,
            Review.state == ReviewState.SUBMITTED,
            Review.reading.in_((Reading.FIRST, Reading.SECOND)),
            Review.rubric == rubric.name,
            Review.rubric_version == rubric.version,
        )
        .group_by(Review.id, Review.frame_entry_id, Review.reviewer_id)
    )
    for row in session.execute(whole):
        clip, reader, *found = tuple(row)
        yield ReadingOfClip(clip, reader, tuple(found))


def _pair() -> tuple[type[Review], type[Review], type[Mark], type[Mark]]:
    return aliased(Review), aliased(Review), aliased(Mark), aliased(Mark)


def blind_pairs(selected: Select[*Columns], first: type[Review], second: type[Review]) -> Select[*Columns]:
    """Narrow a statement to blind pairs: two readings of one stop, handed in, by one version of one rubric."""
    return (
        selected.select_from(first)
        .join(second, second.frame_entry_id == first.frame_entry_id)
        .where(
            first.reading == Reading.FIRST,
            second.reading == Reading.SECOND,
            second.state != ReviewState.RECUSED,  # said again in the index's own words, without which SQLite does not use it
            second.reading != Reading.CALIBRATION,
            first.state == ReviewState.SUBMITTED,
            second.state == ReviewState.SUBMITTED,
            first.rubric == second.rubric,
            first.rubric_version == second.rubric_version,
        )
    )


def spread_of(found: Mapping[uuid.UUID, list[Comparison]]) -> float | None:
    """Return the usual difference of two readers, of what all of them compared."""
    return usual_spread(one.difference for of_reader in found.values() for one in of_reader)


def _drifts(found: Mapping[uuid.UUID, list[Comparison]], letters: Mapping[uuid.UUID, str], spread: float | None) -> tuple[Drift, ...]:
    drifts = (Drift(letters.get(reader, NOBODY), drift_chart(of_reader, spread=spread)) for reader, of_reader in found.items())
    return tuple(sorted(drifts, key=lambda drift: (len(drift.letter), drift.letter)))

"""Reading gold clips and which stops could become some: for the learning team, never a stop in which the viewer has an interest."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.records import FrameEntry
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.reviews.calibration import agreed_marks
from stop_search.reviews.calibration_rules import AgreedMark, GoldBasis, GoldState
from stop_search.reviews.gold_clips import reviewed_entry
from stop_search.reviews.kept_figures import EVERY_DAY, Figures, believed_figures
from stop_search.reviews.queries import marks_given
from stop_search.reviews.records import CalibrationReading, GoldClip, Mark, Review
from stop_search.reviews.rules import MarkGiven, MarkKind, Reading, ReviewState, Rubric
from stop_search.reviews.versions import rubric_of, rubric_version

FAR_APART = Figures("far_apart", *EVERY_DAY)
MANY_PAIRS, MOST_KEPT = 2_000, 300  # stops read twice: from so many on, so many of them are kept


@dataclass(frozen=True)
class GoldLine:
    """One gold clip in the list. `read`: how many handed in a calibration reading of it. `is_own`: the viewer proposed it."""

    gold_clip_id: uuid.UUID
    reference: str
    started_at: datetime
    state: GoldState
    basis: GoldBasis
    because: str
    read: int
    is_own: bool


@dataclass(frozen=True)
class CandidateLine:
    """A stop read twice that could become a gold clip. `gap`: the mean difference of its two readers, in levels, over criteria."""

    frame_entry_id: uuid.UUID
    reference: str
    started_at: datetime
    gap: float


@dataclass(frozen=True)
class GoldShown:
    """A stop with what its readers said, side by side and without their names, and the agreed marks so far."""

    reference: str
    rubric: Rubric
    readings: tuple[tuple[Reading, Mapping[str, MarkGiven]], ...]
    agreed: Mapping[str, AgreedMark]
    line: GoldLine | None


def gold_clips(session: Session, *, viewer: Viewer) -> list[GoldLine]:
    """Return the gold clips that are proposed or in force, and the retired ones last, by the start of the stop."""
    rows = session.execute(
        select(GoldClip, Encounter.reference, Encounter.started_at, _times_read())
        .join(Encounter, Encounter.id == GoldClip.encounter_id)
        .where(_is_open_to(GoldClip.encounter_id, viewer))
        .order_by(GoldClip.state == GoldState.RETIRED, Encounter.started_at, GoldClip.id)
    )
    return [_line(clip, reference, started_at, read, viewer) for clip, reference, started_at, read in rows]


def gold_candidates(session: Session, *, viewer: Viewer, limit: int = 20, now: datetime | None = None) -> list[CandidateLine]:
    """Return stops read twice and not yet gold clips, those first on which the two readers are furthest apart: these teach the most.

    `now`: in a force with many such stops, those of the last count are taken; None counts them anew.
    """
    kept = believed_figures(session, FAR_APART, now=now)
    if kept is not None:
        found = _kept_candidates(session, viewer, kept.content["stops"])
        if len(found) >= limit or kept.content["is_all"]:
            return found[:limit]
    open_to = (FrameEntry.id.not_in(select(GoldClip.frame_entry_id)), _is_open_to(FrameEntry.encounter_id, viewer))
    rows = session.execute(_by_gap(limit).where(*open_to))
    return [CandidateLine(entry_id, reference, started_at, float(gap)) for entry_id, _, reference, started_at, gap in rows]


def far_apart_counted_at(session: Session, *, now: datetime) -> datetime | None:
    """Return when the stops that could become gold clips were counted, None where they are counted as they are asked for."""
    kept = believed_figures(session, FAR_APART, now=now)
    return kept.counted_at if kept else None


def far_apart_to_keep(session: Session, *, many: int = MANY_PAIRS, most: int = MOST_KEPT) -> dict[str, Any] | None:
    """Return the stops read twice on which the two readers are furthest apart, to be kept; None where there are fewer than `many`."""
    twice = select(func.count()).select_from(Review).where(Review.reading == Reading.SECOND, Review.state == ReviewState.SUBMITTED)
    if (session.scalar(twice) or 0) < many:
        return None
    rows = session.execute(_by_gap(most + 1)).all()
    stops = [
        [str(entry_id), str(encounter_id), reference, started_at.isoformat(), float(gap)]
        for entry_id, encounter_id, reference, started_at, gap in rows[:most]
    ]
    return {"stops": stops, "is_all": len(rows) <= most}


def _kept_candidates(session: Session, viewer: Viewer, stops: Sequence[tuple[str, str, str, str, float]]) -> list[CandidateLine]:
    """Return those kept that the viewer may see and that did not become gold clips since, in their order."""
    if not viewer.has(Role.LEARNING_TEAM):
        return []
    asked = Encounter.id.in_([uuid.UUID(encounter_id) for _, encounter_id, *_ in stops])
    own = set(session.scalars(select(Encounter.id).where(asked, Encounter.id.in_(encounters_of_interest(viewer.id)))))
    gold = set(session.scalars(select(GoldClip.frame_entry_id)))
    return [
        CandidateLine(uuid.UUID(entry_id), reference, datetime.fromisoformat(started_at), gap)
        for entry_id, encounter_id, reference, started_at, gap in stops
        if uuid.UUID(encounter_id) not in own and uuid.UUID(entry_id) not in gold
    ]


def _by_gap(limit: int) -> Select[*tuple[Any, ...]]:
    """Select blind pairs with the mean difference of their levels, the furthest apart first."""
    first, second, one, other = aliased(Review), aliased(Review), aliased(Mark), aliased(Mark)
    gap = func.avg(func.abs(one.level - other.level))
    return (
        select(FrameEntry.id, FrameEntry.encounter_id, Encounter.reference, Encounter.started_at, gap)
        .join(first, first.frame_entry_id == FrameEntry.id)
        .join(second, second.frame_entry_id == FrameEntry.id)
        .join(one, one.review_id == first.id)
        .join(other, (other.review_id == second.id) & (other.criterion == one.criterion))
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(
            first.reading == Reading.FIRST,
            second.reading == Reading.SECOND,
            second.state != ReviewState.RECUSED,  # said again in the index's own words, without which SQLite does not use it
            second.reading != Reading.CALIBRATION,
            first.state == ReviewState.SUBMITTED,
            second.state == ReviewState.SUBMITTED,
            one.level.is_not(None),
            other.level.is_not(None),
        )
        .group_by(FrameEntry.id, FrameEntry.encounter_id, Encounter.reference, Encounter.started_at)
        .order_by(gap.desc(), Encounter.started_at, FrameEntry.id)
        .limit(limit)
    )


def nominated(session: Session, *, reference: str, viewer: Viewer) -> uuid.UUID:
    """Return the drawn stop with this reference, for whoever knows of one that would teach something: a panel, a complaint, a supervisor.

    Raises:
        NotFound: there is none with a reading that was handed in, or the viewer has an interest in it.

    """
    entry_id = session.scalar(
        select(FrameEntry.id)
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(Encounter.reference == reference.strip(), FrameEntry.is_drawn)
        .order_by(FrameEntry.id)
        .limit(1)
    )
    return reviewed_entry(session, frame_entry_id=entry_id or uuid.UUID(int=0), viewer=viewer)[0].id


def candidate_shown(session: Session, *, frame_entry_id: uuid.UUID, viewer: Viewer) -> GoldShown:
    """Return a stop with what its readers said. What both said is agreed so far; a third reading goes before. Raises NotFound."""
    entry, first = reviewed_entry(session, frame_entry_id=frame_entry_id, viewer=viewer)
    readings = _readings(session, entry.id)
    reference = session.get_one(Encounter, entry.encounter_id).reference
    return GoldShown(reference, rubric_of(session, first), readings, _agreed_so_far(readings), None)


def gold_clip_shown(session: Session, *, gold_clip_id: uuid.UUID, viewer: Viewer) -> GoldShown:
    """Return a gold clip with its agreed marks and what its first readers said. Raises NotFound."""
    line = next((line for line in gold_clips(session, viewer=viewer) if line.gold_clip_id == gold_clip_id), None)
    if line is None:
        message = "There is no such clip."
        raise NotFound(message)
    clip = session.get_one(GoldClip, gold_clip_id)
    agreed = agreed_marks(session, gold_clip_id=clip.id)
    return GoldShown(
        line.reference, rubric_version(session, clip.rubric_version, clip.rubric), _readings(session, clip.frame_entry_id), agreed, line
    )


def _readings(session: Session, frame_entry_id: uuid.UUID) -> tuple[tuple[Reading, Mapping[str, MarkGiven]], ...]:
    found = session.execute(
        select(Review.reading, Review.id)
        .where(Review.frame_entry_id == frame_entry_id, Review.state == ReviewState.SUBMITTED, Review.reading != Reading.CALIBRATION)
        .order_by(Review.submitted_at, Review.id)
    )
    readings = [(Reading(reading), marks_given(session, review_id=review_id)) for reading, review_id in found]
    return tuple(sorted(readings, key=lambda one: list(Reading).index(one[0])))


def _agreed_so_far(readings: tuple[tuple[Reading, Mapping[str, MarkGiven]], ...]) -> dict[str, AgreedMark]:
    said: dict[str, set[tuple[MarkKind, int | None]]] = {}
    for reading, marks in readings:
        for criterion, mark in marks.items():
            if reading not in {Reading.FIRST, Reading.SECOND}:
                said[criterion] = {(mark.kind, mark.level)}
            else:
                said.setdefault(criterion, set()).add((mark.kind, mark.level))
    return {criterion: AgreedMark(*next(iter(answers)), "") for criterion, answers in said.items() if len(answers) == 1}


def _times_read() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(CalibrationReading)
        .join(Review, Review.id == CalibrationReading.review_id)
        .where(CalibrationReading.gold_clip_id == GoldClip.id, Review.state == ReviewState.SUBMITTED)
        .correlate(GoldClip)
        .scalar_subquery()
    )


def _is_open_to(encounter_id: InstrumentedAttribute[uuid.UUID], viewer: Viewer) -> ColumnElement[bool]:
    """Say that the viewer is of the learning team and has no interest in the stop."""
    own = viewer.id if viewer.has(Role.LEARNING_TEAM) else None
    return encounter_id.not_in(encounters_of_interest(own)) if own else encounter_id.is_(None)


def _line(clip: GoldClip, reference: str, started_at: datetime, read: int, viewer: Viewer) -> GoldLine:
    return GoldLine(
        gold_clip_id=clip.id,
        reference=reference,
        started_at=started_at,
        state=GoldState(clip.state),
        basis=GoldBasis(clip.basis),
        because=clip.because,
        read=read,
        is_own=clip.proposed_by == viewer.id,
    )

"""How often each criterion was met and how reviews ended, split where a new version of the rubric changed what is asked.

Reviews by versions between which a criterion asks the same are counted together; others never are. What is not told here of one
criterion's share is told of nothing finer: no officer, no team, no encounter.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.learning.estimates import Share, Tally, share_met
from stop_search.learning.quarters import Quarter
from stop_search.learning.sample import answers_counted, drawn_for, grades_that_count, in_force_draws, marks_that_count, submitted
from stop_search.learning.series import CountedVersion, Series, runs_of, same_grading, series_of_criteria
from stop_search.learning.tallying import tallies_from
from stop_search.reviews.agreement import Band
from stop_search.reviews.compared import criterion_bands
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.versions import published_versions
from stop_search.wording import london

Tallies = dict[tuple[str, int], list[Tally]]
READERS_DIFFER = "two readers of the same stop differ too much on it (alpha below 0.667)"


@dataclass(frozen=True)
class CriterionResult:
    """One criterion, in one sense of its words, and how often it was met. `series` says by which versions and between which days.

    `band`: how well two readers of one stop agree on it.
    """

    id: str
    name: str
    question: str
    share: Share
    series: Series
    band: Band = Band.NOT_KNOWN

    @property
    def is_withheld(self) -> bool:
        """Whether no estimate is told because readers differ too much."""
        return self.band is Band.WITHHELD

    @property
    def why_not(self) -> str:
        """Why there is no estimate, in words; empty where there is one."""
        if self.share.interval:
            return ""
        return f"Withheld: {self.share.too_few}" if self.is_withheld else f"Too few to say: {self.share.too_few}"


@dataclass(frozen=True)
class GradeCount:
    """How many reviews ended in a grade, as the last reading that decided found."""

    id: str
    label: str
    rag: str
    count: int


@dataclass(frozen=True)
class GradeSeries:
    """How reviews ended by versions whose grades mean the same; the days as in `Series`."""

    since: date | None
    until: date | None
    grades: tuple[GradeCount, ...]


def counted_versions(session: Session) -> list[CountedVersion]:
    """Return the versions by which figures are told, the oldest first: those that came with the installation, and those in use."""
    first_use = {
        version: london(at).date()
        for version, at in session.execute(
            submitted(select(Review.rubric_version, func.min(Review.assigned_at, type_=Review.assigned_at.type)))
            .where(Review.rubric == STOP_SEARCH)
            .group_by(Review.rubric_version)
        )
    }
    found = [one for one in published_versions(session) if one.starts_on is None or one.version in first_use]
    return [CountedVersion(one.rubric, one.starts_on or first_use.get(one.version)) for one in found]


def criterion_results(session: Session, *, quarter: Quarter | None = None) -> tuple[CriterionResult, ...]:
    """Return how often each criterion was met: in the newest rubric's order, a row for each series, the earliest first.

    An earlier series is told only where reviews scored by it. `quarter`: only of draws whose period ended in it; whether readers agree
    is told by all pairs so far.
    """
    versions = counted_versions(session)
    numbers = [version.rubric.version for version in versions]
    tallies, sizes = _tallies(session, quarter), _Frames.of(session, numbers, quarter)
    found: list[CriterionResult] = []
    for series in series_of_criteria(versions):
        given = [tally for version in series.versions for tally in tallies.get((series.criterion.id, version), ())]
        if given or series.is_current:
            band = criterion_bands(session, series.versions[-1])[series.criterion.id]
            share = told_share(share_met(given, sizes.sizes_for(series)), band)
            found.append(CriterionResult(series.criterion.id, series.criterion.name, series.criterion.question, share, series, band))
    return tuple(found)


def told_share(share: Share, band: Band) -> Share:
    """Return what may be told of a criterion: no estimate where its readers agree too little for it to mean anything."""
    return replace(share, interval=None, too_few=READERS_DIFFER) if band is Band.WITHHELD else share


def grade_series(session: Session, *, quarter: Quarter | None = None) -> tuple[GradeSeries, ...]:
    """Return how many reviews ended in each grade, split where grades changed their meaning, the newest last."""
    counted = session.execute(
        grades_that_count(select(Review.rubric_version, Review.grade, func.count()))
        .where(Review.rubric == STOP_SEARCH, drawn_for(quarter))
        .group_by(Review.rubric_version, Review.grade)
    ).all()
    runs = runs_of(counted_versions(session), same_grading)
    found: list[GradeSeries] = []
    for place, run in enumerate(runs):
        numbers = {version.rubric.version for version in run}
        counts = {grade.id: 0 for grade in run[-1].rubric.grades}
        for version, grade, count in counted:
            if version in numbers and grade in counts:
                counts[grade] += count
        grades = tuple(GradeCount(grade.id, grade.label, grade.rag, counts[grade.id]) for grade in run[-1].rubric.grades)
        is_last = place + 1 == len(runs)
        if is_last or any(counts.values()):
            found.append(GradeSeries(run[0].since if place else None, None if is_last else runs[place + 1][0].since, grades))
    return tuple(found)


@dataclass(frozen=True)
class _Frames:
    """The frames of the force's draws: how many encounters of each class, and by which versions each draw was read."""

    sizes: dict[uuid.UUID, dict[str, int]]
    read_by: dict[uuid.UUID, set[int]]

    @classmethod
    def of(cls, session: Session, versions: Sequence[int], quarter: Quarter | None) -> "_Frames":
        sizes: dict[uuid.UUID, dict[str, int]] = {}
        counted = in_force_draws(select(FrameEntry.draw_id, FrameEntry.risk_class, func.count())).where(drawn_for(quarter))
        for draw_id, risk_class, count in session.execute(counted.group_by(FrameEntry.draw_id, FrameEntry.risk_class)):
            if draw_id is not None:
                sizes.setdefault(draw_id, {})[risk_class] = count
        read_by: dict[uuid.UUID, set[int]] = {}
        read = submitted(select(FrameEntry.draw_id, Review.rubric_version)).where(Review.rubric == STOP_SEARCH).distinct()
        for draw_id, version in session.execute(read):
            if version in versions and draw_id is not None:
                read_by.setdefault(draw_id, set()).add(version)
        return cls(sizes, read_by)

    def sizes_for(self, series: Series) -> dict[str, int]:
        """Return the sizes of the classes that a series speaks of: of draws read by its versions; the current one of those unread too."""
        total: dict[str, int] = {}
        for draw_id, classes in self.sizes.items():
            read_by = self.read_by.get(draw_id, set())
            if read_by & set(series.versions) or (series.is_current and not read_by):
                for risk_class, count in classes.items():
                    total[risk_class] = total.get(risk_class, 0) + count
        return total


def _tallies(session: Session, quarter: Quarter | None) -> Tallies:
    """Return the tallies by criterion and version: one per risk class and inclusion probability."""
    drawn_with = (FrameEntry.risk_class, FrameEntry.inclusion_probability)  # of being drawn by the main stream or by coverage
    by = (Mark.criterion, Review.rubric_version, *drawn_with)
    rows = session.execute(
        marks_that_count(select(*by, *answers_counted()))
        .where(Review.rubric == STOP_SEARCH, drawn_for(quarter))
        .group_by(*by)
        .order_by(*by)
    )
    return tallies_from(
        ((criterion, version), risk_class, probability, counts) for criterion, version, risk_class, probability, *counts in rows
    )

"""How often each criterion was met and how reviews ended, split where a new version of the rubric changed what is asked.

Reviews by versions between which a criterion asks the same are counted together; others never are. What is not told here of one
criterion's share is told of nothing finer: no officer, no team, no encounter.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from stop_search.learning.asked import band_in, counted_versions
from stop_search.learning.draw_sums import (
    DRAWN,
    FIRST,
    FRAME,
    GRADE,
    MARKS,
    PAIR,
    DrawSums,
    added_up,
    of_quarter,
    sums_by_draw,
)
from stop_search.learning.estimates import Share, Tally, share_met, whatever_was_not_seen
from stop_search.learning.quarters import Quarter
from stop_search.learning.series import READERS_DIFFER, Series, runs_of, same_grading, series_of_criteria
from stop_search.learning.tallying import tallies_from, weight_of
from stop_search.reviews.agreement import Band
from stop_search.reviews.rubric import STOP_SEARCH

Tallies = dict[tuple[str, int], list[Tally]]


@dataclass(frozen=True)
class CriterionResult:
    """One criterion, in one sense of its words, and how often it was met. `series` says by which versions and between which days.

    `band`: how well two readers of one stop agree on it. `bounds`: between which shares it lies whatever was not seen; beside an interval.
    """

    id: str
    name: str
    question: str
    share: Share
    series: Series
    band: Band = Band.NOT_KNOWN
    bounds: tuple[float, float] | None = None

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


def criterion_results(
    session: Session, draws: Sequence[DrawSums] | None = None, *, quarter: Quarter | None = None
) -> tuple[CriterionResult, ...]:
    """Return how often each criterion was met: in the newest rubric's order, a row for each series, the earliest first.

    An earlier series is told only where reviews scored by it. `draws`: the sums of the force's draws, where they were read already.
    `quarter`: only of draws whose period ended in it; whether readers agree is told by all pairs so far.
    """
    whole = sums_by_draw(session) if draws is None else draws
    versions, pairs, draws = counted_versions(session, whole), added_up(whole, PAIR), of_quarter(whole, quarter)
    tallies, sizes = tallies_of(draws), _Frames.of(draws, [version.rubric.version for version in versions])
    found: list[CriterionResult] = []
    for series in series_of_criteria(versions):
        given = [tally for version in series.versions for tally in tallies.get((series.criterion.id, version), ())]
        if given or series.is_current:
            band = band_in(pairs, series.criterion.id, series.versions)
            share = told_share(share_met(given, sizes.sizes_for(series)), band)
            bounds = whatever_was_not_seen(given, sizes.drawn_for(series), sizes.sizes_for(series)) if share.interval else None
            asked = series.criterion
            found.append(CriterionResult(asked.id, asked.name, asked.question, share, series, band, bounds))
    return tuple(found)


def told_share(share: Share, band: Band) -> Share:
    """Return what may be told of a criterion: no estimate where its readers agree too little for it to mean anything."""
    return replace(share, interval=None, too_few=READERS_DIFFER) if band is Band.WITHHELD else share


def grade_series(session: Session, draws: Sequence[DrawSums] | None = None, *, quarter: Quarter | None = None) -> tuple[GradeSeries, ...]:
    """Return how many reviews ended in each grade, split where grades changed their meaning, the newest last."""
    whole = sums_by_draw(session) if draws is None else draws
    given = added_up(of_quarter(whole, quarter), GRADE)
    counted = [(int(version), grade, count) for (rubric, version, grade), (count,) in given.items() if rubric == STOP_SEARCH]
    runs = runs_of(counted_versions(session, whole), same_grading)
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
    """The frames of the force's draws: how many encounters of each class, Σ1/π of those drawn, and by which versions each draw was read."""

    sizes: dict[uuid.UUID, dict[str, int]]
    drawn: dict[uuid.UUID, dict[str, float]]
    read_by: dict[uuid.UUID, set[int]]

    @classmethod
    def of(cls, draws: Sequence[DrawSums], versions: Sequence[int]) -> "_Frames":
        sizes = {draw.draw_id: {name: counts[0] for (name,), counts in draw.of(FRAME)} for draw in draws}
        read_by = {
            draw.draw_id: {int(version) for (rubric, version), _ in draw.of(FIRST) if rubric == STOP_SEARCH and int(version) in versions}
            for draw in draws
        }
        drawn: dict[uuid.UUID, dict[str, float]] = {draw.draw_id: {} for draw in draws}
        for draw in draws:
            of_draw = drawn[draw.draw_id]
            for (name, probability), (count,) in draw.of(DRAWN):
                of_draw[name] = of_draw.get(name, 0.0) + count * (weight_of(float(probability)) or 0.0 if probability else 0.0)
        return cls(sizes, drawn, read_by)

    def sizes_for(self, series: Series) -> dict[str, int]:
        """Return the sizes of the classes that a series speaks of: of draws read by its versions; the current one of those unread too."""
        total: Counter[str] = Counter()
        for draw_id in self._draws_of(series):
            total.update(self.sizes[draw_id])
        return dict(total)

    def drawn_for(self, series: Series) -> dict[str, float]:
        """Return Σ1/π of what was drawn of these, by class."""
        total: dict[str, float] = {}
        for draw_id in self._draws_of(series):
            for name, weight in self.drawn[draw_id].items():
                total[name] = total.get(name, 0.0) + weight
        return total

    def _draws_of(self, series: Series) -> list[uuid.UUID]:
        spoken_of = set(series.versions)
        return [one for one, read_by in self.read_by.items() if read_by & spoken_of or (series.is_current and not read_by)]


def tallies_of(draws: Iterable[DrawSums]) -> Tallies:
    """Return the tallies by criterion and version: one per risk class and inclusion probability."""
    marks = sorted(added_up(draws, MARKS).items())
    return tallies_from(
        ((criterion, int(version)), risk_class, float(probability) if probability else None, counts)
        for (rubric, version, criterion, risk_class, probability), counts in marks
        if rubric == STOP_SEARCH
    )

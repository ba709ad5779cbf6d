"""Where a change of the rubric splits a criterion's figures: marks before and after are never added up. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from stop_search.reviews.agreement import Band
from stop_search.reviews.comparing import comparable
from stop_search.reviews.rubric_changes import changes_between, why_apart
from stop_search.reviews.rules import Criterion, Rubric

Version = TypeVar("Version")
READERS_DIFFER = "two readers of the same stop differ too much on it (alpha below 0.667)"


@dataclass(frozen=True)
class CountedVersion:
    """A version by which reviews are counted. `since`: the day from which it was given out, None for the first."""

    rubric: Rubric
    since: date | None


@dataclass(frozen=True)
class Series:
    """Versions, one after the other, in which a criterion asks the same. Its words are the last one's.

    `since` and `until`: the days of the changes at its two ends, None where there is none; `why` says what changed at its beginning;
    `is_current`: the newest version still asks it so.
    """

    criterion: Criterion
    versions: tuple[int, ...]
    since: date | None
    until: date | None
    why: str
    is_current: bool


@dataclass(frozen=True)
class Asked:
    """A criterion in one sense of its words: the versions that ask it so, and how well two readers of one stop agree on it."""

    criterion: Criterion
    versions: frozenset[int]
    band: Band = Band.NOT_KNOWN

    @property
    def is_withheld(self) -> bool:
        """Whether no estimate is told because readers differ too much."""
        return self.band is Band.WITHHELD


def series_of_criteria(versions: Sequence[CountedVersion]) -> tuple[Series, ...]:
    """Return the series of each criterion, the earliest first: criteria in the newest version's order, then those no longer asked."""
    order = dict.fromkeys(criterion.id for version in reversed(versions) for criterion in version.rubric.criteria)
    return tuple(series for criterion in order for series in _of_criterion(criterion, versions))


def _of_criterion(criterion: str, versions: Sequence[CountedVersion]) -> Iterator[Series]:
    runs = runs_of(versions, lambda one, other: comparable(criterion, one.rubric, other.rubric))
    for place, run in enumerate(runs):
        asked = run[-1].rubric.criterion(criterion)
        if asked is None:
            continue
        before = runs[place - 1][-1] if place else None
        yield Series(
            criterion=asked,
            versions=tuple(version.rubric.version for version in run),
            since=run[0].since if before else None,
            until=runs[place + 1][0].since if place + 1 < len(runs) else None,
            why=why_apart(criterion, before.rubric, run[0].rubric) if before else "",
            is_current=place + 1 == len(runs),
        )


def runs_of(versions: Sequence[Version], belong: Callable[[Version, Version], bool]) -> list[list[Version]]:
    """Return neighbours that belong together, in their order."""
    runs: list[list[Version]] = []
    for version in versions:
        if runs and belong(runs[-1][-1], version):
            runs[-1].append(version)
        else:
            runs.append([version])
    return runs


def same_grading(one: CountedVersion, other: CountedVersion) -> bool:
    """Return whether overall grades by two versions mean the same: the same criteria in the same sense, grades, rules and caps."""
    here, there = one.rubric, other.rubric
    return (here.grades, here.grade_rules, here.caps) == (there.grades, there.grade_rules, there.caps) and not any(
        change.splits for change in changes_between(here, there)
    )

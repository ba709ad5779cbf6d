"""Whether video is missing of one group more than of another, counted by the database: for the front page of what was learned.

The same test as the page of disparity makes of people, here of stops, so that people of one stop count once; of the newest twelve months.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.encounters.rules import SEARCHES, EncounterSource, PersonPart
from stop_search.footage.records import FootageAbsence, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import ASKED_AFTER
from stop_search.learning.disparity.comparing import comparison_of, together
from stop_search.learning.disparity.groups import IN_WORDS, Basis, group_of_code
from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.disparity.periods import months_within, moved, periods_within
from stop_search.learning.disparity.queries import Months, months_with_searches
from stop_search.learning.kept_sums import Sums, added, believed_sums, keep_sums, to_count
from stop_search.learning.ratios import Group
from stop_search.learning.series import runs_of

ABOUT = "film"  # kept sums of months
SETTLED_AFTER = timedelta(days=2)  # after a month: by then its recordings are in, and what still comes waits for the next count

COLUMNS = {
    Basis.SELF_DEFINED: PersonSearched.self_defined_ethnicity,
    Basis.OFFICER_PERCEIVED: PersonSearched.officer_perceived_ethnicity,
    Basis.AGE: PersonSearched.age_band,
    Basis.SEX: PersonSearched.gender,
}


@dataclass(frozen=True)
class FilmAlert:
    """Video is missing more often, or less, of one group than of another by more than chance. `basis`: where to look."""

    basis: Basis
    words: str


def film_alerts(session: Session, *, now: datetime) -> tuple[FilmAlert, ...]:
    """Return the groups of every basis, all tests adjusted for one another; none before anybody was searched."""
    whole = months_with_searches(session)
    if whole is None:
        return ()
    counted = film_sums(session, months=periods_within(whole)[0].months, now=now)
    compared = together([comparison_of(_groups(counted, basis), NO_VIDEO, basis) for basis in Basis])
    return tuple(
        FilmAlert(
            one.basis,
            _words(row.name.people, one.reference.name.people, is_more=row.group.rate > one.reference.group.rate, basis=one.basis),
        )
        for one in compared
        for row in one.rows
        if row.stands_out
    )


def film_sums(session: Session, *, months: Months, now: datetime) -> Sums:
    """Return how many stops are known and how many have no video, by basis and code: of months that are over as counted last."""
    kept = believed_sums(session, about=ABOUT, now=now)
    wanted = months_within(months)
    live = runs_of([month for month in wanted if month not in kept], lambda one, other: moved(one, 1) == other)
    return added(
        [
            *(kept[month][0] for month in wanted if month in kept),
            *(count_films(session, months=Months(run[0], run[-1]), now=now) for run in live),
        ]
    )


def film_months_to_count(session: Session, *, now: datetime, most: int) -> list[str]:
    """Return the months over since SETTLED_AFTER, of those that alerts speak of, that want counting, at `most` so many."""
    whole = months_with_searches(session)
    if whole is None:
        return []
    over = [month for month in months_within(periods_within(whole)[0].months) if Months(month, month).ends <= now - SETTLED_AFTER]
    return to_count(session, about=ABOUT, keys=over, now=now, most=most)


def keep_film_sums(session: Session, *, counted: Mapping[str, Sums], now: datetime) -> None:
    """Keep what was counted of months."""
    keep_sums(session, about=ABOUT, counted=counted, now=now)


def count_films(session: Session, *, months: Months, now: datetime) -> Sums:
    """Return the sums of some months, counted now: read once for all bases."""
    of_stop: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    missing: dict[uuid.UUID, bool] = {}
    for stop, filmed, doubted, explained, reason, recorded_at, *codes in session.execute(_stops(months)):
        is_missing = not filmed and not doubted and (explained or reason is not None or recorded_at <= now - ASKED_AFTER)
        if filmed or is_missing:
            missing[stop] = is_missing
            of_stop[stop] |= {f"{basis}|{'' if code is None else code}" for basis, code in zip(COLUMNS, codes, strict=True)}
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for stop, names in of_stop.items():
        for name in names:
            found[name][0] += 1
            found[name][1] += missing[stop]
    return dict(found)


def _words(people: str, others: str, *, is_more: bool, basis: Basis) -> str:
    more = "more" if is_more else "less"
    return f"Video is missing {more} often of {people} than of {others}, by more than chance ({IN_WORDS[basis]})."


def _stops(months: Months) -> Select[*tuple[Any, ...]]:
    """Select every person who was searched, in codes, with what is known of the stop's video."""
    stop = Encounter.id
    filmed = exists().where(FootageOfEncounter.encounter_id == stop)
    doubted = exists().where(FootageInDoubt.encounter_id == stop)
    explained = exists().where(FootageAbsence.encounter_id == stop)
    return (
        select(stop, filmed, doubted, explained, Encounter.footage_absence_reason, Encounter.recorded_at, *COLUMNS.values())
        .join(PersonSearched, PersonSearched.encounter_id == stop)
        .where(Encounter.source != EncounterSource.POLICE_UK, Encounter.kind.in_(SEARCHES), PersonSearched.part == PersonPart.SEARCHED)
        .where(func.coalesce(PersonSearched.search_not_carried_out_reason, "") == "")
        .where(Encounter.started_at >= months.starts, Encounter.started_at < months.ends)
    )


def _groups(counted: Sums, basis: Basis) -> dict[str | None, Group]:
    """Return the counts of a basis by group: several codes stand for one. Pure."""
    found: defaultdict[str | None, Group] = defaultdict(lambda: Group(0, 0))
    for name, (known, gone) in counted.items():
        of_basis, _, code = name.partition("|")
        if of_basis == basis:
            group = group_of_code(code or None, basis)
            found[group] = Group(found[group].events + gone, found[group].size + known)
    return dict(found)

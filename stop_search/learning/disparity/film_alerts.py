"""Whether video is missing of one group more than of another, counted by the database: for the front page of what was learned.

The same test as the page of disparity makes of people, here of stops, so that people of one stop count once; of the newest twelve months.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.encounters.rules import SEARCHES, EncounterSource, PersonPart
from stop_search.footage.records import FootageAbsence, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import ASKED_AFTER
from stop_search.learning.disparity.comparing import comparison_of, together
from stop_search.learning.disparity.groups import IN_WORDS, Basis, group_of_code
from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.disparity.periods import periods_within
from stop_search.learning.disparity.queries import months_with_searches
from stop_search.learning.ratios import Group

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
    months = periods_within(whole)[0].months
    bases = tuple(Basis)
    counts = [_counts(session, basis, months.starts, months.ends, now) for basis in bases]
    compared = together([comparison_of(groups, NO_VIDEO, basis) for groups, basis in zip(counts, bases, strict=True)])
    return tuple(
        FilmAlert(
            one.basis,
            _words(row.name.people, one.reference.name.people, is_more=row.group.rate > one.reference.group.rate, basis=one.basis),
        )
        for one in compared
        for row in one.rows
        if row.stands_out
    )


def _words(people: str, others: str, *, is_more: bool, basis: Basis) -> str:
    more = "more" if is_more else "less"
    return f"Video is missing {more} often of {people} than of {others}, by more than chance ({IN_WORDS[basis]})."


def _counts(session: Session, basis: Basis, starts: datetime, ends: datetime, now: datetime) -> dict[str | None, Group]:
    """Return how many stops of each group have no video, of those of which it is known."""
    stop = Encounter.id
    filmed = exists().where(FootageOfEncounter.encounter_id == stop)
    doubted = exists().where(FootageInDoubt.encounter_id == stop)
    explained = or_(exists().where(FootageAbsence.encounter_id == stop), Encounter.footage_absence_reason.is_not(None))
    missing = and_(~filmed, ~doubted, or_(explained, Encounter.recorded_at <= now - ASKED_AFTER))
    column = COLUMNS[basis]
    rows = session.execute(
        select(column, func.count(distinct(stop)), func.count(distinct(case((missing, stop)))))
        .join(PersonSearched, PersonSearched.encounter_id == stop)
        .where(Encounter.source != EncounterSource.POLICE_UK, Encounter.kind.in_(SEARCHES), PersonSearched.part == PersonPart.SEARCHED)
        .where(func.coalesce(PersonSearched.search_not_carried_out_reason, "") == "")
        .where(Encounter.started_at >= starts, Encounter.started_at < ends, or_(filmed, missing))
        .group_by(column)
    )
    found: defaultdict[str | None, Group] = defaultdict(lambda: Group(0, 0))
    for code, known, gone in rows:
        group = group_of_code(code, basis)
        found[group] = Group(found[group].events + gone, found[group].size + known)
    return dict(found)

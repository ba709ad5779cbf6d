"""Counting what the declared tables ask for, of one quarter, exactly: what goes on from here is rounded first (`holding_back.py`)."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.codes.public_tables import DeclaredDimension, DeclaredTable, PublicTables
from stop_search.draws.records import Draw, FrameEntry
from stop_search.learning.disparity.groups import SearchedPerson
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.quarters import Quarter
from stop_search.learning.receipts_that_count import receipts_of
from stop_search.learning.sample import answers_counted, marks_that_count
from stop_search.learning.series import Asked
from stop_search.learning.transparency.rules import Dimension, Key, Table, Universe, summed
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rubric import STOP_SEARCH

RESULTS = ("met", "below", "not_told")
ANSWERED = ("answered", "not_answered")


def counted_tables(
    session: Session, *, declared: PublicTables, quarter: Quarter, asked: Mapping[str, Asked], now: datetime
) -> tuple[Table, ...]:
    """Return every declared table of one quarter with exact counts and all sums. Never shown to anybody as it is.

    `asked`: the criteria in the sense in which the quarter's reviews were asked them. Tables of receipts are left out where answers of the
    quarter may have been erased: a correction then leaves them as they were told.
    """
    people = searched_people(session, months=Months(quarter.months[0], quarter.months[-1]), now=now).people
    made: list[Table] = []
    for table in declared.tables:
        if table.of == Universe.REVIEWS:
            made.append(_reviews(session, table, quarter, asked))
        elif table.of == Universe.RECEIPTS:
            made += _receipts(session, table, quarter, now)
        else:
            made.append(_people(session, table, declared, people))
    return tuple(summed(table) for table in made)


def withheld_of(asked: Mapping[str, Asked]) -> list[str]:
    """Return the ids of the criteria on which readers differ too much for anything to be told."""
    return [key for key, one in asked.items() if one.is_withheld]


def _people(session: Session, table: DeclaredTable, declared: PublicTables, people: Iterable[SearchedPerson]) -> Table:
    dimensions = [declared.dimensions[name] for name in table.by]
    shown = tuple(Dimension(one.name, one.categories or _units(session, one)) for one in dimensions)
    counts = Counter(tuple(_category(one, person) for one in dimensions) for person in people)
    return Table(table.name, Universe.PEOPLE, shown, _filled(shown, counts))


def _category(dimension: DeclaredDimension, person: SearchedPerson) -> str:
    if dimension.codes is None:
        return (person.unit or dimension.blank) if not dimension.categories else person.film.value
    code = {"ethnicity": person.self_defined, "perceived_ethnicity": person.perceived}.get(
        dimension.codes, getattr(person, dimension.codes, None)
    )
    return dimension.category(code)


def _units(session: Session, dimension: DeclaredDimension) -> tuple[str, ...]:
    """Return all units that there are, whether anybody was searched there or not."""
    units = session.scalars(select(Team.unit).where(Team.unit.is_not(None)).distinct().order_by(Team.unit))
    return (*(unit for unit in units if unit), dimension.blank)


def _reviews(session: Session, table: DeclaredTable, quarter: Quarter, asked: Mapping[str, Asked]) -> Table:
    """Count what counts of each criterion, by draws whose period ended in the quarter; what was not marked is not told."""
    criteria = tuple(key for key, one in asked.items() if not one.is_withheld)
    within = (Draw.period_end >= quarter.first, Draw.period_end < quarter.after.first, Review.rubric == STOP_SEARCH)
    reviews = session.scalar(marks_that_count(select(func.count(distinct(FrameEntry.id)))).where(*within)) or 0
    answers = marks_that_count(select(Mark.criterion, Review.rubric_version, *answers_counted())).where(*within)
    found: dict[str, tuple[int, int]] = {}
    for criterion, version, met, below, *_ in session.execute(answers.group_by(Mark.criterion, Review.rubric_version)):
        if criterion in asked and version in asked[criterion].versions:
            before = found.get(criterion, (0, 0))
            found[criterion] = (before[0] + met, before[1] + below)
    counts: dict[Key, int] = {}
    for criterion in criteria:
        met, below = found.get(criterion, (0, 0))
        counts |= dict(zip(((criterion, result) for result in RESULTS), (met, below, reviews - met - below), strict=True))
    dimensions = (Dimension("criterion", criteria), Dimension("result", RESULTS))
    return Table(table.name, Universe.REVIEWS, dimensions, counts, is_partition=False, left_out=tuple(withheld_of(asked)))


def _receipts(session: Session, table: DeclaredTable, quarter: Quarter, now: datetime) -> list[Table]:
    """Count the receipts of the quarter's stops, and those that are answered; nothing where answers may have been erased."""
    found = receipts_of(session, quarter, now=now)
    if found.answered is None:
        return []
    counts = {("answered",): found.answered, ("not_answered",): found.receipts - found.answered}
    return [Table(table.name, Universe.RECEIPTS, (Dimension("answered", ANSWERED),), counts)]


def _filled(dimensions: Iterable[Dimension], counts: Counter[Key]) -> dict[Key, int | None]:
    """Return a count for every cell, 0 where there is nobody."""
    return {key: counts[key] for key in itertools.product(*(one.categories for one in dimensions))}

"""The adversary harness: 500 officers with a good memory learn no more of one answer than the number of people it is told with."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, Receipt
from stop_search.feedback.records import Feedback
from stop_search.feedback.release_rules import FEWEST, first_monday, month_of
from stop_search.feedback.released import release_answers, told_to_officer
from tests.support.hostile_officers import YEAR_BEGINS, Shown, Stop, hits, invented_year, keep, sums_without_protection

OFFICERS = 500
MARGIN = 0.02
SEED = 20261125


def months() -> list[tuple[str, date]]:
    """Return the release days of a year and a half."""
    found = {month_of((YEAR_BEGINS + timedelta(days=30 * n)).date()) for n in range(18)}
    return [(month, first_monday(month)) for month in sorted(found)]


@dataclass(frozen=True)
class Measured:
    """How often officers were right, as means over all releases, and what chance alone would give."""

    releases: int
    at_random: float
    one_in_n: float
    chosen: float
    one_in_group: float


def measured(pairs: Iterable[tuple[list[Stop], list[Shown]]]) -> Measured:
    """Return the figures of all releases of all officers."""
    results = [(*hits(stops, shown), 1 / shown.answers) for stops, seen in pairs for shown in seen]
    at_random, chosen, one_in_group, one_in_n = (mean(column) for column in zip(*results, strict=True))
    return Measured(len(results), at_random, one_in_n, chosen, one_in_group)


def shown_in_earnest(session: Session, officer: uuid.UUID) -> list[Shown]:
    """Return what the officer sees, with the truth beside it for the referee."""
    of_month: dict[str | None, set[uuid.UUID]] = {}
    rows = session.execute(
        select(Feedback.released_in, Encounter.id)
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .where(Encounter.officer_id == officer)
    )
    for month, encounter in rows:
        of_month.setdefault(month, set()).add(encounter)
    told = told_to_officer(session, officer_id=officer)
    return [Shown(first_monday(t.month), t.answers, t.bins, frozenset(of_month[t.month])) for t in told]


@pytest.mark.slow
@pytest.mark.timeout(1200)  # 20 seconds on a quiet machine; with other programs on its cores much longer
def test_500_hostile_officers_are_right_no_more_often_than_one_in_n_and_two_points(session: Session) -> None:
    year = invented_year(SEED, OFFICERS)
    keep(session, year)
    for _, day in months():
        release_answers(session, now=datetime(day.year, day.month, day.day, 6, tzinfo=YEAR_BEGINS.tzinfo))
    seen = {officer: shown_in_earnest(session, officer) for officer in year}
    found = measured((year[officer], seen[officer]) for officer in year)
    told = sum(len(bins) for shown in seen.values() for release in shown for bins in release.bins.values())
    print(f"{found}, {told} bins told")  # noqa: T201 -- figures of a measurement
    assert found.releases > OFFICERS
    assert told > 2 * OFFICERS
    assert all(release.answers >= FEWEST and len(release.truth) >= FEWEST for shown in seen.values() for release in shown)
    assert found.at_random <= found.one_in_n + MARGIN
    assert found.chosen <= found.one_in_group <= 1 / FEWEST


def test_the_harness_finds_officers_out_where_sums_hide_nothing() -> None:
    year = invented_year(SEED, OFFICERS)
    pairs = [(stops, sums_without_protection(stops, months())) for stops in year.values()]
    found = measured(pairs)
    print(f"without protection: {found}")  # noqa: T201 -- figures of a measurement
    assert min(found.at_random, found.chosen) > 1 / FEWEST + MARGIN

"""Planning from the register: classes as a draw would have them, work and groups, and nothing fixed by it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.codes.design import Coverage, Design, Method
from stop_search.draws.planning import planned_draw
from stop_search.draws.records import Draw
from stop_search.draws.rules import RiskClass
from stop_search.errors import Invalid
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.sampled import DESIGN, OCTOBER

IN_OCTOBER = NOON - timedelta(days=30)


def test_a_plan_counts_classes_groups_and_units_and_fixes_nothing(session: Session) -> None:
    team = a.a_team(session, unit="North")
    for n in range(12):
        stop = a.an_encounter(session, started_at=IN_OCTOBER, team=team, officer=a.an_officer(session), people=0)
        a.a_person(session, encounter=stop, self_defined_ethnicity="B1" if n < 5 else "W1")
    planned = planned_draw(session, period_start=OCTOBER[0], period_end=OCTOBER[1], design=DESIGN)
    assert {line.risk_class: line.size for line in planned.classes} == {name: 12 * (name is RiskClass.HIGH) for name in RiskClass}
    assert {one.group: one.stops for one in planned.groups} == {
        "all stops": 12,
        "unit: North": 12,
        "ethnicity: White": 7,
        "ethnicity: Black": 5,
    }
    assert planned.work.main == pytest.approx(12 * 7 / 20)
    assert planned.work.main + planned.work.coverage == pytest.approx(12)
    assert not any(one.is_sufficient for one in planned.groups)
    assert session.scalar(select(func.count()).select_from(Draw)) == 0


def test_small_classes_are_planned_as_they_would_be_drawn(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    planned = planned_draw(session, period_start=OCTOBER[0], period_end=OCTOBER[1], design=DESIGN)
    high = next(line for line in planned.classes if line.risk_class == RiskClass.HIGH)
    assert (high.numerator, high.denominator, high.size) == (1, 1, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"design": Design()}, "design"),
        ({"design": replace(DESIGN, second=(2, 1))}, "design"),
        ({"period_end": date(2026, 9, 1)}, "period_end"),
    ],
)
def test_what_cannot_be_planned_is_told(session: Session, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as told:
        planned_draw(session, **({"period_start": OCTOBER[0], "period_end": OCTOBER[1], "design": DESIGN} | change))
    assert set(told.value.fields) == {field}


def test_a_quarter_is_planned_as_the_weekly_draws_that_it_will_be(session: Session) -> None:
    for week in range(13):
        for n in range(20):
            a.an_encounter(session, started_at=NOON - timedelta(days=91 - 7 * week, minutes=n), people=0)
    strata = replace(DESIGN, method=Method.STRATIFIED, classes={}, sizes=dict.fromkeys(RiskClass, 5), coverage=Coverage.NONE)
    first = (NOON - timedelta(days=91)).date()
    quarter = planned_draw(session, period_start=first, period_end=first + timedelta(days=90), design=strata)
    week = planned_draw(session, period_start=first, period_end=first + timedelta(days=6), design=strata)
    assert (quarter.draws, week.draws) == (13, 1)
    assert (quarter.work.main, week.work.main) == (pytest.approx(65), pytest.approx(5))
    assert quarter.work.reviews_a_week == week.work.reviews_a_week == pytest.approx(5)
    line = next(one for one in quarter.classes if one.size)
    assert (line.size, line.numerator / line.denominator) == (260, pytest.approx(1 / 4))

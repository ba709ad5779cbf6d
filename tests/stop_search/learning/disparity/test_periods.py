"""Which months can be looked at: the newest twelve and the financial years."""

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.errors import NotAllowed, NotFound
from stop_search.learning.disparity.periods import chosen_period, periods_for, periods_within
from stop_search.learning.disparity.queries import Months
from tests.support import builders as a
from tests.support.searched import a_viewer


def test_the_newest_twelve_months_come_first_then_the_years_the_newest_first() -> None:
    found = periods_within(Months("2019-01", "2021-03"))
    assert [(one.key, one.words) for one in found] == [
        ("latest", "April 2020 to March 2021"),
        ("2020-21", "Year to March 2021"),
        ("2019-20", "Year to March 2020"),
        ("2018-19", "Year to March 2019"),
    ]
    assert [one.months for one in found[:2]] == [Months("2020-04", "2021-03")] * 2


def test_a_force_that_has_just_begun_has_its_own_months() -> None:
    assert [one.words for one in periods_within(Months("2026-11", "2026-11"))] == ["November 2026", "Year to March 2027"]
    assert periods_within(Months("2026-01", "2026-12"))[0].months == Months("2026-01", "2026-12")
    assert periods_within(Months("2025-11", "2026-12"))[0].months == Months("2026-01", "2026-12")


def test_a_period_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="no such period"):
        chosen_period(periods_within(Months("2026-11", "2026-11")), "2001-02")


def test_only_the_learning_team_may_look(session: Session) -> None:
    a.an_encounter(session)
    with pytest.raises(NotAllowed, match="learning team"):
        periods_for(session, viewer=a_viewer(session, Role.SUPERVISOR))
    assert periods_for(session, viewer=a_viewer(session))

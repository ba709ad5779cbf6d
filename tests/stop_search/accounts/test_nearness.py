"""Lines of command in time: what is said from a day on leaves the days before as they were."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.nearness import put_above
from stop_search.accounts.queries import line_of_command
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import Invalid, NotFound
from tests.conftest import NOON
from tests.support import builders as a

TODAY = NOON.date()


def put(session: Session, team_id: uuid.UUID, above_id: uuid.UUID | None, since: date | None = None) -> None:
    """Put a team below another."""
    put_above(session, team_id=team_id, above_id=above_id, actor=COMMAND_LINE, now=NOON, since=since)
    session.flush()


def test_what_is_said_first_holds_for_all_days_and_what_comes_after_from_its_day_on(session: Session) -> None:
    team, sector, other = (a.a_team(session).id for _ in range(3))
    put(session, team, sector)
    assert line_of_command(session, on=date(1950, 1, 1)) == {team: sector}
    put(session, team, other)
    assert line_of_command(session, on=TODAY - timedelta(days=1)) == {team: sector}
    assert line_of_command(session, on=TODAY) == {team: other}
    put(session, team, None, since=TODAY + timedelta(days=5))
    assert line_of_command(session, on=TODAY + timedelta(days=4)) == {team: other}
    assert line_of_command(session, on=TODAY + timedelta(days=5)) == {}


def test_said_again_of_the_same_day_or_of_an_earlier_one_the_last_word_counts(session: Session) -> None:
    team, sector, other = (a.a_team(session).id for _ in range(3))
    put(session, team, sector)
    put(session, team, other)
    put(session, team, sector)
    assert line_of_command(session, on=TODAY) == {team: sector}
    put(session, team, other, since=TODAY - timedelta(days=30))
    assert line_of_command(session, on=TODAY - timedelta(days=31)) == {team: sector}
    assert line_of_command(session, on=TODAY - timedelta(days=30)) == line_of_command(session, on=TODAY) == {team: other}


def test_no_ring_on_any_day(session: Session) -> None:
    team, sector, unit = (a.a_team(session).id for _ in range(3))
    put(session, team, sector, since=TODAY + timedelta(days=10))
    put(session, sector, unit)
    with pytest.raises(Invalid):
        put(session, unit, team)
    assert line_of_command(session, on=TODAY) == {sector: unit}


def test_a_team_that_there_is_not_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound):
        put(session, uuid.uuid4(), None)
    with pytest.raises(NotFound):
        put(session, a.a_team(session).id, uuid.uuid4())

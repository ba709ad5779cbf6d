"""Released tables for tests: a small force's quarter, prepared by one person and let out by another."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.accounts.rules import Viewer
from stop_search.codes.public_tables import public_tables
from stop_search.encounters.records import Encounter
from stop_search.learning.quarters import Quarter
from stop_search.learning.transparency.released import prepared_digest
from stop_search.learning.transparency.releasing import prepare_release, release_tables
from tests.support import builders as a
from tests.support.searched import BLACK, FOUND, MIXED, NOTHING, WHITE, a_viewer, some_searched

QUARTER = Quarter(2026, 3)
IN_QUARTER = datetime(2026, 9, 20, 12, tzinfo=UTC)
AFTER = datetime(2026, 10, 5, 9, tzinfo=UTC)


def a_quarter(session: Session) -> list[Encounter]:
    """Add the stops of a quarter: 55 White people, 36 Black people, 3 of mixed ethnicity; two units; all but 6 filmed."""
    team, other = a.a_team(session, name="Harbour A", unit="Harbour"), a.a_team(session, name="Moor A", unit="Moor")
    found = some_stops(session, 38, team, filmed=32, person=WHITE | NOTHING)
    found += some_stops(session, 17, team, person=WHITE | FOUND)
    found += some_stops(session, 21, other, person=BLACK | NOTHING)
    found += some_stops(session, 15, other, person=BLACK | FOUND)
    return found + some_stops(session, 3, other, person=MIXED | NOTHING)


def some_stops(session: Session, number: int, team: Team, *, person: dict[str, Any], filmed: int | None = None) -> list[Encounter]:
    """Add stops within the quarter."""
    filmed = number if filmed is None else filmed
    return some_searched(session, number, team=team, filmed=filmed, started_at=IN_QUARTER, every=timedelta(hours=5), **person)


def a_release(session: Session, *, quarter: Quarter = QUARTER, now: datetime = AFTER) -> tuple[Viewer, Viewer]:
    """Prepare a quarter and let it out; return who did."""
    one, other = a_viewer(session), a_viewer(session)
    prepare_release(session, declared=public_tables(), quarter=quarter, viewer=one, now=now)
    release_tables(session, quarter=quarter, seen=prepared_digest(session, quarter=quarter.key), viewer=other, now=now)
    return one, other

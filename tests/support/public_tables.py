"""Released tables for tests: a small force's quarter, prepared by one person and let out by another."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.codes.public_tables import public_tables
from stop_search.encounters.records import Encounter
from stop_search.learning.transparency.quarters import Quarter
from stop_search.learning.transparency.releasing import prepare_release, release_tables
from tests.support import builders as a
from tests.support.searched import BLACK, FOUND, MIXED, NOTHING, WHITE, a_viewer, some_searched

QUARTER = Quarter(2026, 3)
IN_QUARTER = datetime(2026, 9, 20, 12, tzinfo=UTC)
AFTER = datetime(2026, 10, 5, 9, tzinfo=UTC)


def a_quarter(session: Session) -> list[Encounter]:
    """Add the stops of a quarter: 55 White people, 36 Black people, 3 of mixed ethnicity; two units; all but 6 filmed."""
    team, other = a.a_team(session, name="Harbour A", unit="Harbour"), a.a_team(session, name="Moor A", unit="Moor")
    at = {"started_at": IN_QUARTER, "every": timedelta(hours=5)}
    found = some_searched(session, 38, team=team, filmed=32, **at, **WHITE | NOTHING)
    found += some_searched(session, 17, team=team, filmed=17, **at, **WHITE | FOUND)
    found += some_searched(session, 21, team=other, filmed=21, **at, **BLACK | NOTHING)
    found += some_searched(session, 15, team=other, filmed=15, **at, **BLACK | FOUND)
    return found + some_searched(session, 3, team=other, filmed=3, **at, **MIXED | NOTHING)


def a_release(session: Session, *, quarter: Quarter = QUARTER, now: datetime = AFTER) -> tuple[Viewer, Viewer]:
    """Prepare a quarter and let it out; return who did."""
    one, other = a_viewer(session), a_viewer(session)
    prepare_release(session, declared=public_tables(), quarter=quarter, viewer=one, now=now)
    release_tables(session, quarter=quarter, viewer=other, now=now)
    return one, other

"""Releases: counted for one quarter, let out by a second person, kept as they are, corrected with the next one only."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.accounts.rules import Role
from stop_search.audit.queries import newest_entries
from stop_search.codes.public_tables import public_tables
from stop_search.encounters.records import PersonSearched
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.learning.asked import asked_now
from stop_search.learning.quarters import Quarter
from stop_search.learning.records import PublicRelease, ReleasedTables
from stop_search.learning.transparency.checking import faults_in
from stop_search.learning.transparency.counting import counted_tables
from stop_search.learning.transparency.released import prepared_digest, quarter_out, quarter_prepared, quarters_out, releases_listed
from stop_search.learning.transparency.releasing import prepare_release, release_tables
from stop_search.learning.transparency.rules import ALL
from tests.support import builders as a
from tests.support.double_reading import read_twice
from tests.support.public_tables import AFTER, IN_QUARTER, QUARTER, a_quarter, a_release, some_stops
from tests.support.searched import BLACK, NOTHING, a_viewer, some_searched

LATER = datetime(2027, 1, 4, 9, tzinfo=UTC)


def prepared(session: Session, quarter: Quarter = QUARTER, now: datetime = AFTER) -> None:
    prepare_release(session, declared=public_tables(), quarter=quarter, viewer=a_viewer(session), now=now)


def test_a_quarter_is_counted_as_it_was(session: Session) -> None:
    stops = a_quarter(session)
    next_quarter = BLACK | NOTHING
    some_searched(session, 5, started_at=IN_QUARTER + timedelta(days=30), **next_quarter)  # pyright: ignore[reportArgumentType]
    for stop in stops[:20]:
        person = session.scalars(select(PersonSearched).where(PersonSearched.encounter_id == stop.id)).one()
        receipt = a.a_receipt(session, person=person, issued_at=stop.started_at)
        if stop in stops[:3]:
            a.some_feedback(session, receipt=receipt, answers={})
    tables = counted_tables(session, declared=public_tables(), quarter=QUARTER, asked=asked_now(session), now=AFTER)
    exact = {table.name: table.counts for table in tables}
    assert exact["object"]["drugs",] == 94
    assert (exact["ethnicity_and_outcome"]["white", "nothing"], exact["ethnicity_and_outcome"]["black", "arrest"]) == (38, 15)
    assert exact["ethnicity_and_outcome"]["mixed", ALL] == 3
    assert (exact["area"]["Harbour",], exact["area"]["Moor",], exact["area"]["not_recorded",]) == (55, 39, 0)
    assert exact["film"]["filmed",] == 88
    assert (exact["answers"]["answered",], exact["answers"]["not_answered",], exact["answers"][ALL,]) == (3, 17, 20)


def test_nothing_is_out_before_a_second_person_lets_it_out(session: Session) -> None:
    a_quarter(session)
    one, other = a_viewer(session), a_viewer(session)
    prepare_release(session, declared=public_tables(), quarter=QUARTER, viewer=one, now=AFTER)
    assert quarters_out(session) == ()
    with pytest.raises(NotFound):
        quarter_out(session, quarter="2026Q3")
    seen = prepared_digest(session, quarter=QUARTER.key)
    with pytest.raises(NotAllowed):
        release_tables(session, quarter=QUARTER, seen=seen, viewer=one, now=AFTER)
    release_tables(session, quarter=QUARTER, seen=seen, viewer=other, now=AFTER)
    release_tables(session, quarter=QUARTER, seen=seen, viewer=other, now=LATER)  # again: nothing changes
    (told,) = quarters_out(session)
    assert (told.quarter, told.version, told.released_at) == ("2026Q3", 1, AFTER)
    shown = told.table("ethnicity_and_outcome")
    assert shown is not None
    assert (shown.counts["white", "nothing"], shown.counts["mixed", ALL], shown.counts[ALL, ALL]) == (40, None, 95)
    assert {"public_tables_prepared", "public_tables_released"} <= {entry.action for entry in newest_entries(session)}


def test_only_what_the_second_person_looked_at_is_let_out(session: Session) -> None:
    """They saw a whole of 95; 40 more were counted before they pressed the button."""
    a_quarter(session)
    one, other = a_viewer(session), a_viewer(session)
    prepare_release(session, declared=public_tables(), quarter=QUARTER, viewer=one, now=AFTER)
    (line,) = releases_listed(session, viewer=other)
    some_stops(session, 40, session.scalars(select(Team).where(Team.unit == "Moor")).one(), person=BLACK | NOTHING)
    prepare_release(session, declared=public_tables(), quarter=QUARTER, viewer=one, now=LATER)
    with pytest.raises(Conflict, match="prepared again after you looked at it"):
        release_tables(session, quarter=QUARTER, seen=line.digest, viewer=other, now=LATER)
    assert quarters_out(session) == ()
    (again,) = releases_listed(session, viewer=other)
    assert again.digest == prepared_digest(session, quarter="2026Q3") != line.digest
    release_tables(session, quarter=QUARTER, seen=again.digest, viewer=other, now=LATER)


def test_what_is_out_cannot_be_changed_or_taken_back(session: Session) -> None:
    a_quarter(session)
    a_release(session)
    for statement in (
        update(PublicRelease).values(quarter="2026Q2"),
        update(ReleasedTables).values(told=[]),
        delete(ReleasedTables),
        delete(PublicRelease),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(statement)
    with pytest.raises(Conflict):
        prepared(session)
    with pytest.raises(Conflict):
        prepared(session, Quarter(2026, 2))
    with pytest.raises(Invalid):
        prepared(session, Quarter(2026, 4))


def test_tables_that_were_tampered_with_are_not_let_out(session: Session) -> None:
    a_quarter(session)
    prepared(session)
    row = session.scalars(select(ReleasedTables)).one()
    told = [dict(table) for table in row.told]
    told[0]["counts"] = [[*cell[:-1], 94 if cell[-1] == 95 else cell[-1]] for cell in told[0]["counts"]]
    row.told = told
    session.flush()
    faults = faults_in(session, quarter=QUARTER)
    assert any("not those that were prepared" in fault for fault in faults)
    assert any("10-5 rule" in fault for fault in faults)
    with pytest.raises(Conflict, match="cannot be let out"):
        release_tables(session, quarter=QUARTER, seen=prepared_digest(session, quarter="2026Q3"), viewer=a_viewer(session), now=AFTER)


@pytest.mark.parametrize(("late", "versions"), [(9, [1]), (10, [2])])
def test_late_records_are_told_with_the_next_quarter_if_they_are_many(session: Session, late: int, versions: list[int]) -> None:
    a_quarter(session)
    a_release(session)
    some_stops(session, late, session.scalars(select(Team).where(Team.unit == "Moor")).one(), person=BLACK | NOTHING)
    one, other = a_viewer(session), a_viewer(session)
    prepare_release(session, declared=public_tables(), quarter=Quarter(2026, 4), viewer=one, now=LATER)
    assert faults_in(session, quarter=Quarter(2026, 4)) == []
    assert len(quarter_prepared(session, quarter="2026Q4", viewer=one)) == 1 + versions[0] - 1
    release_tables(session, quarter=Quarter(2026, 4), seen=prepared_digest(session, quarter="2026Q4"), viewer=other, now=LATER)
    assert [told.version for told in quarters_out(session) if told.quarter == "2026Q3"] == versions
    whole = quarter_out(session, quarter="2026Q3").table("object")
    assert whole is not None
    assert whole.counts[ALL,] == (95 if versions == [1] else 105)


def test_what_is_left_out_because_readers_differ_is_listed_with_the_tables_that_leave_it_out(session: Session) -> None:
    team, draw = a_quarter(session)[0].team_id, a.a_draw(session, period_start=date(2026, 8, 3), period_end=date(2026, 8, 9))
    readers = [a.an_account(session), a.an_account(session)]
    alike = [({"C1": level}, {"C1": level}) for level in (0, 1, 2, 3)]
    read_twice(session, draw=draw, readers=readers, pairs=[({"C1": 3}, {"C1": 0}), ({"C1": 0}, {"C1": 3})] * 5 + alike * 3)
    a_release(session)
    assert quarter_out(session, quarter="2026Q3").withheld == ("C1",)
    later = a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8))
    read_twice(session, draw=later, readers=readers, pairs=alike * 40)  # since then they agree
    some_stops(session, 12, session.get_one(Team, team), person=BLACK | NOTHING)
    a_release(session, quarter=Quarter(2026, 4), now=LATER)
    corrected = quarter_out(session, quarter="2026Q3")
    reviews = corrected.table("reviews")
    assert reviews is not None
    assert (corrected.version, corrected.withheld, "C1" in reviews.dimensions[0].categories) == (2, (), True)


def test_only_the_learning_team_sees_what_is_prepared(session: Session) -> None:
    a_quarter(session)
    prepared(session)
    officer = a_viewer(session, Role.OFFICER)
    with pytest.raises(NotAllowed):
        releases_listed(session, viewer=officer)
    with pytest.raises(NotAllowed):
        quarter_prepared(session, quarter="2026Q3", viewer=officer)
    (line,) = releases_listed(session, viewer=a_viewer(session))
    assert (line.quarter, line.quarters, line.released_at, line.own) == ("2026Q3", (("2026Q3", 1),), None, False)

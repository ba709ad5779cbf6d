"""A new version of the rubric, and readers who differ, do to every page and file what they do to the page of what was learned."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from stop_search.codes.public_tables import public_tables
from stop_search.draws.records import Draw
from stop_search.draws.rules import DrawState, FrameOutcome
from stop_search.force import read_force
from stop_search.learning.asked import asked_now, asked_of
from stop_search.learning.criteria import criterion_results
from stop_search.learning.disparity.comparing import Comparison
from stop_search.learning.disparity.criteria import criterion_comparisons
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.disparity.shown import disparity_shown
from stop_search.learning.doing_queries import months_of
from stop_search.learning.draw_sums import of_quarter, sums_by_draw
from stop_search.learning.quarters import quarter_from
from stop_search.learning.reports.gathering import worked_out
from stop_search.learning.series import READERS_DIFFER
from stop_search.learning.transparency.counting import counted_tables
from stop_search.learning.unit_queries import UnitsPage, units_page
from stop_search.reviews.agreement import Band
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Reading
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.double_reading import read_by
from tests.support.rubrics import changed, published
from tests.support.searched import BLACK, WHITE, a_viewer

UNITS = (("Harbour", WHITE, 30), ("Moor", BLACK, 14), ("Quay", WHITE, 28))
QUARTER = quarter_from("2026Q4")
FORCE = read_force(None)
VERSION = newest_rubric().version


def reviewed(session: Session, draw: Draw, *, version: int = VERSION, stops: int = 40, apart: int = 0, days: int = 5) -> None:
    """Add stops of three units, reviewed: most of White people met C1 and C4; so many of each unit are read twice, far apart on C1."""
    readers = [a.an_account(session), a.an_account(session)]
    for unit, told, met in UNITS:
        team = a.a_team(session, unit=unit)
        for place in range(stops):
            stop = a.an_encounter(session, team=team, started_at=NOON - timedelta(days=days), people=0)
            a.a_person(session, encounter=stop, **told)
            entry = a.a_frame_entry(session, draw=draw, encounter=stop, outcome=FrameOutcome.REVIEWED, probability=(1, 2))
            level = 2 if place < met else 1
            marks = {"C1": 3 * (place % 2) if place < apart else level, "C4": level}
            read_by(session, entry=entry, reader=readers[0], marks=marks, rubric_version=version)
            if place < apart:
                other = {"C1": 3 - marks["C1"], "C4": level}
                read_by(session, entry=entry, reader=readers[1], marks=other, reading=Reading.SECOND, rubric_version=version)


def by_group(session: Session, criterion: str) -> Comparison:
    """Return a criterion on the page of disparity."""
    viewer = a_viewer(session)
    found = disparity_shown(session, viewer=viewer, force=FORCE, period="latest", basis=Basis.SELF_DEFINED, measure="nothing", now=NOON)
    assert found
    return next(one for one in found.of_reviews if one.measure.key == criterion)


def by_unit(session: Session, criterion: str) -> UnitsPage:
    found = units_page(session, viewer=a_viewer(session), period="latest", measure=criterion, now=NOON)
    assert found
    return found


def in_report(session: Session, table: str, criterion: str) -> list[Sequence[object]]:
    """Return the rows of a criterion in a table of the quarter's report."""
    name = next(one.name for one in newest_rubric().criteria if one.id == criterion)
    tables = {one["name"]: one["rows"] for one in worked_out(session, quarter=QUARTER, force=FORCE, now=NOON)["tables"]}
    return [row for row in tables[table] if name in row or f"Reviews: {name}" in row]


def public_counts(session: Session, quarter: str = "2026Q4") -> dict[str, tuple[int | None, ...]]:
    """Return the exact counts of each criterion that the public tables start from."""
    draws, of = sums_by_draw(session), quarter_from(quarter)
    asked = asked_of(session, of_quarter(draws, of), whole=draws)
    tables = counted_tables(session, declared=public_tables(), quarter=of, asked=asked, now=NOON)
    reviews = next(table for table in tables if table.name == "reviews")
    return {key: tuple(reviews.counts[key, result] for result in ("met", "below", "not_told")) for key in reviews.dimensions[0].categories}


def test_where_readers_differ_too_much_no_page_and_no_file_tells_the_criterion(session: Session) -> None:
    reviewed(session, a.a_draw(session), apart=12)
    assert asked_now(session)["C1"].band is Band.WITHHELD
    c1 = by_group(session, "C1")
    assert not c1.is_said
    assert {row.too_few for row in c1.rows if row.group.size} == {READERS_DIFFER}
    assert by_group(session, "C4").is_said
    assert (by_unit(session, "C1").withheld, by_unit(session, "C1").funnel.points) == (READERS_DIFFER, ())
    assert by_unit(session, "C4").funnel.points
    assert [month.share.interval for month in months_of(session, criterion="C1")] == [None]
    assert months_of(session, criterion="C4")[0].share.interval
    assert in_report(session, "units", "C1") == []
    assert in_report(session, "units", "C4")
    assert {row[-1] for row in in_report(session, "groups", "C1") if row[3]} == {f"withheld: {READERS_DIFFER}"}
    assert "C1" not in public_counts(session)


def test_a_version_that_nobody_has_read_by_changes_nothing(session: Session) -> None:
    reviewed(session, a.a_draw(session))
    before = [figures(session, criterion) for criterion in ("C1", "C4")]
    published(session, changed(), starts_on=NOON.date() + timedelta(days=30))
    assert [figures(session, criterion) for criterion in ("C1", "C4")] == before


def test_what_a_new_version_asks_the_same_is_added_up_and_what_it_asks_anew_begins_anew(session: Session) -> None:
    reviewed(session, a.a_draw(session))
    number = published(session, changed())  # C4 asks something else
    later = a.a_draw(session, period_start=date(2026, 11, 16), period_end=date(2026, 11, 22))
    reviewed(session, later, version=number, stops=36)
    assert {one: asked_now(session)[one].versions for one in ("C1", "C4")} == {"C1": {VERSION, number}, "C4": {number}}
    for criterion, read in (("C1", 76), ("C4", 36)):
        white, black = (next(row for row in by_group(session, criterion).rows if row.name.key == key) for key in ("White", "Black"))
        assert (white.group.size, black.group.size) == (2 * read, read)
        assert sum(month.share.n for month in months_of(session, criterion=criterion)) == 3 * read
        (current,) = [one for one in criterion_results(session) if one.id == criterion and one.series.is_current]
        assert current.share.n == 3 * read


def test_a_quarter_that_is_out_is_counted_by_the_words_that_it_was_read_by(session: Session) -> None:
    reviewed(session, a.a_draw(session, period_start=date(2026, 9, 1), period_end=date(2026, 9, 28)))
    before = public_counts(session, "2026Q3")
    assert before["C4"] == (72, 48, 0)
    number = published(session, changed())
    reviewed(session, a.a_draw(session), version=number)
    assert public_counts(session, "2026Q3") == before
    assert public_counts(session)["C4"] == (72, 48, 0)


def test_a_draw_that_is_not_run_yet_is_in_no_frame(session: Session) -> None:
    reviewed(session, a.a_draw(session))
    waiting = a.a_draw(session, period_start=date(2026, 11, 16), period_end=date(2026, 11, 22))
    waiting.state, waiting.seed, waiting.randomness, waiting.drawn_at = DrawState.COMMITTED, None, None, None
    searched = searched_people(session, months=Months("2026-11", "2026-11"), now=NOON)
    before = criterion_comparisons(session, searched=searched, basis=Basis.SELF_DEFINED, asked=asked_now(session))
    stop = a.an_encounter(session, started_at=NOON - timedelta(days=2), people=0)
    a.a_person(session, encounter=stop, **WHITE)
    a.a_frame_entry(session, draw=waiting, encounter=stop, drawn=False, probability=(1, 2))
    searched = searched_people(session, months=Months("2026-11", "2026-11"), now=NOON)
    assert criterion_comparisons(session, searched=searched, basis=Basis.SELF_DEFINED, asked=asked_now(session)) == before


def figures(session: Session, criterion: str) -> tuple[object, ...]:
    """Return what is told of a criterion, on every page and in the report's and the public's tables."""
    return (
        by_group(session, criterion),
        by_unit(session, criterion).funnel,
        months_of(session, criterion=criterion),
        in_report(session, "groups", criterion),
        public_counts(session)[criterion],
    )

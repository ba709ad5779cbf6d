"""The page of units from records, on both databases: measures, criteria of the rubric, and who may look."""

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.draws.rules import FrameOutcome
from stop_search.errors import NotAllowed, NotFound
from stop_search.learning.unit_queries import UnitsPage, units_page
from stop_search.reviews.rubric import newest_rubric
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import a_small_force, a_viewer, some_searched


def look(session: Session, measure: str) -> UnitsPage:
    """Return what the learning team sees of a measure."""
    found = units_page(session, viewer=a_viewer(session), period="latest", measure=measure, now=NOON)
    assert found
    return found


def test_the_unit_whose_video_is_missing_is_flagged(session: Session) -> None:
    a_small_force(session)
    found = look(session, "no_video")
    assert [(point.unit.name, round(point.unit.events)) for point in found.funnel.points] == [
        ("Eastbridge", 18),
        ("Harbour", 18),
        ("Moor", 46),
        ("Northtown", 18),
    ]
    assert [point.unit.name for point in found.funnel.points if point.is_flagged] == ["Moor"]


def test_two_teams_of_one_unit_are_one_unit(session: Session) -> None:
    for name in ("Harbour A", "Harbour B"):
        some_searched(session, 12, team=a.a_team(session, name=name, unit="Harbour"))
    assert [(point.unit.name, point.unit.n) for point in look(session, "nothing").funnel.points] == [("Harbour", 24)]


def test_a_criterion_of_the_rubric_is_told_by_unit_from_the_sample(session: Session) -> None:
    rubric, draw, reviewer = newest_rubric(), a.a_draw(session), a.an_account(session)
    values = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest}
    for unit, met in (("Harbour", 18), ("Moor", 6), ("Northtown", 17)):
        for place, stop in enumerate(some_searched(session, 24, team=a.a_team(session, unit=unit))):
            entry = a.a_frame_entry(session, draw=draw, encounter=stop, outcome=FrameOutcome.REVIEWED)
            a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={"C1": 2 if place < met else 1}, **values)
    found = look(session, "C1")
    assert [(point.unit.name, round(point.share, 2), point.is_flagged) for point in found.funnel.points] == [
        ("Harbour", 0.75, False),
        ("Moor", 0.25, True),
        ("Northtown", 0.71, False),
    ]
    assert found.over_time is None
    assert ("C1", f"Reviews: {rubric.criteria[0].name}") in found.names


def test_a_measure_that_is_not_there_is_not_found_and_nobody_else_may_look(session: Session) -> None:
    a.an_encounter(session)
    with pytest.raises(NotFound, match="no such measure"):
        look(session, "officers")
    with pytest.raises(NotAllowed):
        units_page(session, viewer=a_viewer(session, Role.OFFICER), period="latest", measure="nothing", now=NOON)


def test_before_anybody_was_searched_there_is_nothing(session: Session) -> None:
    assert units_page(session, viewer=a_viewer(session), period="latest", measure="no_video", now=NOON) is None

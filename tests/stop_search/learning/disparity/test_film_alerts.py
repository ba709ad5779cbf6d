"""Missing video by group, counted by the database, on both: the same groups as on the page of disparity."""

from datetime import timedelta

from sqlalchemy.orm import Session

from stop_search.footage.records import FootageAbsence
from stop_search.force import read_force
from stop_search.learning.disparity.film_alerts import film_alerts
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.shown import disparity_shown
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import BLACK, WHITE, a_small_force, a_viewer, some_searched


def test_the_groups_whose_video_is_missing_are_named_and_where_to_look(session: Session) -> None:
    a_small_force(session)
    found = {alert.basis: alert.words for alert in film_alerts(session, now=NOON)}
    assert found[Basis.SELF_DEFINED] == (
        "Video is missing more often of Black people than of White people, by more than chance (ethnicity as people said it themselves)."
    )
    assert "children" not in " ".join(found.values())


def test_they_are_those_that_the_page_of_disparity_tells(session: Session) -> None:
    a_small_force(session)
    told = {alert.basis for alert in film_alerts(session, now=NOON)}
    for basis in Basis:
        shown = disparity_shown(
            session, viewer=a_viewer(session), force=read_force(None), period="latest", basis=basis, measure="nothing", now=NOON
        )
        assert shown
        assert (basis in told) == any(row.stands_out for row in shown.of_film[0].rows)


def test_stops_of_which_it_is_not_known_yet_do_not_count(session: Session) -> None:
    some_searched(session, 40, filmed=40, **WHITE)
    fresh = some_searched(session, 40, started_at=NOON - timedelta(hours=2), every=timedelta(minutes=1), **BLACK)
    assert film_alerts(session, now=NOON) == ()
    officer = a.an_officer(session)
    for stop in fresh:
        session.add(FootageAbsence(encounter_id=stop.id, reason="battery_flat", words="", stated_by=officer.id, stated_at=NOON))
    session.flush()
    assert {alert.basis for alert in film_alerts(session, now=NOON)} == {Basis.SELF_DEFINED, Basis.OFFICER_PERCEIVED}


def test_before_anybody_was_searched_and_where_all_is_filmed_there_is_no_alert(session: Session) -> None:
    assert film_alerts(session, now=NOON) == ()
    some_searched(session, 20, filmed=20, **WHITE)
    some_searched(session, 20, filmed=20, **BLACK)
    assert film_alerts(session, now=NOON) == ()

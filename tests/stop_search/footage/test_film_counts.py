"""Counting the states of film: the database's sums are those of the lines one by one."""

from collections import Counter
from datetime import timedelta

from sqlalchemy.orm import Session

from stop_search.footage.film_states import film_counts, film_lines
from stop_search.footage.records import FootageAbsence, FootageInDoubt
from stop_search.footage.rules import FilmState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import a_film, some_searched

SINCE = NOON - timedelta(days=30)


def test_sums_are_those_of_the_lines(session: Session) -> None:
    stops = some_searched(session, 12)
    officer = a.an_officer(session)
    for stop in stops[:4]:
        a_film(session, stop)
    for place, stop in enumerate(stops[3:7]):
        for days, reason in enumerate(("battery_flat", "other")[: 1 + place % 2]):
            stated_at = NOON - timedelta(days=days)
            session.add(FootageAbsence(encounter_id=stop.id, reason=reason, words="", stated_by=officer.id, stated_at=stated_at))
    stops[7].footage_absence_reason, stops[8].camera_serial = "other", "CAM-1"
    session.add(FootageInDoubt(footage_id=a.a_recording(session).id, encounter_id=stops[9].id, why="near", noted_at=NOON))
    stops[10].recorded_at, stops[11].source = NOON - timedelta(hours=24) + timedelta(seconds=1), "police_uk"
    session.flush()
    found = film_counts(session, since=SINCE, until=NOON, now=NOON)
    assert found == Counter((line.state, line.reason) for line in film_lines(session, since=SINCE, until=NOON, now=NOON))
    assert {state for state, _ in found} == set(FilmState) - {FilmState.UNEXPLAINED}
    assert sum(found.values()) == 11

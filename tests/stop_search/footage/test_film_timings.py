"""How recordings lie against their encounters, many at once: the same as is told of each alone."""

from datetime import timedelta

from sqlalchemy.orm import Session

from stop_search.footage.film_timings import film_timings
from stop_search.footage.known_clocks import clock_by_others
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import a_film, some_searched

SINCE, UNTIL = NOON - timedelta(days=20), NOON


def test_a_clock_that_is_wrong_is_put_right_by_the_cameras_other_recordings(session: Session) -> None:
    stops = some_searched(session, 5)
    for stop in stops:
        a_film(session, stop, late=150.0, long=780.0, camera="CAM-1")  # each camera runs as long as a stop and a minute more
    lags = [timing.activation_lag for timings in film_timings(session, since=SINCE, until=UNTIL).values() for timing in timings]
    assert len(lags) == 5
    assert {lag < 30 for lag in lags} == {True}


def test_of_a_camera_that_is_little_known_its_own_clock_counts(session: Session) -> None:
    for stop in some_searched(session, 2):
        a_film(session, stop, late=150.0, long=780.0, camera="CAM-2")
    found = [timing for timings in film_timings(session, since=SINCE, until=UNTIL).values() for timing in timings]
    assert [timing.activation_lag for timing in found] == [150.0, 150.0]
    assert {timing.is_clock_known for timing in found} == {False}


def test_it_is_the_same_clock_as_is_told_of_one_recording(session: Session) -> None:
    stops = some_searched(session, 6, every=timedelta(hours=20))
    for place, stop in enumerate(stops):
        a_film(session, stop, late=40.0 + place * 7, camera="CAM-3")
    both = a.a_recording(
        session, encounter=stops[0], started_at=stops[0].started_at, device_serial="CAM-3", facts={"length_seconds": 700.0}
    )
    told = film_timings(session, since=SINCE, until=UNTIL)[stops[0].id]
    alone = clock_by_others(session, footage_id=both.id)
    assert alone
    assert len(told) == 2
    assert max(timing.contact_at for timing in told) == alone.ahead.total_seconds()


def test_an_encounter_with_a_recording_of_unknown_time_is_left_out(session: Session) -> None:
    known, unknown = some_searched(session, 2)
    a_film(session, known)
    a_film(session, unknown)
    a.a_recording(session, encounter=unknown, facts=None)
    assert set(film_timings(session, since=SINCE, until=UNTIL)) == {known.id}


def test_only_encounters_of_the_time_are_told(session: Session) -> None:
    early, late = some_searched(session, 2, every=timedelta(days=5))
    a_film(session, early)
    a_film(session, late)
    assert set(film_timings(session, since=early.started_at, until=UNTIL)) == {early.id}


def test_it_does_not_matter_which_time_was_asked_for(session: Session) -> None:
    first = SINCE + timedelta(days=1)
    a_week_later = first + timedelta(days=7, seconds=30)  # its recording begins within a week of the first one's, it itself does not
    stops = [
        a.an_encounter(session, started_at=moment) for moment in (first, first + timedelta(days=1), first + timedelta(days=2), a_week_later)
    ]
    for place, stop in enumerate(stops):
        a_film(session, stop, late=-20.0 if place else 60.0, camera="CAM-4")
    whole = film_timings(session, since=SINCE, until=UNTIL)
    assert [timing.is_clock_known for timing in whole[stops[0].id]] == [True]
    for stop in stops:
        alone = film_timings(session, since=stop.started_at, until=stop.started_at + timedelta(seconds=1))
        assert alone == {stop.id: whole[stop.id]}

"""A camera's clock as its other recordings tell it, and never as the one that is looked at tells it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from stop_search.footage.known_clocks import clock_by_others
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import MatchedBy
from stop_search.installation import Installation
from tests.support import builders as a

AHEAD = timedelta(seconds=90)
LENGTH = timedelta(minutes=10)


def filmed(session: Session, days: float, *, ahead: timedelta = AHEAD, serial: str = "CAM1") -> Footage:
    """Add a recording of one encounter by a camera whose clock is ahead."""
    begun = a.NOON + timedelta(days=days)
    encounter = a.an_encounter(session, started_at=begun, ended_at=begun + LENGTH)
    footage = a.a_recording(session, encounter=encounter, started_at=begun + ahead, device_serial=serial)
    footage.ended_at = begun + ahead + LENGTH
    session.flush()
    return footage


def test_three_other_recordings_tell_a_clock_and_the_recording_itself_does_not(installation: Installation) -> None:
    with installation.writing() as session:
        looked_at = filmed(session, 0, ahead=timedelta(minutes=20))
        for days in (-2, -1):
            filmed(session, days)
        assert clock_by_others(session, footage_id=looked_at.id) is None
        filmed(session, 1)
        clock = clock_by_others(session, footage_id=looked_at.id)
        assert clock is not None
        assert (clock.ahead, clock.readings) == (AHEAD, 3)


def test_other_cameras_far_days_and_recordings_of_two_encounters_tell_nothing(installation: Installation) -> None:
    with installation.writing() as session:
        looked_at = filmed(session, 0)
        for days in (-2, -1, 1):
            filmed(session, days, serial="CAM2")
            filmed(session, days * 30)
        for days in (-3, 2, 3):
            of_two = filmed(session, days)
            second = a.an_encounter(session, started_at=a.NOON + timedelta(days=days, minutes=5))
            tied = {"footage_id": of_two.id, "encounter_id": second.id, "matched_by": MatchedBy.PERSON, "matched_at": a.NOON}
            session.add(FootageOfEncounter(**tied))
            session.flush()
        assert clock_by_others(session, footage_id=looked_at.id) is None

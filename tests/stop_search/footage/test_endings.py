"""When an encounter was over: its record, the camera's own end and the other cameras' tell it together."""

from dataclasses import replace
from datetime import timedelta

from stop_search.footage.endings import Told, still_going
from tests.support.builders import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def told(**known: object) -> Told:
    """Return a record of ten minutes of which only the clock's least doubt is known, changed as named."""
    least = Told(NOON, NOON + 10 * MINUTE, None, None, NOON + 75 * MINUTE, doubt=45 * SECOND, from_memory=False)
    return replace(least, **known)


def test_a_recorded_end_is_believed_within_its_error() -> None:
    still = still_going(told())
    assert still(NOON + 8 * MINUTE) > 0.9
    assert still(NOON + 12 * MINUTE) < 0.1
    assert still(NOON - MINUTE) == 1


def test_a_camera_that_went_off_tells_the_end_where_none_is_recorded() -> None:
    still = still_going(told(recorded=None, run_ended=NOON + 20 * MINUTE))
    assert still(NOON + 15 * MINUTE) > 0.5 > still(NOON + 20 * MINUTE)


def test_a_last_part_of_seconds_does_not_show_an_encounter_that_its_record_ends_before() -> None:
    alone, with_end = told(), told(run_ended=NOON + 10 * MINUTE + 15 * SECOND)
    begun = NOON + 9 * MINUTE + 55 * SECOND
    assert still_going(alone)(begun) > 0.5 > still_going(with_end)(begun)


def test_an_end_from_memory_gives_way_to_the_camera() -> None:
    ran_on = {"run_ended": NOON + 15 * MINUTE}
    assert still_going(told(**ran_on, from_memory=True))(NOON + 12 * MINUTE) > 0.5
    assert still_going(told(**ran_on))(NOON + 12 * MINUTE) < 0.5


def test_nothing_goes_on_after_what_ended_it_for_certain() -> None:
    still = still_going(told(recorded=None, latest=NOON + 6 * MINUTE))
    assert still(NOON + 6 * MINUTE) == 0
    assert still_going(told(recorded=None, latest=NOON))(NOON + MINUTE) == 0


def test_what_is_told_may_contradict_itself() -> None:
    still = still_going(told(recorded=NOON + 70 * MINUTE, run_ended=NOON + 2 * MINUTE, others_ended=NOON + 40 * MINUTE))
    assert 0 <= still(NOON + 30 * MINUTE) <= 1

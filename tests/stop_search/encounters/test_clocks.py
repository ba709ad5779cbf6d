"""A device's clock may be hours off, and may be set while records wait: the record still says when it really was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.encounters.clocks import WORTH_CORRECTING, ClockReading, RecordingClock, put_right
from stop_search.encounters.rules import NewEncounter
from tests.support.stops import a_new_encounter

READ = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)  # the device last heard from us
RECORDED = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
SENT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NONE = timedelta(0)
MOMENT = timedelta(seconds=1)


def as_sent(
    *, read: timedelta | None, recorded: timedelta, sent: timedelta | None, waits: timedelta = SENT - RECORDED, carried: bool = True
) -> NewEncounter:
    """Return the stop as it is kept. `read`, `recorded` and `sent`: how far the clock is ahead at each of the three moments."""
    now = RECORDED + waits
    shown = a_new_encounter(started_at=RECORDED + recorded, ended_at=RECORDED + recorded + timedelta(minutes=8))
    clock = RecordingClock(RECORDED + recorded, ClockReading(READ + read, READ)) if carried and read is not None else None
    return put_right(shown, carried=clock, sending=None if sent is None else now + sent, now=now)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize("off", [hours(6), hours(-6), hours(0.05), hours(-500), timedelta(days=20_000)])
def test_a_clock_that_is_steadily_wrong_is_put_right_however_little_is_known_of_it(off: timedelta) -> None:
    for told in (
        as_sent(read=off, recorded=off, sent=off),
        as_sent(read=off, recorded=off, sent=None),
        as_sent(read=None, recorded=off, sent=off),
    ):
        assert told.started_at == RECORDED
        assert told.ended_at == RECORDED + timedelta(minutes=8)
        assert told.clock_corrected_by_seconds == -off.total_seconds()


@pytest.mark.parametrize("off", [NONE, timedelta(minutes=2), timedelta(seconds=-119)])
def test_a_clock_that_is_nearly_right_is_left_alone(off: timedelta) -> None:
    told = as_sent(read=off, recorded=off, sent=off)
    assert told.started_at == RECORDED + off
    assert told.clock_corrected_by_seconds is None


def test_a_device_that_says_nothing_of_its_clock_is_believed() -> None:
    told = as_sent(read=None, recorded=hours(6), sent=None)
    assert (told.started_at, told.clock_corrected_by_seconds) == (RECORDED + hours(6), None)


@pytest.mark.parametrize("off", [hours(6), hours(-6)])
def test_a_clock_set_right_after_the_recording_does_not_matter(off: timedelta) -> None:
    assert as_sent(read=off, recorded=off, sent=NONE).started_at == RECORDED


@pytest.mark.parametrize("off", [hours(6), hours(-6)])
def test_nor_one_set_right_before_it(off: timedelta) -> None:
    told = as_sent(read=off, recorded=NONE, sent=NONE)
    assert (told.started_at, told.clock_corrected_by_seconds) == (RECORDED, None)


@pytest.mark.parametrize("off", [hours(6), hours(-6)])
def test_nor_one_set_wrong_before_or_after_it(off: timedelta) -> None:
    assert as_sent(read=NONE, recorded=off, sent=off).started_at == RECORDED
    assert as_sent(read=NONE, recorded=NONE, sent=off).started_at == RECORDED


def test_a_correction_that_leaves_the_calendar_is_none() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    first = datetime.min.replace(tzinfo=UTC)
    for shown, sending in ((last, first), (first, last)):
        told = put_right(a_new_encounter(started_at=shown), carried=None, sending=sending, now=RECORDED)
        assert told.started_at == shown


OFF = st.timedeltas(hours(-6), hours(6))


@given(off=OFF, waits=st.timedeltas(NONE, timedelta(days=9)), carried=st.booleans())
def test_any_steady_clock_is_right_to_two_minutes_however_long_the_record_waits(off: timedelta, waits: timedelta, *, carried: bool) -> None:
    told = as_sent(read=off, recorded=off, sent=off, waits=waits, carried=carried)
    assert abs(told.started_at - RECORDED) <= WORTH_CORRECTING


@given(off=OFF, waits=st.timedeltas(NONE, timedelta(days=9)))
def test_any_clock_set_after_the_recording_is_right_to_two_minutes(off: timedelta, waits: timedelta) -> None:
    told = as_sent(read=off, recorded=off, sent=NONE, waits=waits)
    assert abs(told.started_at - RECORDED) <= 2 * WORTH_CORRECTING


@given(read=OFF, recorded=OFF, sent=OFF, waits=st.timedeltas(NONE, timedelta(days=9)))
def test_whatever_was_done_to_the_clock_the_answer_is_one_of_the_clocks_readings(
    read: timedelta, recorded: timedelta, sent: timedelta, waits: timedelta
) -> None:
    told = as_sent(read=read, recorded=recorded, sent=sent, waits=waits)
    possible = (NONE, -read, -sent)
    assert min(abs(told.started_at - (RECORDED + recorded) - correction) for correction in possible) <= MOMENT

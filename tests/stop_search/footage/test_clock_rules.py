"""Last days by class, and what is proven of a clock: by Hypothesis, over any chain of jumps, restarts and frozen hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.codes.retention import RetentionClass
from stop_search.footage.clock_rules import (
    UNWITNESSED,
    Change,
    Seen,
    Witness,
    arrival_counts_from,
    change_of,
    last_day,
    seen_next,
    shortened_last_day,
)
from stop_search.footage.hold_rules import OWNERS, PENDING, is_over, last_held_day
from stop_search.footage.rules import HoldReason
from tests.support.builders import CLOCKS, NOON

MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is given beside
OPTIONAL_DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
NOT = RetentionClass.NON_EVIDENTIAL
# a step: hours that truly pass, what the clock is off by after them, and whether the machine was started anew
STEPS = st.lists(st.tuples(st.floats(0, 72), st.integers(-500, 10_000), st.booleans()), max_size=40)


@given(MOMENTS, st.one_of(st.none(), MOMENTS))
def test_a_recording_is_kept_a_week_after_arrival_and_never_longer_than_a_day_more_than_its_clock(
    received: datetime, recorded: datetime | None
) -> None:
    day = last_day(clocks=CLOCKS, of_class=NOT, recorded_at=recorded, received_at=received)
    assert day is not None
    assert received.date() + timedelta(days=7) <= day <= received.date() + timedelta(days=32)
    if recorded is not None and recorded <= received + timedelta(days=1):
        assert day >= recorded.date() + timedelta(days=31)


def test_footage_is_kept_from_the_day_of_recording_and_a_wrong_later_clock_gains_a_day() -> None:
    recorded = {"two days ago": NOON - timedelta(days=2), "never said": None, "in 300 days": NOON + timedelta(days=300)}
    days = {name: last_day(clocks=CLOCKS, of_class=NOT, recorded_at=at, received_at=NOON) for name, at in recorded.items()}
    assert days == {"two days ago": date(2026, 12, 17), "never said": date(2026, 12, 19), "in 300 days": date(2026, 12, 20)}
    assert last_day(clocks=CLOCKS, of_class=RetentionClass.EVIDENTIAL, recorded_at=NOON, received_at=NOON) is None


@given(OPTIONAL_DAYS, OPTIONAL_DAYS)
def test_a_change_and_its_reverse_are_opposites(one: date | None, other: date | None) -> None:
    pair = {change_of(one, other), change_of(other, one)}
    assert pair == ({Change.SAME} if one == other else {Change.LONGER, Change.SOONER})


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_nobody_has_a_recording_go_within_a_week_of_agreeing(then: date) -> None:
    assert shortened_last_day(then, NOON) >= NOON.date() + timedelta(days=7)


@given(st.sampled_from(list(OWNERS)), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-200, 200))
def test_a_hold_lasts_at_least_90_days_after_its_cause_and_ends(reason: HoldReason, closed: date, days: int) -> None:
    today = closed + timedelta(days=days)
    assert is_over(reason, closed, CLOCKS, today) == (today > last_held_day(reason, closed, CLOCKS))
    assert timedelta(days=89) <= last_held_day(reason, closed, CLOCKS) - closed <= timedelta(days=92)


def test_whoever_keeps_a_hold_longer_than_it_would_last_keeps_it() -> None:
    closed, usual = date(2026, 11, 18), date(2027, 2, 18)
    for review_on, last in ((None, usual), (date(2027, 1, 1), usual), (date(2027, 5, 18), date(2027, 5, 18))):
        assert last_held_day(HoldReason.DRAWN, closed, CLOCKS, review_on) == last
        assert [is_over(HoldReason.DRAWN, closed, CLOCKS, day, review_on) for day in (last, last + timedelta(days=1))] == [False, True]


def test_every_hold_is_owned_by_a_role_or_waits_for_chance() -> None:
    assert set(OWNERS) | PENDING == set(HoldReason)
    assert not set(OWNERS) & PENDING


@given(STEPS)
def test_what_is_proven_is_never_ahead_of_the_time_that_passed_but_for_an_hour_a_start(steps: list[tuple[float, int, bool]]) -> None:
    true, started, starts = NOON, NOON, 0
    seen: Seen | None = seen_next(None, None, shown=true, witness=Witness("0", 0))
    own, allowed = seen, timedelta(0)
    for hours, off_by, is_new_start in steps:
        true += timedelta(hours=hours)
        if is_new_start:
            starts, started, own, allowed = starts + 1, true, None, allowed + UNWITNESSED
        witness = Witness(str(starts), (true - started).total_seconds())
        seen = own = seen_next(seen, own, shown=true + timedelta(hours=off_by), witness=witness)
        assert seen.proven <= true + allowed + timedelta(milliseconds=1)
        assert seen.erasing_moment <= seen.shown


@given(STEPS)
def test_without_a_new_start_a_right_clock_is_proven_again_whatever_it_did_between(steps: list[tuple[float, int, bool]]) -> None:
    true = NOON
    seen = seen_next(None, None, shown=true, witness=Witness("0", 0))
    for hours, off_by, _ in steps:
        true += timedelta(hours=hours)
        seen = seen_next(seen, seen, shown=true + timedelta(hours=off_by), witness=Witness("0", (true - NOON).total_seconds()))
    seen = seen_next(seen, seen, shown=true, witness=Witness("0", (true - NOON).total_seconds()))
    assert abs(seen.doubt) < timedelta(milliseconds=1)


@pytest.mark.parametrize(("off", "doubt"), [(timedelta(minutes=20), timedelta(0)), (timedelta(hours=30), timedelta(hours=29))])
def test_a_machine_that_was_off_believes_the_clock_for_an_hour(off: timedelta, doubt: timedelta) -> None:
    before = seen_next(None, None, shown=NOON, witness=Witness("0", 0))
    assert seen_next(before, None, shown=NOON + off, witness=Witness("1", 5)).doubt == doubt


@given(st.integers(-10_000, 0), st.floats(0, 1), st.floats(0, 10_000))
def test_a_recording_that_arrives_is_never_counted_as_older_than_it_is(off_by: int, hours: float, falls_back: float) -> None:
    looked = Seen(NOON, NOON + timedelta(hours=off_by), Witness("1", 0))
    now = NOON + timedelta(hours=hours)
    still_behind, stands_still, fell_back = now + timedelta(hours=off_by), looked.shown, looked.shown - timedelta(hours=falls_back)
    assert all(arrival_counts_from(looked, shown) >= now - timedelta(milliseconds=1) for shown in (still_behind, stands_still))
    assert off_by or arrival_counts_from(looked, fell_back) >= now - timedelta(milliseconds=1)


def test_by_a_clock_that_nobody_doubts_a_recording_is_as_old_as_it_says() -> None:
    assert arrival_counts_from(None, NOON) == NOON
    assert arrival_counts_from(Seen(NOON, NOON, Witness("1", 0)), NOON + timedelta(minutes=9)) == NOON + timedelta(minutes=9)
    ahead = Seen(NOON, NOON + timedelta(days=30), Witness("1", 0))
    assert arrival_counts_from(ahead, ahead.shown + timedelta(minutes=1)) == ahead.shown + timedelta(
        minutes=1
    )  # and never by one that may be right

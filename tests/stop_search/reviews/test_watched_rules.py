"""What a report of watching can mean, and what share it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.footage.timing import Span, merged, total
from stop_search.reviews.watched_rules import FASTEST, LONGEST_PAUSE, SLACK, Part, believable, overlap, share_watched

SECONDS = some.floats(0, 1000, allow_nan=False)
SPANS = some.lists(some.tuples(SECONDS, SECONDS), max_size=8)


def test_what_was_played_at_any_speed_of_ours_is_believed() -> None:
    assert believable([(10.0, 30.0)], length=600.0, since_last=5.0) == [(10.0, 30.0)]


def test_more_than_four_seconds_a_second_is_cut() -> None:
    assert believable([(0.0, 600.0)], length=600.0, since_last=60.0) == [(0.0, 60 * FASTEST + SLACK)]
    assert believable([(0.0, 100.0), (200.0, 600.0)], length=600.0, since_last=30.0) == [(0.0, 100.0), (200.0, 222.0)]


def test_a_first_report_and_one_after_a_long_pause_tell_of_a_little_only() -> None:
    assert total(believable([(0.0, 9e9)], length=9e9, since_last=None)) == 62.0
    assert total(believable([(0.0, 9e9)], length=9e9, since_last=86_400.0)) == FASTEST * LONGEST_PAUSE + SLACK


@pytest.mark.parametrize("span", [(700.0, 800.0), (30.0, 10.0), (600.0, 600.0)])
def test_what_is_not_in_the_recording_or_runs_backwards_is_nothing(span: Span) -> None:
    assert believable([span], length=600.0, since_last=60.0) == []


@given(SPANS, some.floats(0, 100), some.floats(1, 1000))
def test_whatever_is_reported_it_lies_in_the_recording_and_within_reason(spans: list[Span], since: float, length: float) -> None:
    found = believable(spans, length=length, since_last=since)
    assert all(0 <= start < end <= length for start, end in found)
    assert total(found) <= FASTEST * since + SLACK + 1e-6


def test_a_minute_that_two_cameras_show_counts_on_either() -> None:
    first = Part(began=0.0, needed=(0.0, 100.0), watched=((0.0, 50.0),))
    second = Part(began=30.0, needed=(0.0, 70.0), watched=((20.0, 70.0),))  # 50 to 100 of the first's clock
    assert share_watched([first, second]) == 1.0
    assert share_watched([first]) == 0.5


def test_what_lies_outside_the_stop_counts_for_nothing() -> None:
    assert share_watched([Part(None, (50.0, 100.0), ((0.0, 75.0),))]) == 0.5


def test_a_recording_of_which_nobody_knows_when_it_ran_counts_for_itself() -> None:
    assert share_watched([Part(None, (0.0, 10.0), ((0.0, 10.0),)), Part(None, (0.0, 30.0), ())]) == 0.25


def test_without_footage_there_is_no_share() -> None:
    assert share_watched([]) is None
    assert share_watched([Part(None, (0.0, 0.0), ())]) is None


@given(SPANS, SPANS)
def test_what_two_lists_share_is_in_both(one: list[Span], other: list[Span]) -> None:
    a, b = (merged((min(span), max(span)) for span in spans) for spans in (one, other))
    shared = overlap(a, b)
    assert total(shared) <= min(total(a), total(b)) + 1e-6
    assert overlap(a, a) == [span for span in a if span[1] > span[0]]
    assert total(shared) == pytest.approx(total(a) + total(b) - total(merged([*a, *b])), abs=1e-6)

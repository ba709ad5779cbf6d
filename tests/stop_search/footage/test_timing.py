"""A recording against the record: when it came on, when it went off, what has no sound; to the second, on times of known truth."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.footage.timing import Clip, Timing, facts_in_words, length_in_words, timing_of, uncovered
from tests.support.builders import NOON

CONTACT, END = NOON, NOON + timedelta(minutes=10)
seconds = some.floats(-3600, 3600)


def timed(starts: float, lasts: float, *, ends: bool = True, **known: object) -> Timing:
    """Return the timing of a clip that starts so many seconds after first contact; the encounter lasts ten minutes."""
    clip = Clip(CONTACT + timedelta(seconds=starts), lasts, **known)
    return timing_of(clip, first_contact=CONTACT, ended_at=END if ends else None)


def said(timing: Timing) -> list[str]:
    """Return the facts' words."""
    return [fact.words for fact in facts_in_words(timing)]


def test_a_camera_that_ran_from_before_to_after_the_encounter() -> None:
    timing = timed(-30, 660)
    assert (timing.activation_lag, timing.run_up, timing.early_stop, timing.run_on) == (0, 30, 0, 30)
    assert (timing.contact_at, timing.end_at, timing.shown) == (30, 630, (30, 630))
    assert said(timing) == ["The camera came on 30 seconds before the first contact.", "The camera went off 30 seconds after the end."]


def test_a_camera_that_came_on_late_and_went_off_early() -> None:
    timing = timed(95, 300)
    assert (timing.activation_lag, timing.run_up, timing.early_stop, timing.run_on) == (95, 0, 205, 0)
    assert said(timing) == [
        "The camera came on 1 minute 35 seconds after the first contact.",
        "The camera went off 3 minutes 25 seconds before the end.",
    ]


def test_without_a_declared_end_nobody_says_whether_it_stopped_early() -> None:
    timing = timed(0, 60, ends=False)
    assert (timing.end_at, timing.early_stop, timing.run_on, timing.shown) == (None, None, None, (0, 60))
    assert "does not say when the encounter ended" in said(timing)[-1]
    assert facts_in_words(timing)[-1].seconds is None


@pytest.mark.parametrize("starts", [-700, 601])
def test_a_recording_that_misses_the_encounter_says_that_a_clock_may_be_wrong(starts: float) -> None:
    facts = facts_in_words(timed(starts, 60))
    assert [fact.name for fact in facts] == ["not_shown"]
    assert "One of the two clocks may be wrong" in facts[0].words


def test_a_clock_that_is_known_to_be_ahead_is_put_right_and_the_source_says_so() -> None:
    ahead, behind = timed(95, 600, clock_ahead_seconds=90.0), timed(-20, 600, clock_ahead_seconds=-45.0)
    assert (ahead.activation_lag, behind.activation_lag) == (5, 25)
    assert "put right" in facts_in_words(ahead)[0].source
    doubted = timed(95, 600, clock_ahead_seconds=90.0, clock_doubt_seconds=45.0)
    assert facts_in_words(doubted)[0].source.endswith("put right by what is known of it, give or take 45 seconds")
    assert "nobody has checked" in facts_in_words(timed(95, 600))[0].source


def test_a_silent_lead_in_is_told_and_counts_as_without_sound_only_inside_the_encounter() -> None:
    before = timed(-30, 660, silent_lead_in_seconds=30.0)
    into = timed(-10, 660, silent_lead_in_seconds=30.0)
    assert before.muted == ()
    assert (into.muted, into.muted_seconds) == (((10, 30),), 20)
    assert said(into)[1:3] == [
        "The first 30 seconds have no sound: many cameras keep them from before they are switched on.",
        "20 seconds of the encounter have no sound at all, in one stretch.",
    ]


def test_muted_stretches_are_cut_to_the_encounter_and_made_one_where_they_touch() -> None:
    timing = timed(-60, 720, muted=((0.0, 10.0), (50.0, 70.0), (70.0, 90.0), (200.0, 230.0), (655.0, 700.0)), silent_lead_in_seconds=10.0)
    assert timing.muted == ((60, 90), (200, 230), (655, 660))
    assert "1 minute 5 seconds of the encounter have no sound at all, in 3 stretches." in said(timing)


def test_a_recording_without_sound_says_so() -> None:
    assert "This recording has no sound." in said(timed(0, 600, has_sound=False))


def test_what_no_camera_shows_is_counted_over_all_of_them() -> None:
    assert uncovered([timed(60, 120), timed(150, 300)]) == ((0, 60), (450, 600))
    assert uncovered([timed(300, 400), timed(-5, 205.5)]) == ((200.5, 300),)
    assert uncovered([timed(0.5, 299.9), timed(300, 400)]) == ()
    assert uncovered([timed(-60, 900), timed(150, 300)]) == ()
    assert uncovered([timed(-700, 60)]) == ((0, 600),)
    assert uncovered([timed(0, 60, ends=False)]) is None
    assert uncovered([]) is None


def test_an_end_before_the_beginning_is_taken_as_no_length() -> None:
    timing = timing_of(Clip(CONTACT, 60), first_contact=CONTACT, ended_at=CONTACT - timedelta(minutes=5))
    assert (timing.end_at, timing.early_stop, uncovered([timing])) == (0, 0, ())


@pytest.mark.parametrize(
    ("length", "words"), [(0, "0 seconds"), (1.2, "1 second"), (59.6, "1 minute"), (3600, "1 hour"), (7385, "2 hours 3 minutes")]
)
def test_lengths_are_told_to_the_second(length: float, words: str) -> None:
    assert length_in_words(length) == words


@given(starts=seconds, lasts=some.floats(0.1, 7200), drift=some.none() | some.floats(-180, 180), lead=some.none() | some.floats(0, 120))
def test_every_figure_is_what_two_clocks_say_to_a_second(starts: float, lasts: float, drift: float | None, lead: float | None) -> None:
    timing = timed(starts, lasts, clock_ahead_seconds=drift, silent_lead_in_seconds=lead)
    true_start = starts - (drift or 0)
    assert timing.activation_lag == pytest.approx(max(0, true_start), abs=0.01)
    assert timing.early_stop == pytest.approx(max(0, 600 - true_start - lasts), abs=0.01)
    assert 0 <= timing.muted_seconds <= min(600, lasts) + 0.01
    assert all(0 <= start < end <= lasts for start, end in timing.muted)
    assert facts_in_words(timing)
    assert not timing.activation_lag or not timing.run_up

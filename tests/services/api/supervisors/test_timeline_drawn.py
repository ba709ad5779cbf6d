"""Where everything stands in the picture of a timeline."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.api.supervisors.timeline_drawn import MOST_TICKS, PLACES_LISTED, Drawing, drawing_of
from stop_search.footage.timelines import Lane, Levels, Timeline
from stop_search.footage.timing import Clip, timing_of
from tests.support.builders import NOON


def drawn(length: float = 600.0, *, lanes: tuple[Lane, ...] = (), levels: Levels | None = None, starts: float | None = None) -> Drawing:
    """Return the drawing of a timeline; `starts`: seconds after first contact, of an encounter of ten minutes."""
    timings = []
    if starts is not None:
        clip = Clip(NOON + timedelta(seconds=starts), length)
        timings = [timing_of(clip, first_contact=NOON, ended_at=NOON + timedelta(minutes=10))]
    return drawing_of(Timeline(length, levels, lanes, (), version=1), timings)


def test_stretches_stand_at_their_share_of_the_length_in_the_lanes_own_order() -> None:
    found = drawn(
        lanes=(Lane("dark", "x", ((300.0, 450.0),)), Lane("speech", "y", ((0.0, 60.0),)), Lane("newer_thing", "z", ((1.0, 2.0),)))
    )
    assert [row.name for row in found.rows] == ["Speech", "Dark", "Newer thing"]
    assert [(row.places[0].left, row.places[0].width) for row in found.rows[:2]] == [(0, 0.1), (0.5, 0.25)]
    assert found.rows[1].places[0].words == "5:00 to 7:30"
    tops = [row.top for row in found.rows]
    assert tops == sorted(set(tops))
    assert found.height > tops[-1] + 30


def test_more_places_than_are_listed_are_counted() -> None:
    spans = tuple((float(place), place + 0.5) for place in range(PLACES_LISTED + 7))
    (row,) = drawn(lanes=(Lane("speech", "y", spans),)).rows
    assert (len(row.listed), row.unlisted) == (PLACES_LISTED, 7)
    assert row.summary == "34 s in 67 places"


@pytest.mark.parametrize(
    ("starts", "words", "lefts"),
    [
        (-30, ["First contact 0:30", "End 30 s after the recording"], [0.05, 1.0]),
        (95, ["First contact 1 min 35 s before the recording", "End 8:25"], [0.0, 505 / 600]),
        (700, ["First contact 11 min 40 s before the recording", "End 1 min 40 s before the recording"], [0.0, 0.0]),
    ],
)
def test_the_declared_encounter_is_marked_where_it_is_or_said_to_be_outside(starts: float, words: list[str], lefts: list[float]) -> None:
    found = drawn(starts=starts)
    assert [mark.words for mark in found.declared] == words
    assert [mark.left for mark in found.declared] == pytest.approx(lefts)
    assert (found.shade is None) is (starts == 700)


@pytest.mark.parametrize(
    ("starts", "short"),
    [
        (-30, ["First contact 0:30", "End 30 s later"]),
        (86_000, ["First contact 23 h 53 min earlier", "End 23 h 43 min earlier"]),
        (-742 * 3600, ["First contact 31 days later", "End 31 days later"]),
    ],
)
def test_the_words_in_the_picture_fit_a_phone_however_far_away_the_encounter_is(starts: float, short: list[str]) -> None:
    assert [mark.short for mark in drawn(starts=starts).declared] == short
    assert max(map(len, short)) <= len("First contact 23 h 53 min earlier")


def test_silence_is_drawn_thin_and_loud_sound_high() -> None:
    quiet, loud = (drawn(levels=Levels(1.0, (level,) * 4, (level,) * 4)).loudness for level in (-90.0, 0.0))
    assert quiet
    assert loud
    assert "19.8" in quiet.mean
    assert "0.0" in loud.mean
    assert quiet.summary == "none"
    assert loud.summary == "loudest at 0:00, 0 dB below full scale"


@given(length=some.floats(0.05, 100_000), starts=some.floats(-5000, 5000))
def test_whatever_the_length_nothing_stands_outside(length: float, starts: float) -> None:
    found = drawn(length, lanes=(Lane("speech", "y", ((0.0, length),)),), starts=starts)
    assert 1 <= len(found.ticks) <= max(MOST_TICKS, length / 7200) + 1
    assert all(0 <= left <= 1 for left, _ in found.ticks)
    assert all(0 <= mark.left <= 1 for mark in found.declared)
    assert found.shade is None or 0 <= found.shade[0] <= sum(found.shade) <= 1 + 1e-9

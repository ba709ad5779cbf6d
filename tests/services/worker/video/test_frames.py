"""Which frames are taken for which moments, and the sheet and index made of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worker.video.frames import drawn, fitted, moments, plan
from services.worker.video.packets import Timeline
from services.worker.video.sprites import clock, cues, index, sheet

TENTH = Fraction(1, 10)


def a_timeline(frames: int, *keys: int) -> Timeline:
    """Give so many frames, a tenth of a second apart, with keyframes at these."""
    return Timeline(TENTH, list(range(frames)), sorted({0, *keys}))


def test_moments_lie_in_the_middle_of_their_shares() -> None:
    assert moments(a_timeline(6000), 60) == [5 + 10 * place for place in range(60)]
    assert moments(a_timeline(20)) == [0.25, 0.75, 1.25, 1.75]
    assert moments(a_timeline(1)) == [0.0]
    assert len(moments(a_timeline(2))) == 1


def test_a_keyframe_near_enough_is_taken_itself() -> None:
    timeline = a_timeline(600, *range(0, 600, 10))
    groups = plan(timeline, [5.05, 15.55], step=10)
    assert [(one.time, one.keyframe) for group in groups for one in group] == [(50, 50), (150, 150)]


def test_far_from_a_keyframe_the_frame_itself_is_taken() -> None:
    groups = plan(a_timeline(600, 0, 300), [20.05, 29.05, 45.0], step=10)
    assert [[one.time for one in group] for group in groups] == [[200, 290], [450]]


@given(st.integers(1, 500), st.sets(st.integers(0, 499)), st.integers(1, 60))
def test_every_moment_gets_the_frame_that_is_shown_then_or_a_keyframe_less_than_half_a_step_before(
    frames: int, keys: set[int], most: int
) -> None:
    timeline = a_timeline(frames, *(key for key in keys if key < frames))
    at = moments(timeline, most)
    step = timeline.length_seconds / len(at) if timeline.length_seconds else 1.0
    wanted = [one for group in plan(timeline, at, step) for one in group]
    assert sorted(one.place for one in wanted) == list(range(len(at)))
    for one in wanted:
        shown = int(at[one.place] * 10 + 1e-9)
        assert one.keyframe <= one.time <= shown
        assert shown - one.time <= max(1, step / 2 * 10 + 1)
        assert one.keyframe in timeline.keyframes


@pytest.mark.parametrize(
    ("shape", "size"),
    [((1920, 1080), (320, 180)), ((1080, 1920), (320, 568)), ((640, 272), (320, 136)), ((100, 4000), (16, 640)), ((4000, 10), (320, 2))],
)
def test_pictures_keep_their_shape(shape: tuple[int, int], size: tuple[int, int]) -> None:
    assert fitted(shape, 320, 640) == size


def test_a_sheet_holds_each_picture_where_the_index_says() -> None:
    pictures = [np.full((4, 6, 3), number, dtype=np.uint8) for number in range(23)]
    whole = sheet(pictures)
    assert whole.shape == (12, 60, 3)
    told = index(cues("sprites.jpg", [(number, number + 1) for number in range(23)], (6, 4)))
    places = [line.split("xywh=")[1] for line in told.splitlines() if "xywh=" in line]
    for number, place in enumerate(places):
        left, top, width, height = (int(part) for part in place.split(","))
        assert (whole[top : top + height, left : left + width] == number).all()


def test_hours_are_written_out() -> None:
    assert clock(0) == "00:00:00.000"
    assert clock(3725.5) == "01:02:05.500"
    assert clock(59.9996) == "00:01:00.000"
    assert clock(36_000) == "10:00:00.000"


def test_a_picture_is_turned_counter_clockwise() -> None:
    import av

    stored = np.zeros((40, 80, 3), dtype=np.uint8)
    stored[:20, :20] = 255
    frame = av.VideoFrame.from_ndarray(stored, format="bgr24")
    turned = drawn(frame, (40, 80), 90)
    assert turned.shape == (80, 40, 3)
    assert turned[70, 10].mean() > 200  # the top left corner has come to the bottom left
    assert turned[10, 10].mean() < 50

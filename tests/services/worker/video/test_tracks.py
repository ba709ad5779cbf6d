"""Boxes over time: between key frames on a straight line, nowhere else, and simplified without going astray."""

import pytest

from services.worker.video.tracks import Box, KeyFrame, box_at, covered, key_frames, overlap, simplified

FRAMES = key_frames([[1.0, 0.1, 0.1, 0.2, 0.2], [3.0, 0.5, 0.1, 0.4, 0.2]])


def test_a_box_stands_on_the_line_between_its_key_frames_and_nowhere_before_or_after() -> None:
    assert box_at(FRAMES, 2.0) == pytest.approx(Box(0.3, 0.1, 0.3, 0.2))
    assert box_at(FRAMES, 1.0) == FRAMES[0].box
    assert box_at(FRAMES, 3.04) == FRAMES[1].box
    assert box_at(FRAMES, 0.9) is box_at(FRAMES, 3.1) is box_at([], 1.0) is None


def test_fewer_key_frames_say_the_same_within_the_tolerance() -> None:
    way = [KeyFrame(n / 10, Box(0.01 * n if n < 30 else 0.3, 0.2, 0.1, 0.1)) for n in range(60)]
    fewer = simplified(way, 0.05)
    assert len(fewer) < 6
    for frame in way:
        assert box_at(fewer, frame.at) == pytest.approx(frame.box, abs=0.006)


def test_what_boxes_share() -> None:
    one = Box(0.0, 0.0, 0.2, 0.2)
    assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, Box(0.1, 0.0, 0.2, 0.2)) == pytest.approx(1 / 3)
    assert overlap(one, Box(0.5, 0.5, 0.1, 0.1)) == 0
    assert covered(one, [Box(0.1, 0, 0.5, 0.5), Box(0.9, 0.9, 0.1, 0.1)]) == pytest.approx(0.5)

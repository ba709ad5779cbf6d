"""Boxes between finds: bridged, followed back, found again by their pattern, grown with doubt. The pictures are made of noise."""

import itertools

import cv2
import numpy as np
import pytest

from services.worker.video.doubt import steadied, widened
from services.worker.video.faces import Found
from services.worker.video.flow import flowed
from services.worker.video.follow import Follower, Way
from services.worker.video.pictures import Picture
from services.worker.video.tracks import Box, KeyFrame, box_at, covered

WIDE, TALL, SIDE = 640, 360, 30
RATE = 25


def noise(width: int, height: int, seed: int, grain: float) -> np.ndarray:
    """Make a grey pattern that can be followed; the grain is how far it is blurred, in pixels."""
    rough = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(rough, (0, 0), grain)
    return np.asarray(np.clip(128 + 50 * soft / soft.std(), 0, 255), np.uint8)


WALL, THING = noise(2 * WIDE, TALL, 1, 12), noise(SIDE, SIDE, 2, 1.5)


def place(number: int, pixels: float = 2.0) -> Box:
    """Return where the thing is in a frame: it goes to the right by so many pixels a frame."""
    return Box((60 + round(pixels * number)) / WIDE, 150 / TALL, SIDE / WIDE, SIDE / TALL)


def picture(number: int, *, hidden: bool = False, wall: int = 0, pixels: float = 2.0) -> Picture:
    """Make one frame: the thing before a wall that goes to the left by `wall` pixels a frame."""
    grey = WALL[:, wall * number : wall * number + WIDE].copy()
    if not hidden:
        left, top = round(place(number, pixels).left * WIDE), round(place(number).top * TALL)
        grey[top : top + SIDE, left : left + SIDE] = THING
    colour = np.full((TALL // 2, WIDE // 2), 128, np.uint8)
    return Picture((grey, colour, colour))


def blind(_kind: str, _picture: Picture, _box: Box) -> Found | None:
    """Look closely, and see nothing."""
    return None


def followed(frames: int, seen: tuple[int, ...], hidden: range = range(0), wall: int = 0) -> list[Way]:
    """Follow the thing through so many frames, of which a detector sees it in some."""
    follower = Follower(blind)
    for number in range(frames):
        found = {"face": [Found(place(number), 0.9)]} if number in seen else {}
        follower.step(number / RATE, picture(number, hidden=number in hidden, wall=wall), found)
    return follower.ways()


def is_covered(way: Way, number: int) -> bool:
    box = box_at(way.frames, number / RATE)
    return box is not None and covered(place(number), [box.padded(0.1, 0.1, 0.1)]) > 0.9


@pytest.mark.parametrize("wall", [0, 3])
def test_between_two_finds_a_box_goes_where_the_thing_goes(wall: int) -> None:
    (way,) = followed(40, (0, 39), wall=wall)
    assert all(is_covered(way, number) for number in range(40))


def test_what_is_found_late_is_followed_back_to_where_it_came_from() -> None:
    (way,) = followed(41, (40,))
    assert way.frames[0].at == 0
    assert all(is_covered(way, number) for number in range(41))


def test_after_the_last_find_a_box_goes_on() -> None:
    (way,) = followed(50, (0,))
    assert all(is_covered(way, number) for number in range(50))


def test_a_gap_in_which_nothing_is_seen_is_bridged_by_one_box() -> None:
    (way,) = followed(70, (0, 10, 50, 69), hidden=range(12, 40))
    assert all(is_covered(way, number) for number in itertools.chain(range(12), range(40, 70)))
    boxes = [box_at(way.frames, number / RATE) for number in range(70)]
    assert None not in boxes


def test_a_small_thing_is_found_again_by_its_pattern_when_it_jumps() -> None:
    before, after = picture(0), picture(1, pixels=26)
    moved = flowed(before, after, place(0))
    assert moved is not None
    assert covered(place(1, 26), [moved.padded(0.1, 0.1, 0.1)]) > 0.9


def test_what_left_the_picture_is_not_followed_further() -> None:
    follower = Follower(blind)
    follower.step(0.0, picture(0), {"face": [Found(place(0), 0.9)]})
    for number in range(1, 100):
        follower.step(number / RATE, picture(number, hidden=True), {})
    (way,) = follower.ways()
    assert way.frames[-1].at < 3


def test_a_box_grows_with_the_time_since_it_was_seen_and_a_long_line_in_its_middle() -> None:
    still = Box(0.4, 0.4, 0.1, 0.1)
    frames = [KeyFrame(0.0, still), KeyFrame(0.4, still), KeyFrame(2.4, still)]
    grown = widened(frames, [0, 2])
    assert [frame.at for frame in grown] == [0.0, 0.4, 1.4, 2.4]
    assert grown[0].box == pytest.approx(still)
    assert grown[1].box.width == pytest.approx(0.1 * (1 + 2 * 0.15 * 0.4))
    assert grown[2].box.width == pytest.approx(0.1 * (1 + 2 * 0.15))
    assert grown[3].box == pytest.approx(still)


def test_a_box_is_never_smaller_than_it_was_a_moment_ago() -> None:
    sizes = [0.1, 0.1, 0.06, 0.1, 0.1, 0.05, 0.05, 0.05]
    frames = [KeyFrame(n / 5, Box(0.5 - size / 2, 0.5 - size / 2, size, size)) for n, size in enumerate(sizes)]
    steady = steadied(frames, 0.2)
    assert [round(frame.box.width, 3) for frame in steady] == [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
    assert steady[2].box.centre == pytest.approx((0.5, 0.5))

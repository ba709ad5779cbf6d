"""Reading ahead changes nothing but the time it takes: order, errors and ends are the same."""

import threading
from collections.abc import Iterator

import pytest

from services.worker.video.one_pass import ahead, opened
from tests.support.clips import clip


def test_items_come_in_order_to_the_end() -> None:
    assert list(ahead(iter(range(1000)))) == list(range(1000))
    assert list(ahead(iter([]))) == []
    assert list(ahead(iter([None, StopIteration]))) == [None, StopIteration]


def test_what_goes_wrong_beside_is_raised_where_it_is_waited_for() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise MemoryError

    got = ahead(failing())
    assert next(got) == 1
    with pytest.raises(MemoryError):
        next(got)


def test_whoever_stops_in_the_middle_leaves_no_thread_and_may_close_what_was_read() -> None:
    before = threading.active_count()
    with opened(clip("sound.mp4")) as reading:
        frames = ahead(reading.frames(), most=2)
        next(frames)
        frames.close()  # type: ignore[attr-defined] -- it is a generator
        assert threading.active_count() == before


def test_a_recording_read_ahead_gives_the_same_frames() -> None:
    def times(*, is_ahead: bool) -> list[tuple[float, str]]:
        with opened(clip("sound.mp4")) as reading:
            frames = ahead(reading.frames()) if is_ahead else reading.frames()
            return [(at, type(frame).__name__) for at, frame in frames]

    assert times(is_ahead=True) == times(is_ahead=False)

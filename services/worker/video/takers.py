"""Two threads of decoding, each over a container of its own: one core each, for FFmpeg's own threads win nothing on keyframes.

While the walk over the packets is still under way they begin on a guess; what was guessed wrong is not used. Runs in the sandboxed child.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Stream
from av.video.frame import VideoFrame

from services.worker.video.frames import Taker, Wanted, merit
from services.worker.video.packets import Timeline
from services.worker.video.probe import OPEN_OPTIONS

THREADS = 2
WRONG_GUESSES = 2  # after so many the keyframes are taken to be far apart
SLACK_SECONDS = 1.0

Drawn = tuple[int, np.ndarray]  # a frame's time in ticks, and the picture made of it


class Takers:
    """Takes pictures at times; keeps those of keyframes by their time, so that none is decoded twice.

    `best` is the picture with the most to see that was met on one long way, drawn by `draw_best`: nobody goes that way twice for it.
    """

    def __init__(
        self,
        recording: Path,
        index: int,
        draw: Callable[[VideoFrame], np.ndarray],
        draw_best: Callable[[VideoFrame], np.ndarray] | None = None,
    ) -> None:
        self._recording, self._index, self._draw, self._draw_best = recording, index, draw, draw_best
        self._best_merit = -1.0
        self.best: Drawn | None = None
        self._pool = ThreadPoolExecutor(THREADS)
        self._own = threading.local()
        self._takers: list[Taker] = []
        self._guesses: list[Future[None]] = []
        self._known = threading.Event()
        self._timeline, self._step = Timeline(Fraction(1)), 1.0
        self.kept: dict[int, np.ndarray] = {}

    @property
    def undecodable(self) -> set[int]:
        """Return the times of the packets that could not be decoded, in ticks."""
        return set().union(*(taker.undecodable for taker in self._takers))

    def guess(self, at: list[float], start: float) -> None:
        """Begin to take keyframes near these moments, in seconds from second `start` of the container's clock, until `know` is called."""
        waiting = iter(at)
        lock, step = threading.Lock(), (at[1] - at[0] if len(at) > 1 else 0.0)
        self._guesses = [self._pool.submit(self._guess_on, waiting, lock, start, step) for _ in range(THREADS)]

    def know(self, timeline: Timeline, step: float) -> None:
        """End the guessing: from now on the times are known."""
        self._known.set()
        for guess in self._guesses:
            guess.result()
        self._timeline, self._step = timeline, step

    def take(self, groups: list[list[Wanted]]) -> dict[int, Drawn]:
        """Return the pictures of a plan by their place in the row; those that cannot be had are left out."""
        found: dict[int, Drawn] = {}
        left: list[list[Wanted]] = []
        for group in groups:
            if len(group) == 1 and group[0].time in self.kept:
                found[group[0].place] = (group[0].time, self.kept[group[0].time])
            else:
                left.append(group)
        if len(left) == 1 and len(left[0]) > 1:
            found |= self._in_one_go(left[0])
        else:
            for taken in self._pool.map(self._take, left):
                found |= taken
        return found

    def keyframes(self, times: Iterable[int]) -> dict[int, np.ndarray]:
        """Return the pictures of keyframes by their times; those that cannot be had are left out."""
        wanted = list(dict.fromkeys(times))
        self.take([[Wanted(place, time, time)] for place, time in enumerate(wanted) if time not in self.kept])
        return {time: self.kept[time] for time in wanted if time in self.kept}

    def frame(self, time: int, keyframe: int, draw: Callable[[VideoFrame], np.ndarray]) -> "Future[np.ndarray | None]":
        """Begin to take one frame, drawn in another way; None where it cannot be had."""
        return self._pool.submit(self._one, Wanted(0, time, keyframe), draw)

    def _one(self, wanted: Wanted, draw: Callable[[VideoFrame], np.ndarray]) -> np.ndarray | None:
        taker = self._mine(is_quick=False)
        if taker is None:
            return None
        taker.know(self._timeline, self._step)
        return next((draw(taken.frame) for taken in taker.take([[wanted]])), None)

    def _take(self, group: list[Wanted]) -> dict[int, Drawn]:
        is_quick = len(group) == 1 and group[0].time == group[0].keyframe
        return self._drawn(self._mine(is_quick=is_quick), group)

    def _in_one_go(self, group: list[Wanted]) -> dict[int, Drawn]:
        """Take one long group alone: here FFmpeg's own threads do win."""
        return self._drawn(self._opened(threads=THREADS), group, is_long=True)

    def _drawn(self, taker: Taker | None, group: list[Wanted], *, is_long: bool = False) -> dict[int, Drawn]:
        if taker is None:
            return {}
        taker.know(self._timeline, self._step)
        keys = {wanted.keyframe for wanted in group}
        found: dict[int, Drawn] = {}
        for taken in taker.take([group]):
            picture = self._draw(taken.frame)
            found[taken.place] = (taken.time, picture)
            if taken.time in keys:
                self.kept[taken.time] = picture
            if is_long and self._draw_best and (worth := merit(picture)) > self._best_merit:
                self._best_merit, self.best = worth, (taken.time, self._draw_best(taken.frame))
        return found

    def _guess_on(self, waiting: Iterator[float], lock: threading.Lock, start: float, step: float) -> None:
        wrong, taker = 0, self._mine(is_quick=True)
        while taker is not None and wrong < WRONG_GUESSES and not self._known.is_set():
            with lock:
                moment = next(waiting, None)
            if moment is None:
                return
            came = taker.keyframe_before(int((start + moment) / taker.tick))
            if came is None or start + moment - float(came[0] * taker.tick) > step / 2 + SLACK_SECONDS:
                wrong += 1
            else:
                self.kept[came[0]] = self._draw(came[1])

    def _mine(self, *, is_quick: bool) -> Taker | None:
        """Return this thread's own taker, the quick one or the other; None where its container does not open.

        One that met broken packets is left: what its decoder remembers of them decides whether later frames can be decoded, and which
        thread comes where first is chance.
        """
        mine: dict[bool, Taker | None] = self._own.__dict__.setdefault("takers", {})
        taker = mine.get(is_quick)
        if taker is not None and taker.undecodable:
            taker.close()
            del mine[is_quick]
        if is_quick not in mine:
            mine[is_quick] = self._opened(is_quick=is_quick)
        return mine[is_quick]

    def _opened(self, *, threads: int = 1, is_quick: bool = False) -> Taker | None:
        try:
            container = opened(self._recording)
        except FFmpegError:
            return None
        stream = next((one for one in container.streams.video if one.index == self._index), None)
        if stream is None:
            return None
        only(container, stream)
        taker = Taker(container, stream, threads=threads, is_quick=is_quick)
        self._takers.append(taker)
        return taker


def opened(recording: Path, *, is_direct: bool = False) -> InputContainer:
    """Open a recording: local files alone, in the containers that we take. Raises FFmpegError where it cannot be read.

    A direct one reads nothing but what is asked for: less where most of the file is passed over, more calls where all of it is read.
    """
    options = OPEN_OPTIONS | ({"avioflags": "direct"} if is_direct else {})
    return av.open(str(recording), options=options, container_options=options, metadata_errors="replace")


def only(container: InputContainer, stream: Stream) -> None:
    """Have nothing read from now on but one stream."""
    for other in container.streams:
        other.discard = Discard.default if other.index == stream.index else Discard.all

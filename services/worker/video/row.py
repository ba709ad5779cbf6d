"""The row of thumbnails: taken at even distances, written as files, as a sheet with its index, the best of them as poster.

Runs in the sandboxed child.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from services.worker.video import frames, sprites
from services.worker.video.packets import Timeline
from services.worker.video.takers import Drawn, Takers
from services.worker.video.turning import rotation_of, shape_of

POSTER, SPRITES, SPRITES_VTT = "poster.jpg", "sprites.jpg", "sprites.vtt"

Draw = Callable[[VideoFrame], np.ndarray]


@dataclass(frozen=True)
class Row:
    """How many pictures were wanted, `step` seconds apart, and those that came, by their place."""

    wanted: int
    step: float
    taken: dict[int, Drawn]

    @property
    def pictures(self) -> dict[int, np.ndarray]:
        """Return the pictures by their frames' times."""
        return dict(self.taken.values())


def drawings(stream: dict[str, Any]) -> tuple[Draw, Draw]:
    """Return how a frame is made a thumbnail and how a poster: right way up, in its true shape."""
    rotation, shape = rotation_of(stream), shape_of(stream)
    small = frames.fitted(shape, frames.WIDTH, frames.TALLEST)
    large = frames.fitted(shape, min(frames.POSTER_WIDTH, shape[0]), frames.POSTER_WIDTH)
    return (lambda frame: frames.drawn(frame, small, rotation)), (lambda frame: frames.drawn(frame, large, rotation))


def taken_row(takers: Takers, timeline: Timeline, most: int) -> Row:
    """Take the row's pictures."""
    at = frames.moments(timeline, most)
    step = timeline.length_seconds / len(at)
    takers.know(timeline, step)
    return Row(len(at), step, dict(sorted(takers.take(frames.plan(timeline, at, step)).items())))


def written(folder: Path, row: Row, timeline: Timeline, takers: Takers, draw_poster: Draw) -> dict[str, Any]:
    """Write a row that is not empty into the folder; return the names of the files and the times of the pictures."""
    best, small = max(row.taken.values(), key=lambda one: frames.merit(one[1]))
    poster = _poster(best, timeline, takers, draw_poster)  # taken while the row is written
    thumbnails = []
    for place, (time, picture) in row.taken.items():
        name = f"thumbnail-{place:02d}.jpg"
        (folder / name).write_bytes(frames.jpeg(picture, 80))
        thumbnails.append({"name": name, "at_seconds": round(timeline.seconds(time), 3)})
    pictures = [picture for _, picture in row.taken.values()]
    height, width = pictures[0].shape[:2]
    (folder / SPRITES).write_bytes(frames.jpeg(sprites.sheet(pictures), 75))
    spans = [(place * row.step, (place + 1) * row.step) for place in row.taken]
    (folder / SPRITES_VTT).write_text(sprites.index(sprites.cues(SPRITES, spans, (width, height))), encoding="utf-8")
    large = poster()
    (folder / POSTER).write_bytes(frames.jpeg(small if large is None else large, 85))
    made = {"poster": POSTER, "sprites": SPRITES, "sprites_vtt": SPRITES_VTT, "thumbnails": thumbnails}
    return made | {"poster_at_seconds": round(timeline.seconds(best), 3), "width_pixels": width, "height_pixels": height}


def _poster(best: int, timeline: Timeline, takers: Takers, draw_poster: Draw) -> Callable[[], np.ndarray | None]:
    """Begin to take the frame at `best`, unless it was drawn on the way; return who gives it, None where it cannot be had."""
    if takers.best and takers.best[0] == best:
        drawn = takers.best[1]
        return lambda: drawn
    key = max((key for key in timeline.starts if key <= best), default=timeline.times[0])
    return takers.frame(best, key, draw_poster).result

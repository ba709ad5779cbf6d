"""Clips like those of redaction_clips.py that nothing was tuned on: another real person, another real street, other ways and seeds.

The person: a man who talks, turns and looks down, with glasses and a headset, in Debian's forensics-samples-files; his face was marked by
eye at eight moments before anything was measured on him. The street: opencv-doc's "vtest". Written after the finder, and no rule was made
from them.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from redaction_clips import RATE, WHITE, YELLOW, Head, TruthClip, Way, frames_of, made

from services.worker.video.programs import Programs
from services.worker.video.tracks import Box, KeyFrame, box_at

MAN = "forensics-samples/original-files/movie2/movie-hello.mp4"
STREET = "doc/opencv-doc/examples/data/vtest.avi"
MAN_RATE, MAN_FRAMES, MAN_SIZE = 30.12, 100, (1280, 720)
# His face, hairline to chin and ear to ear: frame, left, top, right, bottom in pixels
MARKED = (
    *((0, 194, 123, 263, 214), (15, 193, 123, 262, 214), (30, 186, 124, 260, 214), (45, 186, 121, 255, 216)),
    *((60, 184, 122, 256, 215), (75, 193, 121, 264, 215), (90, 203, 124, 271, 226), (100, 207, 124, 277, 226)),
)
HEAD = Box(0.130, 0.155, 0.107, 0.175)
ROWS = slice(130, 456)  # of the street's picture: the shape of the other street

FACES = (
    Way("near, crossing", (1280, 720), (120, 170), (0.75, 0.5), (0.3, 0.55), first=40),
    Way("going away", (1280, 720), (110, 26), (0.4, 0.6), (0.6, 0.4), first=200),
    Way("distant", (1920, 1080), (30, 36), (0.65, 0.55), (0.35, 0.5), first=300),
    Way("very distant", (1920, 1080), (20, 20), (0.35, 0.45), (0.45, 0.5), first=420),
    Way("behind a post for 0.8 s", (1280, 720), (70, 76), (0.7, 0.5), (0.25, 0.5), (1.8, 2.6), first=500),
    Way("dim, shaken", (1280, 720), (64, 70), (0.3, 0.5), (0.7, 0.45), shaken=8, light=0.3, noise=7, crf=27, first=600),
    Way("distant, shaken, noisy", (1920, 1080), (28, 32), (0.55, 0.5), (0.25, 0.55), shaken=8, noise=4, crf=27, first=90),
    Way("runs past", (1280, 720), (90, 110), (0.12, 0.5), (0.88, 0.5), shaken=4, noise=3, crf=25, first=250),
)
PLATES = (
    Way("plate, coming round, white", (1280, 720), (18, 44), (0.7, 0.45), (0.45, 0.65), shaken=3, turned=(35, 5), first=60, colour=WHITE),
    Way("plate, parked far, yellow", (1920, 1080), (17, 18), (0.4, 0.55), (0.42, 0.56), shaken=3, noise=3, first=330, colour=YELLOW),
    Way("plate, dim, yellow", (1280, 720), (30, 26), (0.3, 0.6), (0.5, 0.6), (9, 9), 7, 0.35, 6, 27, 510, (5, 25), YELLOW),
    Way("plate, driving past, white", (1280, 720), (34, 38), (0.15, 0.6), (0.8, 0.62), turned=(40, 20), first=150, colour=WHITE),
)


def unseen_clips(folder: Path, programs: Programs, share: Path) -> Iterator[TruthClip]:
    """Yield the clips; `share`: the folder below which Debian keeps both packages' files (/usr/share)."""
    pictures = frames_of(share / MAN)[:MAN_FRAMES]
    yield TruthClip("man at a desk (real, marked by eye)", share / MAN, [_marked(n) for n in range(MAN_FRAMES)], MAN_RATE)
    man = Head(pictures, [_marked(n) for n in range(MAN_FRAMES)], HEAD)

    @cache
    def behind() -> list[np.ndarray]:
        return [picture[ROWS] for picture in frames_of(share / STREET)]

    for number, way in enumerate(FACES):
        yield made(folder / f"unseen-face-{number}.mp4", "unseen: ", way, man, programs, behind=behind, seed=100 + number)
    for number, way in enumerate(PLATES):
        yield made(folder / f"unseen-plate-{number}.mp4", "unseen: ", way, None, programs, behind=behind, seed=200 + number)


def _marked(number: int) -> Box:
    wide, high = MAN_SIZE
    boxes = (((n, a / wide, b / high, (c - a) / wide, (d - b) / high)) for n, a, b, c, d in MARKED)
    track = [KeyFrame(n / RATE, Box(*box)) for n, *box in boxes]
    return box_at(track, min(number, MAN_FRAMES) / RATE) or track[-1].box

"""How good the picture is over time: dark, covered, blurred, frozen. For a person who looks. Runs in the sandboxed child."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from services.worker.video.lanes import Lane, Span, tidy
from services.worker.video.packets import Timeline

DARK_MEAN, DARK_BRIGHTEST = 35, 70  # of 255: the mean, and what 95 % of the picture stay below
ONE_TONE = 8.0  # standard deviation of brightness: nearly nothing to see
SHARPNESS = 0.12  # standard deviation of the Laplacian over that of brightness, in a picture 320 wide
SAME, SAME_SPOT, SPOT_PIXELS = 1.2, 4.0, 9  # mean difference of two pictures, of 255; the same of any spot so wide
FROZEN_SECONDS = 2.0
LOOKS = ("dark", "covered", "blurred")
SOURCES = {
    "dark": f"mean brightness below {DARK_MEAN} and 95 % of the picture below {DARK_BRIGHTEST} of 255, in sampled pictures",
    "covered": f"brightness varies by less than {ONE_TONE:.0f} of 255 over the whole picture, and it is not dark, in sampled pictures",
    "blurred": f"edges (Laplacian) below {SHARPNESS} of the contrast, in sampled pictures 320 wide",
    "frozen": f"no change for {FROZEN_SECONDS:.0f} s: packets that are nearly empty, or sampled pictures that are the same",
}


@dataclass(frozen=True)
class Look:
    """What one picture is, by the thresholds above."""

    dark: bool
    covered: bool
    blurred: bool


def look(picture: np.ndarray) -> Look:
    """Judge one picture (height, width, 3)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    contrast = float(grey.std())
    is_dark = float(grey.mean()) < DARK_MEAN and int(np.count_nonzero(grey >= DARK_BRIGHTEST)) <= grey.size // 20
    is_covered = contrast < ONE_TONE and not is_dark
    edges = float(cv2.Laplacian(grey, cv2.CV_32F).std())
    return Look(is_dark, is_covered, not is_dark and not is_covered and edges < SHARPNESS * contrast)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return by how much two pictures of one size differ, of 255."""
    return float(cv2.absdiff(one, other).mean())


def is_same(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two pictures of one size show the same, nothing moved; encoding alone may have changed them."""
    apart = cv2.absdiff(one, other)
    return float(apart.mean()) < SAME and float(cv2.blur(apart, (SPOT_PIXELS, SPOT_PIXELS)).max()) < SAME_SPOT


def look_lanes(timeline: Timeline, looks: dict[int, Look]) -> list[Lane]:
    """Return the lanes of LOOKS out of judged pictures by their time in ticks; each speaks for the time half way to its neighbours."""
    return [Lane(name, SOURCES[name], tuple(_spans(timeline, {time: getattr(one, name) for time, one in looks.items()}))) for name in LOOKS]


def boundaries(looks: dict[int, Look]) -> list[tuple[int, int]]:
    """Return the pairs of neighbouring times between which something changes, the widest first."""
    changed = [(a, b) for a, b in pairwise(sorted(looks)) if looks[a] != looks[b]]
    return sorted(changed, key=lambda pair: pair[0] - pair[1])


def odd_keyframes(timeline: Timeline, sampled: list[int], most: int) -> list[int]:
    """Return keyframes amid stretches of much smaller ones than usual that no sampled picture lies in: little to see there, perhaps."""
    if len(timeline.keyframes) < 4:  # noqa: PLR2004 -- nothing is usual among fewer
        return []
    sizes = np.array([timeline.sizes.get(time, 0) for time in timeline.keyframes])
    small = np.flatnonzero(sizes < 0.6 * np.median(sizes))
    stretches = np.split(small, np.flatnonzero(np.diff(small) > 1) + 1)
    keys = timeline.keyframes
    unseen = [
        stretch for stretch in stretches if len(stretch) > 1 and not any(keys[stretch[0]] <= time <= keys[stretch[-1]] for time in sampled)
    ]
    return [keys[stretch[len(stretch) // 2]] for stretch in sorted(unseen, key=len, reverse=True)[:most]]


def same_pictures(timeline: Timeline, pictures: dict[int, np.ndarray]) -> list[Span]:
    """Return from when to when neighbouring pictures are the same."""
    same = [(timeline.seconds(a), timeline.seconds(b)) for a, b in pairwise(sorted(pictures)) if is_same(pictures[a], pictures[b])]
    return [span for span in tidy(same, timeline.length_seconds) if span[1] - span[0] >= FROZEN_SECONDS]


def _spans(timeline: Timeline, flags: dict[int, bool]) -> list[Span]:
    times = sorted(flags)
    middles = [timeline.seconds(a + (b - a) // 2) for a, b in pairwise(times)]
    edges = [0.0, *middles, timeline.length_seconds]
    return [(edges[place], edges[place + 1]) for place, time in enumerate(times) if flags[time]]

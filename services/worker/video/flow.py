"""Where a box of one picture stands in another: the pixels under it are followed there and back (optical flow). Runs in the child.

First in pieces of the full picture, scaled so that the box is about FLOW_SIDE pixels: a distant face is a few pixels of a shrunken
picture, and what is followed there is the wall behind it. A wall that moves takes a small face before it along: what does not look alike
where it arrives is looked for by its pattern. Where both lose it, once more in the shrunken picture: it may have gone far.
"""

import cv2
import numpy as np

from services.worker.video.pictures import Picture
from services.worker.video.tracks import Box

GRID = 7
LEAST_POINTS, LEAST_SHARE = 5, 0.3
THERE_AND_BACK = 1.5  # pixels by which a point may miss itself
LEAST_SIZE = 0.002  # of the picture's width and height
INNER = 0.2  # of the box at each side that is not looked at: it shows what is behind
FLOW_SIDE, MARGIN, LARGEST_SCALE = 48, 40, 3.0  # pixels of the piece; of the picture
ALIKE, LEAST_TEXTURE = 0.7, 4.0  # correlation; spread of brightness
FLOW = {"winSize": (15, 15), "maxLevel": 3, "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03)}


def flowed(before: Picture, after: Picture, box: Box) -> Box | None:
    """Return where the box of one picture stands in the next, None where the flow loses it or it leaves the picture."""
    wide, tall = box.width * before.width, box.height * before.height
    region = before.around(box, 2 * wide + 2 * MARGIN, 2 * tall + 2 * MARGIN)
    scale = min(LARGEST_SCALE, FLOW_SIDE / max(1.0, min(wide, tall)))
    left, top = box.left * before.width - region.left, box.top * before.height - region.top
    here = tuple(side * scale for side in (left, top, wide, tall))
    moved = _best(before.grey(region, scale), after.grey(region, scale), here)
    if moved is None:
        scale, region = before.small.shape[1] / before.width, before.around(box, before.width, before.height)
        here = tuple(side * scale for side in (box.left * before.width, box.top * before.height, wide, tall))
        moved = _followed(before.small, after.small, here)
    return None if moved is None else _within(moved, (region.left, region.top, scale), before)


def _best(before: np.ndarray, after: np.ndarray, box: tuple[float, ...]) -> tuple[float, ...] | None:
    """Return where the flow leads if what is there looks alike; else where in the piece something does; else where the flow leads."""
    flowing = _followed(before, after, box)
    pattern = _cut(before, box)
    if pattern is None or pattern.std() < LEAST_TEXTURE:
        return flowing
    there = None if flowing is None else _cut(after, flowing)
    if there is not None and _alike(pattern, cv2.resize(there, pattern.shape[::-1])) >= ALIKE:
        return flowing
    _, most, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(after, pattern, cv2.TM_CCOEFF_NORMED))
    inset_x, inset_y = INNER * box[2], INNER * box[3]
    return (x - inset_x, y - inset_y, box[2], box[3]) if most >= ALIKE else flowing


def _cut(piece: np.ndarray, box: tuple[float, ...]) -> np.ndarray | None:
    """Return what is in the middle of a box, None where it does not lie wholly in the piece."""
    left, top, wide, tall = box
    x, y = round(left + INNER * wide), round(top + INNER * tall)
    right, bottom = round(left + (1 - INNER) * wide), round(top + (1 - INNER) * tall)
    is_in = x >= 0 and y >= 0 and right <= piece.shape[1] and bottom <= piece.shape[0] and min(right - x, bottom - y) >= LEAST_POINTS
    return piece[y:bottom, x:right] if is_in else None


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(cv2.matchTemplate(other, one, cv2.TM_CCOEFF_NORMED)[0, 0])


def _within(moved: tuple[float, ...], place: tuple[float, float, float], picture: Picture) -> Box | None:
    """Return a box of a piece as one of the picture; None where it is too small or most of it has left the picture."""
    left, top, scale = place
    x, y, wide, tall = (side / scale for side in moved)
    whole = Box((left + x) / picture.width, (top + y) / picture.height, wide / picture.width, tall / picture.height)
    seen, shown = whole.padded(0, 0, 0), picture.width * picture.height
    return seen if min(seen.width, seen.height) > LEAST_SIZE and seen.width * seen.height > wide * tall / shown / 3 else None


def _followed(before: np.ndarray, after: np.ndarray, box: tuple[float, ...]) -> tuple[float, ...] | None:
    """Return where (left, top, width, height) of one picture stands in the next, in pixels."""
    left, top, wide, tall = box
    across = np.linspace(left + INNER * wide, left + (1 - INNER) * wide, GRID)
    down = np.linspace(top + INNER * tall, top + (1 - INNER) * tall, GRID)
    points = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 1, 2).astype(np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, np.empty(0), **FLOW)  # pyright: ignore[reportCallIssue, reportArgumentType] -- its stubs want None as an array
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, np.empty(0), **FLOW)  # pyright: ignore[reportCallIssue, reportArgumentType] -- the same
    misses = np.linalg.norm((points - back).reshape(-1, 2), axis=1)
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (misses < THERE_AND_BACK)
    if good.sum() < LEAST_POINTS or good.mean() < LEAST_SHARE:
        return None
    start, end = points.reshape(-1, 2)[good], there.reshape(-1, 2)[good]
    grown = _growth(start, end)
    shift = np.median(end - start, axis=0)
    middle = (left + wide / 2 + float(shift[0]), top + tall / 2 + float(shift[1]))
    return middle[0] - wide * grown / 2, middle[1] - tall * grown / 2, wide * grown, tall * grown


def _growth(start: np.ndarray, end: np.ndarray) -> float:
    """Return by how much points went apart, from their spread around their middle; within a tenth."""
    before = np.median(np.abs(start - np.median(start, axis=0)))
    after = np.median(np.abs(end - np.median(end, axis=0)))
    return float(np.clip(after / before if before > 0 else 1.0, 0.9, 1.1))

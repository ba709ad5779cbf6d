"""One picture of a recording, of which pieces are cut at any scale: grey for following, in colour for the detectors. Runs in the child.

It keeps brightness and colours as a decoder gives them (three bytes for two pixels), so that some seconds of pictures fit in memory.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from av.video.frame import VideoFrame

from services.worker.video.cover import planes_of
from services.worker.video.one_pass import upright
from services.worker.video.tracks import Box

LARGEST_WIDTH, SMALL_WIDTH = 1920, 640  # pixels across


class Region(NamedTuple):
    """A piece of a picture in whole pixels, each number even."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """Brightness (height, width) and the two colours (half of each) in bytes, upright."""

    planes: tuple[np.ndarray, ...]

    @property
    def width(self) -> int:
        """Return its width in pixels."""
        return self.planes[0].shape[1]

    @property
    def height(self) -> int:
        """Return its height in pixels."""
        return self.planes[0].shape[0]

    @cached_property
    def small(self) -> np.ndarray:
        """Return it grey and shrunken, for what moves far from one picture to the next."""
        width = min(SMALL_WIDTH, self.width)
        return resized(self.planes[0], width, max(2, round(self.height * width / self.width)))

    def around(self, box: Box, width: float, height: float) -> Region:
        """Return the region of about this size (pixels) round a box's middle, within the picture."""
        wide, tall = (min(side, max(2, round(asked / 2) * 2)) for side, asked in ((self.width, width), (self.height, height)))
        left, top = box.centre[0] * self.width - wide / 2, box.centre[1] * self.height - tall / 2
        return Region(_even(min(max(0, left), self.width - wide)), _even(min(max(0, top), self.height - tall)), wide, tall)

    def grey(self, region: Region, scale: float) -> np.ndarray:
        """Return a region's brightness, (height, width) bytes, enlarged by `scale`."""
        piece = self.planes[0][region.top : region.top + region.height, region.left : region.left + region.width]
        return resized(piece, max(2, round(region.width * scale)), max(2, round(region.height * scale)))

    def colour(self, region: Region, width: int, height: int) -> np.ndarray:
        """Return a region in colour, (height, width, 3) bytes: blue, green, red."""
        left, top, wide, tall = (side // 2 for side in region)
        halves = [plane[top : top + tall, left : left + wide].ravel() for plane in self.planes[1:]]
        whole = self.planes[0][region.top : region.top + region.height, region.left : region.left + region.width]
        joined = np.concatenate([whole.ravel(), *halves]).reshape(region.height * 3 // 2, region.width)
        return resized(cv2.cvtColor(joined, cv2.COLOR_YUV2BGR_I420), width, height)

    def shrunken(self, width: int, height: int) -> np.ndarray:
        """Return the whole in colour; what is smaller than half of it is made from a smaller picture, which is quicker."""
        if 2 * width > self.width:
            return self.colour(Region(0, 0, self.width, self.height), width, height)
        colours = [resized(plane, width // 2 * 2, height // 2 * 2) for plane in self.planes]
        return cv2.cvtColor(cv2.merge(colours), cv2.COLOR_YUV2BGR)


def picture_of(frame: VideoFrame, rotation: int) -> Picture:
    """Return a decoded frame as a picture, upright and no wider than LARGEST_WIDTH before it is turned."""
    return Picture(tuple(upright(plane, rotation) for plane in planes_of(frame, most=LARGEST_WIDTH)))


def resized(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return a picture in another size: by areas where it shrinks, by cubes where it grows."""
    if picture.shape[:2] == (height, width):
        return picture
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if width < picture.shape[1] else cv2.INTER_CUBIC)


def _even(side: float) -> int:
    return int(side) // 2 * 2

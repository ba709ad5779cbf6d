"""Finding faces and number plates in one picture. The face detector is CenterFace, whose weights lie in a package. Runs in the child.

CenterFace's net tells for every fourth pixel how sure it is that a face's middle is there, how large the face is, and where between
the pixels its middle lies (Xu et al., "CenterFace", 2020; weights: github.com/Star-Clouds/CenterFace, MIT).
"""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from services.worker.video.tracks import Box, overlap

LAYERS = ("537", "538", "539")  # certainty, size, place between pixels; "540", eyes and mouth, is not worked out
STRIDE, GRAIN = 4, 32
MOST = 500  # finds in one picture, before those that are one are told once
SAME = 0.3  # two finds that overlap by more are one
PLATES = "haarcascade_russian_plate_number.xml"
CERTAIN_PLATE = 0.5  # the cascade does not say how sure it is


class Found(NamedTuple):
    """A find, and how sure the detector is (0 to 1)."""

    box: Box
    certainty: float


class FaceDetector:
    """The net; a picture is (height, width, 3) bytes in the order blue, green, red, upright.

    Each size of picture has a net of its own: one that is given another size than before finds faces everywhere (OpenCV 4.14.0).
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._nets: dict[tuple[int, int], cv2.dnn.Net] = {}

    def find(self, picture: np.ndarray, *, least: float) -> list[Found]:
        """Return the faces of which it is at least so sure, the surest first."""
        height, width = (-(-side // GRAIN) * GRAIN for side in picture.shape[:2])
        net = self._nets.get((width, height)) or cv2.dnn.readNetFromONNX(str(self._model))
        self._nets[width, height] = net
        net.setInput(cv2.dnn.blobFromImage(picture, 1.0, (width, height)))
        certainty, size, place = (layer[0] for layer in net.forward(LAYERS))
        rows, columns = np.nonzero(certainty[0] > least)
        tall, wide = (np.exp(size[n, rows, columns]) * STRIDE for n in (0, 1))
        middle_y = (rows + place[0, rows, columns] + 0.5) * STRIDE
        middle_x = (columns + place[1, rows, columns] + 0.5) * STRIDE
        boxes = np.stack([(middle_x - wide / 2) / width, (middle_y - tall / 2) / height, wide / width, tall / height], axis=1)
        found = [Found(_inside(box), float(sure)) for box, sure in zip(boxes, certainty[0, rows, columns], strict=True)]
        return _told_once([one for one in found if one.box.width > 0 and one.box.height > 0])


class PlateDetector:
    """A cascade for number plates in OpenCV's own wheel. It was made for Russian ones; what it finds of British ones was measured."""

    def __init__(self) -> None:
        self._cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / PLATES))  # pyright: ignore[reportAttributeAccessIssue] -- not in its stubs

    def find(self, grey: np.ndarray, *, sides: tuple[float, float], neighbours: int = 4) -> list[Found]:
        """Return what may be plates in a picture (height, width) of bytes, between so many of its widths across.

        `neighbours`: how many finds side by side make one; fewer is less sure.
        """
        height, width = grey.shape
        smallest, largest = (max(8, int(width * share)) for share in sides)
        found = self._cascade.detectMultiScale(grey, 1.15, neighbours, minSize=(smallest, smallest // 4), maxSize=(largest, largest))
        return [Found(Box(int(x) / width, int(y) / height, int(w) / width, int(h) / height), CERTAIN_PLATE) for x, y, w, h in found]


def _inside(box: np.ndarray) -> Box:
    left, top, width, height = (float(value) for value in box)
    return Box(left, top, width, height).padded(0, 0, 0)


def _told_once(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: -one.certainty)[:MOST]:
        if all(overlap(one.box, other.box) < SAME for other in kept):
            kept.append(one)
    return kept
